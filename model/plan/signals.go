package plan

import (
	"context"
	"math"
	"time"

	"penstock/model"
)

// SignalKind is one thing that a monitoring system sees of the real system, one
// value a minute.
type SignalKind uint8

// The signals. Those down to Orphans are of one class. Ages are in seconds, all
// others numbers.
const (
	AgeReceived  SignalKind = iota // largest age at which a message was received; a minute without a receive has no value
	AgeOldest                      // age of the oldest message at the end of the minute, those received three times and more apart (SQS's own metric leaves them out)
	Visible                        // messages visible at the end of the minute
	DeadLetters                    // messages that went to the dead-letter queue
	Yields                         // messages given way with
	Orphans                        // legacy calls whose work went on without a client, or whose task had ended
	Throttles                      // batches that a mapping could not run
	Unsuccessful                   // tasks that ended otherwise than completed
	signalKinds
)

// ofClass reports whether there is one such signal for each class.
func (k SignalKind) ofClass() bool { return k < Throttles }

// Signal is one signal in every replication: a value for each whole minute of
// the counted time, NaN where there is none.
type Signal [][]float32

// Signals are all signals of a scenario.
type Signals struct {
	Config     *model.Config
	Confidence float64
	Kills      []int64         // invocations killed at the function's timeout, by replication
	Counted    []time.Duration // by replication, whole minutes
	byKind     [signalKinds][]Signal
}

// Of returns a signal; class is 0 for those that are not of one class.
func (s *Signals) Of(k SignalKind, class int) Signal { return s.byKind[k][class] }

// RunSignals simulates a scenario as Execute does, and watches it minute by
// minute. Where the scenario leaves the number of replications to [precision],
// there are as many as that begins with.
func RunSignals(ctx context.Context, cfg *model.Config, opt Options) (*Signals, error) {
	s, err := newSampler(ctx, cfg, nil, opt, model.Simulate)
	if err != nil {
		return nil, err
	}
	n := s.study.atFirst()
	options, eyes := make([]model.Options, n), make([]*watch, n)
	for i := range options {
		eyes[i] = newWatch(cfg, s.warmup)
		options[i] = model.Options{Replication: i, Warmup: s.warmup, Unchecked: opt.Unchecked, Trace: eyes[i].see}
	}
	out, err := s.study.replicate(ctx, cfg, options, nil)
	if err != nil {
		return nil, err
	}
	s.study.progress.finish()
	all := &Signals{Config: cfg, Confidence: cfg.Precision.Confidence}
	for i, e := range eyes {
		minutes := out[i].run.Metered / time.Minute
		e.flushTo(s.warmup + minutes*time.Minute)
		e.most = int(minutes)
		all.Kills = append(all.Kills, out[i].run.Worker.Timeouts)
		all.Counted = append(all.Counted, minutes*time.Minute)
	}
	for k := range signalKinds {
		for c := range eyes[0].rows[k] {
			var signal Signal
			for _, e := range eyes {
				signal = append(signal, e.rows[k][c][:e.most])
			}
			all.byKind[k] = append(all.byKind[k], signal)
		}
	}
	return all, nil
}

// watch turns the happenings of one run into signals.
type watch struct {
	cfg    *model.Config
	end    time.Duration // of the minute at hand
	most   int           // minutes that count
	rows   [signalKinds][][]float32
	now    [signalKinds][]float64 // of the minute at hand
	queues []watched
}

// watched is a queue as its metrics show it.
type watched struct {
	present map[messageID]*watchedMessage
	order   []messageID // by the time of the send
	delayed []messageID // not visible yet
	visible int
}

type messageID struct {
	id      int64
	attempt int
}

type watchedMessage struct {
	sent     time.Duration
	receives int
	visible  bool
}

func newWatch(cfg *model.Config, warmup time.Duration) *watch {
	w := &watch{cfg: cfg, end: warmup + time.Minute, queues: make([]watched, len(cfg.Classes))}
	for k := range signalKinds {
		n := 1
		if k.ofClass() {
			n = len(cfg.Classes)
		}
		w.rows[k], w.now[k] = make([][]float32, n), make([]float64, n)
	}
	for i := range w.queues {
		w.queues[i].present = map[messageID]*watchedMessage{}
	}
	w.clear()
	return w
}

