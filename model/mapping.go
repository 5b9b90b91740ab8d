package model

import (
	"time"

	"penstock/sim"
)

// Scaling of an SQS event source mapping (Lambda, scaling for SQS; grade A
// where not said otherwise).
const (
	pollersAtStart = 5                // concurrent batches of a mapping that begins
	pollersAtMost  = 1250             // of a mapping without maximum concurrency
	rampPerMinute  = 300              // up to so many more
	rampEvery      = time.Second      // our grain of the ramp
	longPoll       = 20 * time.Second // WaitTimeSeconds of a poller (implied by the documentation)
	loopsPerPoller = 10               // provisioned mode: concurrent batches of one poller
	provisionedUp  = 1000             // provisioned mode: up to so many more a minute
	largestBatch   = 6 << 20          // bytes of payload of one invocation
	retryAtMost    = 30 * time.Second // longest pause between tries of a throttled batch (assumed)
	unlimited      = 1 << 30
)

// mapping is one event source mapping: pollers that each take a batch, invoke
// the function with it and wait for the result. No priority and no
// coordination ties it to the other mappings of the function.
type mapping struct {
	w         *world
	class     int32
	cfg       *Mapping
	q         *queue
	pollers   []poller
	parked    []int32
	waiting   *sim.Lane // pollers in a long poll, by the end of it
	active    int       // pollers not parked
	limit     int       // active pollers allowed now
	most      int       // … ever
	base      int       // … as soon as there is work
	floor     int       // … when idle
	ramping   bool      // an evRamp is pending
	ramps     int       // how often it grew
	size      int       // messages that fill a batch
	troubled  int64     // when the last throttle or error was, ns
	units     sim.Level // provisioned pollers
	atHorizon int64     // poller·seconds up to the horizon
	retry     sampler
}

// poller is one concurrent batch of a mapping.
type poller struct {
	batch    []delivery
	done     []bool // by message: delete it
	best     Cause  // what the batch was for: the most useful that any message was
	any      bool   // best is set
	requests int64  // receives billed for this batch so far
	window   int64  // when the batching window ends
	polled   int64  // when the last poll was sent
	tries    int    // throttled invokes of this batch
	moved    bool   // the present poll moved a message to the dead-letter queue
	deleting bool   // its deletes are on their way
}

func newMapping(w *world, class int) *mapping {
	m := &mapping{w: w, class: int32(class), cfg: &w.cfg.Classes[class].Mapping, q: w.queues[class]}
	m.waiting = sim.NewLane(&w.engine, sim.Finish, evPollEmpty, m.class)
	m.retry = newSampler(w.cfg.Timing.ESMRetry, w.stream("mapping."+w.cfg.Classes[class].Name+".retry"))
	m.troubled = -int64(w.cfg.Assumptions.MappingRest)
	m.size = m.cfg.BatchSize
	if !w.ideal {
		m.size = min(m.size, int(largestBatch/w.cfg.Classes[class].Payload))
	}
	m.most = pollersAtMost
	if n := m.cfg.MaximumConcurrency; n > 0 {
		m.most = n
	}
	m.base = min(pollersAtStart, m.most)
	m.floor = m.base
	if m.cfg.MaximumConcurrency == 0 { // with it the idle shrink is off
		m.floor = min(m.base, w.cfg.Assumptions.IdlePollers)
	}
	if p := m.cfg.ProvisionedPollers; p.Max > 0 {
		m.most, m.base, m.floor = loopsPerPoller*p.Max, loopsPerPoller*p.Min, p.Min
		if n := m.cfg.MaximumConcurrency; n > 0 { // Lambda takes one or the other; profile ideal keeps both
			m.most = min(m.most, n)
		}
	}
	m.limit = m.base
	if w.ideal {
		m.limit, m.base, m.floor = m.most, m.most, 0
		if m.cfg.MaximumConcurrency == 0 {
			m.limit, m.base = unlimited, unlimited
		}
	}
	return m
}

// start sends the first polls.
func (m *mapping) start() {
	if m.w.ideal {
		return
	}
	if n := m.cfg.MaximumConcurrency; n > 0 && n < pollersAtStart {
		m.w.touch(touchFewPollers)
	}
	for range m.base {
		m.poll(m.unpark())
	}
	m.countUnits()
}

func (m *mapping) poller(id int32) *poller { return &m.pollers[id] }

