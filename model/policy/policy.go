package policy

import (
	"fmt"
	"slices"
	"time"
)

// Draws are the policy's only randomness. Yield and Retry draw how long a message
// that goes back stays hidden; each is called only where its mode is Drawn, and
// may be nil otherwise. LowFirst draws for every sweep of a polling service
// whether it goes from the lowest class up; nil: none does.
type Draws struct {
	Yield    func() time.Duration
	Retry    func() time.Duration
	LowFirst func() bool
}

// Policy decides for one worker: one Lambda execution environment, or one
// polling service with all its slots. It remembers looks, what stage each slot
// has reached and a few figures for each class, and nothing else. Not safe for
// concurrent use.
type Policy struct {
	cfg      Config
	draws    Draws
	looks    []look    // by class
	accounts []account // by class
	polls    []int     // by class: polls of slots on the way
	waiting  []int     // by class: the long ones of these
	busy     []int     // by class: slots of a polling service with a message
	virtual  int64     // Weighted: where the class served last stood
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
	held     bool // counted as busy
	deadline time.Time
	rank     int           // Aging: the class as which the message counts
	slack    time.Duration // Deadline: the time that was left when it was received
	sweep    sweep
}

// maxClasses is how many classes the bits of a sweep have room for.
const maxClasses = 64

type stage uint8

const (
	idle stage = iota
	looking
	checking
	calling
	answering
	polling
)

// New returns a policy for as many classes as cfg.Visibility is long. It
// panics where a Drawn pause has no func, or where the kind lacks a value for a
// class: the loader has proved the rest.
func New(cfg Config, draws Draws) *Policy {
	yields := cfg.YieldFor == Drawn || slices.Contains(cfg.YieldForClass, Drawn)
	retries := cfg.RetryFor == Drawn || slices.Contains(cfg.RetryForClass, Drawn)
	if yields && draws.Yield == nil || retries && draws.Retry == nil {
		panic("policy: a drawn pause needs a func to draw it")
	}
	n := len(cfg.Visibility)
	switch k := cfg.Kind; {
	case n > maxClasses:
		panic("policy: more classes than a sweep can tell apart")
	case k == Reserve && (len(cfg.Reserve) != n || cfg.Slots == 0), k == Weighted && len(cfg.Weight) != n, k == Deadline && len(cfg.Deadline) != n:
		panic("policy: kind " + string(k) + " lacks what it reads")
	}
	return &Policy{
		cfg: cfg, draws: draws, looks: make([]look, n), accounts: make([]account, n),
		polls: make([]int, n), waiting: make([]int, n), busy: make([]int, n),
	}
}

// Reset forgets every look and every message: a fresh execution environment.
func (p *Policy) Reset() {
	clear(p.looks)
	clear(p.accounts)
	clear(p.polls)
	clear(p.waiting)
	clear(p.busy)
	clear(p.slots)
	p.virtual, p.stopping = 0, false
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
		if s.stage != polling {
			p.expect(ev, s, idle)
		}
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
	case SlotFree:
		if s.stage != polling {
			p.expect(ev, s, idle)
		}
		return p.slotFree(now, ev.Slot, s, dst)
	case PollEmpty:
		p.expect(ev, s, polling)
		return p.pollEmpty(now, ev.Slot, s, dst)
	}
	panic(fmt.Sprintf("policy: unknown event kind %d", ev.Kind))
}

// Idle reports whether no slot works on a message.
func (p *Policy) Idle() bool {
	for i := range p.slots {
		if p.slots[i].stage != idle && p.slots[i].stage != polling {
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
