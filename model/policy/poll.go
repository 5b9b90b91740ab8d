package policy

import "time"

const (
	// pollWait is the longest long poll that SQS allows (SQS API Reference,
	// ReceiveMessage).
	pollWait = 20 * time.Second
	// sharedWait is the long poll of a service with several queues. A slot that
	// waits for one queue is deaf to the others, and a poll under way cannot be
	// called off without the risk of losing what it has just received for a whole
	// visibility timeout: the wait bounds how long a message can lie in one queue
	// while a slot waits idly for another. It costs a request for every two
	// seconds of an idle slot.
	sharedWait = 2 * time.Second
)

// sweep is the search for work of one free slot: it asks the queues by short
// polls, in the order of the policy's kind, until one has a message or all were
// asked, and then settles on a long poll.
type sweep struct {
	asked uint64 // the classes asked in this sweep, one bit each
	up    bool   // from the lowest class up
	queue int    // of the present poll
	long  bool   // the present poll is a long one
}

// slotFree starts a sweep.
func (p *Policy) slotFree(now time.Time, n int, s *slot, dst []Action) []Action {
	p.endPoll(s)
	if s.held {
		s.held = false
		p.busy[s.class]--
	}
	if p.stopping {
		return dst
	}
	s.sweep = sweep{up: p.draws.LowFirst != nil && p.draws.LowFirst()}
	return p.poll(now, n, s, dst)
}

// pollEmpty goes on with the sweep; after a long poll it starts the next one,
// unless with this slot's next poll every queue has a slot that waits for it.
func (p *Policy) pollEmpty(now time.Time, n int, s *slot, dst []Action) []Action {
	long := s.sweep.long
	p.endPoll(s)
	p.foundEmpty(now, s.sweep.queue)
	switch {
	case p.stopping:
		return dst
	case long && gaps(p.waiting) > 1:
		return p.slotFree(now, n, s, dst)
	}
	s.sweep.asked |= 1 << s.sweep.queue
	return p.poll(now, n, s, dst)
}

// poll asks for the next poll of a slot's sweep.
func (p *Policy) poll(now time.Time, n int, s *slot, dst []Action) []Action {
	queue, wait := p.nextQueue(now, s), time.Duration(0)
	if queue < 0 {
		queue, wait = p.longPoll(), sharedWait
		if len(p.waiting) == 1 {
			wait = pollWait
		}
		p.waiting[queue]++
	}
	s.stage, s.sweep.queue, s.sweep.long = polling, queue, wait > 0
	p.polls[queue]++
	return append(dst, Action{Kind: Receive, Slot: n, Queue: queue, For: wait})
}

// endPoll forgets the poll of a slot, if it has one.
func (p *Policy) endPoll(s *slot) {
	if s.stage != polling {
		return
	}
	s.stage = idle
	p.polls[s.sweep.queue]--
	if s.sweep.long {
		p.waiting[s.sweep.queue]--
	}
}

// nextQueue returns the class that a sweep asks next, -1 at its end.
func (p *Policy) nextQueue(now time.Time, s *slot) int {
	best := -1
	for i := range p.waiting {
		c := i
		if s.sweep.up {
			c = len(p.waiting) - 1 - i
		}
		if s.sweep.asked>>c&1 == 1 || !p.admits(c) {
			continue
		}
		if best < 0 || p.before(now, c, best) {
			best = c
		}
	}
	return best
}

// longPoll returns the class that the fewest other slots wait for, the highest
// of those.
func (p *Policy) longPoll() int {
	best := -1
	for c, n := range p.waiting {
		if p.admits(c) && (best < 0 || n < p.waiting[best]) {
			best = c
		}
	}
	return best
}

// gaps returns how many queues no slot waits for.
func gaps(waiting []int) int {
	n := 0
	for _, w := range waiting {
		if w == 0 {
			n++
		}
	}
	return n
}