func (m *mapping) unpark() int32 {
	m.active++
	if m.cfg.MaximumConcurrency > 0 {
		m.w.within(int64(m.active), int64(m.cfg.MaximumConcurrency), "concurrent batches of a mapping")
	}
	if n := len(m.parked); n > 0 {
		id := m.parked[n-1]
		m.parked = m.parked[:n-1]
		return id
	}
	m.pollers = append(m.pollers, poller{polled: -int64(time.Second)})
	return int32(len(m.pollers) - 1)
}

func (m *mapping) park(id int32) {
	m.active--
	m.parked = append(m.parked, id)
}

// poll sends the poller's next ReceiveMessage, or parks it if there are too
// many and it has nothing in hand. A provisioned poller sends ten a second at
// most, so each of its ten loops one.
func (m *mapping) poll(id int32) {
	p := &m.pollers[id]
	if m.active > m.limit && len(p.batch) == 0 {
		m.park(id)
		return
	}
	at := m.w.engine.Now()
	if m.cfg.ProvisionedPollers.Max > 0 {
		at = max(at, p.polled+int64(time.Second))
	}
	p.polled = at
	at += int64(m.w.latency.of(touchReceive))
	m.w.engine.Schedule(at, sim.Finish, evPoll, m.class, int64(id))
}

// onPoll is the arrival of a ReceiveMessage at the queue.
func (m *mapping) onPoll(id int32) {
	if m.q.visible > 0 && m.w.faults.empty(m.class) {
		m.nothing(id)
		return
	}
	if m.q.visible > 0 && m.got(id) {
		return
	}
	m.wait(id)
}

// nothing ends a receive call that has returned no message although some wait.
func (m *mapping) nothing(id int32) {
	m.w.usage.Add(SQSReceive, CauseEmpty, 1)
	m.w.audit.made.Add(SQSReceive, CauseWork, 1)
	if len(m.pollers[id].batch) > 0 {
		m.collect(id)
		return
	}
	m.poll(id)
}

func (m *mapping) wait(id int32) {
	m.w.touch(touchPollerWait)
	m.waiting.Add(id, m.w.engine.Now()+int64(longPoll))
}

// offer lets a waiting poller take messages that have become visible; false if
// none does.
func (m *mapping) offer() bool {
	if id, _, ok := m.waiting.Head(); ok {
		if !m.receive(id) {
			return false // it goes on waiting
		}
		if m.w.ideal && !m.ready(id) {
			return true // it goes on waiting for its window to end
		}
		m.waiting.Remove(id)
		m.collect(id)
		return true
	}
	if m.w.ideal && m.active < m.limit {
		id := m.unpark()
		if m.got(id) {
			return true
		}
		m.park(id)
		return false
	}
	m.awake()
	return false
}

// awake brings an idle mapping back to its base as soon as there is work,
// unless throttles or errors have just slowed it down.
func (m *mapping) awake() {
	if m.w.ideal {
		return
	}
	if m.cfg.MaximumConcurrency > 0 && m.active >= m.most {
		m.w.touch(touchNoOverpull)
	}
	if m.calm() {
		m.limit = max(m.limit, m.base)
	}
	for m.active < min(m.base, m.limit) {
		m.poll(m.unpark())
	}
	m.ramp()
}

// got receives messages for a poller and goes on with them; false if the queue
// gave none after all.
func (m *mapping) got(id int32) bool {
	if !m.receive(id) {
		return false
	}
	m.collect(id)
	return true
}

// receive adds messages to a poller's batch; false if the queue gave none.
func (m *mapping) receive(id int32) bool {
	p := &m.pollers[id]
	before := len(p.batch)
	p.batch = m.q.receive(min(10, m.size-before), p.batch)
	n := len(p.batch) - before
	p.moved = p.moved || m.q.moved
	if n == 0 {
		return false
	}
	p.moved = false
	m.w.audit.made.Add(SQSReceive, CauseWork, chunks(int64(n)*m.w.cfg.Classes[m.class].Payload))
	p.requests += chunks(int64(n) * m.w.cfg.Classes[m.class].Payload)
	for range n {
		p.done = append(p.done, false)
	}
	if before == 0 {
		p.window = m.w.engine.Now() + int64(m.cfg.BatchWindow)
	}
	if m.q.visible > 0 {
		m.awake()
	}
	return true
}

