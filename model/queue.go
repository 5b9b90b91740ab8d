package model

import (
	"time"

	"penstock/sim"
)

// inFlightLimit is the number of messages that consumers of one standard
// queue may hold at a time; at the limit a long poll simply finds nothing.
// (SQS Developer Guide, quotas-queues.)
const inFlightLimit = 120_000

// longestVisibility is the ceiling of a message's time in flight, counted from
// its receive; extending does not reset it. (SQS Developer Guide.)
const longestVisibility = 12 * time.Hour

// queue is one SQS standard queue with its dead-letter queue.
type queue struct {
	w       *world
	class   int32
	cfg     Queue
	chunks  int64 // billed requests of one message: 64 KiB each
	slab    slab
	line    line
	flight  *sim.Lane // visibility timeouts of the queue's own length
	delayed *sim.Lane
	retain  *sim.Lane // retention, in order of sending
	lag     history

	visible, inFlight, late int64 // messages in line, held, delayed
	depth, held             sim.Level
	seen                    sim.Level // 1 while a message is visible
	deadLetters             int64
	letters                 sim.Level // messages in the dead-letter queue
	dead                    []message // dead letters that may be sent back, oldest first
	moved                   bool      // the last receive moved a message to the dead-letter queue
	oldest                  int64     // largest age met, ns
	fate                    *sim.Stream
}

func newQueue(w *world, class int) *queue {
	c := &w.cfg.Classes[class]
	q := &queue{w: w, class: int32(class), cfg: c.Queue, chunks: chunks(c.Payload)}
	q.slab.free = none
	q.line.slab = &q.slab
	q.line.reset()
	q.flight = sim.NewLane(&w.engine, sim.Finish, evVisible, q.class)
	q.delayed = sim.NewLane(&w.engine, sim.Finish, evDelayed, q.class)
	q.retain = sim.NewLane(&w.engine, sim.Finish, evRetention, q.class)
	q.fate = w.stream("queue." + c.Name)
	if w.cfg.Assumptions.QueueOrder == "random" {
		q.line.chance = w.stream("queue." + c.Name + ".order")
	}
	if lag := w.cfg.Timing.AttributesLag; lag > 0 && w.cfg.watched(class) {
		q.lag.lag = int64(lag)
	}
	return q
}

// chunks returns how many requests a payload is billed as: one for each 64 KiB.
func chunks(bytes int64) int64 { return max(1, (bytes+65535)/65536) }

// send stores a message. It becomes visible after the queue's delay.
func (q *queue) send(m message) {
	now := q.w.engine.Now()
	id := q.slab.alloc()
	at := q.slab.all.at(id)
	m.gen, m.timed, m.sent = at.gen, at.timed, now
	*at = m
	q.w.live++
	q.w.audit.queues[q.class].enter(now)
	q.w.audit.made.Add(SQSSend, CauseWork, q.chunks)
	q.w.classes[q.class].sent++
	q.retain.Add(id, now+int64(q.cfg.Retention))
	if q.cfg.Delay > 0 && q.w.awake { // what was there at the start was sent long ago
		at.state = msgDelayed
		q.late++
		q.count()
		q.delayed.Add(id, now+int64(q.cfg.Delay))
		return
	}
	q.visible++
	q.line.join(id)
	q.count()
	q.wake()
}

// onDelayed shows the messages whose delay has passed.
func (q *queue) onDelayed() {
	for id, ok := q.delayed.Due(q.w.engine.Now()); ok; id, ok = q.delayed.Due(q.w.engine.Now()) {
		q.late--
		q.visible++
		q.line.join(id)
	}
	q.count()
	q.wake()
}

// receive hands out up to most messages. Those whose receives are used up are
// moved to the dead-letter queue on the way, and not handed out.
func (q *queue) receive(most int, dst []delivery) []delivery {
	q.moved = false
	most = q.w.faults.most(q.class, most)
	from := len(dst)
	if q.line.chance != nil && q.visible > 1 {
		q.w.touch(touchQueueOrder)
	}
	for n := 0; n < most; {
		id := q.line.first()
		if id == none || q.inFlight+int64(n) >= inFlightLimit && !q.w.ideal {
			break
		}
		m := q.slab.all.at(id)
		if q.spent(m) {
			q.w.touch(touchDeadLetterAt)
			q.deadLetter(id)
			q.moved = true
			continue
		}
		q.line.leave(id)
		m.receives++
		q.w.audit.receives[q.class]++
		q.legal(m)
		n++
		dst = append(dst, q.deliver(id, m))
		q.w.classes[q.class].receives++
		q.w.note(q, id, "received")
	}
	for i := range dst[from:] { // only now, or one answer might hold a message twice
		q.hold(dst[from+i].id)
	}
	q.count()
	return dst
}

