package scenarios

import "penstock/model"

// promise is the objective on one latency metric of a class.
type promise struct {
	to     *model.Objective
	metric string
}

// classEntries are the keys of [[class]] itself.
func classEntries() []Entry {
	return []Entry{
		{Key: "class", Type: Tables, Doc: "Priority classes, the first is the highest; each has a queue of its own.",
			grow: func(t *target) {
				t.config.Classes = append(t.config.Classes, model.DefaultClass())
				t.class = &t.config.Classes[len(t.config.Classes)-1]
			}},
		{Key: "class.name", Type: Text, required: true, Doc: "Name of the class in reports and in keys: letters, digits, - and _.",
			ref: func(t target) any { return &t.class.Name }},
		{Key: "class.payload", Type: Size, Default: "4KiB", Min: "1B", Max: "256KiB", Source: "Step Functions",
			Doc: "Size of one message; SQS bills every started 64 KiB as a request and takes up to 1 MiB, but the message passes through a Step Functions state of at most 256 KiB.",
			ref: func(t target) any { return &t.class.Payload }},
		{Key: "class.initial_backlog", Type: Count, Default: "0", Min: "0", Max: "10000000",
			Doc: "Tasks whose messages are waiting when the run starts.",
			ref: func(t target) any { return &t.class.InitialBacklog }},
		{Key: "class.service", Type: Distribution, Doc: "Work of one legacy call of this class; [legacy].service when left out.",
			ref: func(t target) any { return &t.class.Service }},
		{Key: "class.patience", Type: Distribution, Doc: "Time after which a task is given up if no legacy call has begun for it: its execution is stopped, it counts as timed out, and with policy.check_token its message is dropped when it is received; never when left out.",
			ref: func(t target) any { return &t.class.Patience }},
		{Key: "class.yield_for", Type: Distribution, Doc: "How long a yielded message of this class stays hidden; [policy].yield_for when left out.",
			ref: func(t target) any { return &t.class.YieldFor }},
		{Key: "class.retry_for", Type: Distribution, Doc: "How long a message of this class stays hidden after its call went wrong; [policy].retry_for when left out.",
			ref: func(t target) any { return &t.class.RetryFor }},
		{Key: "class.reserve", Type: Count, Default: "0", Min: "0", Max: "100000",
			Doc: "Policy \"reserve\": slots of the service that no other class may fill as long as this one is using fewer; a reserve of the lowest class is a share that nobody takes from it.",
			ref: func(t target) any { return &t.class.Reserve }},
		{Key: "class.weight", Type: Count, Default: "1", Min: "1", Max: "1000",
			Doc: "Policy \"weighted\": share of the messages served while every class has some waiting, relative to the other classes.",
			ref: func(t target) any { return &t.class.Weight }},
		{Key: "class.deadline", Type: Duration, Min: "0s", Max: longest,
			Doc: "Policy \"deadline\", which needs it for every class: time from its send within which a message should be served; nothing is dropped for being late.",
			ref: func(t target) any { return &t.class.Deadline }},
		{Key: "class.legacy_backlog", Type: Count, Min: "0", Max: "10000000",
			Doc: "Calls, of any class, that may wait at the legacy system for it to let a call of this class wait as well; it refuses those beyond; [legacy].backlog when left out.",
			ref: func(t target) any { return &t.class.LegacyBacklog }},
		{Key: "class.legacy_backlog_until", Type: Count, Default: "0", Min: "0", Max: "1000",
			Doc: "Receive count from which on [legacy].backlog holds for this class again instead of its own legacy_backlog, so that the call of a message that has come back often enough may wait in line behind the others; 0 means never. Needs legacy_backlog.",
			ref: func(t target) any { return &t.class.LegacyBacklogUntil }},
	}
}

