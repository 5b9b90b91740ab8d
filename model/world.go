package model

import (
	"fmt"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// world is one run: every simulated thing, wired together. Each thing is a
// concrete struct that holds a pointer back here; what they ask of each other
// are method calls at one instant, and what takes time is an event.
type world struct {
	engine sim.Engine
	cfg    *Config
	opt    Options
	ideal  bool
	warm   int64 // end of the warm-up, ns
	epoch  time.Time

	sources  []source
	steps    *steps
	queues   []*queue
	mappings []*mapping // driver lambda
	function *function  // driver lambda, else nil
	service  *service   // driver poller, else nil
	legacy   *legacy
	seats    []seat
	faults   *injector // nil: nothing is injected
	classes  []classStats
	usage    Usage
	series   *recorder

	policy   policy.Config
	version  int32 // of the policy: counts its changes
	latency  latencies
	yieldFor []sampler // by class
	retryFor []sampler // by class
	stepping int32     // the seat whose policy is deciding
	actions  []policy.Action
	received []delivery

	open     int64 // tasks that have arrived and not ended
	doomed   int64 // those of them whose message is lost: they wait for their timeout
	live     int64 // messages in queues
	awake    bool  // pollers have started
	counting bool  // the warm-up is over
	lastGone int64 // when the last message went
	touched  uint64
	levels   levels
	backlog  [5]int64 // open tasks at the quarters of the counted time
	batchLen int64    // of a batch, ns; 0: no batches
	batched  int      // batches that have ended
	marks    int
	hash     uint64
	events   int64
	audit    audit
	trace    func(*Happening)
	hap      Happening
}

// latencies are the drawn times of the AWS calls.
type latencies struct {
	w *world

	send, receive, delete, attributes, visibility, callback, invoke sampler
}

// stream returns the named random stream of this run.
func (w *world) stream(name string) *sim.Stream {
	return sim.NewStream(w.cfg.Seed, w.opt.Replication, name)
}

// newWorld builds everything, from the arrivals to the legacy system, and
// schedules what happens first.
func newWorld(cfg *Config, opt Options) *world {
	w := &world{cfg: cfg, opt: opt, ideal: cfg.Timing.Profile == "ideal", warm: int64(opt.Warmup), trace: opt.Trace}
	w.epoch = time.Unix(0, 0).UTC()
	w.audit = newAudit(w)
	w.policy = cfg.PolicyConfig()
	w.latency = newLatencies(w)
	yields, retries := w.stream("policy.yield_for"), w.stream("policy.retry_for")
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		_, yield := pauseOf("", k.YieldFor, "", cfg.Policy.YieldFor)
		_, retry := pauseOf("", k.RetryFor, "", cfg.Policy.RetryFor)
		w.yieldFor = append(w.yieldFor, newSampler(yield.Dist, yields))
		w.retryFor = append(w.retryFor, newSampler(retry.Dist, retries))
	}
	w.classes = make([]classStats, len(cfg.Classes))
	for i := range w.classes {
		limit := newBacklogLimit(&cfg.Legacy, &cfg.Classes[i])
		w.classes[i].init(limit.waits())
	}
	w.splitBatches()

	w.steps = newSteps(w)
	for i := range cfg.Classes {
		w.queues = append(w.queues, newQueue(w, i))
	}
	w.legacy = newLegacy(w)
	if cfg.Worker.Driver == DriverPoller {
		w.service = newService(w)
	} else {
		w.function = newFunction(w)
		for i := range cfg.Classes {
			w.mappings = append(w.mappings, newMapping(w, i))
		}
	}
	w.sources = newSources(w)
	w.series = newRecorder(w)
	w.faults = newInjector(w)
	w.begin()
	return w
}

// begin schedules the first events. The initial backlog is sent before any
// poller is awake, and waits in order when they are.
func (w *world) begin() {
	if w.warm > 0 {
		w.engine.Schedule(w.warm, sim.Arrive, evWarm, 0, 0)
	} else {
		w.counting = true
	}
	last := &w.sources[len(w.sources)-1]
	for i := range w.cfg.Classes {
		for range w.cfg.Classes[i].InitialBacklog {
			w.steps.preload(int32(i), last.index)
		}
	}
	for i := range w.sources {
		w.sources[i].start(w)
	}
	w.awake = true
	for _, m := range w.mappings {
		m.start()
	}
	if w.service != nil {
		w.service.start()
	}
	w.series.start()
	for _, q := range w.queues {
		q.wake()
	}
	if w.warm == 0 {
		w.backlog[0] = w.open // no message can be lost yet
	}
}

