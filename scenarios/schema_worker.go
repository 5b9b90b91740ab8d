package scenarios

// workerEntries are the keys of [worker].
func workerEntries() []Entry {
	return []Entry{
		{Key: "worker", Type: Table, Doc: "The function, or the service, that takes messages and calls the legacy system."},
		{Key: "worker.driver", Type: Choice, Default: "lambda", Values: []string{"lambda", "poller"},
			Doc: "How the worker gets messages: by SQS event source mappings, or as a service that long-polls the queues itself.",
			ref: func(t target) any { return &t.config.Worker.Driver }},
		{Key: "worker.concurrency", Type: Count, Default: "10", Min: "1", Max: "100000",
			Doc: "Reserved concurrency of the function, or slots of the service; an account has 1,000 unless raised and keeps 100 unreserved.",
			ref: func(t target) any { return &t.config.Worker.Concurrency }},
		{Key: "worker.low_first", Type: Share, Default: "0",
			Doc: "Share of the times that a free slot asks the queues from the lowest class up instead of the highest down, so that no class starves; driver \"poller\" only.",
			ref: func(t target) any { return &t.config.Worker.LowFirst }},
		{Key: "worker.provisioned_concurrency", Type: Count, Default: "0", Min: "0", Max: "100000",
			Doc: "Environments kept warm, at most concurrency.",
			ref: func(t target) any { return &t.config.Worker.ProvisionedConcurrency }},
		{Key: "worker.memory", Type: Size, Default: "256MB", Min: "128MiB", Max: "10GiB", Source: "Lambda",
			Doc: "Memory of the function or of one slot; as AWS means it, 1 MB is 1,048,576 bytes.",
			ref: func(t target) any { return &t.config.Worker.Memory }},
		{Key: "worker.architecture", Type: Choice, Default: "arm64", Values: []string{"arm64", "x86_64"}, Doc: "Processor, which decides the price.",
			ref: func(t target) any { return &t.config.Worker.Architecture }},
		{Key: "worker.timeout", Type: Duration, Default: "1m", Min: "1s", Max: "15m", Source: "Lambda",
			Doc: "Longest run of one invocation.",
			ref: func(t target) any { return &t.config.Worker.Timeout }},
		{Key: "worker.call_timeout", Type: Duration, Default: "30s", Min: "1ns", Max: longest,
			Doc: "The client's timeout on one legacy call; the legacy system goes on with the work all the same.",
			ref: func(t target) any { return &t.config.Worker.CallTimeout }},
		{Key: "worker.cold_start", Type: Distribution, Default: `{ kind = "lognormal", median = "120ms", p99 = "400ms" }`,
			Doc: "Time to start an environment, billed.",
			ref: func(t target) any { return &t.config.Worker.ColdStart }},
		{Key: "worker.idle_lifetime", Type: Distribution, Default: "15m",
			Doc: "Time after which an idle environment is taken away, drawn each time that one becomes idle; AWS gives no number, experiments find 45 to 60 minutes and sometimes much less.",
			ref: func(t target) any { return &t.config.Worker.IdleLifetime }},
		{Key: "worker.log", Type: Size, Default: "400B", Min: "0B", Max: "1GiB",
			Doc: "Log volume of one invocation, with the lines that Lambda writes itself.",
			ref: func(t target) any { return &t.config.Worker.LogBytes }},
		{Key: "worker.cpu", Type: Number, Default: "0.25", Min: "0.25", Max: "16", Source: "Fargate",
			Doc: "vCPUs of the polling service, billed as Fargate; driver \"poller\" only.",
			ref: func(t target) any { return &t.config.Worker.CPU }},
	}
}

// policyKinds are the kinds of policies.
func policyKinds() []string {
	return []string{"none", "yield", "reserve", "weighted", "aging", "deadline"}
}

