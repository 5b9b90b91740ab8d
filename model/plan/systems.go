package plan

import "penstock/model"

// worker estimates what the function, or the service, did.
func (e *estimator) worker(by model.Driver) Worker {
	return Worker{
		Invocations: e.count(func(r *model.Run) int64 { return r.Worker.Invocations }),
		Throttles:   e.count(func(r *model.Run) int64 { return r.Worker.Throttles }),
		ColdStarts:  e.count(func(r *model.Run) int64 { return r.Worker.ColdStarts }),
		Timeouts:    e.count(func(r *model.Run) int64 { return r.Worker.Timeouts }),
		ColdStartShare: e.ratio(share, "invocation", func(r *model.Run) (float64, float64) {
			return float64(r.Worker.ColdStarts), float64(r.Worker.Invocations)
		}),
		Busy:            e.over(share, func(r *model.Run) float64 { return r.Worker.Busy }),
		AtLimit:         e.over(share, func(r *model.Run) float64 { return r.Worker.AtLimit }),
		ConcurrencyMean: e.over(nonNegative, func(r *model.Run) float64 { return r.Worker.ConcurrencyMean }),
		ConcurrencyMax:  e.count(func(r *model.Run) int64 { return r.Worker.ConcurrencyMax }),
		IdleMean:        e.idle(by),
	}
}

// idle estimates how many environments are idle; a polling service has none.
func (e *estimator) idle(by model.Driver) Estimate {
	if by == model.DriverPoller {
		return e.none("a polling service has no environments")
	}
	return e.over(nonNegative, func(r *model.Run) float64 { return r.Worker.IdleMean })
}

// legacy estimates what the legacy system saw.
func (e *estimator) legacy() Legacy {
	return Legacy{
		Calls:       e.count(func(r *model.Run) int64 { return r.Legacy.Calls }),
		Rejected:    e.count(func(r *model.Run) int64 { return r.Legacy.Rejected }),
		Errors:      e.count(func(r *model.Run) int64 { return r.Legacy.Errors }),
		Timeouts:    e.count(func(r *model.Run) int64 { return r.Legacy.Timeouts }),
		OrphanCalls: e.count(func(r *model.Run) int64 { return r.Legacy.OrphanCalls }),
		RejectedShare: e.ratio(share, "legacy call", func(r *model.Run) (float64, float64) {
			return float64(r.Legacy.Rejected), float64(r.Legacy.Calls)
		}),
		Idle:         e.over(share, func(r *model.Run) float64 { return r.Legacy.Idle }),
		Slowed:       e.over(share, func(r *model.Run) float64 { return r.Legacy.Slowed }),
		Utilization:  e.over(share, func(r *model.Run) float64 { return r.Legacy.Utilization }),
		AtLimit:      e.over(share, func(r *model.Run) float64 { return r.Legacy.AtLimit }),
		InFlightMean: e.over(nonNegative, func(r *model.Run) float64 { return r.Legacy.InFlightMean }),
		InFlightMax:  e.count(func(r *model.Run) int64 { return r.Legacy.InFlightMax }),
	}
}

// steps estimates what Step Functions did.
func (e *estimator) steps() Steps {
	return Steps{
		Started:            e.count(func(r *model.Run) int64 { return r.Steps.Started }),
		Retried:            e.count(func(r *model.Run) int64 { return r.Steps.Retried }),
		StartDelayMean:     e.over(nonNegative, func(r *model.Run) float64 { return r.Steps.StartDelayMean }),
		StartDelayMax:      e.over(nonNegative, func(r *model.Run) float64 { return r.Steps.StartDelayMax }),
		CallbacksRefused:   e.count(func(r *model.Run) int64 { return r.Steps.CallbacksRefused }),
		CallbacksThrottled: e.count(func(r *model.Run) int64 { return r.Steps.CallbacksThrottle }),
	}
}
