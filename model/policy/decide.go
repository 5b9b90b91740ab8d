package policy

import "time"

// A throttled or unclear answer of the token is asked for again after
// callbackPause, doubling up to callbackPauseMax, callbackTries times in all:
// about 20 s together, the longest back-off of the AWS SDK's own retryer.
const (
	callbackPause    = 200 * time.Millisecond
	callbackPauseMax = 5 * time.Second
	callbackTries    = 8
)

// receive starts on a message: look at the queues that go before it, or go
// ahead.
func (p *Policy) receive(now time.Time, ev Event, s *slot, dst []Action) []Action {
	p.endPoll(s)
	if p.stopping {
		return append(dst, Action{Kind: Return, Slot: ev.Slot, Pause: Drawn})
	}
	*s = slot{class: ev.Class, receive: ev.Receive, first: ev.First, deadline: ev.Deadline}
	age := now.Sub(ev.Sent)
	switch {
	case p.cfg.Slots > 0:
		p.hold(ev, s)
	case p.cfg.Kind == Aging:
		s.rank = p.rank(ev.Class, age, ev.Receive)
	case p.cfg.Kind == Deadline:
		s.slack = p.cfg.Deadline[ev.Class] - age
	}
	return p.lookOn(now, ev.Slot, s, dst)
}

// hold notes in a polling service that a slot has a message.
func (p *Policy) hold(ev Event, s *slot) {
	s.held = true
	p.busy[ev.Class]++
	p.serve(ev.Class)
	p.taken(ev)
}

// lookOn asks for the next queue that goes before the message and that no fresh
// look covers. The highest comes first: it is the likeliest to end the search.
func (p *Policy) lookOn(now time.Time, n int, s *slot, dst []Action) []Action {
	for ; s.next < len(p.looks); s.next++ {
		if s.next == s.class || !p.outranks(s.next, s) {
			continue
		}
		l := &p.looks[s.next]
		if !p.fresh(now, l) {
			s.stage = looking
			return append(dst, Action{Kind: Look, Slot: n, Queue: s.next})
		}
		if l.busy {
			return p.giveWay(now, n, s, dst)
		}
	}
	return p.goAhead(now, n, s, dst)
}

// fresh reports whether a look may be used again. One from the future was taken
// before the clock was put back, and nobody knows how old it is.
func (p *Policy) fresh(now time.Time, l *look) bool {
	age := now.Sub(l.at)
	return !l.at.IsZero() && age >= 0 && age < p.cfg.LookCache
}

// looked takes a look into account. A look that failed says nothing, and so
// holds nobody back: a worker that stops because it cannot look would turn a
// throttled GetQueueAttributes into an outage.
func (p *Policy) looked(now time.Time, ev Event, s *slot, dst []Action) []Action {
	if ev.Status == OK {
		n := ev.Visible
		if p.cfg.Look == LookInFlight {
			n += ev.InFlight
		}
		p.looks[ev.Queue] = look{at: now, busy: n > 0}
		if n > 0 {
			return p.giveWay(now, ev.Slot, s, dst)
		}
		p.idle(ev.Queue, s.class)
	}
	s.next = ev.Queue + 1
	return p.lookOn(now, ev.Slot, s, dst)
}

// giveWay yields, unless the message must go ahead: it has been received too
// often, or has less time left than it would stay hidden.
func (p *Policy) giveWay(now time.Time, n int, s *slot, dst []Action) []Action {
	if p.cfg.EscalateAt > 0 && s.receive >= p.cfg.EscalateAt {
		return p.escalate(now, n, s, dst)
	}
	hidden, pass := p.cfg.Visibility[s.class], Action{Kind: Pass, Slot: n, Pause: Remaining}
	if p.cfg.yieldFor(s.class) == Drawn {
		hidden = p.draws.Yield()
		pass.Pause, pass.For = Drawn, hidden
	}
	if p.cfg.Kind == Deadline && s.slack < hidden {
		return p.escalate(now, n, s, dst)
	}
	s.stage = idle
	return append(dst, pass)
}

// escalate goes ahead although other work goes before the message.
func (p *Policy) escalate(now time.Time, n int, s *slot, dst []Action) []Action {
	if !p.late(now, s) {
		dst = append(dst, Action{Kind: Escalate, Slot: n})
	}
	return p.goAhead(now, n, s, dst)
}

// late reports whether the call for a later message of a batch might not end
// before the invocation does. The first message never is late, or a function
// whose timeout is below the client's would never do anything.
func (p *Policy) late(now time.Time, s *slot) bool {
	return !s.first && !s.deadline.IsZero() && s.deadline.Sub(now) < p.cfg.CallTimeout
}

