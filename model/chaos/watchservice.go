package chaos

import (
	"penstock/model"
	"penstock/model/policy"
)

// serviceBook is what is known of a polling service that treats its classes by a
// rule of its own.
type serviceBook struct {
	busy   []int // by class: slots known to be taken; a slot may be taken a little longer
	turns  []int // by class: receives
	served [][]served
}

// served is where the turns of two classes stood when both began to have
// messages in line all the time.
type served struct {
	waiting     bool
	first, next int // turns of either
}

func newServiceBook(cfg *model.Config) serviceBook {
	n := len(cfg.Classes)
	b := serviceBook{busy: make([]int, n), turns: make([]int, n), served: make([][]served, n)}
	for i := range b.served {
		b.served[i] = make([]served, n)
	}
	return b
}

// serves reports whether the polling service follows one rule all the time.
func (w *watcher) serves(kind policy.Kind) bool {
	return w.sure.policy && w.cfg.Worker.Driver == model.DriverPoller && w.cfg.Policy.Kind == kind
}

// stands counts a message as one in line, or not.
func (w *watcher) stands(k *classBook, m *messageBook) {
	in := m.visible && m.gone == ""
	if in == m.standing {
		return
	}
	m.standing = in
	if in {
		k.line++
	} else {
		k.line--
	}
	if w.serves(policy.Weighted) && k.line <= 1 {
		w.lines(k)
	}
}

// lines begins or ends the times in which a class waits together with another.
func (w *watcher) lines(k *classBook) {
	for _, other := range w.classes {
		if other == k {
			continue
		}
		i, j := min(k.index, other.index), max(k.index, other.index)
		s := &w.service.served[i][j]
		both := k.line > 0 && other.line > 0
		if both && !s.waiting {
			s.first, s.next = w.service.turns[i], w.service.turns[j]
		}
		s.waiting = both
	}
}

// afresh begins anew: a service that was killed has forgotten whom it owes.
func (w *watcher) afresh() {
	for i := range w.service.served {
		clear(w.service.served[i])
	}
	for _, k := range w.classes {
		w.lines(k)
	}
}

// takes checks that a slot of the service may take this message.
func (w *watcher) takes(k *classBook, d *deliveryBook, h *model.Happening) {
	if w.cfg.Worker.Driver != model.DriverPoller || w.blurred {
		return
	}
	d.working = true
	w.service.busy[k.index]++
	w.service.turns[k.index]++
	if w.serves(policy.Reserve) {
		w.kept(h)
	}
	if w.serves(policy.Weighted) && w.cfg.Faults.EmptyReceive == 0 { // which makes a queue look empty that is not
		w.shared(k, h)
	}
}

// kept checks that the slots of each class, those at work or kept for it, fit
// into the service: else one that is kept has gone to another class.
func (w *watcher) kept(h *model.Happening) {
	slots := 0
	for _, k := range w.classes {
		slots += max(w.service.busy[k.index], k.cfg.Reserve)
	}
	if slots > w.cfg.Worker.Concurrency {
		w.fail("a slot that is kept for a class is given to no other", "%s: slots at work %v, and with those that are kept %d of %d", w.name(h), w.service.busy, slots, w.cfg.Worker.Concurrency)
	}
}

// shared checks that a class has had its share of the turns since it and another
// both wait. In start-time fair queueing what two classes get for their weights
// differs by a turn of each. A turn is charged when its poll is sent, so that each
// of the slots may have one under way at the beginning, and one at the end, or be
// on a sweep that had found the other queue empty.
func (w *watcher) shared(k *classBook, h *model.Happening) {
	for _, other := range w.classes {
		i, j := min(k.index, other.index), max(k.index, other.index)
		s := &w.service.served[i][j]
		if i == j || !s.waiting {
			continue
		}
		first, next := float64(w.classes[i].cfg.Weight), float64(w.classes[j].cfg.Weight)
		had := float64(w.service.turns[i]-s.first)/first - float64(w.service.turns[j]-s.next)/next
		slack := float64(2*w.cfg.Worker.Concurrency+3) * (1/first + 1/next)
		if had > slack || had < -slack {
			w.fail("classes that wait are served in the ratio of their weights", "%s: %d turns of %s at weight %v, %d of %s at weight %v, on %d slots",
				w.name(h), w.service.turns[i]-s.first, w.classes[i].cfg.Name, first, w.service.turns[j]-s.next, w.classes[j].cfg.Name, next, w.cfg.Worker.Concurrency)
		}
	}
}

// leaves notes that a slot may be free again.
func (w *watcher) leaves(k *classBook, d *deliveryBook) {
	if d.working {
		d.working = false
		w.service.busy[k.index]--
	}
}
