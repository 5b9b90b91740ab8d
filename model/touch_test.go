package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model/policy"
)

// lone is one message in front of a mapping with maximum concurrency: as little
// as can happen.
func lone() Config {
	c := plainAWS("Q")
	c.Horizon = 10 * time.Second
	c.Classes[0].Mapping.MaximumConcurrency = 10
	c.Classes[0].Arrivals = sendAt(1)
	return c
}

// always touched by a message that is taken and answered, and by the driver.
const (
	loneTouches   = "start_transition timing.sqs_send timing.sqs_receive timing.sqs_delete timing.sfn_callback SQS-23 FN-26 SFN-20 "
	lambdaTouches = "timing.lambda_invoke FN-16 ESM-14 "
)

// touching are scenarios, and what each touches.
var touching = []struct {
	name   string
	config func() Config
	want   string
}{
	{"one message", lone, loneTouches + lambdaTouches},
	{"one message of a service", func() Config {
		c := polls(1, "Q")
		c.Classes[0].Arrivals = sendAt(1)
		return c
	}, loneTouches},
	{"the ideal profile", func() Config {
		c := lone()
		c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
		c.Timing.SQSSend = always(time.Second) // set, not assumed
		return c
	}, "start_transition SQS-23 FN-16 FN-26 SFN-20"},
	{"a look and a pause", func() Config {
		c := lone()
		c.Classes = append(c.Classes, c.Classes[0])
		c.Classes[1].Name = "L"
		c.Policy.Kind, c.Policy.YieldFor = policy.Yield, Pause{Mode: policy.Drawn, Dist: always(10 * time.Second)}
		c.Timing.AttributesLag = 500 * time.Millisecond
		c.Classes[0].Queue.Delay, c.Classes[1].Arrivals = 0, sendAt(1.2)
		c.Classes[0].Arrivals, c.Classes[0].Mapping.MaximumConcurrency = work([2]float64{0, 1}, [2]float64{0, 5}, [2]float64{0.4, 1}), 2
		return c
	}, loneTouches + lambdaTouches + "queue_order timing.sqs_attributes timing.sqs_visibility timing.attributes_lag FN-18 environment_reuse ESM-12 ESM-13"},
	{"a look at an empty queue", func() Config {
		c := lone()
		c.Classes = slices.Insert(c.Classes, 0, c.Classes[0])
		c.Classes[0].Name, c.Classes[0].Arrivals = "H", nil
		c.Policy.Kind = policy.Yield
		return c
	}, loneTouches + lambdaTouches + "timing.sqs_attributes timing.attributes_lag"},
	{"an idle mapping", func() Config {
		c := lone()
		c.Horizon, c.Classes[0].Mapping.MaximumConcurrency = time.Minute, 0
		c.Assumptions.IdlePollers = 5 // depends on it all the same
		return c
	}, loneTouches + lambdaTouches + "idle_pollers"},
	{"environments side by side", func() Config {
		c := lone()
		c.Classes[0].Arrivals = sendAt(1, 1, 5)
		return c
	}, loneTouches + lambdaTouches + "FN-18 environment_reuse"},
	{"a batch", func() Config {
		c := lone()
		c.Classes[0].Mapping.BatchSize = 10
		c.Classes[0].InitialBacklog = 7
		return c
	}, loneTouches + lambdaTouches + "batch_delete"},
	{"a backlog", func() Config {
		c := flood(40)
		c.Horizon, c.Drain = 3*time.Second, Drain{}
		c.Timing.LambdaInvoke = always(time.Second)
		return c
	}, "start_transition timing.sqs_receive timing.lambda_invoke SQS-23 FN-16 ESM-05"},
	{"requests at a limited rate", func() Config {
		c := lone()
		c.Assumptions.ReservedRateLimit = true
		return c
	}, loneTouches + lambdaTouches + "reserved_rate_limit"},
	{"throttles", func() Config {
		c := busyFunction()
		c.Horizon, c.Drain = 20*time.Second, Drain{}
		return c
	}, "throttled_batch mapping_backoff mapping_rest start_transition timing.sqs_send timing.sqs_receive " +
		"timing.lambda_invoke timing.esm_retry SQS-23 FN-16 ESM-14 ESM-31"},
	{"one throttle", func() Config {
		c := busyFunction()
		c.Horizon, c.Drain = 2*time.Second-1, Drain{}
		return c
	}, "throttled_batch mapping_backoff mapping_rest start_transition timing.sqs_send timing.sqs_receive " +
		"timing.lambda_invoke timing.esm_retry SQS-23 FN-16 ESM-14"},
	{"throttles that are dropped", func() Config {
		c := busyFunction()
		c.Horizon, c.Drain = 19*time.Second, Drain{}
		c.Assumptions.ThrottledBatch = "drop"
		return c
	}, "throttled_batch mapping_backoff mapping_rest start_transition timing.sqs_send timing.sqs_receive timing.lambda_invoke SQS-23 FN-16 ESM-14"},
	{"throttles for long", func() Config {
		c := busyFunction()
		c.Horizon, c.Drain = 70*time.Second, Drain{}
		c.Classes[1].Queue.VisibilityTimeout = 10 * time.Minute
		return c
	}, "throttled_batch mapping_backoff mapping_rest idle_pollers start_transition timing.sqs_send timing.sqs_receive " +
		"timing.lambda_invoke timing.esm_retry SQS-23 FN-16 ESM-14 ESM-31"},
	{"a dead letter", func() Config {
		c := lone()
		c.Legacy.ErrorRate = 1
		c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 5*time.Second, 3
		return c
	}, "queue_order back_of_queue dead_letter_at start_transition timing.sqs_send timing.sqs_receive " +
		lambdaTouches + "SQS-23 FN-18 FN-26 ESM-35 SFN-22"},
	{"a message that expires in flight", func() Config {
		c := lone()
		c.Legacy.Service, c.Classes[0].Queue.Retention = always(10*time.Second), 5*time.Second
		return c
	}, "retention_in_flight " + loneTouches + lambdaTouches + "SFN-22"},
	{"work that takes longer than its visibility", func() Config {
		c := polls(2, "Q")
		c.Horizon, c.Drain = 6500*time.Millisecond, Drain{} // it would go on like this
		c.Legacy.Service, c.Classes[0].Queue.VisibilityTimeout = always(5*time.Second), 3*time.Second
		c.Classes[0].Arrivals = sendAt(1)
		return c
	}, "queue_order stale_delete " + loneTouches},
	{"a handle that ran out", func() Config {
		c := polls(1, "Q")
		c.Legacy.Service, c.Classes[0].Queue.VisibilityTimeout = always(5*time.Second), 3*time.Second
		c.Classes[0].Arrivals = sendAt(1)
		return c
	}, "queue_order " + loneTouches + "SQS-32"},
	{"a task that times out", func() Config {
		c := lone()
		c.Legacy.Service, c.StepFunctions.Timeout = always(10*time.Second), 5*time.Second
		return c
	}, loneTouches + lambdaTouches + "SFN-10"},
	{"more starts than the quota", func() Config {
		c := polls(2000, "Q")
		c.Horizon, c.Legacy.Service = 10*time.Second, Dist{}
		c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", At: time.Second, Count: 1500}}
		c.StepFunctions.States = 1
		return c
	}, "start_queue " + loneTouches + "SFN-26"},
	{"attempts up to the history's end", func() Config {
		c := polls(1, "Q")
		c.Legacy.ErrorRate, c.Legacy.Service, c.Policy.OnError = 1, Dist{}, policy.FailTask
		c.StepFunctions.Retry = Retry{MaxAttempts: 99_999_999, Interval: time.Second, Backoff: 1, Jitter: "none"}
		c.Classes[0].Arrivals = sendAt(1)
		return c
	}, loneTouches + "SFN-29"},
}

// TestTouched: a run names what it depended on, that and nothing else; and
// everything that can be named is, by some scenario.
func TestTouched(t *testing.T) {
	var all []string
	for _, c := range touching {
		run, _ := watch(t, c.config())
		want := strings.Fields(c.want)
		slices.SortFunc(want, func(a, b string) int {
			return slices.Index(Touchable(), a) - slices.Index(Touchable(), b)
		})
		if !slices.Equal(run.Touched, want) {
			t.Errorf("%s: touched\n%v, want\n%v", c.name, run.Touched, want)
		}
		all = append(all, want...)
	}
	for _, name := range Touchable() {
		if !slices.Contains(all, name) {
			t.Errorf("no scenario here touches %s", name)
		}
	}
}