// goAhead prepares the call; a message that is late is given back unharmed.
func (p *Policy) goAhead(now time.Time, n int, s *slot, dst []Action) []Action {
	if p.late(now, s) {
		s.stage = idle
		return append(dst, Action{Kind: Return, Slot: n, Pause: Remaining})
	}
	if p.cfg.CheckToken {
		s.stage = checking
		return append(dst, Action{Kind: CheckToken, Slot: n})
	}
	return p.call(n, s, dst)
}

// checked calls unless the task is known to have ended: a check that was
// throttled or got lost proves nothing.
func (p *Policy) checked(_ time.Time, ev Event, s *slot, dst []Action) []Action {
	if ev.Status == Gone {
		s.stage = idle
		return append(dst, Action{Kind: Drop, Slot: ev.Slot})
	}
	return p.call(ev.Slot, s, dst)
}

func (p *Policy) call(n int, s *slot, dst []Action) []Action {
	if p.cfg.Slots == 0 {
		p.serve(s.class)
	}
	s.stage = calling
	dst = append(dst, Action{Kind: Call, Slot: n, For: p.cfg.CallTimeout})
	if p.cfg.Heartbeat > 0 {
		dst = append(dst, Action{Kind: Alarm, Slot: n, For: p.cfg.Heartbeat})
	}
	return dst
}

// called answers the token, or gives the message back.
func (p *Policy) called(ev Event, s *slot, dst []Action) []Action {
	wrong := p.cfg.OnError
	switch ev.Status {
	case OK:
		s.stage = answering
		return append(dst, Action{Kind: Succeed, Slot: ev.Slot})
	case Rejected:
		wrong = p.cfg.OnRejected
	}
	if wrong == FailTask {
		s.stage, s.failing = answering, true
		return append(dst, Action{Kind: Fail, Slot: ev.Slot})
	}
	s.stage = idle
	return append(dst, p.back(ev, s.class))
}

// back gives a message back for another try. Retry-After is the earliest time
// at which the legacy system wants to be asked again, so a drawn pause never
// undercuts it.
func (p *Policy) back(ev Event, class int) Action {
	switch p.cfg.retryFor(class) {
	case Drawn:
		return Action{Kind: Return, Slot: ev.Slot, Pause: Drawn, For: max(p.draws.Retry(), ev.RetryAfter)}
	case RetryAfter:
		if ev.RetryAfter > 0 {
			return Action{Kind: Return, Slot: ev.Slot, Pause: Drawn, For: ev.RetryAfter}
		}
	}
	return Action{Kind: Return, Slot: ev.Slot, Pause: Remaining}
}

// answered deletes the message once its token has an answer, ours or another's.
func (p *Policy) answered(now time.Time, ev Event, s *slot, dst []Action) []Action {
	switch ev.Status {
	case OK, Gone:
		s.stage = idle
		return append(dst, Action{Kind: Delete, Slot: ev.Slot})
	}
	s.tries++
	pause := min(callbackPause<<(s.tries-1), callbackPauseMax)
	late := !s.deadline.IsZero() && !now.Add(pause).Before(s.deadline)
	if s.tries >= callbackTries || late {
		s.stage = idle
		return append(dst, Action{Kind: Return, Slot: ev.Slot, Pause: Remaining})
	}
	kind := Succeed
	if s.failing {
		kind = Fail
	}
	return append(dst, Action{Kind: kind, Slot: ev.Slot, For: pause})
}

// beat keeps task and message alive while the call lasts.
func (p *Policy) beat(ev Event, s *slot, dst []Action) []Action {
	if s.stage != calling {
		return dst
	}
	return append(dst,
		Action{Kind: Beat, Slot: ev.Slot},
		Action{Kind: Extend, Slot: ev.Slot, For: p.cfg.Visibility[s.class]},
		Action{Kind: Alarm, Slot: ev.Slot, For: p.cfg.Heartbeat})
}

// hurry gives back a message whose call has not begun: what has begun is worth
// waiting for to the last moment. A worker that shuts down gives it back at once,
// for another may have time.
func (p *Policy) hurry(ev Event, s *slot, dst []Action) []Action {
	if s.stage != looking && s.stage != checking {
		return dst
	}
	s.stage = idle
	if p.stopping {
		return append(dst, Action{Kind: Return, Slot: ev.Slot, Pause: Drawn})
	}
	return append(dst, Action{Kind: Return, Slot: ev.Slot, Pause: Remaining})
}
