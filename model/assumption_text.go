package model

// DescribeAssumption returns, in one sentence, the rule that the switch with
// that name decides, and how far it is known: "C" from reports of users and
// from emulators, "D" by reasoning alone. Beside the switches it knows the
// assumed latencies, "timing.sqs_send" and so on. Other names panic.
func DescribeAssumption(name string) (rule, grade string) {
	switch name {
	case "queue_order":
		return "AWS promises best-effort order only: a returned message with fewer than three receives stands at its place by send time (\"sent\") or behind what is visible now (\"visible\").", "D"
	case "back_of_queue":
		return "From the third receive on a returned message goes behind everything visible; two pages of the SQS guide differ on which queues this holds for.", "D"
	case "dead_letter_at":
		return "A message whose receives are used up moves to the dead-letter queue at the next attempt to receive it (\"next-receive\") or as soon as it is visible (\"visible\"); emulators differ, the number of deliveries does not.", "C"
	case "stale_delete":
		return "A delete with an old receipt handle succeeds but may not delete: once the message was received again it is ignored (\"ignored\") or deletes all the same (\"deletes\").", "D"
	case "retention_in_flight":
		return "Retention ends a message while a worker holds it (\"expires\") or only once it is visible again (\"waits\").", "D"
	case "reserved_rate_limit":
		return "The limit of 10 requests a second per unit of concurrency, documented for accounts and provisioned concurrency, also holds for reserved concurrency.", "D"
	case "throttled_batch":
		return "A mapping tries a throttled batch again until its visibility timeout ends (\"retry\", documented without number or spacing) or drops it at once (\"drop\").", "D"
	case "mapping_backoff":
		return "After throttles and errors a mapping runs one batch fewer at a time, down to 2, and grows back by its ramp (\"shrink\"), or does not slow down (\"none\"); AWS says \"gradually\".", "D"
	case "mapping_rest":
		return "For this long after its last throttle or error a mapping does not grow; AWS gives no time.", "D"
	case "idle_pollers":
		return "An idle mapping without maximum concurrency keeps this many pollers; AWS says that it may scale down to 2.", "D"
	case "batch_delete":
		return "A mapping deletes a finished batch with one billed request per ten messages, not one per message.", "D"
	case "start_transition":
		return "The start of an execution is itself a billed state transition.", "D"
	case "start_queue":
		return "Executions over the StartExecution quota start in order as soon as its bucket refills, as a caller that retries would have it.", "D"
	}
	return describeTiming(name), "D"
}

// describeTiming says what an assumed latency is the latency of.
func describeTiming(name string) string {
	const unpublished = ", which AWS does not publish."
	switch name {
	case "timing.sqs_send":
		return "The time from the start of the task to its message being in the queue" + unpublished
	case "timing.sqs_receive":
		return "The latency of one ReceiveMessage that finds a message" + unpublished
	case "timing.sqs_delete":
		return "The latency of one DeleteMessage" + unpublished
	case "timing.sqs_attributes":
		return "The latency of one GetQueueAttributes" + unpublished
	case "timing.sqs_visibility":
		return "The latency of one ChangeMessageVisibility" + unpublished
	case "timing.attributes_lag":
		return "The age of the counts that GetQueueAttributes shows; AWS says only that they settle within a minute of the last send."
	case "timing.sfn_callback":
		return "The latency of SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat" + unpublished
	case "timing.lambda_invoke":
		return "The time from a poller's decision to the start of the handler in a warm environment" + unpublished
	case "timing.esm_retry":
		return "The first pause before a mapping tries a throttled batch again" + unpublished
	}
	panic("model: no assumption " + name)
}
