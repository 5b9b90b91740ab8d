package model

import (
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// service is the long-polling driver: one process with a fixed number of
// slots, each of which polls, works on one message, and deletes it.
type service struct {
	w      *world
	slots  []slotPoll  // by seat
	waits  []*sim.Lane // slots in a long poll, by class
	counts []int       // slots that wait for each class, polls on the way included
	parked []int32
	used   int
	life   int64 // counts kills: what an earlier life began is stale
	policy *policy.Policy
	order  *sim.Stream // which way a sweep goes
	busy   gauge
	run    WorkerRun
}

// slotPoll is what a slot is polling for while it is free.
type slotPoll struct {
	swept int
	up    bool // this sweep goes from the lowest class up
	poll  policy.Poll
	moved bool // the present poll moved a message to the dead-letter queue
	asked bool // a delete is on its way
}

func newService(w *world) *service {
	n := w.cfg.Worker.Concurrency
	s := &service{w: w, slots: make([]slotPoll, n), counts: make([]int, len(w.cfg.Classes)), order: w.stream("worker.low_first")}
	for class := range w.cfg.Classes {
		s.waits = append(s.waits, sim.NewLane(&w.engine, sim.Finish, evSlotEmpty, int32(class)))
	}
	s.busy.limit = int64(n)
	s.policy = w.newPolicy()
	for i := range n {
		w.seats = append(w.seats, seat{policy: s.policy, slot: i, call: none})
	}
	return s
}

func (s *service) start() {
	for i := range s.slots {
		s.free(int32(i))
	}
}

// free lets a slot look for work: from the highest class down, or now and then
// from the lowest up.
func (s *service) free(id int32) {
	s.slots[id].swept = 0
	if p := s.w.cfg.Worker.LowFirst; p > 0 {
		s.slots[id].up = s.order.Float64() < p
	}
	s.next(id)
}

// next sends the slot's next poll.
func (s *service) next(id int32) {
	sl := &s.slots[id]
	if s.w.ideal && sl.swept == len(s.counts) {
		if !s.missed() { // wakes at once, whatever comes
			s.parked = append(s.parked, id)
			return
		}
		sl.swept = 0
	}
	sl.poll = policy.NextPoll(sl.swept, s.counts)
	if sl.up {
		sl.poll = policy.FromBelow(sl.poll, len(s.counts))
	}
	if sl.poll.Wait > 0 {
		s.counts[sl.poll.Class]++
	}
	s.w.after(s.w.latency.of(touchReceive), evSlotPoll, id, s.life)
}

// missed reports whether a message has come to a queue that a slot had passed
// on its sweep.
func (s *service) missed() bool {
	for _, q := range s.w.queues {
		if q.visible > 0 {
			return true
		}
	}
	return false
}

// onPoll is the arrival of a slot's ReceiveMessage at its queue.
func (s *service) onPoll(id int32, life int64) {
	if life != s.life {
		return
	}
	sl := &s.slots[id]
	q := s.w.queues[sl.poll.Class]
	if q.visible > 0 && s.w.faults.empty(q.class) {
		s.nothing(id)
		return
	}
	if q.visible > 0 && s.got(id, q) {
		return
	}
	if sl.poll.Wait > 0 {
		s.waits[sl.poll.Class].Add(id, s.w.engine.Now()+int64(sl.poll.Wait))
		return
	}
	if !s.w.ideal {
		s.w.usage.Add(SQSReceive, emptyCause(sl.moved), 1)
		s.w.audit.made.Add(SQSReceive, CauseWork, 1)
	}
	sl.moved = false
	sl.swept++
	s.next(id)
}

// offer lets a waiting slot take a message that has become visible.
func (s *service) offer(q *queue) bool {
	lane := s.waits[q.class]
	if id, _, ok := lane.Head(); ok {
		if !s.got(id, q) {
			return false // it goes on waiting
		}
		lane.Remove(id)
		return true
	}
	if n := len(s.parked); n > 0 {
		id := s.parked[n-1]
		s.parked = s.parked[:n-1]
		if !s.w.ideal {
			s.free(id)
			return false
		}
		s.slots[id].poll = policy.Poll{Class: int(q.class)}
		if !s.got(id, q) {
			s.parked = append(s.parked, id)
			return false
		}
		return true
	}
	return false
}

// got receives one message for a slot; false if the queue gave none after all.
func (s *service) got(id int32, q *queue) bool {
	s.w.received = q.receive(1, s.w.received[:0])
	if len(s.w.received) == 0 {
		s.slots[id].moved = s.slots[id].moved || q.moved
		return false
	}
	s.slots[id].moved = false
	if p := s.slots[id].poll; p.Wait > 0 {
		s.counts[p.Class]--
	}
	s.used++
	s.busy.set(s.w.engine.Now(), int64(s.used))
	s.w.occupy(id)
	s.w.seats[id].receives = q.chunks
	s.w.audit.made.Add(SQSReceive, CauseWork, q.chunks)
	s.run.Invocations++
	// The work begins as an event of its own: a queue that is handing out
	// messages must not be changed by one of them meanwhile.
	st := &s.w.seats[id]
	st.work, st.class = s.w.received[0], q.class
	s.w.after(0, evSlotTake, id, s.life)
	return true
}

// onTake begins the work on the message that the slot has received.
func (s *service) onTake(id int32, life int64) {
	if life != s.life {
		return
	}
	st := &s.w.seats[id]
	s.w.take(id, st.class, st.work, true, 0)
}

// onEmpty ends the long polls that found nothing. Once nothing arrives any
// more and the system is empty, the slots stop.
func (s *service) onEmpty(class int32) {
	lane := s.waits[class]
	for id, ok := lane.Due(s.w.engine.Now()); ok; id, ok = lane.Due(s.w.engine.Now()) {
		sl := &s.slots[id]
		s.counts[class]--
		s.w.usage.Add(SQSReceive, emptyCause(sl.moved), 1)
		s.w.audit.made.Add(SQSReceive, CauseWork, 1)
		sl.moved = false
		switch {
		case s.w.over():
			s.parked = append(s.parked, id)
		case policy.Sweep(s.counts):
			s.free(id)
		default:
			s.next(id) // swept as before
		}
	}
}

// messageDone is called when the policy has ended the work on a message.
func (s *service) messageDone(id int32) {
	st := &s.w.seats[id]
	s.w.usage.Add(SQSReceive, st.cause, st.receives)
	st.receives = 0
	s.w.usage.Add(LogBytes, st.cause, s.w.cfg.Worker.LogBytes)
	s.w.touch(touchLog)
	if st.released {
		s.leave(id)
		return
	}
	s.w.usage.Add(SQSDelete, st.cause, 1)
	s.slots[id].asked = true
	s.w.after(s.w.latency.of(touchDelete), evSlotDelete, id, s.life)
}

// onDelete deletes the slot's message and frees the slot.
func (s *service) onDelete(id int32, life int64) {
	if life != s.life {
		return
	}
	st := &s.w.seats[id]
	s.slots[id].asked = false
	s.w.deleteFor(st.class, &st.work)
	s.leave(id)
}

func (s *service) leave(id int32) {
	s.used--
	s.busy.set(s.w.engine.Now(), int64(s.used))
	s.w.vacate(id)
	s.free(id)
}

// standby returns the seconds from the end of the warm-up to the horizon, for
// which capacity kept ready is billed.
func (w *world) standby() time.Duration {
	return max(0, w.cfg.Horizon-time.Duration(w.warm))
}