// legal checks a receive against the limit.
func (q *queue) legal(m *message) {
	if limit := int32(q.cfg.MaxReceiveCount); limit > 0 && m.receives > limit && !q.w.audit.off {
		q.w.broken(q.class, m.job, "a message is received no more often than its queue allows", "receive %d of %d", m.receives, limit)
	}
}

func (q *queue) deliver(id int32, m *message) delivery {
	return delivery{
		id: id, gen: m.gen, receipt: m.receives, task: m.task, token: m.token,
		attempt: m.attempt, job: m.job, sent: m.sent, service: m.service, at: q.w.engine.Now(),
	}
}

// spent reports whether the next receive would exceed the receive limit.
func (q *queue) spent(m *message) bool {
	return q.cfg.MaxReceiveCount > 0 && m.receives >= int32(q.cfg.MaxReceiveCount)
}

// hold starts the visibility timeout of a message just received. A standard
// queue may deliver a message twice inside one window: then it stays in line.
func (q *queue) hold(id int32) {
	m := q.slab.all.at(id)
	q.w.touch(touchDuplicates)
	if p := q.cfg.DuplicateProbability; p > 0 {
		q.fate.Job(uint64(m.job), uint64(m.attempt)<<32|uint64(m.receives))
		if q.fate.Float64() < p {
			q.line.join(id)
			return
		}
	}
	if q.w.faults.duplicates(q, m, id) {
		q.line.join(id)
		return
	}
	m.state = msgFlight
	q.visible--
	q.inFlight++
	if d, early := q.w.faults.held(q, m, id); early {
		m.timed++
		q.w.after(d, evTimed, q.class, int64(m.timed)<<32|int64(id))
		return
	}
	q.flight.Add(id, q.w.engine.Now()+int64(q.cfg.VisibilityTimeout))
}

// onVisible returns the messages whose visibility timeout has run out.
func (q *queue) onVisible() {
	for id, ok := q.flight.Due(q.w.engine.Now()); ok; id, ok = q.flight.Due(q.w.engine.Now()) {
		q.reappear(id)
	}
	q.count()
	q.wake()
}

// onTimed returns a message whose visibility was changed to a time of its own,
// unless it was changed again or has gone since.
func (q *queue) onTimed(id int32, timed uint32) {
	m := q.slab.all.at(id)
	if m.state != msgFlight || m.timed != timed {
		return
	}
	q.reappear(id)
	q.count()
	q.wake()
}

// reappear puts a message that was in flight back in line.
func (q *queue) reappear(id int32) {
	m := q.slab.all.at(id)
	q.inFlight--
	m.timed++
	q.visible++
	if m.flags&flagRetained != 0 {
		m.state = msgVisible
		q.line.join(id)
		q.expire(id)
		return
	}
	q.w.note(q, id, "visible")
	q.w.steps.hidden(q.class, m, PartQueued)
	q.order(id, m)
	if q.spent(m) && q.w.cfg.Assumptions.DeadLetterAt == "visible" {
		q.w.touch(touchDeadLetterAt)
		q.deadLetter(id)
	}
}

// order gives a returned message its place: its old one, or behind all that is
// visible now.
func (q *queue) order(id int32, m *message) {
	const back = 3 // receives from which SQS puts a message at the back
	a := &q.w.cfg.Assumptions
	last := a.QueueOrder == "visible"
	if m.receives >= back {
		q.w.touch(touchBackOfQueue)
		last = last || a.BackOfQueue
	} else {
		q.w.touch(touchQueueOrder)
	}
	if last {
		q.line.join(id)
		return
	}
	q.line.rejoin(id)
}

// remove acts on DeleteMessage. It reports false where the delete succeeds
// without effect: the message has gone, or an old handle did not reach it.
func (q *queue) remove(h delivery) bool {
	m := q.slab.all.at(h.id)
	if m.gen != h.gen {
		return false
	}
	if m.receives != h.receipt {
		q.w.touch(touchStaleDelete)
		if q.w.cfg.Assumptions.StaleDelete == "ignored" {
			return false
		}
	} else if m.state != msgFlight {
		q.w.touch(touchLateHandle)
	}
	q.drop(h.id)
	q.count()
	return true
}

