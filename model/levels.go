package model

// levels are the means over time of everything that a run counts: from the end
// of the warm-up to its end, or to the horizon in a steady study.
type levels struct {
	busy, atLimit        float64   // invocations, or slots in use; share of the time with none free
	idle                 float64   // idle environments, provisioned ones apart
	calls, full, present float64   // calls worked on; share of the time with no place free; calls in all
	slowed               float64   // share of the time in which calls slow each other down
	unused               float64   // share of the time without a call
	depth, flight        []float64 // by class: messages that wait, and that are in flight
	seen                 []float64 // by class: share of the time with a message that is visible
	letters              []float64 // by class: messages in the dead-letter queue
}

func (w *world) measureLevels(now int64) levels {
	g, l := w.busy(), w.legacy
	m := levels{
		busy: w.mean(&g.Level, now), atLimit: w.mean(&g.full, now),
		calls: w.mean(&l.busy.Level, now), full: w.mean(&l.busy.full, now), present: w.mean(&l.present.Level, now),
		unused: max(0, 1-w.mean(&l.present.full, now)),
	}
	if l.pool != nil {
		m.slowed = w.mean(&l.pool.slowed, now)
	}
	if w.function != nil {
		m.idle = w.mean(&w.function.idle.count, now)
	}
	for _, q := range w.queues {
		m.depth = append(m.depth, w.mean(&q.depth, now))
		m.flight = append(m.flight, w.mean(&q.held, now))
		m.seen = append(m.seen, w.mean(&q.seen, now))
		m.letters = append(m.letters, w.meanLeft(&q.letters, now))
	}
	return m
}