// queueEntries are the keys of [class.queue] and [class.mapping].
func queueEntries() []Entry {
	return []Entry{
		{Key: "class.queue", Type: Table, Doc: "The SQS standard queue of the class."},
		{Key: "class.queue.visibility_timeout", Type: Duration, Default: "6m", Min: "0s", Max: "12h", Source: "SQS",
			Doc: "Time for which a received message stays hidden, and so the time after which a yielded one comes back; AWS advises six times the function's timeout.",
			ref: func(t target) any { return &t.class.Queue.VisibilityTimeout }},
		{Key: "class.queue.max_receive_count", Type: Count, Default: "10", Min: "0", Max: "1000", Source: "SQS",
			Doc: "Receives after which a message goes to the dead-letter queue; a yield and a throttle each use one up; 0 means no dead-letter queue.",
			ref: func(t target) any { return &t.class.Queue.MaxReceiveCount }},
		{Key: "class.queue.retention", Type: Duration, Default: "4d", Min: "1m", Max: "14d", Source: "SQS",
			Doc: "Age at which SQS deletes a message, counted from its sending.",
			ref: func(t target) any { return &t.class.Queue.Retention }},
		{Key: "class.queue.delay", Type: Duration, Default: "0s", Min: "0s", Max: "15m", Source: "SQS",
			Doc: "Time for which a sent message is hidden at first.",
			ref: func(t target) any { return &t.class.Queue.Delay }},
		{Key: "class.queue.duplicate_probability", Type: Share, Default: "0",
			Doc: "Chance that a receive leaves the message visible, so that it is delivered again; SQS promises at-least-once delivery but gives no number.",
			ref: func(t target) any { return &t.class.Queue.DuplicateProbability }},

		{Key: "class.mapping", Type: Table, Doc: "The Lambda event source mapping of the queue; driver \"lambda\" only."},
		{Key: "class.mapping.batch_size", Type: Count, Default: "1", Min: "1", Max: "10000", Source: "Lambda",
			Doc: "Most messages of one invocation; over 10 needs a batch_window of at least 1s.",
			ref: func(t target) any { return &t.class.Mapping.BatchSize }},
		{Key: "class.mapping.batch_window", Type: Duration, Default: "0s", Min: "0s", Max: "5m", Source: "Lambda",
			Doc: "Time for which a poller gathers a batch.",
			ref: func(t target) any { return &t.class.Mapping.BatchWindow }},
		{Key: "class.mapping.maximum_concurrency", Type: Count, Default: "0", Also: "0", Min: "2", Max: "1000", Source: "Lambda",
			Doc: "Most invocations that the mapping runs at once; it then receives no more than it can run; 0 means not set.",
			ref: func(t target) any { return &t.class.Mapping.MaximumConcurrency }},
		{Key: "class.mapping.provisioned_pollers", Type: Table, Doc: "Pollers of provisioned mode, billed by the hour; { min = 0, max = 0 } is the standard mode."},
		{Key: "class.mapping.provisioned_pollers.min", Type: Count, Default: "0", Also: "0", Min: "2", Max: "200", Source: "Lambda",
			Doc: "Pollers that are always there.",
			ref: func(t target) any { return &t.class.Mapping.ProvisionedPollers.Min }},
		{Key: "class.mapping.provisioned_pollers.max", Type: Count, Default: "0", Also: "0", Min: "2", Max: "10000", Source: "Lambda",
			Doc: "Pollers to which the mapping may grow.",
			ref: func(t target) any { return &t.class.Mapping.ProvisionedPollers.Max }},
	}
}

// objectiveEntries are the keys of [class.objective].
func objectiveEntries() []Entry {
	list := []Entry{
		{Key: "class.objective", Type: Table, Doc: "What the class is promised: the planner keeps it, and a run that breaks it exits with 1."},
	}
	for _, m := range []struct{ name, doc string }{
		{"p50", "Largest median latency, from the start of the task to its end."},
		{"p90", "Largest 90th percentile of the latency, from the start of the task to its end."},
		{"p95", "Largest 95th percentile of the latency, from the start of the task to its end."},
		{"p99", "Largest 99th percentile of the latency, from the start of the task to its end."},
		{"mean", "Largest mean latency, from the start of the task to its end."},
		{"max", "Largest latency of any task, from its start to its end."},
		{"oldest", "Largest age of the oldest message of the queue."},
	} {
		list = append(list, Entry{Key: "class.objective." + m.name, Type: Duration, Min: "1ns", Max: longest, Doc: m.doc,
			ref: func(t target) any { return promise{&t.class.Objective, m.name} }})
	}
	return append(list,
		Entry{Key: "class.objective.dead_lettered", Type: Share, Doc: "Largest share of tasks whose message went to the dead-letter queue.",
			ref: func(t target) any { return &t.class.Objective.DeadLetters }},
		Entry{Key: "class.objective.timed_out", Type: Share, Doc: "Largest share of tasks that ended by their timeout.",
			ref: func(t target) any { return &t.class.Objective.TimedOut }})
}
