package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"penstock/model/policy"
)

// Replayed is what a replay has found.
type Replayed struct {
	Policies int // instances: environments of a function, or runs of a service
	Steps    int
	Skipped  int  // steps of work that had begun before the log did
	Others   int  // lines that are none of a journal's
	Cut      bool // the last line is not whole, and was left out
	Drawn    int  // pauses of the log that were taken as they were: how they are drawn is not compared
	// Late tells of each policy whose first steps, or some in between, are missing:
	// what it remembers of that time is unknown, and so the decisions that rest on it.
	Late []Gap
	// Difference is the first decision that differs; nil: none does.
	Difference *Difference
}

// Gap is where steps of a policy are missing.
type Gap struct {
	Line   int // the first line after it
	Policy string
	From   int64 // the first step that is missing, from 1
	To     int64 // … and the last
}

// Difference is a decision that is another now.
type Difference struct {
	Line   int // in the log, from 1
	Policy string
	N      int64 // the policy's step, from 1
	Event  string
	Slot   int
	Then   string // what was decided
	Now    string // what is decided now
	Unsure bool   // steps before it are missing that may be the reason
}

// Replay feeds the journals in a log through fresh policies, one for each
// instance, up to the first decision that differs. cfg is what they are built
// from; nil: what the log says that each was built from. Lines of other kinds
// may stand between, and the last may be cut. An error names the line.
func Replay(log io.Reader, cfg *policy.Config) (Replayed, error) {
	in := reader{in: bufio.NewReaderSize(log, 1<<16)}
	var r Replayed
	players := map[string]*player{}
	for r.Difference == nil {
		l, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, err
		}
		p := players[l.Policy]
		if l.Msg == msgPolicy || p == nil {
			if p, err = begin(&l, cfg); err != nil {
				return r, fmt.Errorf("line %d: %w", l.Number, err)
			}
			players[l.Policy] = p
			r.Policies++
			if l.Msg == msgPolicy {
				continue
			}
		}
		if err := p.play(&l, &r); err != nil {
			return r, fmt.Errorf("line %d: %w", l.Number, err)
		}
	}
	r.Others, r.Cut = in.others, in.cut
	return r, nil
}

// player replays one policy.
type player struct {
	cfg    policy.Config
	policy *policy.Policy
	n      int64  // the last step
	known  []bool // by slot: its work began after the last gap
	whole  bool   // no step is missing
	drawn  Drawn  // of the present step
	actual Drawn  // asked for in it
	acts   []policy.Action
}

// begin prepares for the policy that a line is the first of.
func begin(l *line, cfg *policy.Config) (*player, error) {
	p := &player{whole: true}
	switch {
	case cfg != nil && l.Config != nil && !alike(cfg, l.Config):
		return nil, fmt.Errorf("policy %s has %s, and the scenario %s: they cannot be compared", l.Policy, shape(l.Config), shape(cfg))
	case cfg != nil:
		p.cfg = *cfg
	case l.Config != nil:
		p.cfg = *l.Config
	default:
		return nil, fmt.Errorf("the log begins in the middle and does not say what policy %s was built from: give the scenario file", l.Policy)
	}
	return p, p.fresh()
}

// alike reports whether what happened to one policy can happen to the other.
func alike(a, b *policy.Config) bool {
	return len(a.Visibility) == len(b.Visibility) && a.Slots == b.Slots
}

// shape says what a policy decides for.
func shape(c *policy.Config) string {
	classes := "1 class"
	if n := len(c.Visibility); n != 1 {
		classes = fmt.Sprintf("%d classes", n)
	}
	if c.Slots == 0 {
		return classes + " in a function"
	}
	return fmt.Sprintf("%s in a service of concurrency %d", classes, c.Slots)
}

// fresh builds the policy anew. Its constructor panics at what it cannot use.
func (p *player) fresh() (err error) {
	defer func() {
		if bad := recover(); bad != nil {
			err = fmt.Errorf("%v", bad)
		}
	}()
	p.known = nil
	p.policy = policy.New(p.cfg, policy.Draws{
		Yield:    func() time.Duration { p.actual.HasYield = true; return p.drawn.Yield },
		Retry:    func() time.Duration { p.actual.HasRetry = true; return p.drawn.Retry },
		LowFirst: func() bool { return p.drawn.LowFirst },
	})
	return nil
}

// play replays one step.
func (p *player) play(l *line, r *Replayed) error {
	s, err := l.step(len(p.cfg.Visibility))
	if err != nil {
		return err
	}
	switch {
	case l.N <= p.n:
		return fmt.Errorf("step %d of policy %s comes after its step %d: sort the log by policy and n", l.N, l.Policy, p.n)
	case l.N > p.n+1:
		r.Late = append(r.Late, Gap{l.Number, l.Policy, p.n + 1, l.N - 1})
		p.whole = false
		if err := p.fresh(); err != nil {
			return err
		}
	}
	p.n = l.N
	r.Steps++
	if !p.whole && !p.knows(&s.event) {
		r.Skipped++
		return nil
	}
	p.drawn = s.drawn
	now := p.decide(&s)
	if p.actual.HasYield || p.actual.HasRetry {
		r.Drawn++
	}
	if now != l.Decided {
		r.Difference = &Difference{l.Number, l.Policy, l.N, l.Event, l.Slot, l.Decided, now, !p.whole && p.remembers()}
	}
	return nil
}

// knows reports whether an event can be replayed after a gap: the slot's work
// must have begun since.
func (p *player) knows(ev *policy.Event) bool {
	if ev.Kind == policy.Stopping {
		return true
	}
	for len(p.known) <= ev.Slot {
		p.known = append(p.known, false)
	}
	if ev.Kind == policy.Received || ev.Kind == policy.SlotFree {
		p.known[ev.Slot] = true
	}
	return p.known[ev.Slot]
}

// remembers reports whether a decision may rest on more than the message at
// hand: on looks, on the classes served before, or on other slots.
func (p *player) remembers() bool {
	return p.cfg.Slots > 0 || p.cfg.LookCache > 0 || p.cfg.Kind == policy.Weighted
}

// decide returns what is decided now, in words. An event that the policy cannot
// get where it stands now is a difference as well.
func (p *player) decide(s *step) (said string) {
	defer func() {
		if bad := recover(); bad != nil {
			said = fmt.Sprintf("nothing: %v", bad)
		}
	}()
	p.actual = Drawn{}
	p.acts = p.policy.Step(s.now, s.event, p.acts[:0])
	said = Decision(p.acts)
	if p.actual.HasYield && !p.drawn.HasYield || p.actual.HasRetry && !p.drawn.HasRetry {
		said += ", after a draw that was not made then"
	}
	return said
}
