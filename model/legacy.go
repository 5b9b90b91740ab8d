package model

import (
	"penstock/model/policy"
	"penstock/sim"
)

// call is one call of the legacy system, from its acceptance until its work is
// done. The client may be gone long before.
type call struct {
	seat    int32  // the caller, or none once it has given up
	gen     uint32 // of the seat
	serial  uint32 // counts the lives of this slot
	next    int32  // free list, or backlog
	class   int32
	demand  int64 // service time, ns
	fails   bool
	hangs   bool
	lies    bool  // answers 503 after the work
	present bool  // accepted, and its work not done
	active  bool  // being worked on, not waiting in the backlog
	begun   int64 // when the work began, ns
	came    int64 // when it was accepted, ns
}

// legacy is the slow system behind the worker.
type legacy struct {
	w        *world
	cfg      *Legacy
	limit    limiter
	service  []sampler      // by class
	most     []backlogLimit // by class
	fates    []*sim.Stream
	calls    []call
	free     int32
	waiting  [2]int32 // backlog: head and tail
	backlog  int
	active   int
	patience *sim.Lane // client timeouts, by seat
	pool     *pool     // shared mode; nil: every call runs at full speed

	down, failing bool
	run           LegacyRun
	busy          gauge // calls worked on
	present       gauge // calls worked on or waiting; full while there is any
	peak          int64 // largest present since the last sample
}

func newLegacy(w *world) *legacy {
	l := &legacy{w: w, cfg: &w.cfg.Legacy, free: none, waiting: [2]int32{none, none}}
	l.limit = newLimiter(l.cfg.RateLimit)
	l.busy.limit, l.present.limit = int64(l.cfg.Concurrency), 1
	// An answer that comes at the very instant of the client's timeout is in
	// time: timeouts go after all that finishes.
	l.patience = sim.NewLane(&w.engine, sim.Arrive, evPatience, 0)
	for i := range w.cfg.Classes {
		c := &w.cfg.Classes[i]
		law := l.cfg.Service
		if c.Service != nil {
			law = *c.Service
		}
		l.most = append(l.most, newBacklogLimit(l.cfg, c))
		stream := w.stream("class." + c.Name + ".legacy")
		l.service = append(l.service, newSampler(law, stream))
		l.fates = append(l.fates, stream)
	}
	shared := l.cfg.Slowdown.Kind != "none"
	for i, o := range l.cfg.Outages { // ends first: one may begin as another ends
		shared = shared || o.Kind == "slow" || o.Kind == "hang"
		w.engine.Schedule(int64(o.At+o.For), sim.Finish, evOutage, int32(i), 0)
	}
	for i, o := range l.cfg.Outages {
		w.engine.Schedule(int64(o.At), sim.Finish, evOutage, int32(i), 1)
	}
	if shared {
		l.pool = newPool(l)
	}
	return l
}

// request takes in a call for a message at its receive count, or refuses it at
// once. A refusal is an event too, so that the worker never meets an answer in
// the middle of its own step.
func (l *legacy) request(seat, receive int32) {
	s := &l.w.seats[seat]
	now := l.w.engine.Now()
	l.run.Calls++
	switch {
	case l.down:
		l.refuse(seat, policy.Rejected, answerRefused)
		return
	case !l.limit.take(now):
		l.refuse(seat, policy.Rejected, answer429)
		return
	}
	l.w.paced(now)
	if l.active >= l.cfg.Concurrency && l.backlog >= l.most[s.class].at(receive) {
		l.refuse(seat, policy.Rejected, answer503)
		return
	}
	id := l.alloc()
	c := &l.calls[id]
	*c = call{seat: seat, gen: s.gen, serial: c.serial + 1, next: none, class: s.class, fails: l.failing, present: true, came: now}
	l.w.audit.present.enter(now)
	l.draw(c, &s.work)
	s.call = id
	l.patience.Add(seat, now+int64(l.w.cfg.Worker.CallTimeout))
	if l.active < l.cfg.Concurrency {
		l.begin(id)
	} else {
		l.wait(id)
	}
	l.count()
}

// draw decides the call's fate. It belongs to the task, not to the moment, so
// that every policy meets the same world: what is slow once is slow each time
// it is tried, while an error or a hang strikes one call.
func (l *legacy) draw(c *call, d *delivery) {
	if l.cfg.ErrorRate > 0 || l.cfg.HangRate > 0 {
		stream := l.fates[c.class]
		stream.Job(uint64(d.job), uint64(d.attempt)<<32|uint64(d.receipt))
		fate := stream.Float64() // one number: a call that fails does not hang as well
		c.fails = c.fails || fate < l.cfg.ErrorRate
		c.hangs = fate >= l.cfg.ErrorRate && fate-l.cfg.ErrorRate < l.cfg.HangRate
	}
	if f := l.w.faults; f != nil {
		c.fails = f.strikesWork(faultCallErrors, c.class, d) || f.poisoned(c.class, d) || c.fails
		c.hangs = f.strikesWork(faultCallHangs, c.class, d) || c.hangs
		c.lies = f.strikesWork(faultCallLies, c.class, d)
	}
	c.demand = d.service
	if d.service < 0 {
		c.demand = int64(l.service[c.class].job(uint64(d.job), 0))
	}
}

