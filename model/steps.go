package model

import (
	"math"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// task is the callback task of one execution, its retries included.
type task struct {
	start    int64 // when the first attempt started, ns
	since    int64 // when its latency last changed part
	booked   int64 // of its latency, to any part, until then; the audit's
	job      int64 // number within the class, from 1
	service  int64 // as message.service
	token    uint32
	answered uint32 // the last of its tokens whose answer had effect
	source   int32  // the arrivals that it came from
	calls    uint16
	attempt  uint16 // from 1
	part     uint8
	state    uint8
	doom     uint8
	flags    uint8
	next     int32 // free list
}

const (
	taskFree uint8 = iota
	taskWaiting
	taskRetrying // between attempts: no token is alive
)

// What became of the message of the attempt that is waiting.
const (
	doomNone uint8 = iota
	doomDeadLetter
	doomExpired
)

const (
	flagCounted   uint8 = 1 << iota // arrived after the warm-up
	flagEscalated                   // processed because of its receive count
)

// steps is Step Functions: executions that each hold one callback task.
type steps struct {
	w       *world
	classes []taskClass
	quota   quotas
	waiting fifo // arrivals that StartExecution has refused so far
	armed   bool // an evStart is pending
	// neverStarted is, by class, how many executions were still waiting when the
	// run ended.
	neverStarted []int64
	run          StepsRun
	delay        span
	slowest      int64
}

// taskClass is the tasks of one class.
type taskClass struct {
	all       pages[task]
	free      int32
	tokens    uint32
	jobs      int64
	timeout   *sim.Lane
	heartbeat *sim.Lane
	jitter    *sim.Stream
	patience  *sampler // nil: nobody gives up
}

func newSteps(w *world) *steps {
	s := &steps{w: w, classes: make([]taskClass, len(w.cfg.Classes)), quota: newQuotas(w.cfg)}
	for i := range s.classes {
		c := &s.classes[i]
		c.free = none
		c.timeout = sim.NewLane(&w.engine, sim.Arrive, evTaskTimeout, int32(i)) // after an answer at that instant
		c.heartbeat = sim.NewLane(&w.engine, sim.Arrive, evTaskHeartbeat, int32(i))
		c.jitter = w.stream("class." + w.cfg.Classes[i].Name + ".retry")
		if d := w.cfg.Classes[i].Patience; d != nil {
			law := newSampler(*d, w.stream("class."+w.cfg.Classes[i].Name+".patience"))
			c.patience = &law
		}
	}
	return s
}

// arrive takes a new task in and starts its execution as soon as the
// StartExecution and state transition buckets let it.
func (s *steps) arrive(class, source int32, service int64) {
	c := &s.classes[class]
	c.jobs++
	s.w.audit.arrived[class]++
	a := arrival{at: s.w.engine.Now(), job: c.jobs, service: service, class: class, source: source}
	s.w.open++
	if s.w.counting {
		s.w.classes[class].arrived++
	}
	if s.waiting.n == 0 && s.quota.start(a.at, int64(s.w.cfg.StepFunctions.States)) {
		s.begin(a)
		return
	}
	s.w.touch(touchStartQueue)
	s.w.touch(touchTransitionsAtOnce)
	s.waiting.push(a)
	s.arm()
}

func (s *steps) arm() {
	if !s.armed {
		s.armed = true
		at := s.quota.startsAt(s.w.engine.Now(), int64(s.w.cfg.StepFunctions.States))
		s.w.engine.Schedule(at, sim.Finish, evStart, 0, 0)
	}
}

// onStart starts executions that have waited for a bucket.
func (s *steps) onStart() {
	s.armed = false
	now := s.w.engine.Now()
	for s.waiting.n > 0 && s.quota.start(now, int64(s.w.cfg.StepFunctions.States)) {
		s.begin(s.waiting.pop())
	}
	if s.waiting.n > 0 {
		s.arm()
	}
}

// preload starts a task of the initial backlog, whose message is in the queue
// already.
func (s *steps) preload(class, source int32) {
	c := &s.classes[class]
	c.jobs++
	s.w.audit.arrived[class]++
	s.w.open++
	if s.w.counting {
		s.w.classes[class].arrived++
	}
	id := s.create(arrival{job: c.jobs, service: -1, class: class, source: source})
	s.clocks(class, id)
	s.onSend(class, id, c.all.at(id).token)
}

// begin starts an execution and with it the callback task.
func (s *steps) begin(a arrival) {
	s.try(a.class, s.create(a))
}

// create enters the callback task.
func (s *steps) create(a arrival) int32 {
	now := s.w.engine.Now()
	c := &s.classes[a.class]
	id := c.alloc()
	t := c.all.at(id)
	*t = task{start: now, since: now, job: a.job, service: a.service, source: a.source, state: taskWaiting, part: PartOther}
	s.w.audit.tasks.enter(now)
	if a.at >= s.w.warm {
		t.flags |= flagCounted
		s.run.Started++
		s.delay.add(now - a.at)
		s.slowest = max(s.slowest, now-a.at)
	}
	s.w.usage.Add(StatesTransitions, CauseWork, int64(s.w.cfg.StepFunctions.States))
	s.w.touch(touchStartTransition)
	if s.w.cfg.Assumptions.StartTransition {
		s.w.usage.Add(StatesTransitions, CauseWork, 1)
	}
	s.w.noteTask(a.class, t, "started")
	return id
}

// try begins an attempt of the task and sends its message.
func (s *steps) try(class, id int32) {
	s.clocks(class, id)
	token := s.classes[class].all.at(id).token
	s.w.after(s.w.latency.of(touchSend), evSend, class, int64(token)<<32|int64(id))
}

// clocks gives an attempt a fresh token and starts its clocks.
func (s *steps) clocks(class, id int32) {
	now := s.w.engine.Now()
	c := &s.classes[class]
	t := c.all.at(id)
	c.tokens++
	t.token, t.attempt, t.state, t.doom = c.tokens, t.attempt+1, taskWaiting, doomNone
	s.w.audit.made.Add(StatesTransitions, CauseWork, s.transitions(t))
	c.timeout.Add(id, now+int64(s.w.cfg.StepFunctions.Timeout))
	if beat := s.w.cfg.StepFunctions.Heartbeat; beat > 0 {
		c.heartbeat.Add(id, now+int64(beat))
	}
	if c.patience != nil && t.attempt == 1 {
		s.w.after(c.patience.job(uint64(t.job), 0), evGiveUp, class, int64(t.token)<<32|int64(id))
	}
}

// transitions returns how many state transitions an attempt of a task makes: the
// first those of the whole execution, a retry one.
func (s *steps) transitions(t *task) int64 {
	n := int64(s.w.cfg.StepFunctions.States)
	switch {
	case t.attempt > 1:
		return 1
	case s.w.cfg.Assumptions.StartTransition:
		return n + 1
	}
	return n
}

// onSend sends the message of an attempt that has not ended meanwhile.
func (s *steps) onSend(class, id int32, token uint32) {
	t := s.alive(class, id, token)
	if t == nil {
		return
	}
	q := s.w.queues[class]
	cause := CauseWork
	if t.attempt > 1 {
		cause = CauseRetry
	}
	s.w.usage.Add(SQSSend, cause, q.chunks)
	s.part(class, t, PartQueued)
	s.w.noteTask(class, t, "sent")
	q.send(message{job: t.job, service: t.service, task: id, token: token, attempt: t.attempt})
}

// alive returns the task that waits for this token, or nil.
func (s *steps) alive(class, id int32, token uint32) *task {
	t := s.classes[class].all.at(id)
	if t.state != taskWaiting || t.token != token {
		return nil
	}
	return t
}

// part books the task's latency so far to the part that it was in.
func (s *steps) part(class int32, t *task, part uint8) {
	now := s.w.engine.Now()
	t.booked += now - t.since
	if t.flags&flagCounted != 0 {
		s.w.classes[class].parts[t.part].add(now - t.since)
	}
	t.since, t.part = now, part
}

// enter books a new part if the message's task still waits for its token.
func (s *steps) enter(class int32, d *delivery, part uint8) {
	if t := s.alive(class, d.task, d.token); t != nil {
		s.part(class, t, part)
	}
}

// pick books that a worker has taken a message up, unless another copy of it is
// at work right now.
func (s *steps) pick(class int32, d *delivery) {
	if t := s.alive(class, d.task, d.token); t != nil && !t.atWork() {
		s.part(class, t, PartOther)
	}
}

// atWork reports whether a copy of the task's message is in a legacy call, or
// its answer on the way.
func (t *task) atWork() bool { return t.part == PartLegacy || t.part == PartCallback }

// hidden books what the queue does to a message, unless another copy of it is
// at work right now.
func (s *steps) hidden(class int32, m *message, part uint8) {
	t := s.alive(class, m.task, m.token)
	if t != nil && !t.atWork() {
		s.part(class, t, part)
	}
}

// reprieve takes a task off the list of those whose message is lost: it is tried
// again, or has ended.
func (s *steps) reprieve(t *task) {
	if t.doom != doomNone {
		t.doom = doomNone
		s.w.doomed--
	}
}

// lost notes that a message is gone for good and nobody will answer its token:
// the task runs into its timeout.
func (s *steps) lost(class int32, m *message, doom uint8) {
	if t := s.alive(class, m.task, m.token); t != nil {
		s.w.touch(touchLostToken)
		t.doom = doom
		s.w.doomed++
		s.part(class, t, PartOther)
	}
}

// beat acts on SendTaskHeartbeat: it resets the heartbeat clock of a task that
// is alive. The task's timeout is not extended (Step Functions, state-task).
func (s *steps) beat(class int32, d *delivery) policy.Status {
	now := s.w.engine.Now()
	if s.w.faults.strikesWork(faultCallbackThrottled, class, d) || !s.quota.heartbeat.take(now, 1) {
		s.run.CallbacksThrottle++
		return policy.Throttled
	}
	if s.alive(class, d.task, d.token) == nil {
		return policy.Gone
	}
	if beat := s.w.cfg.StepFunctions.Heartbeat; beat > 0 {
		c := &s.classes[class]
		c.heartbeat.Remove(d.task)
		c.heartbeat.Add(d.task, now+int64(beat))
	}
	return policy.OK
}

// admit decides what SendTaskSuccess or SendTaskFailure is answered: whether
// the task still waits for this token.
func (s *steps) admit(class int32, d *delivery, success bool) policy.Status {
	now := s.w.engine.Now()
	api := &s.quota.failure
	if success {
		api = &s.quota.success
	}
	if s.w.faults.strikesWork(faultCallbackThrottled, class, d) || !api.take(now, 1) {
		s.run.CallbacksThrottle++
		return policy.Throttled
	}
	s.w.touch(touchFreeAnswers)
	if s.alive(class, d.task, d.token) == nil {
		s.run.CallbacksRefused++
		return policy.Gone
	}
	return policy.OK
}

// answer acts on an admitted answer.
func (s *steps) answer(class int32, d *delivery, success bool) {
	s.w.effect(class, d, s.classes[class].all.at(d.task))
	if success {
		s.finish(class, d.task, outcomeCompleted)
		return
	}
	s.fail(class, d.task, outcomeFailed)
}

// onTimeout ends the attempts whose TimeoutSeconds have passed. Waiting in the
// queue counted.
func (s *steps) onTimeout(class int32, heartbeat bool) {
	lane, event := s.classes[class].timeout, "task_timed_out"
	if heartbeat {
		lane, event = s.classes[class].heartbeat, "heartbeat_missed"
	}
	for id, ok := lane.Due(s.w.engine.Now()); ok; id, ok = lane.Due(s.w.engine.Now()) {
		t := s.classes[class].all.at(id)
		s.w.noteTask(class, t, event)
		if t.doom == doomNone {
			s.w.touch(touchOrphanMessage)
		}
		s.fail(class, id, t.timeoutOutcome())
	}
}

// mostAttempts is how often a callback task can be tried before the history of
// its execution is full: 25,000 events (Step Functions, service quotas), some
// six for each attempt.
const mostAttempts = 4000

// fail ends an attempt, and the task with it unless it may be tried again. The
// message of the failed attempt stays where it is.
func (s *steps) fail(class, id int32, outcome uint8) {
	retry := &s.w.cfg.StepFunctions.Retry
	t := s.classes[class].all.at(id)
	if t.attempt >= mostAttempts {
		s.w.touch(touchHistory)
	}
	if int(t.attempt) > retry.MaxAttempts || t.attempt >= mostAttempts {
		s.finish(class, id, outcome)
		return
	}
	s.classes[class].timeout.Remove(id)
	s.classes[class].heartbeat.Remove(id)
	s.reprieve(t)
	t.state = taskRetrying
	s.part(class, t, PartBackoff)
	if t.flags&flagCounted != 0 {
		s.run.Retried++
	}
	s.w.usage.Add(StatesTransitions, CauseRetry, 1)
	s.w.after(s.pause(class, t), evRetry, class, int64(t.token)<<32|int64(id))
}

// pause returns the time to the next attempt: IntervalSeconds times
// BackoffRate to the number of retries so far, at most MaxDelaySeconds, and
// with jitter FULL uniform below that. (Step Functions, error handling.)
func (s *steps) pause(class int32, t *task) time.Duration {
	retry := &s.w.cfg.StepFunctions.Retry
	seconds := retry.Interval.Seconds() * math.Pow(retry.Backoff, float64(t.attempt-1))
	if retry.MaxDelay > 0 {
		seconds = min(seconds, retry.MaxDelay.Seconds())
	}
	if retry.Jitter == "full" {
		jitter := s.classes[class].jitter
		jitter.Job(uint64(t.job), uint64(t.attempt))
		seconds *= jitter.Float64()
	}
	return roundSeconds(seconds)
}

// onRetry begins the next attempt: a new message with a new token.
func (s *steps) onRetry(class, id int32, token uint32) {
	t := s.classes[class].all.at(id)
	if t.state != taskRetrying || t.token != token {
		return
	}
	s.part(class, t, PartOther)
	s.try(class, id)
	s.w.noteTask(class, t, "retried")
}
