package model

import (
	"time"

	"penstock/sim"
)

// function is the Lambda function: its execution environments, one for each
// seat, and the limits on how many run.
type function struct {
	w       *world
	cfg     *Worker
	envs    []env // by seat
	idle    idlers
	warm    []int32 // idle provisioned environments
	spare   []int32 // seats of reclaimed environments
	made    int     // environments so far
	running int

	rate    bucket // requests a second
	scaling bucket // new environments
	cold    sampler
	starts  uint64
	limits  *sim.Lane // invocation timeouts, by seat
	busy    gauge
	run     WorkerRun
}

// env is one execution environment.
type env struct {
	class       int32 // of the invocation
	poller      int32
	number      int   // among all that were ever made, from 1
	at          int   // the message of the batch that is worked on
	begun       int64 // when the handler, or the repeated INIT before it, began
	provisioned bool
	broken      bool // was reset by a timeout: the next invocation repeats INIT
	cold        bool // this invocation waited for INIT
}

func newFunction(w *world) *function {
	f := &function{w: w, cfg: &w.cfg.Worker}
	f.busy.limit = int64(f.cfg.Concurrency)
	f.limits = sim.NewLane(&w.engine, sim.Finish, evTimeout, 0)
	f.idle = newIdlers(w)
	f.cold = newSampler(f.cfg.ColdStart, w.stream("worker.cold"))
	if !w.ideal {
		// 1,000 new environments every 10 s for each function, refilled
		// continuously (Lambda, scaling behavior).
		f.scaling = newBucket(1000, 100)
		if w.cfg.Assumptions.ReservedRateLimit {
			f.rate = newBucket(10*f.cfg.Concurrency, 10*float64(f.cfg.Concurrency))
		}
	}
	for range f.cfg.ProvisionedConcurrency {
		id := f.newEnv()
		f.envs[id].provisioned = true
		f.warm = append(f.warm, id)
	}
	return f
}

func (f *function) newEnv() int32 {
	f.made++
	if n := len(f.spare); n > 0 {
		id := f.spare[n-1]
		f.spare = f.spare[:n-1]
		f.w.seats[id].policy.Reset()
		f.envs[id] = env{number: f.made}
		return id
	}
	f.envs = append(f.envs, env{number: f.made})
	f.w.seats = append(f.w.seats, seat{policy: f.w.newPolicy(), call: none})
	return int32(len(f.envs) - 1)
}

// invoke runs the function on a poller's batch, or refuses with 429.
func (f *function) invoke(class, poller int32) bool {
	now := f.w.engine.Now()
	if f.running >= f.cfg.Concurrency {
		return f.throttle()
	}
	if f.rate.interval > 0 {
		f.w.touch(touchReservedRate)
		if !f.rate.take(now, 1) {
			return f.throttle()
		}
	}
	id, cold := f.pick()
	if id == none {
		return f.throttle()
	}
	f.running++
	f.busy.set(now, int64(f.running))
	f.w.occupy(id)
	f.run.Invocations++
	e := &f.envs[id]
	e.class, e.poller, e.at, e.cold = class, poller, 0, cold
	if !cold {
		f.begin(id)
		return true
	}
	f.run.ColdStarts++
	f.starts++
	p := f.w.mappings[class].poller(poller)
	for i := range p.batch {
		f.w.steps.enter(class, &p.batch[i], PartColdStart)
	}
	f.w.touch(touchColdStart)
	d := f.cold.job(f.starts, 0)
	if e.broken { // INIT runs again inside the invocation, and counts to its timeout
		e.broken = false
		e.begun = now
		f.limits.Add(id, now+int64(f.cfg.Timeout))
		f.w.after(d, evInit, id, int64(f.w.seats[id].gen)<<1|1)
		return true
	}
	f.w.usage.Add(LambdaInit, CauseWork, f.megabytes()*millis(d))
	f.w.after(d, evInit, id, 0)
	return true
}

func (f *function) throttle() bool {
	f.run.Throttles++
	return false
}

// pick takes an idle environment, a provisioned one first, or starts a new one.
// The second result is true if it has to run INIT.
func (f *function) pick() (int32, bool) {
	if n := len(f.warm); n > 0 {
		id := f.warm[n-1]
		f.warm = f.warm[:n-1]
		return id, f.envs[id].broken
	}
	if id := f.idle.take(); id != none {
		return id, f.envs[id].broken
	}
	if !f.scaling.take(f.w.engine.Now(), 1) {
		return none, false
	}
	return f.newEnv(), true
}

