package model

import (
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// seat is where one message is worked on: a Lambda execution environment, or a
// slot of the polling service. It is the simulated driver of the policy: an
// action becomes an event after the latency of the call that it stands for,
// and its answer the next step.
type seat struct {
	work     delivery
	class    int32
	gen      uint32 // counts messages and deaths: events for an earlier one are stale
	policy   *policy.Policy
	slot     int // the seat's slot in its policy
	call     int32
	called   int64         // when the last legacy call started
	begun    int64         // when the work on the last legacy call that was accepted began
	hide     time.Duration // how long the message is to be hidden when it is given back
	extend   time.Duration // for how long from its arrival a heartbeat's extension hides it
	receives int64         // requests of the service's ReceiveMessage for this message
	looks    int64         // GetQueueAttributes calls for this message
	changes  int64         // ChangeMessageVisibility calls for this message
	released bool          // the message was given up to the queue, not deleted
	cause    Cause         // what the work on this message was for
	answered bool          // the token took this worker's answer
	version  int32         // of the policy
	inUse    bool          // an invocation runs here, or the slot has a message
	taken    int64         // since when, ns
}

// Answers of the legacy system, as a trace names them.
const (
	answer200 int64 = iota
	answer429
	answer500
	answer503
	answerRefused
	answerCut // the system went down under the call
	answerTimeout
)

func answerName(a int64) string {
	return [...]string{"200", "429", "500", "503", "refused", "cut", "timeout"}[a]
}

// newPolicy returns a policy as every environment, or the service, runs it.
// Its pauses are drawn from the message's own fate.
func (w *world) newPolicy() *policy.Policy {
	draws := policy.Draws{
		Yield: func() time.Duration { return w.pause(w.yieldFor) },
		Retry: func() time.Duration { return w.pause(w.retryFor) },
	}
	if p := w.cfg.Worker.LowFirst; p > 0 && w.cfg.Worker.Driver == DriverPoller {
		order := w.stream("worker.low_first")
		draws.LowFirst = func() bool { return order.Float64() < p }
	}
	return policy.New(w.policy, draws)
}

// pause draws how long the message at work in the stepping seat is hidden. SQS
// refuses more than 12 h from the receive, and by its own clock: so a little
// less is the most that is asked for.
func (w *world) pause(laws []sampler) time.Duration {
	const margin = 5 * time.Second // SQS Developer Guide: 43,195 s will do
	d := &w.seats[w.stepping].work
	most := longestVisibility - margin - time.Duration(w.engine.Now()-d.at)
	class := w.seats[w.stepping].class
	key := uint64(class)<<48 ^ uint64(d.job)
	p := laws[class].job(key, uint64(d.attempt)<<32|uint64(d.receipt))
	if w.ideal {
		return p
	}
	return max(0, min(p, most)).Round(time.Second) // whole seconds only (SQS API)
}

// take starts the work on one message.
func (w *world) take(id, class int32, d delivery, first bool, deadline int64) {
	s := &w.seats[id]
	s.gen++
	s.work, s.class, s.call = d, class, none
	s.looks, s.changes, s.hide, s.released, s.cause, s.answered = 0, 0, 0, false, CauseWork, false
	if first && s.version != w.version && w.function != nil {
		w.deploy(s)
	}
	w.steps.pick(class, &d)
	w.step(id, w.receivedEvent(class, &d, first, deadline))
}

// receivedEvent is what a received message tells the worker: its attributes
// ApproximateReceiveCount and SentTimestamp, which is in milliseconds.
func (w *world) receivedEvent(class int32, d *delivery, first bool, deadline int64) policy.Event {
	ev := policy.Event{
		Kind: policy.Received, Class: int(class), Receive: int(d.receipt), First: first,
		Sent: w.time(d.sent).Truncate(time.Millisecond),
	}
	if deadline > 0 {
		ev.Deadline = w.time(deadline)
	}
	return ev
}

// step lets the policy decide and does what it wants. An action that ends the
// work is always the last, so that a step for the next message may follow from
// inside it.
func (w *world) step(id int32, ev policy.Event) {
	s := &w.seats[id]
	ev.Slot = s.slot
	w.stepping = id
	w.actions = s.policy.Step(w.time(w.engine.Now()).Add(w.faults.skew()), ev, w.actions[:0])
	n, killed := len(w.actions), false
	if ev.Kind != policy.SlotFree && ev.Kind != policy.PollEmpty { // there is no work to be killed in
		n, killed = w.faults.kills(id, w.actions)
	}
	for i := range n {
		w.do(id, w.actions[i])
	}
	if killed {
		w.faults.kill(id)
	}
}

func (w *world) do(id int32, a policy.Action) {
	s := &w.seats[id]
	switch a.Kind {
	case policy.Look:
		s.looks++
		w.audit.made.Add(SQSAttributes, CauseWork, 1)
		w.after(w.latency.of(touchAttributes), evLooked, id, int64(s.gen)<<16|int64(a.Queue))
	case policy.CheckToken:
		w.after(w.latency.of(touchCallback), evChecked, id, int64(s.gen))
	case policy.Call:
		w.call(id)
	case policy.Succeed:
		w.after(a.For+w.latency.of(touchCallback), evCallback, id, int64(s.gen)<<1|1)
	case policy.Fail:
		w.after(a.For+w.latency.of(touchCallback), evCallback, id, int64(s.gen)<<1)
	case policy.Alarm:
		w.after(a.For, evAlarm, id, int64(s.gen))
	case policy.Beat:
		w.after(w.latency.of(touchCallback), evBeat, id, int64(s.gen))
	case policy.Extend:
		s.changes++
		w.audit.made.Add(SQSVisibility, CauseWork, 1)
		s.extend = a.For
		w.after(w.latency.of(touchVisibility), evExtend, id, int64(s.gen))
	case policy.Escalate:
		w.escalate(s)
	case policy.Pass:
		w.pass(id, a)
	case policy.Return:
		w.giveBack(id, a)
	case policy.Delete, policy.Drop:
		if a.Kind == policy.Drop {
			s.cause = CauseOrphan
		}
		w.workDone(id)
	case policy.Receive:
		w.service.poll(id, a)
	}
}

// occupy and vacate note when a seat is in use.
func (w *world) occupy(id int32) {
	now := w.engine.Now()
	s := &w.seats[id]
	if s.inUse && !w.audit.off {
		w.broken(-1, 0, "a seat serves one invocation at a time", "seat %d is taken twice", id+1)
	}
	s.inUse, s.taken = true, now
	w.audit.running.enter(now)
	if w.function != nil {
		w.audit.made.Add(LambdaRequests, CauseWork, 1)
	}
	w.within(w.audit.running.n, int64(w.cfg.Worker.Concurrency), "invocations or slots at work")
}

func (w *world) vacate(id int32) {
	s := &w.seats[id]
	s.inUse = false
	w.audit.running.leave(w.engine.Now(), s.taken)
}

// call starts a legacy call for the seat's message.
func (w *world) call(id int32) {
	s := &w.seats[id]
	s.called = w.engine.Now()
	w.noteWork(id, "called")
	t := w.steps.alive(s.class, s.work.task, s.work.token)
	if t != nil {
		w.steps.part(s.class, t, PartLegacy)
	} else {
		s.cause = CauseOrphan
		w.legacy.run.OrphanCalls++
	}
	w.legacy.request(id, s.work.receipt)
	if t != nil && s.call != none { // a refusal does nothing twice
		t.calls++
	}
}

func (w *world) escalate(s *seat) {
	w.noteSeat(s, "escalated")
	if t := w.steps.alive(s.class, s.work.task, s.work.token); t != nil {
		t.flags |= flagEscalated
	}
}

// pass gives way to a higher class.
func (w *world) pass(id int32, a policy.Action) {
	s := &w.seats[id]
	s.cause = CauseYield
	w.classes[s.class].yields++
	w.steps.enter(s.class, &s.work, PartYielded)
	w.noteYield(id)
	w.release(id, a)
}

// giveBack returns a message whose call went wrong, or was not tried.
func (w *world) giveBack(id int32, a policy.Action) {
	s := &w.seats[id]
	s.cause = CauseRetry
	w.steps.enter(s.class, &s.work, PartBackoff)
	w.release(id, a)
}

// release leaves the message to its visibility timeout, or changes that first.
func (w *world) release(id int32, a policy.Action) {
	s := &w.seats[id]
	s.released = true
	if a.Pause != policy.Drawn {
		if w.function != nil {
			w.touch(touchPassiveReturn)
		}
		w.workDone(id)
		return
	}
	s.changes++
	w.audit.made.Add(SQSVisibility, CauseWork, 1)
	s.hide = a.For
	w.after(w.latency.of(touchVisibility), evHide, id, int64(s.gen))
}

// workDone ends the work on the seat's message, bills what it asked of SQS,
// and lets the driver go on.
func (w *world) workDone(id int32) {
	s := &w.seats[id]
	w.usage.Add(SQSAttributes, s.cause, s.looks)
	w.usage.Add(SQSVisibility, s.cause, s.changes)
	s.looks, s.changes = 0, 0
	s.gen++
	if w.function != nil {
		w.function.messageDone(id)
		return
	}
	w.service.messageDone(id)
}

// onSeat handles the events of a seat that is still at the same work.
func (w *world) onSeat(ev sim.Event) {
	id := ev.A
	s := &w.seats[id]
	switch ev.Kind {
	case evLooked:
		if uint32(ev.B>>16) == s.gen {
			w.looked(id, int(ev.B&0xffff))
		}
	case evChecked:
		if uint32(ev.B) == s.gen {
			w.step(id, policy.Event{Kind: policy.TokenChecked, Status: w.steps.beat(s.class, &s.work)})
		}
	case evAnswered:
		if uint32(ev.B>>16) == s.gen {
			w.answered(id, ev.B>>8&0xff, policy.Status(ev.B&0xff))
		}
	case evCallback:
		if uint32(ev.B>>1) == s.gen {
			w.calledBack(id, ev.B&1 == 1)
		}
	case evAlarm:
		if uint32(ev.B) == s.gen {
			w.step(id, policy.Event{Kind: policy.HeartbeatDue})
		}
	case evBeat:
		if uint32(ev.B) == s.gen {
			w.steps.beat(s.class, &s.work)
		}
	case evExtend:
		if uint32(ev.B) == s.gen {
			w.queues[s.class].changeVisibility(s.work, s.extend)
		}
	case evHide:
		if uint32(ev.B) == s.gen {
			w.queues[s.class].changeVisibility(s.work, s.hide)
			w.workDone(id)
		}
	}
}

func (w *world) looked(id int32, class int) {
	visible, inFlight := w.queues[class].attributes()
	if w.trace != nil {
		w.noteLook(id, class, visible, inFlight)
	}
	w.step(id, policy.Event{Kind: policy.Looked, Queue: class, Visible: visible, InFlight: inFlight})
}

func (w *world) answered(id int32, answer int64, status policy.Status) {
	s := &w.seats[id]
	if status == policy.OK {
		w.steps.enter(s.class, &s.work, PartCallback)
	}
	if w.trace != nil {
		w.noteAnswer(s, answerName(answer))
	}
	ev := policy.Event{Kind: policy.CallAnswered, Status: status}
	if answer == answer429 {
		ev.RetryAfter = w.cfg.Legacy.RateLimit.RetryAfter
	}
	w.step(id, ev)
}

// calledBack brings the answer of the token to Step Functions.
func (w *world) calledBack(id int32, success bool) {
	s := &w.seats[id]
	arrives, heard := w.faults.answers(s.class, &s.work)
	if !arrives {
		w.step(id, policy.Event{Kind: policy.CallbackAnswered, Status: policy.Unclear})
		return
	}
	status := w.steps.admit(s.class, &s.work, success)
	if w.trace != nil {
		w.noteCallback(s, status == policy.OK)
	}
	switch status {
	case policy.OK:
		t := w.steps.alive(s.class, s.work.task, s.work.token)
		if success && t.flags&flagCounted != 0 {
			k := &w.classes[s.class]
			k.wait.add(s.called - s.work.sent)
			if s.called > s.work.sent {
				k.waited++
			}
			if k.backlogged != nil {
				k.backlogged.add(s.begun - s.called)
				if s.begun > s.called {
					k.linedUp++
				}
			}
		}
		w.steps.answer(s.class, &s.work, success)
		s.answered = true
	case policy.Gone:
		if !s.answered {
			s.cause = CauseOrphan
		}
	}
	if !heard {
		status = policy.Unclear
	}
	w.step(id, policy.Event{Kind: policy.CallbackAnswered, Status: status})
}
