package worker

import (
	"penstock/model/policy"
)

// remembered is how many tasks a process remembers to have called for.
const remembered = 1 << 14

// history is which tasks this process has called for, the last of them, by
// their idempotency keys. What other processes called for, nobody tells: the
// duplicates that are counted are a lower bound.
type history struct {
	called map[string]bool
	ring   []string
	next   int
}

// note remembers a call that was not refused, and reports whether there was one
// for the task before.
func (h *history) note(key string) (again bool) {
	if h.called[key] {
		return true
	}
	if h.called == nil {
		h.called, h.ring = make(map[string]bool), make([]string, remembered)
	}
	delete(h.called, h.ring[h.next])
	h.ring[h.next] = key
	h.next = (h.next + 1) % remembered
	h.called[key] = true
	return false
}

// meter counts what an event tells.
func (d *driver) meter(w *work, ev policy.Event) {
	if w == nil {
		return
	}
	count := func(m Measure) { d.cfg.Meter.Count(m, w.m.Class, 1) }
	switch ev.Kind {
	case policy.Looked:
		if ev.Status == policy.OK {
			d.cfg.Meter.Depth(ev.Queue, ev.Visible, ev.InFlight)
		}
	case policy.CallAnswered:
		count(Calls)
		d.answered(w, ev.Status, count)
	case policy.CallbackAnswered:
		switch {
		case ev.Status == policy.Unclear:
			w.unsure = true
		case ev.Status == policy.Gone && !w.unsure: // else an answer of ours has ended it
			if w.answer.Status != policy.TimedOut { // which is counted already
				count(OrphanCalls)
			}
		case ev.Status == policy.Throttled:
		case w.answer.Status == policy.OK:
			count(Completed)
		default:
			count(Failed)
		}
	}
}

// answered counts what a legacy call came to.
func (d *driver) answered(w *work, s policy.Status, count func(Measure)) {
	switch s {
	case policy.Rejected:
		count(Rejected)
		return
	case policy.Failed:
		count(Errors)
	case policy.TimedOut:
		count(Timeouts)
		count(OrphanCalls)
	}
	if d.past.note(w.task.Key) {
		count(DuplicateCalls)
	}
}
