package scenarios

import "penstock/model"

// faultEntries are the keys of [faults].
func faultEntries() []Entry {
	return []Entry{
		{Key: "faults", Type: Table, Doc: "What goes wrong besides what [legacy] describes; each share is drawn on its own. \"penstock chaos\" draws such tables."},
		{Key: "faults.until", Type: Duration, Default: "0s", Min: "0s", Max: longest,
			Doc: "Calm from this time on: nothing more is injected; \"0s\": never.",
			ref: func(t target) any { return &t.config.Faults.Until }},
		{Key: "faults.empty_receive", Type: Number, Default: "0", Min: "0", Max: "0.99",
			Doc: "Share of the receive calls that return nothing although messages wait, as SQS may when it asks only some of its servers.",
			ref: func(t target) any { return &t.config.Faults.EmptyReceive }},
		{Key: "faults.short_receive", Type: Share, Default: "0",
			Doc: "Share of the receive calls for several messages that return fewer than there are.",
			ref: func(t target) any { return &t.config.Faults.ShortReceive }},
		{Key: "faults.duplicate", Type: Share, Default: "0",
			Doc: "Share of the receives that leave the message visible as well: SQS delivers at least once.",
			ref: func(t target) any { return &t.config.Faults.Duplicate }},
		{Key: "faults.early_visibility", Type: Share, Default: "0",
			Doc: "Share of the receives whose visibility timeout runs out early, at any time before its end: the message may come back in the middle of its call.",
			ref: func(t target) any { return &t.config.Faults.EarlyVisibility }},
		{Key: "faults.delete_fails", Type: Share, Default: "0",
			Doc: "Share of the deletes that have no effect.",
			ref: func(t target) any { return &t.config.Faults.DeleteFails }},
		{Key: "faults.delete_late", Type: Share, Default: "0",
			Doc: "Share of the deletes that take effect late, by up to a visibility timeout.",
			ref: func(t target) any { return &t.config.Faults.DeleteLate }},
		{Key: "faults.kill", Type: Share, Default: "0",
			Doc: "Chance, at each step of a worker, that it is killed there or soon after: one environment of a function, or a polling service with all of its slots.",
			ref: func(t target) any { return &t.config.Faults.Kill }},
		{Key: "faults.restart", Type: Duration, Default: "0s", Min: "0s", Max: "1h",
			Doc: "Time from the kill of a polling service to its next start.",
			ref: func(t target) any { return &t.config.Faults.Restart }},
		{Key: "faults.callback_throttled", Type: Share, Default: "0",
			Doc: "Share of the answers, checks and heartbeats of a token that Step Functions refuses by throttling.",
			ref: func(t target) any { return &t.config.Faults.CallbackThrottled }},
		{Key: "faults.callback_ambiguous", Type: Share, Default: "0",
			Doc: "Share of the answers of a token of which the worker hears nothing; half of them have effect.",
			ref: func(t target) any { return &t.config.Faults.CallbackAmbiguous }},
		{Key: "faults.call_hangs", Type: Share, Default: "0",
			Doc: "Share of the legacy calls that are never answered, though the work is done.",
			ref: func(t target) any { return &t.config.Faults.CallHangs }},
		{Key: "faults.call_errors", Type: Share, Default: "0",
			Doc: "Share of the legacy calls that are answered 500 after the work.",
			ref: func(t target) any { return &t.config.Faults.CallErrors }},
		{Key: "faults.call_lies", Type: Share, Default: "0",
			Doc: "Share of the legacy calls that are answered 503 although the work is done.",
			ref: func(t target) any { return &t.config.Faults.CallLies }},
		{Key: "faults.poison", Type: Share, Default: "0",
			Doc: "Share of the tasks, of those sent before the calm, for which every call is answered 500.",
			ref: func(t target) any { return &t.config.Faults.Poison }},
		{Key: "faults.clock_ahead", Type: Duration, Default: "0s", Min: "0s", Max: "1h",
			Doc: "How far the clocks of the workers are ahead of the clock of the queues.",
			ref: func(t target) any { return &t.config.Faults.ClockAhead }},
		{Key: "faults.clock_behind", Type: Duration, Default: "0s", Min: "0s", Max: "1h",
			Doc: "How far the clocks of the workers are behind the clock of the queues.",
			ref: func(t target) any { return &t.config.Faults.ClockBehind }},
	}
}

// plannedEntries are the faults that come at a time of their own.
func plannedEntries() []Entry {
	return []Entry{
		{Key: "faults.redrive", Type: Tables, Doc: "Redrives: what is in the dead-letter queues goes back to its queues, once or again and again. A redriven message is a new one: its receives and the wait begin anew, and the time in the dead-letter queue is in wait_parts.other.",
			grow: func(t *target) {
				t.config.Faults.Redrives = append(t.config.Faults.Redrives, model.Redrive{Rate: 500})
				t.redrive = &t.config.Faults.Redrives[len(t.config.Faults.Redrives)-1]
			}},
		{Key: "faults.redrive.at", Type: Duration, required: true, Min: "0s", Max: longest, Doc: "When it starts.",
			ref: func(t target) any { return &t.redrive.At }},
		{Key: "faults.redrive.every", Type: Distribution, Doc: "Time from one start to the next, as of a scheduled job, with a mean of at least 100ms: it is repeated as long as tasks arrive or are open, in the calm of faults.until as well. A queue from which a redrive is still moving messages is left alone, as SQS refuses a second task for it. Only one start when left out.",
			ref: func(t target) any { return &t.redrive.Every }},
		{Key: "faults.redrive.count", Type: Count, Default: "0", Min: "0", Max: "10000000", Doc: "Most messages of each queue that one start moves, the oldest first; 0: all that are there when it starts.",
			ref: func(t target) any { return &t.redrive.Count }},
		{Key: "faults.redrive.rate", Type: Rate, Default: "500/s", Min: "0.001/h", Max: "500/s", Source: "SQS", Doc: "Messages moved per time, of each queue.",
			ref: func(t target) any { return &t.redrive.Rate }},
		{Key: "faults.policy", Type: Tables, Doc: "Changes of the policy in the middle of a run. An environment of a function has it from its next invocation on; a polling service is started again, which cuts off what its slots do.",
			grow: func(t *target) {
				t.config.Faults.Policies = append(t.config.Faults.Policies, model.PolicyChange{})
				t.change = &t.config.Faults.Policies[len(t.config.Faults.Policies)-1]
			}},
		{Key: "faults.policy.at", Type: Duration, required: true, Min: "0s", Max: longest, Doc: "When the new policy is deployed.",
			ref: func(t target) any { return &t.change.At }},
		{Key: "faults.policy.kind", Type: Choice, required: true, Values: policyKinds(), Doc: "The new policy.kind.",
			ref: func(t target) any { return &t.change.Kind }},
	}
}
