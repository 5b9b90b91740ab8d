package model

import "penstock/model/policy"

// nothing ends a receive call that has returned no message although some wait.
func (s *service) nothing(id int32) {
	s.billEmpty()
	s.w.step(id, policy.Event{Kind: policy.PollEmpty})
}

// kill ends the process with all of its slots, and starts it again a little
// later. What the slots held comes back when its visibility timeout runs out;
// a delete that was on its way arrives.
func (s *service) kill() {
	s.life++
	for _, lane := range s.waits {
		for id, _, ok := lane.Head(); ok; id, _, ok = lane.Head() {
			lane.Remove(id)
			s.billEmpty() // its client is gone
		}
	}
	for id := range s.slots {
		if s.w.seats[id].inUse {
			s.die(int32(id))
		}
		s.w.seats[id].policy.Reset()
		s.slots[id] = slotPoll{}
	}
	s.parked = s.parked[:0]
	s.used = 0
	s.busy.set(s.w.engine.Now(), 0)
	s.w.after(s.w.cfg.Faults.Restart, evRestart, 0, s.life)
}

func (s *service) billEmpty() {
	if !s.w.ideal {
		s.w.usage.Add(SQSReceive, CauseEmpty, 1)
		s.w.audit.made.Add(SQSReceive, CauseWork, 1)
	}
}

// onRestart starts the next life of the service, if it has not ended already.
func (s *service) onRestart(life int64) {
	if life == s.life {
		s.start()
	}
}

// die ends the work of one slot.
func (s *service) die(id int32) {
	st := &s.w.seats[id]
	s.w.faults.note(faultKill, st.class, &st.work)
	if s.slots[id].asked {
		s.w.audit.made.Add(SQSDelete, CauseWork, 1)
		s.w.deleteFor(st.class, &st.work)
	} else {
		s.w.legacy.abandon(id)
		s.w.steps.enter(st.class, &st.work, PartBackoff)
		s.w.usage.Add(SQSAttributes, CauseRetry, st.looks)
		s.w.usage.Add(SQSVisibility, CauseRetry, st.changes)
		s.w.usage.Add(SQSReceive, CauseRetry, st.receives)
		st.looks, st.changes, st.receives = 0, 0, 0
	}
	st.gen++
	s.w.vacate(id)
}

// delete brings a delete to its queue.
func (w *world) delete(class int32, d *delivery) {
	effective := w.queues[class].remove(*d)
	w.noteDeleted(class, d, effective)
}

// deleteFor brings a worker's delete to its queue, unless a fault is in the way.
func (w *world) deleteFor(class int32, d *delivery) {
	if !w.faults.deletes(class, d) {
		w.delete(class, d)
	}
}
