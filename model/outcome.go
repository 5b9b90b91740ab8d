package model

// The outcomes of a task, exclusive of each other.
const (
	outcomeCompleted uint8 = iota
	outcomeFailed
	outcomeTimedOut
	outcomeDeadLettered
	outcomeExpired
	outcomeUnfinished
	numOutcomes
)

// outcomeName returns the name used in a trace.
func outcomeName(o uint8) string {
	return [numOutcomes]string{"completed", "failed", "timed_out", "dead_lettered", "expired", "unfinished"}[o]
}

// finish ends a task for good.
func (s *steps) finish(class, id int32, outcome uint8) {
	c := &s.classes[class]
	t := c.all.at(id)
	if t.state == taskFree {
		s.w.broken(class, t.job, "a task ends once", "it ends as %s after it has ended", outcomeName(outcome))
	}
	s.w.audit.ended[class]++
	s.w.audit.tasks.leave(s.w.engine.Now(), t.start)
	s.part(class, t, PartOther)
	s.w.whole(class, t)
	s.record(class, t, outcome)
	if s.w.trace != nil {
		s.w.noteOutcome(class, t, outcome)
	}
	c.timeout.Remove(id)
	c.heartbeat.Remove(id)
	s.reprieve(t)
	source := t.source
	*t = task{next: c.free, token: t.token}
	c.free = id
	s.w.open--
	s.w.sources[source].ended(s.w)
}

// record counts a task that ends, or is cut off, now.
func (s *steps) record(class int32, t *task, outcome uint8) {
	if t.flags&flagCounted == 0 {
		return
	}
	st := &s.w.classes[class]
	latency := s.w.engine.Now() - t.start
	st.outcomes[outcome]++
	st.latency.add(latency)
	if outcome == outcomeCompleted {
		st.completed.add(latency)
	}
	if t.flags&flagEscalated != 0 {
		st.escalated++
	}
	if t.calls > 1 {
		st.duplicates += int64(t.calls - 1)
	}
}

// timeoutOutcome returns what a task counts as whose time is over: one whose
// message is lost was lost by that.
func (t *task) timeoutOutcome() uint8 {
	switch t.doom {
	case doomDeadLetter:
		return outcomeDeadLettered
	case doomExpired:
		return outcomeExpired
	}
	return outcomeTimedOut
}

// cutOutcome returns what a task counts as that is open at the end of the run.
// One whose message is lost already can only fail, unless it will be tried
// again.
func (t *task) cutOutcome(retries int) uint8 {
	if int(t.attempt) <= retries {
		return outcomeUnfinished
	}
	if t.doom != doomNone {
		return t.timeoutOutcome()
	}
	return outcomeUnfinished
}

// cut counts the tasks that are still open at the end of the run: none is
// dropped, and their latency so far is a lower bound.
func (s *steps) cut() {
	for class := range s.classes {
		c := &s.classes[class]
		for id := range int32(c.all.n) {
			if t := c.all.at(id); t.state != taskFree {
				s.part(int32(class), t, PartOther)
				s.w.whole(int32(class), t)
				s.record(int32(class), t, t.cutOutcome(s.w.cfg.StepFunctions.Retry.MaxAttempts))
				if t.flags&flagCounted != 0 {
					s.w.classes[class].open++
				}
			}
		}
	}
	s.neverStarted = make([]int64, len(s.classes))
	for ; s.waiting.n > 0; s.waiting.pop() {
		a := s.waiting.first()
		s.neverStarted[a.class]++
		if a.at >= s.w.warm {
			s.w.classes[a.class].outcomes[outcomeUnfinished]++
			s.w.classes[a.class].open++
		}
	}
}

// openOf returns how many tasks of a class are open, those included whose
// execution has not started.
func (s *steps) openOf(class int32) int64 {
	n := s.neverStarted[class]
	c := &s.classes[class]
	for id := range int32(c.all.n) {
		if c.all.at(id).state != taskFree {
			n++
		}
	}
	return n
}

func (c *taskClass) alloc() int32 {
	if c.free != none {
		id := c.free
		c.free = c.all.at(id).next
		return id
	}
	return c.all.grow()
}