func (l *legacy) refuse(seat int32, status policy.Status, answer int64) {
	l.run.Rejected++
	s := &l.w.seats[seat]
	s.call = none
	l.w.engine.Schedule(l.w.engine.Now(), sim.Finish, evAnswered, seat, int64(s.gen)<<16|answer<<8|int64(status))
}

// begin starts to work on a call.
func (l *legacy) begin(id int32) {
	c := &l.calls[id]
	now := l.w.engine.Now()
	c.active, c.begun = true, now
	if c.seat != none {
		l.w.seats[c.seat].begun = now
	}
	l.active++
	l.w.audit.calls.enter(now)
	l.w.within(int64(l.active), int64(l.w.cfg.Legacy.Concurrency), "legacy calls at work")
	if l.pool != nil {
		l.pool.add(id, float64(c.demand))
		return
	}
	l.w.engine.Schedule(l.w.engine.Now()+c.demand, sim.Finish, evCallDone, id, int64(c.serial))
}

// wait puts a call into the backlog.
func (l *legacy) wait(id int32) {
	if l.waiting[1] != none {
		l.calls[l.waiting[1]].next = id
	} else {
		l.waiting[0] = id
	}
	l.waiting[1] = id
	l.backlog++
}

// onDone ends the work on a call of full speed.
func (l *legacy) onDone(id int32, serial uint32) {
	if c := &l.calls[id]; c.serial == serial && c.active {
		l.done(id)
		l.fill()
		l.count()
	}
}

// done ends the work on a call and tells the client, if it still listens and
// the answer is not lost.
func (l *legacy) done(id int32) {
	c := &l.calls[id]
	l.active--
	l.w.audit.calls.leave(l.w.engine.Now(), c.begun)
	seat, gen, fails, hangs, lies := c.seat, c.gen, c.fails, c.hangs, c.lies
	l.release(id)
	if seat == none {
		return
	}
	l.w.seats[seat].call = none
	if hangs {
		return // the client's timeout ends it
	}
	l.patience.Remove(seat)
	status, answer := policy.OK, answer200
	if fails {
		l.run.Errors++
		status, answer = policy.Failed, answer500
	}
	if lies {
		status, answer = policy.Rejected, answer503
	}
	l.w.engine.Schedule(l.w.engine.Now(), sim.Finish, evAnswered, seat, int64(gen)<<16|answer<<8|int64(status))
}

// fill moves waiting calls into free places.
func (l *legacy) fill() {
	for l.waiting[0] != none && l.active < l.cfg.Concurrency && !l.down {
		id := l.waiting[0]
		l.waiting[0] = l.calls[id].next
		if l.waiting[0] == none {
			l.waiting[1] = none
		}
		l.backlog--
		l.begin(id)
	}
}

// onPatience ends the calls whose clients have waited long enough. The work
// goes on: nobody told the legacy system.
func (l *legacy) onPatience() {
	for seat, ok := l.patience.Due(l.w.engine.Now()); ok; seat, ok = l.patience.Due(l.w.engine.Now()) {
		l.run.Timeouts++
		s := &l.w.seats[seat]
		l.orphan(s)
		l.w.engine.Schedule(l.w.engine.Now(), sim.Finish, evAnswered, seat, int64(s.gen)<<16|answerTimeout<<8|int64(policy.TimedOut))
	}
}

// abandon is the client's death in the middle of a call.
func (l *legacy) abandon(seat int32) {
	l.patience.Remove(seat)
	l.orphan(&l.w.seats[seat])
}

func (l *legacy) orphan(s *seat) {
	if s.call != none {
		if s.cause != CauseOrphan { // else it was counted when it began
			l.run.OrphanCalls++
		}
		l.calls[s.call].seat = none
		s.call = none
	}
}

func (l *legacy) alloc() int32 {
	if l.free != none {
		id := l.free
		l.free = l.calls[id].next
		return id
	}
	l.calls = append(l.calls, call{})
	return int32(len(l.calls) - 1)
}

func (l *legacy) release(id int32) {
	c := &l.calls[id]
	l.w.audit.present.leave(l.w.engine.Now(), c.came)
	*c = call{serial: c.serial + 1, seat: none, next: l.free}
	l.free = id
}

func (l *legacy) count() {
	now := l.w.engine.Now()
	l.busy.set(now, int64(l.active))
	l.present.set(now, int64(l.active+l.backlog))
	l.peak = max(l.peak, l.present.Value())
}