func (w *watch) clear() {
	for k := range signalKinds {
		for c := range w.now[k] {
			w.now[k][c] = 0
			if k == AgeReceived {
				w.now[k][c] = math.NaN()
			}
		}
	}
}

// see takes one happening into account.
func (w *watch) see(h *model.Happening) {
	w.flushTo(h.At)
	class := 0
	for w.cfg.Classes[class].Name != h.Class {
		class++
	}
	before := h.At < w.end-time.Minute // within the warm-up
	w.queues[class].see(h, w.cfg.Classes[class].Queue.Delay)
	if before {
		return
	}
	add := func(k SignalKind) { w.now[k][min(class, len(w.now[k])-1)]++ }
	switch h.Event {
	case "received":
		if m := w.queues[class].present[messageID{h.ID, h.Attempt}]; m != nil {
			w.now[AgeReceived][class] = math.Max(nanAsLeast(w.now[AgeReceived][class]), (h.At - m.sent).Seconds())
		}
	case "yielded":
		add(Yields)
	case "throttled":
		w.now[Throttles][0]++
	case "dead_lettered":
		add(DeadLetters)
	case "answered":
		if h.Status == "timeout" {
			add(Orphans)
		}
	case "callback":
		if !h.Accepted {
			add(Orphans)
		}
	case "finished":
		if h.Outcome != "completed" {
			w.now[Unsuccessful][0]++
		}
	}
}

func nanAsLeast(x float64) float64 {
	if math.IsNaN(x) {
		return math.Inf(-1)
	}
	return x
}

// flushTo ends every minute up to at.
func (w *watch) flushTo(at time.Duration) {
	for ; w.end <= at; w.end += time.Minute {
		for i := range w.queues {
			q := &w.queues[i]
			q.appear(w.end, w.cfg.Classes[i].Queue.Delay)
			w.now[Visible][i] = float64(q.visible)
			w.now[AgeOldest][i] = q.age(w.end).Seconds()
		}
		for k := range signalKinds {
			for c, x := range w.now[k] {
				w.rows[k][c] = append(w.rows[k][c], float32(x))
			}
		}
		w.clear()
	}
}

// see follows the messages of the queue.
func (q *watched) see(h *model.Happening, delay time.Duration) {
	id := messageID{h.ID, h.Attempt}
	q.appear(h.At, delay)
	m := q.present[id]
	switch h.Event {
	case "sent", "redriven":
		m = &watchedMessage{sent: h.At}
		q.present[id] = m
		q.order = append(q.order, id)
		if delay > 0 && h.Event == "sent" {
			q.delayed = append(q.delayed, id)
			return
		}
		q.show(m, true)
	case "received":
		if m != nil {
			m.receives = h.Receive
			q.show(m, false)
		}
	case "visible":
		if m != nil {
			q.show(m, true)
		}
	case "deleted", "dead_lettered", "retention_expired":
		if m != nil && !h.Stale {
			q.show(m, false)
			delete(q.present, id)
		}
	}
}

func (q *watched) show(m *watchedMessage, visible bool) {
	switch {
	case visible && !m.visible:
		q.visible++
	case !visible && m.visible:
		q.visible--
	}
	m.visible = visible
}

// appear shows the messages whose delay has passed.
func (q *watched) appear(now, delay time.Duration) {
	for len(q.delayed) > 0 {
		m := q.present[q.delayed[0]]
		if m != nil && m.sent+delay > now {
			return
		}
		if m != nil && m.receives == 0 {
			q.show(m, true)
		}
		q.delayed = q.delayed[1:]
	}
}

// age returns the age of the oldest message that was received less than three
// times (SQS Developer Guide, available CloudWatch metrics).
func (q *watched) age(now time.Duration) time.Duration {
	const forgotten = 3
	for len(q.order) > 0 {
		if m := q.present[q.order[0]]; m != nil && m.receives < forgotten {
			return now - m.sent
		}
		q.order = q.order[1:]
	}
	return 0
}
