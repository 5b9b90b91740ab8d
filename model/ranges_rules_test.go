package model

import (
	"slices"
	"testing"
	"time"
)

// edges are settings at the edge of what AWS takes, and just beyond it.
type edges struct {
	key  string
	set  func(c *Config, x int64)
	good []int64
	bad  []int64
}

// check sets each value in a scenario that is valid otherwise.
func (l edges) check(t *testing.T) {
	t.Helper()
	refused := func(x int64) bool {
		c := valid()
		l.set(&c, x)
		return slices.ContainsFunc(c.Validate(), func(p Problem) bool { return p.Key == l.key && !p.Warning })
	}
	for _, x := range l.good {
		if refused(x) {
			t.Errorf("%s: %d is refused", l.key, x)
		}
	}
	for _, x := range l.bad {
		if !refused(x) {
			t.Errorf("%s: %d is taken", l.key, x)
		}
	}
}

// within is the edge of a range of seconds, and the seconds beyond it.
func within(key string, set func(*Config, time.Duration), low, high time.Duration) edges {
	return edges{key, func(c *Config, x int64) { set(c, time.Duration(x)) },
		[]int64{int64(low), int64(high)}, []int64{int64(low - time.Millisecond), int64(high + time.Second)}}
}

// Rule: SQS-02, SQS-11, SQS-14, SQS-16
func TestRangesOfSQS(t *testing.T) {
	const queue = "class[0].queue."
	within(queue+"visibility_timeout", func(c *Config, d time.Duration) { c.Classes[0].Queue.VisibilityTimeout = d }, 0, 12*time.Hour).check(t)
	within(queue+"retention", func(c *Config, d time.Duration) { c.Classes[0].Queue.Retention = d }, time.Minute, 14*day).check(t)
	within(queue+"delay", func(c *Config, d time.Duration) { c.Classes[0].Queue.Delay = d }, 0, 15*time.Minute).check(t)
	edges{queue + "max_receive_count", func(c *Config, x int64) { c.Classes[0].Queue.MaxReceiveCount = int(x) },
		[]int64{0, 1, 1000}, []int64{-1, 1001}}.check(t)
	if q := DefaultClass().Queue; q.Retention != 4*day || q.Delay != 0 || q.MaxReceiveCount != 10 {
		t.Errorf("defaults of a queue: %+v", q)
	}
}

// Rule: FN-03, FN-10
func TestRangesOfLambda(t *testing.T) {
	within("worker.timeout", func(c *Config, d time.Duration) { c.Worker.Timeout = d }, time.Second, 15*time.Minute).check(t)
	edges{"worker.memory", func(c *Config, x int64) { c.Worker.Memory = x << 20 }, []int64{128, 10_240}, []int64{127, 10_241}}.check(t)
	edges{"worker.provisioned_concurrency", func(c *Config, x int64) { c.Worker.Concurrency, c.Worker.ProvisionedConcurrency = 7, int(x) },
		[]int64{0, 7}, []int64{8}}.check(t)
}

// Rule: ESM-09, ESM-15, ESM-16, ESM-37, ESM-38
func TestRangesOfMappings(t *testing.T) {
	const mapping = "class[0].mapping."
	edges{mapping + "maximum_concurrency", func(c *Config, x int64) { c.Classes[0].Mapping.MaximumConcurrency = int(x) },
		[]int64{0, 2, 1000}, []int64{1, 1001}}.check(t)
	edges{mapping + "batch_size", func(c *Config, x int64) {
		c.Classes[0].Mapping.BatchSize, c.Classes[0].Mapping.BatchWindow = int(x), time.Second
	}, []int64{1, 10_000}, []int64{0, 10_001}}.check(t)
	within(mapping+"batch_window", func(c *Config, d time.Duration) { c.Classes[0].Mapping.BatchWindow = d }, 0, 5*time.Minute).check(t)
	edges{mapping + "batch_window", func(c *Config, x int64) { c.Classes[0].Mapping.BatchSize = int(x) }, []int64{10}, []int64{11}}.check(t)
	edges{mapping + "provisioned_pollers.min", func(c *Config, x int64) {
		c.Classes[0].Mapping.ProvisionedPollers = PollerRange{int(x), 300}
	}, []int64{2, 200}, []int64{1, 201}}.check(t)
	edges{mapping + "provisioned_pollers.max", func(c *Config, x int64) {
		c.Classes[0].Mapping.ProvisionedPollers = PollerRange{2, int(x)}
	}, []int64{2, 10_000}, []int64{1, 10_001}}.check(t)
	edges{mapping + "provisioned_pollers", func(c *Config, x int64) {
		c.Classes[0].Mapping.ProvisionedPollers, c.Classes[0].Mapping.MaximumConcurrency = PollerRange{2, 2}, int(x)
	}, []int64{0}, []int64{2}}.check(t)
}

// Rule: SFN-04, SFN-05, SFN-14, SFN-27
func TestRangesOfStepFunctions(t *testing.T) {
	within("stepfunctions.timeout", func(c *Config, d time.Duration) { c.StepFunctions.Timeout = d }, time.Second, 365*day).check(t)
	edges{"stepfunctions.heartbeat", func(c *Config, x int64) {
		c.StepFunctions.Timeout, c.StepFunctions.Heartbeat = time.Minute, time.Duration(x)*time.Second
	}, []int64{0, 1, 59}, []int64{60, 61}}.check(t)
	edges{"class[0].payload", func(c *Config, x int64) { c.Classes[0].Payload = x }, []int64{1, 256 << 10}, []int64{0, 256<<10 + 1}}.check(t)
	if r := Default().StepFunctions.Retry; r.Interval != time.Second || r.Backoff != 2 || r.Jitter != "none" || r.MaxDelay != 0 {
		t.Errorf("defaults of Retry: %+v", r)
	}
}