// PolicyConfig returns what the policy needs to know of the scenario: the same
// for the simulated worker and the real one.
func (c *Config) PolicyConfig() policy.Config {
	p := policy.Config{
		Kind: c.Policy.Kind, Look: c.Policy.Look, LookCache: c.Policy.LookCache,
		EscalateAt: c.Policy.EscalateAt, YieldFor: c.Policy.YieldFor.Mode,
		CheckToken: c.Policy.CheckToken, Heartbeat: c.Policy.Heartbeat,
		RetryFor: c.Policy.RetryFor.Mode, OnError: c.Policy.OnError, OnRejected: c.Policy.OnRejected,
		AgeStep: c.Policy.AgeStep, ReceiveStep: c.Policy.ReceiveStep,
		CallTimeout: c.Worker.CallTimeout,
	}
	if c.Worker.Driver == DriverPoller {
		p.Slots = c.Worker.Concurrency
	}
	for _, k := range c.Classes {
		p.Reserve = append(p.Reserve, k.Reserve)
		p.Weight = append(p.Weight, k.Weight)
		p.Deadline = append(p.Deadline, k.Deadline)
		p.Visibility = append(p.Visibility, k.Queue.VisibilityTimeout)
		p.YieldForClass = append(p.YieldForClass, ownMode(k.YieldFor))
		p.RetryForClass = append(p.RetryForClass, ownMode(k.RetryFor))
	}
	return p
}

// ownMode returns the mode of a pause that a class has for itself, if any.
func ownMode(own *Dist) policy.PauseMode {
	if own == nil {
		return ""
	}
	return policy.Drawn
}

func newLatencies(w *world) latencies {
	t := &w.cfg.Timing
	named := func(name string, d Dist) sampler { return newSampler(d, w.stream("timing."+name)) }
	return latencies{
		w:    w,
		send: named("sqs_send", t.SQSSend), receive: named("sqs_receive", t.SQSReceive),
		delete: named("sqs_delete", t.SQSDelete), attributes: named("sqs_attributes", t.SQSAttributes),
		visibility: named("sqs_visibility", t.SQSVisibility), callback: named("sfn_callback", t.SFNCallback),
		invoke: named("lambda_invoke", t.LambdaInvoke),
	}
}

// of returns how long the next call of a kind takes, and notes that the run
// depended on it.
func (l *latencies) of(call int) time.Duration {
	l.w.touch(call)
	return l.law(call).draw()
}

func (l *latencies) law(call int) *sampler {
	switch call {
	case touchSend:
		return &l.send
	case touchReceive:
		return &l.receive
	case touchDelete:
		return &l.delete
	case touchAttributes:
		return &l.attributes
	case touchVisibility:
		return &l.visibility
	case touchCallback:
		return &l.callback
	case touchInvoke:
		return &l.invoke
	}
	panic("model: no such call")
}

// time returns an instant of the run as the policy knows it.
func (w *world) time(at int64) time.Time { return w.epoch.Add(time.Duration(at)) }

// after schedules an event after a delay; what lies beyond the engine's 73
// years, as the pauses of many retries can, never comes.
func (w *world) after(d time.Duration, kind, a int32, b int64) {
	w.engine.Schedule(min(w.engine.Now()+int64(d), sim.Forever), sim.Finish, kind, a, b)
}

// offer lets whoever waits for a queue take a message.
func (w *world) offer(q *queue) bool {
	if !w.awake {
		return false
	}
	if w.function != nil {
		return w.mappings[q.class].offer()
	}
	return w.service.offer(q)
}

// messageGone notes that a message has left its queue for good.
func (w *world) messageGone() {
	w.live--
	if w.live == 0 {
		w.lastGone = w.engine.Now()
	}
}

// over reports whether nothing will arrive any more and no message is left:
// pollers rest then, so that a long wait for the last task timeout is neither
// simulated poll by poll nor billed.
func (w *world) over() bool {
	return w.live == 0 && w.engine.Now() >= int64(w.cfg.Horizon)
}

// empty reports whether the run has nothing left to wait for.
func (w *world) empty() bool {
	return w.open == 0 && w.over()
}

