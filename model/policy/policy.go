package policy

import (
	"fmt"
	"slices"
	"time"
)

// Pauses draws how long a message that goes back stays hidden. A func is
// called only where its mode is Drawn, and may be nil otherwise. They are the
// policy's only randomness.
type Pauses struct {
	Yield func() time.Duration
	Retry func() time.Duration
}

// Policy decides for one worker: one Lambda execution environment, or one
// polling service with all its slots. It remembers looks and what stage each
// slot has reached, and nothing else. Not safe for concurrent use.
type Policy struct {
	cfg      Config
	pauses   Pauses
	looks    []look // by class
	slots    []slot
	stopping bool
}

// look is the last answer about one queue.
type look struct {
	at   time.Time // zero: never looked
	busy bool
}

// slot is the message that one slot works on.
type slot struct {
	stage    stage
	class    int
	receive  int
	first    bool
	next     int // the class to look at next
	tries    int // answers of the token that came to nothing
	failing  bool
	deadline time.Time
}

type stage uint8

const (
	idle stage = iota
	looking
	checking
	calling
	answering
)

// New returns a policy for as many classes as cfg.Visibility is long. It
// panics where a Drawn pause has no func: the loader has proved the rest.
func New(cfg Config, pauses Pauses) *Policy {
	yields := cfg.YieldFor == Drawn || slices.Contains(cfg.YieldForClass, Drawn)
	retries := cfg.RetryFor == Drawn || slices.Contains(cfg.RetryForClass, Drawn)
	if yields && pauses.Yield == nil || retries && pauses.Retry == nil {
		panic("policy: a drawn pause needs a func to draw it")
	}
	return &Policy{cfg: cfg, pauses: pauses, looks: make([]look, len(cfg.Visibility))}
}

// Reset forgets every look and every message: a fresh execution environment.
func (p *Policy) Reset() {
	clear(p.looks)
	clear(p.slots)
	p.stopping = false
}

// Step tells the policy that ev happened at now, and appends what it wants
// done, in order, to dst. The policy keeps neither. An event that cannot
// happen in the slot's stage is a bug of the driver and panics; a HeartbeatDue
// or DeadlineNear that comes too late is ignored, for no driver can rule it out.
func (p *Policy) Step(now time.Time, ev Event, dst []Action) []Action {
	if ev.Kind == Stopping {
		p.stopping = true
		return dst
	}
	s := p.slot(ev.Slot)
	switch ev.Kind {
	case Received:
		p.expect(ev, s, idle)
		return p.receive(now, ev, s, dst)
	case Looked:
		p.expect(ev, s, looking)
		return p.looked(now, ev, s, dst)
	case TokenChecked:
		p.expect(ev, s, checking)
		return p.checked(now, ev, s, dst)
	case CallAnswered:
		p.expect(ev, s, calling)
		return p.called(ev, s, dst)
	case CallbackAnswered:
		p.expect(ev, s, answering)
		return p.answered(now, ev, s, dst)
	case HeartbeatDue:
		return p.beat(ev, s, dst)
	case DeadlineNear:
		return p.hurry(ev, s, dst)
	}
	panic(fmt.Sprintf("policy: unknown event kind %d", ev.Kind))
}

// Idle reports whether no slot works on a message.
func (p *Policy) Idle() bool {
	for i := range p.slots {
		if p.slots[i].stage != idle {
			return false
		}
	}
	return true
}

func (p *Policy) slot(n int) *slot {
	for n >= len(p.slots) {
		p.slots = append(p.slots, slot{})
	}
	return &p.slots[n]
}

func (p *Policy) expect(ev Event, s *slot, want stage) {
	if s.stage != want {
		panic(fmt.Sprintf("policy: event %d in slot %d at stage %d, want stage %d", ev.Kind, ev.Slot, s.stage, want))
	}
}
