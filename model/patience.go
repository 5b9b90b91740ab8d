package model

// onGiveUp stops the execution of a task that nobody has waited for any longer,
// unless work on it has begun: what has begun is let go on. The message stays
// in the queue, as nothing of Step Functions can take it back.
func (s *steps) onGiveUp(class, id int32, token uint32) {
	t := s.alive(class, id, token)
	if t == nil || t.calls > 0 || t.atWork() {
		return
	}
	s.w.noteTask(class, t, "task_timed_out")
	s.finish(class, id, t.timeoutOutcome())
}