// collect invokes the function if the batch is full or its window over, and
// polls for more if not. A batch that waits for its poll to come back may thus
// wait up to 20 s, as the documentation warns; the ideal profile keeps to the
// window.
func (m *mapping) collect(id int32) {
	switch {
	case m.ready(id):
		m.w.after(m.w.latency.of(touchInvoke), evInvoke, m.class, int64(id))
	case m.w.ideal:
		m.waiting.Add(id, m.pollers[id].window)
	default:
		m.poll(id)
	}
}

// ready reports whether a batch waits for nothing more.
func (m *mapping) ready(id int32) bool {
	p := &m.pollers[id]
	return len(p.batch) >= m.size || m.cfg.BatchWindow == 0 || m.w.engine.Now() >= p.window
}

// onEmpty ends the long polls that found nothing: a billed request each. An
// idle mapping shrinks to save such calls; once nothing arrives any more and
// the system is empty, it stops.
func (m *mapping) onEmpty() {
	for id, ok := m.waiting.Due(m.w.engine.Now()); ok; id, ok = m.waiting.Due(m.w.engine.Now()) {
		p := &m.pollers[id]
		if !m.w.ideal {
			m.w.usage.Add(SQSReceive, emptyCause(p.moved), 1)
			m.w.audit.made.Add(SQSReceive, CauseWork, 1)
		}
		p.moved = false
		if len(p.batch) == 0 && m.cfg.MaximumConcurrency == 0 && m.cfg.ProvisionedPollers.Max == 0 {
			m.w.touch(touchIdlePollers)
		}
		switch {
		case len(p.batch) > 0:
			m.collect(id)
		case m.active > m.floor || m.w.over():
			m.park(id)
			m.limit = max(m.limit-1, m.floor)
			m.countUnits()
		default:
			m.poll(id)
		}
	}
}

// emptyCause returns what a poll that brought no message was for.
func emptyCause(moved bool) Cause {
	if moved {
		return CauseDeadLetter
	}
	return CauseEmpty
}

// onInvoke is the arrival of an Invoke at the function.
func (m *mapping) onInvoke(id int32) {
	if m.w.function.invoke(m.class, id) {
		return
	}
	p := &m.pollers[id]
	for i := range p.batch {
		m.w.steps.enter(m.class, &p.batch[i], PartThrottled)
		m.w.noteDelivery(m.class, &p.batch[i], "throttled")
	}
	m.trouble()
	m.w.touch(touchThrottledBatch)
	m.again(id)
}

// again tries a throttled batch once more after a pause that doubles, until
// the visibility timeout of its messages has passed. Then the poller drops its
// copy: the receives are spent, and the function never ran.
func (m *mapping) again(id int32) {
	p := &m.pollers[id]
	now := m.w.engine.Now()
	until := p.batch[0].at + int64(m.q.cfg.VisibilityTimeout)
	if m.w.cfg.Assumptions.ThrottledBatch == "drop" {
		m.w.after(0, evForget, m.class, int64(id))
		return
	}
	m.w.touch(touchRetry)
	first := m.retry.draw()
	pause := min(first<<min(p.tries, 10), retryAtMost)
	if pause != first {
		m.w.touch(touchRetryPauses)
	}
	p.tries++
	switch {
	case now+int64(pause) < until:
		m.w.after(pause, evInvoke, m.class, int64(id))
	default:
		m.w.engine.Schedule(max(now, until), sim.Finish, evForget, m.class, int64(id))
	}
}

// trouble slows the mapping down after a throttle or an error.
func (m *mapping) trouble() {
	m.troubled = m.w.engine.Now()
	m.w.touch(touchMappingBackoff)
	m.w.touch(touchMappingRest)
	if m.w.cfg.Assumptions.MappingBackoff == "shrink" {
		m.limit = max(m.limit-1, min(2, m.most))
		m.countUnits()
	}
}

// calm reports whether the last throttle or error lies long enough back for the
// mapping to grow.
func (m *mapping) calm() bool {
	return m.w.engine.Now()-m.troubled >= int64(m.w.cfg.Assumptions.MappingRest)
}

// onForget drops a batch that never ran.
func (m *mapping) onForget(id int32) {
	p := &m.pollers[id]
	p.best, p.any = CauseThrottle, true
	m.free(id)
}
