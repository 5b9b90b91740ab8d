package chaos

import (
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// lookBook is what a worker remembers of a queue: an environment of a function, or
// the whole of a polling service.
type lookBook struct {
	at   time.Duration // by its own clock
	busy bool
}

// clock is what the workers' clocks show now.
func (w *watcher) clock() time.Duration {
	f := &w.cfg.Faults
	if f.Until > 0 && w.now >= f.Until {
		return w.now
	}
	return w.now + f.ClockAhead - f.ClockBehind
}

// remembers notes a look, whoever's work it was for.
func (w *watcher) remembers(h *model.Happening) {
	q := w.byName[h.Queue]
	if q == nil || w.cfg.Policy.LookCache == 0 {
		return
	}
	env := w.memory(h)
	looks := w.looks[env]
	if looks == nil {
		looks = make([]*lookBook, len(w.classes))
		w.looks[env] = looks
	}
	looks[q.index] = &lookBook{at: w.clock(), busy: w.work(h) > 0}
}

// memory says whose memory it is: the slots of a service share one.
func (w *watcher) memory(h *model.Happening) int {
	if w.cfg.Worker.Driver == model.DriverPoller {
		return 0
	}
	return h.Env
}

// work returns the work that a look saw.
func (w *watcher) work(h *model.Happening) int64 {
	if w.cfg.Policy.Look == policy.LookInFlight {
		return h.Visible + h.InFlight
	}
	return h.Visible
}

// saw reports whether the worker's last look at a queue above k found work there,
// no longer ago than look_cache by its own clock. A look from before the clock was
// put back has no age.
func (w *watcher) saw(k *classBook, h *model.Happening) bool {
	for i, l := range w.looks[w.memory(h)] {
		if l == nil || i >= k.index || !l.busy {
			continue
		}
		if age := w.clock() - l.at; age >= 0 && age < w.cfg.Policy.LookCache {
			return true
		}
	}
	return false
}
