package chaos

import "penstock/scenarios"

// span is what a drawn value lies between, as a scenario writes it.
type span struct{ from, to string }

func (s span) low(e scenarios.Entry) float64  { return read(e, s.from) }
func (s span) high(e scenarios.Entry) float64 { return read(e, s.to) }

func read(e scenarios.Entry, text string) float64 {
	x, err := e.Number(text)
	if err != nil {
		panic("chaos: " + err.Error()) // the ranges are constant
	}
	return x
}

// ranges holds, for each key that takes a number, the values that a run of some
// minutes and some hundred tasks can bear; of a distribution, its mean. They
// are far narrower than what the loader allows, but reach all that is a case of
// its own: none, one, fewer than there is work, more.
var ranges = map[string]span{
	"horizon": {"1m", "6m"},
	"drain":   {"0s", "5m"},

	"class.payload": {"1B", "256KiB"}, "class.initial_backlog": {"1", "60"}, "class.legacy_backlog": {"0", "10"}, "class.legacy_backlog_until": {"0", "5"},
	"class.service": {"10ms", "8s"}, "class.patience": {"1s", "2m"}, "class.yield_for": {"1s", "30s"}, "class.retry_for": {"1s", "30s"},

	"class.reserve": {"0", "3"}, "class.weight": {"1", "10"}, "class.deadline": {"2s", "3m"},

	"class.queue.visibility_timeout": {"3s", "3m"}, "class.queue.max_receive_count": {"0", "10"}, "class.queue.retention": {"1m", "10m"},
	"class.queue.delay": {"0s", "30s"}, "class.queue.duplicate_probability": {"0", "0.3"},
	"class.mapping.batch_size": {"1", "30"}, "class.mapping.batch_window": {"0s", "10s"}, "class.mapping.maximum_concurrency": {"2", "8"},
	"class.mapping.provisioned_pollers.min": {"2", "4"}, "class.mapping.provisioned_pollers.max": {"4", "8"},

	"class.objective.p50": {"1s", "1m"}, "class.objective.p90": {"1s", "1m"}, "class.objective.p95": {"1s", "1m"}, "class.objective.p99": {"1s", "1m"},
	"class.objective.mean": {"1s", "1m"}, "class.objective.max": {"1s", "1m"}, "class.objective.oldest": {"1s", "1m"},
	"class.objective.dead_lettered": {"0", "0.1"}, "class.objective.timed_out": {"0", "0.1"},

	"class.arrivals.rate": {"0.02/s", "1.5/s"}, "class.arrivals.gap": {"700ms", "20s"}, "class.arrivals.size": {"1", "5"},
	"class.arrivals.at": {"0s", "2m"}, "class.arrivals.count": {"1", "80"}, "class.arrivals.over": {"0s", "20s"}, "class.arrivals.every": {"30s", "3m"},
	"class.arrivals.points.at": {"0s", "4m"}, "class.arrivals.points.rate": {"0/s", "1.5/s"}, "class.arrivals.period": {"30s", "3m"},
	"class.arrivals.states.rate": {"0/s", "2/s"}, "class.arrivals.states.hold": {"5s", "1m"},
	"class.arrivals.population": {"1", "10"}, "class.arrivals.think": {"1s", "20s"},
	"class.arrivals.bin": {"1s", "20s"}, "class.arrivals.scale": {"0.1", "1"},

	"worker.concurrency": {"1", "12"}, "worker.low_first": {"0", "1"}, "worker.provisioned_concurrency": {"0", "8"}, "worker.memory": {"128MiB", "2GiB"},
	"worker.timeout": {"1s", "40s"}, "worker.call_timeout": {"500ms", "30s"}, "worker.cold_start": {"10ms", "5s"},
	"worker.idle_lifetime": {"0s", "1m"}, "worker.log": {"0B", "4KiB"}, "worker.cpu": {"0.25", "4"},

	"policy.look_cache": {"0s", "5s"}, "policy.escalate_at": {"0", "6"}, "policy.yield_for": {"1s", "30s"}, "policy.retry_for": {"1s", "30s"},
	"policy.heartbeat": {"500ms", "10s"}, "policy.age_step": {"1s", "2m"}, "policy.receive_step": {"1", "5"},

	"stepfunctions.states": {"1", "20"}, "stepfunctions.timeout": {"20s", "15m"}, "stepfunctions.heartbeat": {"5s", "2m"},
	"stepfunctions.retry.max_attempts": {"0", "3"}, "stepfunctions.retry.interval": {"1s", "20s"}, "stepfunctions.retry.backoff": {"1", "3"},
	"stepfunctions.retry.max_delay": {"1s", "30s"},

	"legacy.concurrency": {"1", "10"}, "legacy.backlog": {"0", "10"}, "legacy.service": {"10ms", "5s"}, "legacy.error_rate": {"0", "0.3"},
	"legacy.hang_rate":      {"0", "0.1"},
	"legacy.slowdown.alpha": {"0", "0.3"}, "legacy.slowdown.beta": {"0", "0.05"}, "legacy.slowdown.capacity": {"0.5", "4"},
	"legacy.rate_limit.rate": {"0.5/s", "5/s"}, "legacy.rate_limit.burst": {"1", "10"}, "legacy.rate_limit.window": {"2s", "20s"},
	"legacy.rate_limit.retry_after": {"0s", "10s"},
	"legacy.outage.at":              {"0s", "4m"}, "legacy.outage.for": {"1s", "1m"}, "legacy.outage.factor": {"1", "8"},

	"timing.sqs_send": {"0s", "1s"}, "timing.sqs_receive": {"1ms", "1s"}, "timing.sqs_delete": {"0s", "5s"}, "timing.sqs_attributes": {"0s", "1s"},
	"timing.sqs_visibility": {"0s", "1s"}, "timing.attributes_lag": {"0s", "1m"}, "timing.sfn_callback": {"0s", "2s"}, "timing.lambda_invoke": {"0s", "1s"},
	"timing.esm_retry": {"100ms", "5s"},

	"faults.until": {"20s", "6m"}, "faults.empty_receive": {"0.01", "0.5"}, "faults.short_receive": {"0.05", "1"}, "faults.duplicate": {"0.005", "0.2"},
	"faults.early_visibility": {"0.01", "0.3"}, "faults.delete_fails": {"0.01", "0.3"}, "faults.delete_late": {"0.01", "0.3"},
	"faults.kill": {"0.002", "0.05"}, "faults.restart": {"0s", "30s"}, "faults.callback_throttled": {"0.01", "0.5"},
	"faults.callback_ambiguous": {"0.01", "0.3"}, "faults.call_hangs": {"0.005", "0.1"}, "faults.call_errors": {"0.01", "0.3"},
	"faults.call_lies": {"0.01", "0.2"}, "faults.poison": {"0.005", "0.1"}, "faults.clock_ahead": {"100ms", "1m"}, "faults.clock_behind": {"100ms", "1m"},
	"faults.redrive.at": {"10s", "6m"}, "faults.redrive.rate": {"0.2/s", "500/s"},
	"faults.redrive.every": {"5s", "3m"}, "faults.redrive.count": {"0", "10"}, "faults.policy.at": {"10s", "6m"},

	"assumptions.mapping_rest": {"0s", "2m"}, "assumptions.idle_pollers": {"1", "5"},
}

// texts holds the words that a key of type text is drawn from. The quotas of
// Step Functions depend on the Region of the price book.
var texts = map[string][]string{
	"prices.book":         {"us-east-1", "eu-central-1"},
	"class.arrivals.file": {dataFile}, "class.arrivals.column": {"count"}, "class.arrivals.service_column": {"s"},
	"distribution.file": {dataFile}, "distribution.column": {"ms"},
}

// dataFile is what traces and empirical laws are read from.
const dataFile = "chaos.csv"
