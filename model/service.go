package model

import (
	"slices"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// service is the long-polling driver: one process with a fixed number of
// slots, each of which polls as the policy says, works on one message, and
// deletes it.
type service struct {
	w      *world
	slots  []slotPoll  // by seat
	waits  []*sim.Lane // slots in a long poll, by class
	parked []int32
	used   int
	life   int64 // counts kills: what an earlier life began is stale
	busy   gauge
	run    WorkerRun
}

// slotPoll is what a slot is polling for while it is free.
type slotPoll struct {
	class int32
	wait  time.Duration
	moved bool // the present poll moved a message to the dead-letter queue
	asked bool // a delete is on its way
}

func newService(w *world) *service {
	n := w.cfg.Worker.Concurrency
	s := &service{w: w, slots: make([]slotPoll, n)}
	for class := range w.cfg.Classes {
		s.waits = append(s.waits, sim.NewLane(&w.engine, sim.Finish, evSlotEmpty, int32(class)))
	}
	s.busy.limit = int64(n)
	p := w.newPolicy()
	for i := range n {
		w.seats = append(w.seats, seat{policy: p, slot: i, call: none})
	}
	return s
}

func (s *service) start() {
	for i := range s.slots {
		s.free(int32(i))
	}
}

// free lets a slot look for work, by the policy of the day.
func (s *service) free(id int32) {
	if st := &s.w.seats[id]; st.version != s.w.version {
		s.w.deploy(st)
	}
	s.w.step(id, policy.Event{Kind: policy.SlotFree})
}

// empty tells the policy that a slot's poll found nothing. One of another day
// does not decide on the next.
func (s *service) empty(id int32) {
	if s.w.seats[id].version != s.w.version {
		s.free(id)
		return
	}
	s.w.step(id, policy.Event{Kind: policy.PollEmpty})
}

// poll sends the poll that the policy wants of a slot.
func (s *service) poll(id int32, a policy.Action) {
	s.slots[id].class, s.slots[id].wait = int32(a.Queue), a.For
	if s.w.ideal && a.For > 0 {
		if s.missed(id) {
			s.free(id)
		} else {
			s.parked = append(s.parked, id) // wakes at once, whatever comes
		}
		return
	}
	s.w.after(s.w.latency.of(touchReceive), evSlotPoll, id, s.life)
}

// missed reports whether a message has come to a queue that a slot had passed
// on its sweep.
func (s *service) missed(id int32) bool {
	for _, q := range s.w.queues {
		if q.visible > 0 && s.w.seats[id].policy.Admits(int(id), int(q.class)) {
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
	q := s.w.queues[sl.class]
	if q.visible > 0 && s.w.faults.empty(q.class) {
		s.nothing(id)
		return
	}
	if q.visible > 0 && s.got(id, q) {
		return
	}
	if sl.wait > 0 {
		s.waits[sl.class].Add(id, s.w.engine.Now()+int64(sl.wait))
		return
	}
	if !s.w.ideal {
		s.w.usage.Add(SQSReceive, emptyCause(sl.moved), 1)
		s.w.audit.made.Add(SQSReceive, CauseWork, 1)
	}
	sl.moved = false
	s.empty(id)
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
	for i := len(s.parked) - 1; i >= 0; i-- {
		id := s.parked[i]
		switch {
		case !s.w.ideal:
			s.parked = s.parked[:i]
			s.free(id)
			return false
		case s.w.seats[id].policy.Admits(int(id), int(q.class)):
			if !s.got(id, q) {
				return false
			}
			s.parked = slices.Delete(s.parked, i, i+1)
			return true
		}
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
	if s.w.ideal {
		s.w.seats[id].policy.Turn(int(id), int(q.class))
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
		s.w.usage.Add(SQSReceive, emptyCause(sl.moved), 1)
		s.w.audit.made.Add(SQSReceive, CauseWork, 1)
		sl.moved = false
		if s.w.over() {
			s.parked = append(s.parked, id)
			continue
		}
		s.empty(id)
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
	s.w.audit.made.Add(SQSDelete, CauseWork, 1)
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
