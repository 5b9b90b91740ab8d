package chaos

import "penstock/model"

// billed adds up what a meter counted, over all causes but these.
func billed(u *model.Usage, m model.Meter, except ...model.Cause) int64 {
	n := int64(0)
	for c := range model.NumCauses {
		n += u[m][c]
	}
	for _, c := range except {
		n -= u[m][c]
	}
	return n
}

// bill checks the meters against the calls in the trace. What was under way when
// the run ended, or in an invocation that was killed, is metered and not seen.
func (w *watcher) bill(run *model.Run) {
	const rule = "billed calls equal the calls in the trace"
	u := &run.Usage
	sends, receives, single := int64(0), int64(0), true
	for _, k := range w.classes {
		chunks := max(1, (k.cfg.Payload+65535)/65536)
		sends += chunks * k.counts["sent"]
		receives += chunks * k.counts["received"]
		single = single && (k.cfg.Mapping.BatchSize == 1 || w.cfg.Worker.Driver == model.DriverPoller)
	}
	w.same(rule, "sends", billed(u, model.SQSSend, model.CauseDeadLetter), sends)
	states := int64(w.cfg.StepFunctions.States)
	if w.cfg.Assumptions.StartTransition {
		states++
	}
	retries := int64(0)
	for _, k := range w.classes {
		for _, t := range k.tasks {
			retries += int64(len(t.attempts) - 1)
			if t.outcome == "" && t.last().over != "" {
				retries++ // the transition of a retry is billed when its pause begins
			}
		}
	}
	w.same(rule, "state transitions", billed(u, model.StatesTransitions), states*w.counts["started"]+retries)
	if !single {
		return // a request serves several messages, and the trace does not show which
	}
	w.same(rule, "receives", billed(u, model.SQSReceive, model.CauseEmpty, model.CauseDeadLetter), receives)
	unseen := int64(w.cfg.Worker.Concurrency) + run.Worker.Timeouts + w.counts["fault kill"]
	looks := billed(u, model.SQSAttributes)
	if looks < w.counts["looked"] || looks > w.counts["looked"]+unseen {
		w.fail(rule, "%d looks billed, %d seen, at most %d under way", looks, w.counts["looked"], unseen)
	}
	if n := billed(u, model.SQSVisibility); n < w.counts["visibility_changed"] {
		w.fail(rule, "%d changes of visibility billed, %d seen", n, w.counts["visibility_changed"])
	}
	if !w.blurred {
		w.deletes(u, rule)
	}
	if w.cfg.Worker.Driver == model.DriverLambda {
		w.same(rule, "requests", billed(u, model.LambdaRequests), run.Worker.Invocations)
	}
}

// deletes checks the deletes: those not seen are under way, so their messages
// are there, or gone by another hand.
func (w *watcher) deletes(u *model.Usage, rule string) {
	underway := int64(0)
	for _, k := range w.classes {
		for _, t := range k.tasks {
			for _, a := range t.attempts {
				if a.message == nil || a.over == "" {
					continue
				}
				for _, d := range append(a.message.receives, a.message.former...) {
					if d.deleted == 0 && !d.yielded { // those that a fault made fail among them
						underway++
					}
				}
			}
		}
	}
	seen := w.counts["deleted"]
	if n := billed(u, model.SQSDelete, model.CauseDeadLetter); n < seen || n > seen+underway {
		w.fail(rule, "%d deletes billed, %d seen, at most %d under way", n, seen, underway)
	}
}
