package model

import (
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// LegacySystem is the slow system of a scenario without the rest of its world:
// the very entity of a run, whose callers are outside and whose clock the caller
// moves. What a call takes, whether it fails, waits or is refused, is decided as
// in a run. Not safe for use by several goroutines.
//
// Its clients have patience without end: whoever gives a call up says so with
// Leave.
type LegacySystem struct {
	w    *world
	free []int32 // seats that nobody uses
}

// LegacyAnswer is how a call ended.
type LegacyAnswer struct {
	Call   int32         // as Call returned it; the number is used again
	Code   int           // HTTP status: 200, 429, 500, 503; 0: there is no answer, for the system is down
	Status policy.Status // what it means to a worker: OK, Rejected or Failed
}

// LegacyState is what the system is doing, and what it has done since its start.
type LegacyState struct {
	Active, Waiting int  // calls at work, and in the backlog
	Down            bool // it takes no connection
	Failing         bool // calls that come now will answer 500
	Slowed          bool // an outage slows it down, or stops all work
	Counts          LegacyRun
}

// NewLegacySystem returns the system of a scenario, which must have passed
// Validate, with its clock at 0. Faults of [faults] are left out: they are the
// world's.
func NewLegacySystem(cfg *Config) *LegacySystem {
	c := *cfg
	c.Worker.CallTimeout = Longest
	w := &world{cfg: &c, epoch: time.Unix(0, 0).UTC()}
	w.audit = newAudit(w)
	w.legacy = newLegacy(w)
	return &LegacySystem{w: w}
}

// Call takes in a call of a class, 0 the highest. The task decides how much work
// it is, and task and try together whether it fails or hangs: the same numbers
// meet the same fate whenever they come. The receive count of the message that
// the call is for decides whether it may wait, where that depends on it
// (legacy_backlog_until). The answer comes from Advance, which has to be called
// at the same instant to learn of a refusal. The number returned stands for the
// call until it is answered or left.
func (s *LegacySystem) Call(class int, task int64, try, receive int32) int32 {
	var id int32
	if n := len(s.free); n > 0 {
		id, s.free = s.free[n-1], s.free[:n-1]
	} else {
		id = int32(len(s.w.seats))
		s.w.seats = append(s.w.seats, seat{call: none})
	}
	seat := &s.w.seats[id]
	seat.gen++
	seat.class, seat.call = int32(class), none
	seat.work = delivery{job: task, attempt: 1, receipt: try, service: -1}
	s.w.legacy.request(id, receive)
	return id
}

// Leave gives a call up that has no answer yet. Its work goes on: nobody tells
// the system.
func (s *LegacySystem) Leave(call int32) {
	s.w.legacy.abandon(call)
	s.w.legacy.run.Timeouts++
	s.w.seats[call].gen++ // an answer on its way finds nobody
	s.free = append(s.free, call)
}

// Advance moves the clock to now, since the start, and appends the answers that
// fall due, that instant included, to dst. The clock does not go back: an earlier
// now counts as the present.
func (s *LegacySystem) Advance(now time.Duration, dst []LegacyAnswer) []LegacyAnswer {
	const here = -1 // stops the clock at now, after all that is due then
	e := &s.w.engine
	e.Schedule(max(int64(now), e.Now()), sim.Sample, here, 0, 0)
	for ev, ok := e.Next(sim.Forever); ok && ev.Kind != here; ev, ok = e.Next(sim.Forever) {
		if ev.Kind != evAnswered {
			s.w.handle(ev)
			continue
		}
		if seat := &s.w.seats[ev.A]; uint32(ev.B>>16) == seat.gen {
			seat.gen++
			s.free = append(s.free, ev.A)
			dst = append(dst, LegacyAnswer{ev.A, answerCode(ev.B >> 8 & 0xff), policy.Status(ev.B & 0xff)})
		}
	}
	return dst
}

// answerCode returns the HTTP status of an answer, or 0 where none comes.
func answerCode(answer int64) int {
	switch answer {
	case answer200:
		return 200
	case answer429:
		return 429
	case answer500:
		return 500
	case answer503:
		return 503
	}
	return 0
}

// Next returns the time, since the start, at which something happens although
// nobody calls; false: never.
func (s *LegacySystem) Next() (time.Duration, bool) {
	at, ok := s.w.engine.Peek()
	return time.Duration(at), ok
}

// State returns what the system is doing at the time of the last Advance.
func (s *LegacySystem) State() LegacyState {
	l, now := s.w.legacy, s.w.engine.Now()
	st := LegacyState{Active: l.active, Waiting: l.backlog, Down: l.down, Failing: l.failing, Counts: l.run}
	st.Slowed = l.pool != nil && (l.pool.frozen || l.pool.factor != 1)
	r := &st.Counts
	r.Utilization = l.busy.Level.Mean(now) / float64(l.cfg.Concurrency)
	r.AtLimit = l.busy.full.Mean(now)
	r.Idle = max(0, 1-l.present.full.Mean(now))
	r.InFlightMean, r.InFlightMax = l.present.Mean(now), l.present.Max()
	if l.pool != nil {
		r.Slowed = l.pool.slowed.Mean(now)
	}
	return st
}