// onWarm forgets what was measured during the warm-up; the state goes on.
func (w *world) onWarm() {
	w.counting = true
	now := w.engine.Now()
	w.backlog[0] = w.open - w.doomed
	w.usage = Usage{}
	w.audit.restart(w)
	for i, q := range w.queues {
		q.depth.ResetAt(now)
		q.held.ResetAt(now)
		q.seen.ResetAt(now)
		q.letters.ResetAt(now)
		q.oldest = 0
		st := &w.classes[i]
		st.sent, st.receives, st.yields, st.waited = 0, 0, 0, 0
	}
	w.legacy.busy.resetAt(now)
	w.legacy.present.resetAt(now)
	if w.legacy.pool != nil {
		w.legacy.pool.slowed.ResetAt(now)
	}
	w.legacy.run = LegacyRun{}
	w.steps.run = StepsRun{}
	if w.function != nil {
		w.function.busy.resetAt(now)
		w.function.idle.count.ResetAt(now)
		w.function.run = WorkerRun{}
		for _, m := range w.mappings {
			m.units.ResetAt(now)
		}
	} else {
		w.service.busy.resetAt(now)
		w.service.run = WorkerRun{}
	}
}

// handle dispatches an event to the thing that it concerns.
func (w *world) handle(ev sim.Event) {
	id, class := int32(uint32(ev.B)), ev.A
	switch ev.Kind {
	case evArrival:
		w.sources[ev.A].onArrival(w, ev.B)
	case evStart:
		w.steps.onStart()
	case evSend:
		w.steps.onSend(class, id, uint32(ev.B>>32))
	case evTaskTimeout, evTaskHeartbeat:
		w.steps.onTimeout(class, ev.Kind == evTaskHeartbeat)
	case evRetry:
		w.steps.onRetry(class, id, uint32(ev.B>>32))
	case evDelayed:
		w.queues[class].onDelayed()
	case evVisible:
		w.queues[class].onVisible()
	case evTimed:
		w.queues[class].onTimed(id, uint32(ev.B>>32))
	case evRetention:
		w.queues[class].onRetention()
	case evPoll:
		w.mappings[class].onPoll(id)
	case evPollEmpty:
		w.mappings[class].onEmpty()
	case evInvoke:
		w.mappings[class].onInvoke(id)
	case evForget:
		w.mappings[class].onForget(id)
	case evDelete:
		w.mappings[class].onDelete(id)
	case evRamp:
		w.mappings[class].onRamp()
	case evLooked, evChecked, evAnswered, evCallback, evAlarm, evBeat, evExtend, evHide:
		w.onSeat(ev)
	default:
		w.handleRest(ev)
	}
}

// handleRest dispatches the rarer events.
func (w *world) handleRest(ev sim.Event) {
	id, class := int32(uint32(ev.B)), ev.A
	switch ev.Kind {
	case evCallDone:
		w.legacy.onDone(ev.A, uint32(ev.B))
	case evPool:
		w.legacy.pool.onPool(ev.B)
	case evPatience:
		w.legacy.onPatience()
	case evOutage:
		w.legacy.onOutage(ev.A, ev.B == 1)
	case evInit:
		w.function.onInit(ev.A, ev.B&1 == 1, uint32(ev.B>>1))
	case evTimeout:
		w.function.onTimeout()
	case evIdle:
		w.function.onIdle()
	case evReclaim:
		w.function.onReclaim(ev.A)
	case evSlotPoll:
		w.service.onPoll(ev.A, ev.B)
	case evSlotEmpty:
		w.service.onEmpty(ev.A)
	case evSlotTake:
		w.service.onTake(ev.A, ev.B)
	case evSlotDelete:
		w.service.onDelete(ev.A, ev.B)
	case evSample:
		w.series.onSample()
	case evWarm:
		w.onWarm()
	case evGiveUp:
		w.steps.onGiveUp(class, id, uint32(ev.B>>32))
	default:
		w.handleFault(ev)
	}
}

// handleFault dispatches what the injector has prepared.
func (w *world) handleFault(ev sim.Event) {
	id, class := int32(uint32(ev.B)), ev.A
	switch ev.Kind {
	case evKill:
		w.faults.onKill(ev.A, uint32(ev.B))
	case evRestart:
		w.service.onRestart(ev.B)
	case evLateDelete:
		w.faults.onLateDelete(class, id)
	case evRedriveStart:
		w.faults.onRedriveStart(ev.A)
	case evRedrive:
		w.queues[class].onRedrive(ev.B)
	case evSwitch:
		w.faults.onSwitch(ev.A)
	default:
		panic(fmt.Sprintf("model: unknown event kind %d", ev.Kind))
	}
}
