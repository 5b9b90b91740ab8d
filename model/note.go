package model

import "time"

// The functions below write one line of the trace each. They only watch: a run
// without a trace takes the same course.

func (w *world) emit(event string, class int32) *Happening {
	w.hap = Happening{At: time.Duration(w.engine.Now()), Event: event, Class: w.cfg.Classes[class].Name}
	return &w.hap
}

// note traces what happens to a message in its queue.
func (w *world) note(q *queue, id int32, event string) {
	if w.trace == nil {
		return
	}
	m := q.slab.all.at(id)
	h := w.emit(event, q.class)
	h.ID, h.Attempt, h.Receive = m.job, int(m.attempt), int(m.receives)
	w.trace(h)
}

func (w *world) noteTask(class int32, t *task, event string) {
	if w.trace == nil {
		return
	}
	h := w.emit(event, class)
	h.ID, h.Attempt = t.job, max(1, int(t.attempt))
	w.trace(h)
}

func (w *world) noteOutcome(class int32, t *task, outcome uint8) {
	h := w.emit("finished", class)
	h.ID, h.Attempt, h.Outcome = t.job, int(t.attempt), outcomeName(outcome)
	w.trace(h)
}

func (w *world) delivered(event string, class int32, d *delivery) *Happening {
	h := w.emit(event, class)
	h.ID, h.Attempt, h.Receive = d.job, int(d.attempt), int(d.receipt)
	return h
}

func (w *world) noteDelivery(class int32, d *delivery, event string) {
	if w.trace != nil {
		w.trace(w.delivered(event, class, d))
	}
}

func (w *world) noteDeleted(class int32, d *delivery, effective bool) {
	if w.trace != nil {
		h := w.delivered("deleted", class, d)
		h.Stale = !effective
		w.trace(h)
	}
}

func (w *world) noteSeat(s *seat, event string) {
	w.noteDelivery(s.class, &s.work, event)
}

// noteWork traces the start of a legacy call, with the environment it is made
// from.
func (w *world) noteWork(id int32, event string) {
	if w.trace == nil {
		return
	}
	h := w.worked(event, id)
	if w.function != nil {
		h.Cold = w.function.envs[id].cold
	}
	w.trace(h)
}

// worked begins a line about the work of a seat, with the environment or slot
// that it is.
func (w *world) worked(event string, id int32) *Happening {
	s := &w.seats[id]
	h := w.delivered(event, s.class, &s.work)
	h.Env = int(id) + 1
	if w.function != nil {
		h.Env = w.function.envs[id].number
	}
	return h
}

func (w *world) noteYield(id int32) {
	if w.trace != nil {
		w.trace(w.worked("yielded", id))
	}
}

// noteVisibility traces a ChangeMessageVisibility when it reaches its queue.
func (w *world) noteVisibility(class int32, d *delivery, hidden time.Duration, effective bool) {
	if w.trace != nil {
		h := w.delivered("visibility_changed", class, d)
		h.Hidden, h.Stale = hidden, !effective
		w.trace(h)
	}
}

func (w *world) noteLook(id int32, class int, visible, inFlight int64) {
	h := w.worked("looked", id)
	h.Queue, h.Visible, h.InFlight = w.cfg.Classes[class].Name, visible, inFlight
	w.trace(h)
}

func (w *world) noteAnswer(s *seat, status string) {
	h := w.delivered("answered", s.class, &s.work)
	h.Status = status
	w.trace(h)
}

func (w *world) noteCallback(s *seat, accepted bool) {
	h := w.delivered("callback", s.class, &s.work)
	h.Accepted = accepted
	w.trace(h)
}