// changeVisibility acts on ChangeMessageVisibility: the message is hidden for
// d from now, visible at once with 0. It has no effect on a message that is no
// longer held by that handle, or beyond 12 h from the receive, where SQS answers
// with an error.
func (q *queue) changeVisibility(h delivery, d time.Duration) {
	m := q.slab.all.at(h.id)
	now := q.w.engine.Now()
	held := m.gen == h.gen && m.receives == h.receipt && m.state == msgFlight
	if held && !q.w.ideal {
		held = now+int64(d) <= h.at+int64(longestVisibility)
	}
	q.w.noteVisibility(q.class, &h, d, held)
	if !held {
		return
	}
	q.flight.Remove(h.id)
	m.timed++
	switch {
	case d == 0:
		q.reappear(h.id)
		q.count()
		q.wake()
	case d == q.cfg.VisibilityTimeout:
		q.flight.Add(h.id, now+int64(d))
	default:
		q.w.engine.Schedule(now+int64(d), sim.Finish, evTimed, q.class, int64(m.timed)<<32|int64(h.id))
	}
}

// onRetention ends the messages that have been kept as long as the queue
// keeps any, counted from their send.
func (q *queue) onRetention() {
	for id, ok := q.retain.Due(q.w.engine.Now()); ok; id, ok = q.retain.Due(q.w.engine.Now()) {
		m := q.slab.all.at(id)
		if m.state == msgFlight {
			q.w.touch(touchRetention)
			if q.w.cfg.Assumptions.RetentionInFlight == "waits" {
				m.flags |= flagRetained
				continue
			}
		}
		q.expire(id)
	}
	q.count()
}

// expire loses a message to retention. Its token is never answered.
func (q *queue) expire(id int32) {
	m := q.slab.all.at(id)
	q.w.note(q, id, "retention_expired")
	q.w.steps.lost(q.class, m, doomExpired)
	q.drop(id)
}

// deadLetter moves a message to the dead-letter queue, where nobody answers
// its token.
func (q *queue) deadLetter(id int32) {
	m := q.slab.all.at(id)
	q.deadLetters++
	q.w.note(q, id, "dead_lettered")
	q.w.steps.lost(q.class, m, doomDeadLetter)
	q.bury(m)
	q.drop(id)
}

// drop takes a message out of the queue, wherever it stands.
func (q *queue) drop(id int32) {
	m := q.slab.all.at(id)
	switch m.state {
	case msgDelayed:
		q.delayed.Remove(id)
		q.late--
	case msgVisible, msgEarly:
		q.line.leave(id)
		q.visible--
	case msgFlight:
		q.flight.Remove(id)
		q.inFlight--
	}
	q.retain.Remove(id)
	q.oldest = max(q.oldest, q.w.engine.Now()-m.sent)
	q.w.audit.queues[q.class].leave(q.w.engine.Now(), m.sent)
	q.w.audit.counted[q.class] += int64(m.receives)
	q.slab.release(id)
	q.w.messageGone()
}

// age returns the age of the oldest message, ns; 0 if there is none.
func (q *queue) age() int64 {
	if _, at, ok := q.retain.Head(); ok {
		return q.w.engine.Now() - (at - int64(q.cfg.Retention))
	}
	return 0
}

// count records the queue's levels after a change.
func (q *queue) count() {
	now := q.w.engine.Now()
	q.depth.Set(now, q.visible+q.late)
	q.held.Set(now, q.inFlight)
	if some := min(q.visible, 1); some != q.seen.Value() {
		q.seen.Set(now, some)
	}
	q.w.population(q)
	if q.lag.lag > 0 {
		if !q.w.awake { // the initial backlog: it was there all the time
			now = -q.lag.lag
		}
		q.lag.record(now, q.visible, q.inFlight)
	}
}

// attributes returns what GetQueueAttributes shows: the approximate numbers of
// visible and in-flight messages as they were some time ago.
func (q *queue) attributes() (visible, inFlight int64) {
	q.w.touch(touchLag)
	if q.lag.lag == 0 {
		return q.visible, q.inFlight
	}
	return q.lag.read(q.w.engine.Now())
}

// wake hands visible messages to whoever waits in a long poll.
func (q *queue) wake() {
	for q.visible > 0 && q.w.offer(q) {
	}
}