// onInit ends INIT. Inside the invocation the clock of the handler is running
// already, and may have killed it: then the seat's generation has moved on.
func (f *function) onInit(id int32, inside bool, gen uint32) {
	switch {
	case !inside:
		f.begin(id)
	case gen == f.w.seats[id].gen:
		f.start(id)
	}
}

// begin starts the handler.
func (f *function) begin(id int32) {
	now := f.w.engine.Now()
	f.envs[id].begun = now
	f.limits.Add(id, now+int64(f.cfg.Timeout))
	f.start(id)
}

// start hands the handler its first message. The others wait behind it, and no
// longer for INIT or a free place.
func (f *function) start(id int32) {
	e := &f.envs[id]
	p := f.w.mappings[e.class].poller(e.poller)
	for i := 1; i < len(p.batch); i++ {
		f.w.steps.enter(e.class, &p.batch[i], PartOther)
	}
	f.next(id)
}

// next hands the handler the next message of its batch, or ends it.
func (f *function) next(id int32) {
	e := &f.envs[id]
	p := f.w.mappings[e.class].poller(e.poller)
	if e.at == len(p.batch) {
		f.end(id)
		return
	}
	deadline := e.begun + int64(f.cfg.Timeout)
	f.w.take(id, e.class, p.batch[e.at], e.at == 0, deadline)
}

// messageDone is called when the policy has ended the work on a message.
func (f *function) messageDone(id int32) {
	e, s := &f.envs[id], &f.w.seats[id]
	f.w.mappings[e.class].result(e.poller, e.at, !s.released, s.cause)
	e.at++
	f.next(id)
}

// end ends an invocation that returned.
func (f *function) end(id int32) {
	e := &f.envs[id]
	f.limits.Remove(id)
	f.bill(id)
	f.rest(id)
	f.w.mappings[e.class].returned(e.poller)
}

// onTimeout kills the invocations that have run as long as they may: nothing
// that they did is reported, calls go on without a client, and the environment
// is reset. (Lambda, runtime environment.)
func (f *function) onTimeout() {
	for id, ok := f.limits.Due(f.w.engine.Now()); ok; id, ok = f.limits.Due(f.w.engine.Now()) {
		f.run.Timeouts++
		f.crash(id)
	}
}

// crash ends an invocation without a result. The lane of timeouts has forgotten
// it.
func (f *function) crash(id int32) {
	e, s := &f.envs[id], &f.w.seats[id]
	f.w.legacy.abandon(id)
	s.gen++
	s.policy.Reset()
	f.w.usage.Add(SQSAttributes, CauseRetry, s.looks)
	f.w.usage.Add(SQSVisibility, CauseRetry, s.changes)
	s.looks, s.changes = 0, 0
	e.broken = true
	f.bill(id)
	f.rest(id)
	f.w.mappings[e.class].crashed(e.poller)
}

// bill meters an invocation, to the millisecond (Lambda pricing).
func (f *function) bill(id int32) {
	e := &f.envs[id]
	cause := f.w.mappings[e.class].cause(e.poller)
	d := time.Duration(f.w.engine.Now() - e.begun)
	meter := LambdaDuration
	if e.provisioned {
		meter = LambdaProvisionedDuration
	}
	f.w.usage.Add(LambdaRequests, cause, 1)
	f.w.usage.Add(meter, cause, f.megabytes()*millis(d))
	f.w.usage.Add(LogBytes, cause, f.cfg.LogBytes)
	f.w.touch(touchLog)
}

// rest frees the environment for the next invocation.
func (f *function) rest(id int32) {
	now := f.w.engine.Now()
	f.running--
	f.busy.set(now, int64(f.running))
	f.w.vacate(id)
	if f.envs[id].provisioned {
		f.warm = append(f.warm, id)
		return
	}
	f.idle.add(id, f.envs[id].number)
}

// onIdle reclaims the environments whose lifetime, the same for all, has ended.
func (f *function) onIdle() {
	for id := f.idle.expired(); id != none; id = f.idle.expired() {
		f.reclaim(id)
	}
}

// onReclaim reclaims an environment if its own lifetime has ended.
func (f *function) onReclaim(id int32) {
	if f.idle.due(id) {
		f.reclaim(id)
	}
}

func (f *function) reclaim(id int32) {
	f.w.touch(touchIdleLifetime)
	f.spare = append(f.spare, id)
}

func (f *function) megabytes() int64 { return f.cfg.Memory >> 20 }

// millis rounds a duration up to whole milliseconds.
func millis(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }
