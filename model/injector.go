package model

import (
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// injector strikes with the faults of the scenario. A world without faults has
// none, so that a fault costs the others one comparison with nil.
type injector struct {
	w       *world
	cfg     *Faults
	shares  [numFaults]float64
	streams [numFaults]*sim.Stream // each fault draws for itself: to leave one out changes no other's draws
	late    []delivery             // of late deletes, by slot
	free    []int32                // slots of late

	redrives []redrive
}

// newInjector returns the world's injector, or nil if it has nothing to do.
func newInjector(w *world) *injector {
	cfg := &w.cfg.Faults
	if !cfg.Any() {
		return nil
	}
	f := &injector{w: w, cfg: cfg, shares: cfg.shares()}
	for i := range f.streams {
		f.streams[i] = w.stream("faults." + faultName(i))
	}
	for i := range cfg.Redrives {
		f.redrives = append(f.redrives, newRedrive(w, i))
	}
	for i := range cfg.Policies {
		w.engine.Schedule(int64(cfg.Policies[i].At), sim.Finish, evSwitch, int32(i), 0)
	}
	return f
}

// calm reports whether the time of faults is over.
func (f *injector) calm() bool {
	return f.cfg.Until > 0 && f.w.engine.Now() >= int64(f.cfg.Until)
}

// strikes draws whether a fault strikes now. A nil injector has none.
func (f *injector) strikes(fault int) bool {
	return f != nil && f.shares[fault] > 0 && !f.calm() && f.streams[fault].Float64() < f.shares[fault]
}

// strikesWork draws whether a fault strikes the work on a message.
func (f *injector) strikesWork(fault int, class int32, d *delivery) bool {
	if !f.strikes(fault) {
		return false
	}
	f.note(fault, class, d)
	return true
}

// note traces a fault that struck a message.
func (f *injector) note(fault int, class int32, d *delivery) {
	if f.w.trace != nil {
		h := f.w.delivered("fault", class, d)
		h.Fault = faultName(fault)
		f.w.trace(h)
	}
}

// noteReceive traces a fault that struck a receive call.
func (f *injector) noteReceive(fault int, class int32) {
	if f.w.trace != nil {
		h := f.w.emit("fault", class)
		h.Fault = faultName(fault)
		f.w.trace(h)
	}
}

// empty draws whether a receive call returns nothing although messages wait:
// SQS asks only some of its servers. (SQS, short and long polling.)
func (f *injector) empty(class int32) bool {
	if !f.strikes(faultEmptyReceive) {
		return false
	}
	f.noteReceive(faultEmptyReceive, class)
	return true
}

// most returns how many messages a receive call may return at most.
func (f *injector) most(class int32, n int) int {
	if f == nil || n <= 1 || !f.strikes(faultShortReceive) {
		return n
	}
	f.noteReceive(faultShortReceive, class)
	return 1 + int(f.streams[faultShortReceive].Uint64()%uint64(n-1))
}

// duplicates draws whether a message stays visible although it was received.
func (f *injector) duplicates(q *queue, m *message, id int32) bool {
	if f == nil || !f.strikes(faultDuplicate) {
		return false
	}
	d := q.deliver(id, m)
	f.note(faultDuplicate, q.class, &d)
	return true
}

// held returns the visibility timeout of a receive, and whether it is another
// than the queue's.
func (f *injector) held(q *queue, m *message, id int32) (time.Duration, bool) {
	if f == nil || q.cfg.VisibilityTimeout == 0 || !f.strikes(faultEarlyVisibility) {
		return 0, false
	}
	d := q.deliver(id, m)
	f.note(faultEarlyVisibility, q.class, &d)
	return time.Duration(f.streams[faultEarlyVisibility].Float64() * float64(q.cfg.VisibilityTimeout)), true
}

// poisoned reports whether a task is one that no worker can process: one that
// was sent before the calm.
func (f *injector) poisoned(class int32, d *delivery) bool {
	if f == nil || f.cfg.Poison == 0 || f.cfg.Until > 0 && d.sent >= int64(f.cfg.Until) {
		return false
	}
	stream := f.streams[faultPoison]
	stream.Job(uint64(class)<<48^uint64(d.job), 0) // the same at each of its calls
	if stream.Float64() >= f.cfg.Poison {
		return false
	}
	f.note(faultPoison, class, d)
	return true
}

// skew is how far the workers' clock is ahead.
func (f *injector) skew() time.Duration {
	if f == nil || f.calm() {
		return 0
	}
	return f.cfg.ClockAhead - f.cfg.ClockBehind
}

// answers draws what becomes of an answer of a token: whether Step Functions
// gets it, and whether the worker hears of it.
func (f *injector) answers(class int32, d *delivery) (arrives, heard bool) {
	if f == nil || !f.strikesWork(faultCallbackAmbiguous, class, d) {
		return true, true
	}
	return f.streams[faultCallbackAmbiguous].Uint64()&1 == 0, false
}

// deletes acts on a delete that a fault may strike, and reports whether it was
// taken over.
func (f *injector) deletes(class int32, d *delivery) bool {
	if f == nil {
		return false
	}
	if f.strikesWork(faultDeleteFails, class, d) {
		return true
	}
	if !f.strikesWork(faultDeleteLate, class, d) {
		return false
	}
	id := int32(len(f.late))
	if n := len(f.free); n > 0 {
		id = f.free[n-1]
		f.free = f.free[:n-1]
		f.late[id] = *d
	} else {
		f.late = append(f.late, *d)
	}
	most := float64(f.w.queues[class].cfg.VisibilityTimeout)
	f.w.after(time.Duration(f.streams[faultDeleteLate].Float64()*most), evLateDelete, class, int64(id))
	return true
}

// onLateDelete is a delete that takes effect at last.
func (f *injector) onLateDelete(class, id int32) {
	f.free = append(f.free, id)
	f.w.delete(class, &f.late[id])
}

// onSwitch deploys another policy. An environment of a function has it from its
// next invocation on; a service is started again, which cuts off what it does.
func (f *injector) onSwitch(i int32) {
	w := f.w
	w.policy.Kind = f.cfg.Policies[i].Kind
	w.version++
	if w.service == nil {
		return
	}
	w.service.kill()
	p := w.newPolicy()
	for id := range w.seats {
		w.seats[id].policy = p
	}
}

// deploy gives an environment that begins an invocation the policy of the day.
func (w *world) deploy(s *seat) {
	s.version = w.version
	s.policy = w.newPolicy()
}

// kills draws whether the worker of a step that wants n actions is killed, and
// returns how many of them it still does: never the one that ends the work, after
// which there would be nothing to kill.
func (f *injector) kills(id int32, actions []policy.Action) (int, bool) {
	n := len(actions)
	if f == nil || !f.w.seats[id].inUse || !f.strikes(faultKill) {
		return n, false
	}
	s := &f.w.seats[id]
	draw := f.streams[faultKill].Uint64()
	if draw&1 == 0 { // in the middle of what it waits for next
		soon := time.Duration(f.streams[faultKill].Float64() * float64(f.w.cfg.Worker.CallTimeout))
		f.w.after(soon, evKill, id, int64(s.gen))
		return n, false
	}
	if n > 0 && actions[n-1].Kind >= policy.Pass {
		n--
	}
	return int(draw >> 1 % uint64(n+1)), true
}

// onKill kills a worker in the middle of its work, unless it has gone on to
// another message.
func (f *injector) onKill(id int32, gen uint32) {
	if f.w.seats[id].gen == gen {
		f.kill(id)
	}
}

// kill ends a worker without a word: an execution environment, or the whole
// service with all of its slots.
func (f *injector) kill(id int32) {
	if f.w.function != nil {
		f.note(faultKill, f.w.seats[id].class, &f.w.seats[id].work)
		f.w.function.limits.Remove(id)
		f.w.function.crash(id)
		return
	}
	f.w.service.kill()
}
