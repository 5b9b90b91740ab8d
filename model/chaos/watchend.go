package chaos

import (
	"math"
	"time"

	"penstock/model"
)

// ended checks what is left when the run is over, and the result against the
// watcher's own books.
func (w *watcher) ended(run *model.Run) {
	w.legacy.instantOver(w)
	w.now = run.End
	if !w.blurred && run.Steps.CallbacksThrottle == w.counts["fault callback_throttled"] {
		w.found = append(w.found, w.ifNoThrottle...)
	}
	if !w.blurred && run.Worker.Timeouts == 0 {
		w.found = append(w.found, w.ifNoKill...)
		if w.legacy.killed > 0 {
			w.fail("an environment makes one call at a time", "%d calls were never answered", w.legacy.killed)
		}
	}
	for i, k := range w.classes {
		for _, t := range k.inOrder() {
			w.clocks(k, t, run.End)
		}
		w.counted(k, &run.Classes[i])
	}
	w.same("every call is counted", "legacy calls", run.Legacy.Calls, w.counts["called"])
	w.caps(run)
	w.bill(run)
}

// clocks checks that no clock has been forgotten: what should have happened by
// the end has happened.
func (w *watcher) clocks(k *classBook, t *taskBook, end time.Duration) {
	const rule = "no clock is forgotten"
	a := t.last()
	late := func(due time.Duration) bool { return due < end }
	if a.over == "" {
		if due := a.begun + w.cfg.StepFunctions.Timeout; late(due) {
			w.fail(rule, "a task of %s, begun at %v, has not timed out", k.cfg.Name, a.begun)
		}
	} else if t.outcome == "" {
		if due := a.overAt + w.pauseBefore(len(t.attempts)); late(due) {
			w.fail(rule, "a task of %s, failed at %v, has been neither retried nor ended", k.cfg.Name, a.overAt)
		}
	}
	for _, a := range t.attempts {
		m := a.message
		if m == nil || m.gone != "" {
			continue
		}
		flight := len(m.receives) > 0 && !m.visible
		if late(m.sent+k.cfg.Queue.Retention) && !(flight && w.cfg.Assumptions.RetentionInFlight == "waits") {
			w.fail(rule, "a message of %s, sent at %v, has not expired", k.cfg.Name, m.sent)
		}
		if flight && !w.blurred && k.cfg.Queue.DuplicateProbability == 0 && late(m.due) {
			w.fail(rule, "a message of %s, received at %v, has not become visible", k.cfg.Name, m.receives[len(m.receives)-1].at)
		}
	}
}

// counted checks the result of a class.
func (w *watcher) counted(k *classBook, r *model.ClassRun) {
	name, s := k.cfg.Name, &k.sums
	const rule = "the result counts what happened"
	w.same(rule, name+" outcomes", r.Completed+r.Failed+r.TimedOut+r.DeadLettered+r.Expired+r.Unfinished, r.Arrived)
	w.same(rule, name+" completed", r.Completed, s.outcomes["completed"])
	w.same(rule, name+" failed", r.Failed, s.outcomes["failed"])
	w.same(rule, name+" timed out", r.TimedOut, s.outcomes["timed_out"])
	open, lost := int64(0), map[string]int64{}
	latency := s.latency
	var escalated int64
	for _, t := range k.inOrder() {
		if t.outcome != "" {
			continue
		}
		open++
		latency += w.now - t.started
		a := t.last()
		if a.over == "" && a.message != nil && len(t.attempts) > w.cfg.StepFunctions.Retry.MaxAttempts {
			lost[a.message.gone]++ // it can only run into its timeout
		}
		for _, a := range t.attempts {
			if a.escalated {
				escalated++
				break
			}
		}
	}
	w.same(rule, name+" dead-lettered", r.DeadLettered, s.outcomes["dead_lettered"]+lost["dead_lettered"])
	w.same(rule, name+" expired", r.Expired, s.outcomes["expired"]+lost["retention_expired"])
	w.same(rule, name+" open", r.Open, r.Arrived-k.counts["started"]+open)
	w.same(rule, name+" sent", r.Sent, k.counts["sent"]+k.counts["redriven"])
	w.same(rule, name+" receives", r.Receives, k.counts["received"])
	w.same(rule, name+" yields", r.Yields, k.counts["yielded"])
	w.same(rule, name+" escalated", r.Escalated, s.escalated+escalated)
	w.same(rule, name+" latencies", r.Latency.N, k.counts["started"])
	w.mean(name+" latency", r.Latency, latency)
	if !w.blurred {
		w.mean(name+" wait", r.Wait, s.wait)
		w.linedUp(k, r)
	}
	parts := 0.0
	for _, p := range r.Parts {
		parts += p
	}
	if math.Abs(parts-r.Latency.Mean) > 1e-9*max(1, parts) {
		w.fail("the parts of the latencies add up to them", "%s: the mean parts add up to %v s, the mean latency is %v s", name, parts, r.Latency.Mean)
	}
}

// linedUp checks the waits inside the legacy system. When the work on a call
// began is not in the trace, but it lies between the call and its answer.
func (w *watcher) linedUp(k *classBook, r *model.ClassRun) {
	const rule = "a call waits inside the legacy system only where it may, and before its work"
	name, all := k.cfg.Name, r.LegacyWait.Mean*float64(r.LegacyWait.N)
	most := w.legacy.most(w.cfg, k.cfg, math.MaxInt)
	if n := k.cfg.LegacyBacklog; n != nil {
		most = max(most, *n)
	}
	switch {
	case most == 0:
		w.same(rule, name+" calls that waited", r.LegacyWait.N+r.LegacyWaited, 0)
		return
	case r.LegacyWaited > r.LegacyWait.N || all > k.sums.called.Seconds()*(1+1e-9):
		w.fail(rule, "%s: %d of %d calls waited, for %v s in all, and took %v with their work", name, r.LegacyWaited, r.LegacyWait.N, all, k.sums.called)
	}
	w.same(rule, name+" waits inside", r.LegacyWait.N, r.Wait.N)
}

func (w *watcher) same(rule, what string, got, want int64) {
	if got != want {
		w.fail(rule, "%s: %d, want %d", what, got, want)
	}
}

// mean checks a mean against the sum of the watcher's own observations.
func (w *watcher) mean(what string, s model.Sample, sum time.Duration) {
	if s.N == 0 {
		return
	}
	if want := sum.Seconds() / float64(s.N); math.Abs(s.Mean-want) > 1e-9*max(1, want) {
		w.fail("a mean is the sum over the number", "%s: %v s, want %v s", what, s.Mean, want)
	}
}

// caps checks that no level of the result is beyond its cap.
func (w *watcher) caps(run *model.Run) {
	const rule = "nothing runs beyond a cap"
	if n := run.Worker.ConcurrencyMax; n > int64(w.cfg.Worker.Concurrency) {
		w.fail(rule, "%d invocations or slots of %d", n, w.cfg.Worker.Concurrency)
	}
	if n, most := run.Legacy.InFlightMax, int64(w.legacy.slots+w.legacy.backlog); n > most {
		w.fail(rule, "%d calls in the legacy system, %d places", n, most)
	}
	const grain = 1e-9
	for _, share := range []float64{run.Worker.Busy, run.Worker.AtLimit, run.Legacy.Utilization, run.Legacy.AtLimit, run.Legacy.Slowed} {
		if !(share >= 0 && share <= 1+grain) {
			w.fail(rule, "a share of %v", share)
		}
	}
}
