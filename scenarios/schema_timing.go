package scenarios

// timingEntries are the keys of [timing] and [prices]. The defaults are those
// of profile "aws"; with "ideal" all of them are "0s".
func timingEntries() []Entry {
	return []Entry{
		{Key: "timing", Type: Table, Doc: "Latency of every AWS call; AWS publishes none, so the defaults are assumptions of the usual size within a Region."},
		{Key: "timing.profile", Type: Choice, Default: "aws", Values: []string{"aws", "ideal"},
			Doc: "\"ideal\" switches off every AWS delay, ramp, quota and minimum, for comparison with exact answers; AWS ranges are then warnings, and [timing] and [assumptions] start from other defaults.",
			ref: func(t target) any { return &t.config.Timing.Profile }},
		{Key: "timing.sqs_send", Type: Distribution, Default: "20ms", Doc: "From the start of the task to its message in the queue.",
			ref: func(t target) any { return &t.config.Timing.SQSSend }},
		{Key: "timing.sqs_receive", Type: Distribution, Default: "10ms", Doc: "Round trip of a receive that finds messages.",
			ref: func(t target) any { return &t.config.Timing.SQSReceive }},
		{Key: "timing.sqs_delete", Type: Distribution, Default: "10ms", Doc: "Round trip of a delete.",
			ref: func(t target) any { return &t.config.Timing.SQSDelete }},
		{Key: "timing.sqs_attributes", Type: Distribution, Default: "10ms", Doc: "Round trip of GetQueueAttributes, the worker's look.",
			ref: func(t target) any { return &t.config.Timing.SQSAttributes }},
		{Key: "timing.sqs_visibility", Type: Distribution, Default: "10ms", Doc: "Round trip of ChangeMessageVisibility.",
			ref: func(t target) any { return &t.config.Timing.SQSVisibility }},
		{Key: "timing.attributes_lag", Type: Duration, Default: "5s", Min: "0s", Max: "1h", Doc: "Age of the counts that GetQueueAttributes shows; AWS calls them approximate.",
			ref: func(t target) any { return &t.config.Timing.AttributesLag }},
		{Key: "timing.sfn_callback", Type: Distribution, Default: "25ms", Doc: "Round trip of SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat.",
			ref: func(t target) any { return &t.config.Timing.SFNCallback }},
		{Key: "timing.lambda_invoke", Type: Distribution, Default: "10ms", Doc: "From a poller's invocation to the start of the handler on a warm environment.",
			ref: func(t target) any { return &t.config.Timing.LambdaInvoke }},
		{Key: "timing.esm_retry", Type: Distribution, Default: "1s", Doc: "First pause of a mapping before it offers a throttled batch again.",
			ref: func(t target) any { return &t.config.Timing.ESMRetry }},

		{Key: "prices", Type: Table, Doc: "What the run is billed at."},
		{Key: "prices.book", Type: Text, Default: "us-east-1", Doc: "Price book: the name of a shipped one, or a file named relative to the scenario.",
			ref: func(t target) any { return &t.config.Prices.Book }},
		{Key: "prices.free_tier", Type: Bool, Default: "false", Doc: "Whether the monthly free quantities are taken off.",
			ref: func(t target) any { return &t.config.Prices.FreeTier }},
	}
}

// assumptionEntries are the keys of [assumptions], with the settings of profile
// "aws" as defaults.
func assumptionEntries() []Entry {
	return []Entry{
		{Key: "assumptions", Type: Table, Doc: "Settings of the rules that the AWS documentation leaves open."},
		{Key: "assumptions.queue_order", Type: Choice, Default: "sent", Values: []string{"sent", "visible", "random"},
			Doc: "Place of a returned message with fewer than three receives: by its send time, or behind everything visible; AWS promises best-effort order only. \"random\": no message has a place, any that is visible may be next.",
			ref: func(t target) any { return &t.config.Assumptions.QueueOrder }},
		{Key: "assumptions.back_of_queue", Type: Bool, Default: "true",
			Doc: "Whether a message goes behind everything visible from its third receive on; two pages of the SQS guide differ on when.",
			ref: func(t target) any { return &t.config.Assumptions.BackOfQueue }},
		{Key: "assumptions.dead_letter_at", Type: Choice, Default: "next-receive", Values: []string{"next-receive", "visible"},
			Doc: "When a message whose receives are used up moves to the dead-letter queue; AWS says only that the count must exceed the limit.",
			ref: func(t target) any { return &t.config.Assumptions.DeadLetterAt }},
		{Key: "assumptions.stale_delete", Type: Choice, Default: "ignored", Values: []string{"ignored", "deletes"},
			Doc: "What a delete with an old receipt handle does after the message was received again; AWS says that it might not delete.",
			ref: func(t target) any { return &t.config.Assumptions.StaleDelete }},
		{Key: "assumptions.retention_in_flight", Type: Choice, Default: "expires", Values: []string{"expires", "waits"},
			Doc: "Whether retention also ends a message in flight, or only when it is visible again.",
			ref: func(t target) any { return &t.config.Assumptions.RetentionInFlight }},
		{Key: "assumptions.reserved_rate_limit", Type: Bool, Default: "true",
			Doc: "Whether the limit of 10 requests a second per unit of concurrency, documented for accounts, also holds for reserved concurrency.",
			ref: func(t target) any { return &t.config.Assumptions.ReservedRateLimit }},
		{Key: "assumptions.throttled_batch", Type: Choice, Default: "retry", Values: []string{"retry", "drop"},
			Doc: "What a poller does with a batch that the function refused: offer it again with growing pauses until its visibility ends, or let go of it.",
			ref: func(t target) any { return &t.config.Assumptions.ThrottledBatch }},
		{Key: "assumptions.mapping_backoff", Type: Choice, Default: "shrink", Values: []string{"shrink", "none"},
			Doc: "How a mapping slows down after throttles and errors: one concurrent batch fewer each time, or not at all; AWS says \"gradually\".",
			ref: func(t target) any { return &t.config.Assumptions.MappingBackoff }},
		{Key: "assumptions.mapping_rest", Type: Duration, Default: "1m", Min: "0s", Max: "1h",
			Doc: "How long after its last throttle or error a mapping does not grow; AWS gives no time.",
			ref: func(t target) any { return &t.config.Assumptions.MappingRest }},
		{Key: "assumptions.idle_pollers", Type: Count, Default: "2", Min: "1", Max: "5",
			Doc: "Pollers of an idle mapping without maximum_concurrency; AWS says that it may go down to 2.",
			ref: func(t target) any { return &t.config.Assumptions.IdlePollers }},
		{Key: "assumptions.batch_delete", Type: Bool, Default: "true",
			Doc: "Whether a mapping's delete is one billed request per ten messages, or one for each.",
			ref: func(t target) any { return &t.config.Assumptions.BatchDelete }},
		{Key: "assumptions.start_transition", Type: Bool, Default: "false",
			Doc: "Whether the start of an execution is a billed transition of its own.",
			ref: func(t target) any { return &t.config.Assumptions.StartTransition }},
		{Key: "assumptions.start_queue", Type: Bool, Default: "true",
			Doc: "Whether executions refused by the StartExecution quota start as soon as it allows, or the quota is off.",
			ref: func(t target) any { return &t.config.Assumptions.StartQueue }},
	}
}