// policyEntries are the keys of [policy].
func policyEntries() []Entry {
	return []Entry{
		{Key: "policy", Type: Table, Doc: "What the worker does with a message while a higher class has work; the real worker reads the same table."},
		{Key: "policy.kind", Type: Choice, Default: "yield", Values: policyKinds(),
			Doc: "Rule of the worker. With driver \"lambda\" a function has been handed a message, and goes ahead or gives way; with \"poller\" a service decides which queue a free slot asks first. \"none\": whatever comes, or the highest first; \"yield\": give way to any higher class that has work; \"reserve\": slots are kept free for classes with a reserve (poller only); \"weighted\": classes are served in the ratio of their weights; \"aging\": waiting raises a message's class; \"deadline\": least time left first.",
			ref: func(t target) any { return &t.config.Policy.Kind }},
		{Key: "policy.look", Type: Choice, Default: "visible", Values: []string{"visible", "visible+inflight"},
			Doc: "What counts as higher work: messages that wait, or also those that a worker or poller holds.",
			ref: func(t target) any { return &t.config.Policy.Look }},
		{Key: "policy.look_cache", Type: Duration, Default: "0s", Min: "0s", Max: longest, Doc: "Time for which an environment uses one look again.",
			ref: func(t target) any { return &t.config.Policy.LookCache }},
		{Key: "policy.escalate_at", Type: Count, Default: "8", Min: "0", Max: "1000",
			Doc: "Receive count from which on a message is processed even if a look finds work that goes before it, whatever the kind; 0 means never.",
			ref: func(t target) any { return &t.config.Policy.EscalateAt }},
		{Key: "policy.age_step", Type: Duration, Default: "10m", Min: "0s", Max: longest,
			Doc: "aging: age, from the send, for each of which a message counts one class higher, up to the highest; 0s means age does not raise it. A service goes by the age of what it last took from a queue.",
			ref: func(t target) any { return &t.config.Policy.AgeStep }},
		{Key: "policy.receive_step", Type: Count, Default: "0", Min: "0", Max: "1000",
			Doc: "aging, driver \"lambda\" only: receives after the first for each of which a message counts one class higher; 0 means receives do not raise it.",
			ref: func(t target) any { return &t.config.Policy.ReceiveStep }},
		{Key: "policy.yield_for", Type: Distribution, Default: "remaining", Values: []string{"remaining"},
			Doc: "How long a yielded message stays hidden: the rest of its visibility timeout, or a time set by ChangeMessageVisibility.",
			ref: func(t target) any { return &t.config.Policy.YieldFor }},
		{Key: "policy.check_token", Type: Bool, Default: "true",
			Doc: "Whether the worker asks Step Functions before a call if the task is still alive, and drops the message if not.",
			ref: func(t target) any { return &t.config.Policy.CheckToken }},
		{Key: "policy.heartbeat", Type: Duration, Default: "0s", Also: "0s", Min: "100ms", Max: longest,
			Doc: "Time between token heartbeats, each of which also extends the visibility timeout, during a call; \"0s\": none.",
			ref: func(t target) any { return &t.config.Policy.Heartbeat }},
		{Key: "policy.retry_for", Type: Distribution, Default: "remaining", Values: []string{"remaining", "retry-after"},
			Doc: "How long a message stays hidden after its call went wrong: the rest of its visibility timeout, what the legacy system's Retry-After says, or a time set by ChangeMessageVisibility.",
			ref: func(t target) any { return &t.config.Policy.RetryFor }},
		{Key: "policy.on_error", Type: Choice, Default: "retry", Values: []string{"retry", "fail"},
			Doc: "What becomes of a message whose call failed or timed out: the queue delivers it again, or its task fails.",
			ref: func(t target) any { return &t.config.Policy.OnError }},
		{Key: "policy.on_rejected", Type: Choice, Default: "retry", Values: []string{"retry", "fail"},
			Doc: "What becomes of a message whose call was refused: the queue delivers it again, or its task fails.",
			ref: func(t target) any { return &t.config.Policy.OnRejected }},
	}
}

// taskEntries are the keys of [stepfunctions].
func taskEntries() []Entry {
	return []Entry{
		{Key: "stepfunctions", Type: Table, Doc: "The workflow around the callback task."},
		{Key: "stepfunctions.states", Type: Count, Default: "3", Min: "1", Max: "25000", Source: "Step Functions",
			Doc: "States entered per execution, retries apart; each is billed.",
			ref: func(t target) any { return &t.config.StepFunctions.States }},
		{Key: "stepfunctions.timeout", Type: Duration, Default: "1d", Min: "1s", Max: "365d", Source: "Step Functions",
			Doc: "TimeoutSeconds of the callback task; the wait in the queue counts.",
			ref: func(t target) any { return &t.config.StepFunctions.Timeout }},
		{Key: "stepfunctions.heartbeat", Type: Duration, Default: "0s", Also: "0s", Min: "1s", Max: "365d", Source: "Step Functions",
			Doc: "HeartbeatSeconds of the callback task, shorter than its timeout; \"0s\": none.",
			ref: func(t target) any { return &t.config.StepFunctions.Heartbeat }},
		{Key: "stepfunctions.retry", Type: Table, Doc: "Retry field of the callback task, for every error; each retry is a billed transition and sends a new message."},
		{Key: "stepfunctions.retry.max_attempts", Type: Count, Default: "0", Min: "0", Max: "99999999", Source: "Step Functions",
			Doc: "MaxAttempts: retries after the first attempt.",
			ref: func(t target) any { return &t.config.StepFunctions.Retry.MaxAttempts }},
		{Key: "stepfunctions.retry.interval", Type: Duration, Default: "1s", Min: "1s", Max: "365d", Source: "Step Functions",
			Doc: "IntervalSeconds: pause before the first retry.",
			ref: func(t target) any { return &t.config.StepFunctions.Retry.Interval }},
		{Key: "stepfunctions.retry.backoff", Type: Number, Default: "2", Min: "1", Max: "1000", Source: "Step Functions",
			Doc: "BackoffRate: each pause is this many times the one before.",
			ref: func(t target) any { return &t.config.StepFunctions.Retry.Backoff }},
		{Key: "stepfunctions.retry.max_delay", Type: Duration, Default: "0s", Also: "0s", Min: "1s", Max: "365d", Source: "Step Functions",
			Doc: "MaxDelaySeconds: longest pause; \"0s\": none.",
			ref: func(t target) any { return &t.config.StepFunctions.Retry.MaxDelay }},
		{Key: "stepfunctions.retry.jitter", Type: Choice, Default: "none", Values: []string{"none", "full"},
			Doc: "JitterStrategy: \"full\" draws each pause evenly between 0 and its length.",
			ref: func(t target) any { return &t.config.StepFunctions.Retry.Jitter }},
	}
}
