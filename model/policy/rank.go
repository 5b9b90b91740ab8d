package policy

import "time"

// account is what a policy remembers of one class.
type account struct {
	pass  int64     // Weighted: where the class stands in virtual time
	empty bool      // Weighted: its queue was found empty since it was last served
	head  time.Time // Aging, Deadline: no message that waits is known to be older; zero: nothing known
}

// unit is what serving one message of weight 1 costs in virtual time: enough to
// divide by any weight, and room in an int64 for 10¹¹ messages.
const unit = 1 << 24

// before reports whether a sweep asks class c before class d, which stands
// before it in the order of the sweep.
func (p *Policy) before(now time.Time, c, d int) bool {
	a, b := &p.accounts[c], &p.accounts[d]
	switch p.cfg.Kind {
	case Weighted:
		return p.standing(c) < p.standing(d)
	case Deadline:
		return a.head.Add(p.cfg.Deadline[c]).Before(b.head.Add(p.cfg.Deadline[d]))
	case Aging:
		rc, rd := p.rank(c, now.Sub(a.head), 1), p.rank(d, now.Sub(b.head), 1)
		return rc < rd || rc == rd && a.head.Before(b.head)
	}
	return false
}

// standing is the virtual time at which the next message of a class is due,
// those that polls are on the way for counted as served: the classes are served
// in its order. This is start-time fair queueing (Goyal, Vin and Cheng,
// SIGCOMM 1996), with a message as the unit of work.
func (p *Policy) standing(class int) int64 {
	a := &p.accounts[class]
	at := a.pass
	if a.empty {
		at = max(at, p.virtual)
	}
	return at + int64(p.polls[class])*p.cost(class)
}

func (p *Policy) cost(class int) int64 { return unit / int64(p.cfg.Weight[class]) }

// serve charges a class for a message. A class that had nothing to do has saved
// nothing: it starts where the others are.
func (p *Policy) serve(class int) {
	if p.cfg.Kind != Weighted {
		return
	}
	a := &p.accounts[class]
	if a.empty {
		a.pass, a.empty = max(a.pass, p.virtual), false
	}
	p.virtual = max(p.virtual, a.pass)
	a.pass += p.cost(class)
}

// idle notes in a Lambda environment that a class has nothing to do, and so
// saves nothing: it does not fall behind the class that looked.
func (p *Policy) idle(class, looker int) {
	a := &p.accounts[class]
	a.pass = max(a.pass, p.accounts[looker].pass)
}

// taken notes what a received message tells of its queue. Messages come roughly
// in the order in which they were sent, so the next is about as old as this; one
// that was received before has been hidden meanwhile and tells nothing.
func (p *Policy) taken(ev Event) {
	if ev.Receive == 1 {
		p.accounts[ev.Class].head = ev.Sent
	}
}

// foundEmpty notes that a poll found nothing: what comes now is younger.
func (p *Policy) foundEmpty(now time.Time, class int) {
	p.accounts[class].head, p.accounts[class].empty = now, true
}

// rank returns the class as which a message counts: one higher for every
// AgeStep of its age, and for every ReceiveStep of its receives after the first.
func (p *Policy) rank(class int, age time.Duration, receive int) int {
	r := class
	if step := p.cfg.AgeStep; step > 0 {
		r -= int(max(0, age) / step)
	}
	if step := p.cfg.ReceiveStep; step > 0 {
		r -= (receive - 1) / step
	}
	return max(0, r)
}

// admits reports whether a free slot may take a message of a class: Reserve
// keeps as many slots free as the other classes lack of theirs. Polls on the way
// count as work, for each may bring a message.
func (p *Policy) admits(class int) bool {
	if p.cfg.Kind != Reserve || p.busy[class]+p.polls[class] < p.cfg.Reserve[class] {
		return true
	}
	free := p.cfg.Slots - 1 // without the slot that asks
	for c := range p.busy {
		n := p.busy[c] + p.polls[c]
		free -= n
		if c != class {
			free -= max(0, p.cfg.Reserve[c]-n)
		}
	}
	return free >= 0
}

// Admits reports whether a slot that waits may be given a message of a class
// whatever it polls for. It is for a driver that can wait for all queues at once.
func (p *Policy) Admits(slot, class int) bool {
	s := p.slot(slot)
	if s.stage != polling {
		return p.admits(class)
	}
	p.polls[s.sweep.queue]--
	ok := p.admits(class)
	p.polls[s.sweep.queue]++
	return ok
}

// Turn tells the policy that a slot that waits has been given a message of a
// class, whatever it polls for, ahead of the Received that will bring it: whom
// Admits is asked about meanwhile finds one slot fewer.
func (p *Policy) Turn(slot, class int) {
	s := p.slot(slot)
	if s.stage != polling {
		return
	}
	p.polls[s.sweep.queue]--
	p.polls[class]++
	if s.sweep.long {
		p.waiting[s.sweep.queue]--
		p.waiting[class]++
	}
	s.sweep.queue = class
}

// outranks reports whether work in the queue of a class goes before the message
// of a Lambda environment. Of the messages that wait there nothing is known but
// their number: GetQueueAttributes tells no ages.
func (p *Policy) outranks(class int, s *slot) bool {
	switch {
	case p.cfg.Kind == Yield:
		return class < s.class
	case p.cfg.Slots > 0:
		return false // its polls have chosen the message
	}
	switch p.cfg.Kind {
	case Weighted: // it lags behind by a whole message
		return p.accounts[class].pass+p.cost(class) <= p.accounts[s.class].pass
	case Aging:
		return class < s.rank
	case Deadline: // whatever waits there has less time left
		return p.cfg.Deadline[class] < s.slack
	}
	return false
}
