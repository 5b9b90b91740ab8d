package plan

import "penstock/model"

// What runs can lack, as Why names it.
const (
	ofTasks     = "task"
	ofCompleted = "completed task"
	ofSent      = "message sent"
)

// class estimates everything about the class with index c.
func (e *estimator) class(c int) *Class {
	of := func(r *model.Run) *model.ClassRun { return &r.Classes[c] }
	count := func(f func(*model.ClassRun) int64) Estimate {
		return e.count(func(r *model.Run) int64 { return f(of(r)) })
	}
	rare := func(f func(*model.ClassRun) int64) Estimate {
		return e.rareCount(func(r *model.Run) int64 { return f(of(r)) })
	}
	ratio := func(s span, what string, num, den func(*model.ClassRun) int64) Estimate {
		return e.ratio(s, what, func(r *model.Run) (float64, float64) {
			return float64(num(of(r))), float64(den(of(r)))
		})
	}
	k := &Class{
		Arrived:      count(arrived),
		Completed:    count(completed),
		Failed:       rare(failed),
		TimedOut:     rare(timedOut),
		DeadLettered: rare(deadLettered),
		Expired:      rare(func(c *model.ClassRun) int64 { return c.Expired }),
		Unfinished:   rare(unfinished),

		FailedShare:       e.rareShare(c, failed),
		DeadLetteredShare: e.rareShare(c, deadLettered),
		TimedOutShare:     e.rareShare(c, timedOut),

		Latency:          e.quantiles(ofTasks, func(r *model.Run) *model.Sample { return &of(r).Latency }),
		LatencyCompleted: e.quantiles(ofCompleted, func(r *model.Run) *model.Sample { return &of(r).LatencyCompleted }),
		Wait:             e.waits(func(r *model.Run) *model.Sample { return &of(r).Wait }),
		WaitParts:        e.parts(of),

		ReceivesPerMessage: ratio(nonNegative, ofSent, func(c *model.ClassRun) int64 { return c.Receives }, sent),
		YieldsPerMessage:   ratio(nonNegative, ofSent, func(c *model.ClassRun) int64 { return c.Yields }, sent),
		Waited:             ratio(share, ofCompleted, func(c *model.ClassRun) int64 { return c.Waited }, waits),
		Escalated:          ratio(share, ofTasks, func(c *model.ClassRun) int64 { return c.Escalated }, arrived),
		DuplicateCalls:     rare(func(c *model.ClassRun) int64 { return c.DuplicateCalls }),
		Oldest:             e.over(nonNegative, func(r *model.Run) float64 { return of(r).Oldest }),
		DepthMean:          e.over(nonNegative, func(r *model.Run) float64 { return of(r).DepthMean }),
		InFlightMean:       e.over(nonNegative, func(r *model.Run) float64 { return of(r).FlightMean }),
		DepthMax:           e.count(func(r *model.Run) int64 { return of(r).DepthMax }),
		InFlightMax:        e.count(func(r *model.Run) int64 { return of(r).FlightMax }),
		DeadLettersMean:    e.over(nonNegative, func(r *model.Run) float64 { return of(r).LettersMean }),
		VisibleShare:       e.over(share, func(r *model.Run) float64 { return of(r).VisibleShare }),
	}
	k.LegacyWait, k.LegacyWaited = e.lining(of)
	for i := range e.runs {
		k.LatencyIsLowerBound = k.LatencyIsLowerBound || of(&e.runs[i]).Open > 0
	}
	return k
}

func arrived(c *model.ClassRun) int64      { return c.Arrived }
func completed(c *model.ClassRun) int64    { return c.Completed }
func failed(c *model.ClassRun) int64       { return c.Failed }
func waits(c *model.ClassRun) int64        { return c.Wait.N }
func timedOut(c *model.ClassRun) int64     { return c.TimedOut }
func deadLettered(c *model.ClassRun) int64 { return c.DeadLettered }
func unfinished(c *model.ClassRun) int64   { return c.Unfinished }
func sent(c *model.ClassRun) int64         { return c.Sent }

// lining estimates the waits inside the legacy system, and the share of the tasks
// that had one. Where calls of the class cannot wait there, it is the same for all
// runs.
func (e *estimator) lining(of func(*model.Run) *model.ClassRun) (LegacyWaits, Estimate) {
	if len(e.runs) > 0 && !of(&e.runs[0]).MayLineUp {
		no := e.none("calls of this class cannot wait: their legacy backlog is 0")
		return LegacyWaits{no, no, no, no, no}, no
	}
	q := e.quantiles(ofCompleted, func(r *model.Run) *model.Sample { return &of(r).LegacyWait })
	had := e.ratio(share, ofCompleted, func(r *model.Run) (float64, float64) {
		return float64(of(r).LegacyWaited), float64(of(r).LegacyWait.N)
	})
	return LegacyWaits{q.Mean, q.P50, q.P90, q.P95, q.P99}, had
}

// rareShare estimates the share of a class's tasks that met a loss: the mean
// of the shares of the runs. Where no replication had one, the upper bound is
// the rule of three per run, over the mean number of tasks in a run.
func (e *estimator) rareShare(c int, f func(*model.ClassRun) int64) Estimate {
	var tasks float64
	est := e.ratio(share, ofTasks, func(r *model.Run) (float64, float64) {
		k := &r.Classes[c]
		tasks += float64(k.Arrived)
		return float64(f(k)), float64(k.Arrived)
	})
	if est.High != nil && *est.Value == 0 {
		mean := tasks / float64(len(e.runs))
		est.High = figure(share.cut(e.ruleOfThree() / mean))
		est.Why = "no replication had one: the upper bound is the rule of three"
	}
	return est
}

// parts estimates where the latency of a task went.
func (e *estimator) parts(of func(*model.Run) *model.ClassRun) Parts {
	part := func(p int) Estimate {
		return e.ratio(nonNegative, ofTasks, func(r *model.Run) (float64, float64) {
			if of(r).Latency.N == 0 {
				return 0, 0
			}
			return of(r).Parts[p], 1
		})
	}
	return Parts{
		Queued: part(model.PartQueued), Yielded: part(model.PartYielded), Throttled: part(model.PartThrottled),
		Backoff: part(model.PartBackoff), ColdStart: part(model.PartColdStart), Legacy: part(model.PartLegacy),
		Callback: part(model.PartCallback), Other: part(model.PartOther),
	}
}
