package model

// billed adds a meter up over all causes but these.
func billed(u *Usage, m Meter, except ...Cause) (n int64) {
	for c := range NumCauses {
		n += u[m][c]
	}
	for _, c := range except {
		n -= u[m][c]
	}
	return n
}

// bill checks what was metered against the calls of the trace. What a worker
// had begun and not ended when the run was over is metered as work.
func (w *watcher) bill(run *Run) {
	u, o := &run.Usage, w.world
	sends, states := int64(0), int64(w.cfg.StepFunctions.States)
	for i, q := range o.queues {
		sends += q.chunks * w.counts[w.cfg.Classes[i].Name+" sent"]
	}
	w.same("sends billed", billed(u, SQSSend, CauseDeadLetter), sends)
	w.same("redriven messages billed", u[SQSDelete][CauseDeadLetter], w.total("redriven"))
	if w.cfg.Assumptions.StartTransition {
		states++
	}
	w.same("transitions billed", billed(u, StatesTransitions), states*w.total("started")+run.Steps.Retried)
	if o.function == nil {
		w.billService(u)
		return
	}
	w.same("requests billed", billed(u, LambdaRequests), run.Worker.Invocations)
	w.billMappings(u)
}

// billMappings: each delivery of a batch of one is a receive, and each message
// deleted a delete.
func (w *watcher) billMappings(u *Usage) {
	receives, deleting := int64(0), int64(0)
	for i, m := range w.world.mappings {
		k := &w.cfg.Classes[i]
		if k.Mapping.BatchSize > 1 {
			return
		}
		receives += w.world.queues[i].chunks * w.counts[k.Name+" received"]
		for j := range m.pollers {
			for _, done := range m.pollers[j].done {
				if done {
					deleting++
				}
			}
		}
	}
	w.same("receives billed", billed(u, SQSReceive, CauseEmpty, CauseDeadLetter), receives)
	w.same("deletes billed", billed(u, SQSDelete, CauseDeadLetter), w.total("deleted")+deleting+w.undone())
	if w.world.ideal {
		w.same("empty receives of the ideal profile", u[SQSReceive][CauseEmpty], 0)
	}
}

// billService: each delivery to a slot is a receive; its delete is billed just
// before it is done.
func (w *watcher) billService(u *Usage) {
	receives := int64(0)
	for i, q := range w.world.queues {
		receives += q.chunks * w.counts[w.cfg.Classes[i].Name+" received"]
	}
	used := int64(w.world.service.used)
	w.same("receives billed", billed(u, SQSReceive, CauseEmpty, CauseDeadLetter), receives)
	if w.world.ideal {
		w.same("empty receives of the ideal profile", u[SQSReceive][CauseEmpty], 0)
	}
	deleted := w.total("deleted") + w.undone()
	if got := billed(u, SQSDelete, CauseDeadLetter); got < deleted || got > deleted+used {
		w.fail("%d deletes billed of %d, with %d slots busy", got, deleted, used)
	}
}

// undone returns how many deletes were asked for and have not been done: those
// that failed by a fault, and those that are late.
func (w *watcher) undone() int64 {
	n := w.counts["fault delete_fails"]
	if f := w.world.faults; f != nil {
		n += int64(len(f.late) - len(f.free))
	}
	return n
}
