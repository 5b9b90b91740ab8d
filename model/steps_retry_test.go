package model

import (
	"fmt"
	"math"
	"testing"
	"time"

	"penstock/model/policy"
)

// retrying returns a world with a retry setting and a task of job n that has
// failed its given attempt.
func retrying(r Retry) (*world, func(job int64, attempt uint16) time.Duration) {
	c := plain("A")
	c.StepFunctions.Retry = r
	c.Classes[0].Arrivals = sendAt(0)
	w := newWorld(&c, Options{})
	return w, func(job int64, attempt uint16) time.Duration {
		return w.steps.pause(0, &task{job: job, attempt: attempt})
	}
}

// TestRetryPause: IntervalSeconds × BackoffRate^(retries so far), at most
// MaxDelaySeconds.
//
// Rule: SFN-11, SFN-12
func TestRetryPause(t *testing.T) {
	s := time.Second
	for _, c := range []struct {
		r    Retry
		want []time.Duration
	}{
		{Retry{Interval: s, Backoff: 2}, []time.Duration{s, 2 * s, 4 * s, 8 * s}},
		{Retry{Interval: 2 * s, Backoff: 3}, []time.Duration{2 * s, 6 * s, 18 * s}},
		{Retry{Interval: 2 * s, Backoff: 3, MaxDelay: 7 * s}, []time.Duration{2 * s, 6 * s, 7 * s, 7 * s}},
		{Retry{Interval: 5 * s, Backoff: 1}, []time.Duration{5 * s, 5 * s, 5 * s}},
		{Retry{Interval: s, Backoff: 1.5}, []time.Duration{s, 1500 * time.Millisecond, 2250 * time.Millisecond}},
		{Retry{Interval: 9 * s, Backoff: 2, MaxDelay: 4 * s}, []time.Duration{4 * s, 4 * s}},
	} {
		c.r.Jitter = "none"
		_, pause := retrying(c.r)
		for i, want := range c.want {
			if got := pause(1, uint16(i+1)); got != want {
				t.Errorf("%+v: pause %d is %v, want %v", c.r, i+1, got, want)
			}
		}
	}
}

// TestFullJitter is uniform below the pause, the cap included, and belongs to
// the job and the attempt.
//
// Rule: SFN-13
func TestFullJitter(t *testing.T) {
	_, pause := retrying(Retry{Interval: 2 * time.Second, Backoff: 3, MaxDelay: 10 * time.Second, Jitter: "full"})
	for attempt, most := range map[uint16]float64{1: 2, 2: 6, 3: 10, 4: 10} {
		var x []float64
		for job := range int64(20_000) {
			x = append(x, pause(job, attempt).Seconds())
		}
		if a, b := pause(77, attempt).Seconds(), x[77]; a != b {
			t.Errorf("attempt %d: job 77 drew %v, then %v", attempt, b, a)
		}
		follows(t, fmt.Sprint("attempt ", attempt), x, func(x float64) float64 { return min(1, x/most) })
	}
}

// TestRetriesBeyondTheEngine: pauses of decades end in an unfinished task, not
// in a crash.
func TestRetriesBeyondTheEngine(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = sendAt(0)
	c.Classes[0].Queue.MaxReceiveCount = 1
	c.Legacy.ErrorRate = 1
	c.StepFunctions.Timeout = time.Second
	c.StepFunctions.Retry = Retry{MaxAttempts: 100, Interval: time.Second, Backoff: 1000, Jitter: "none"}
	run := simulate(t, c, Options{})
	if k := run.Classes[0]; k.Unfinished != 1 || k.TimedOut+k.DeadLettered != 0 {
		t.Errorf("%d unfinished of %d", k.Unfinished, k.Arrived)
	}
}

// stress is a scenario in which every way to end a task is taken.
func stress() Config {
	c := plainAWS("HIGH", "LOW", "LAST")
	c.Horizon = 2 * time.Hour
	c.Policy = Default().Policy
	c.Policy.EscalateAt = 3
	c.Worker.Concurrency = 4
	c.Worker.Timeout, c.Worker.CallTimeout = 40*time.Second, 20*time.Second
	c.Worker.ColdStart = Dist{Kind: "lognormal", Median: 100 * time.Millisecond, P99: time.Second}
	c.Legacy = Legacy{
		Concurrency: 3, Backlog: 1, Service: Dist{Kind: "lognormal", Mean: 3 * time.Second, CV: 1.5},
		Slowdown: Slowdown{Kind: "usl", Alpha: 0.05, Beta: 0.01}, RateLimit: RateLimit{Kind: "none"},
		ErrorRate: 0.05, HangRate: 0.02,
		Outages: []Outage{{At: time.Hour, For: 5 * time.Minute, Kind: "down"}},
	}
	c.StepFunctions.Timeout = 20 * time.Minute
	c.StepFunctions.Retry = Retry{MaxAttempts: 1, Interval: 10 * time.Second, Backoff: 2, Jitter: "full"}
	for i := range c.Classes {
		k := &c.Classes[i]
		k.Arrivals = []Arrivals{{Kind: "poisson", Rate: 0.35}}
		k.Queue = Queue{VisibilityTimeout: 3 * time.Minute, Retention: day, DuplicateProbability: 0.01}
	}
	c.Classes[0].Queue.MaxReceiveCount = 3
	c.Classes[1].Queue.Retention = 18 * time.Minute
	return c
}

// TestOutcomesAddUp: whatever happens, every task ends in one way, every
// latency is observed, and the parts of it add up to its mean.
func TestOutcomesAddUp(t *testing.T) {
	var all ClassRun
	for r := range 3 {
		for _, drain := range []Drain{{UntilEmpty: true}, {}} {
			c := stress()
			c.Drain = drain
			if r == 0 {
				c.Policy.OnError = policy.FailTask
			}
			run := simulate(t, c, Options{Replication: r, Warmup: 10 * time.Minute})
			for _, k := range run.Classes {
				checkAccounts(t, k)
				all.Completed += k.Completed
				all.Failed += k.Failed
				all.TimedOut += k.TimedOut
				all.DeadLettered += k.DeadLettered
				all.Expired += k.Expired
				all.Unfinished += k.Unfinished
			}
		}
	}
	all.Latency.Hist, all.LatencyCompleted.Hist, all.Wait.Hist = nil, nil, nil
	if all.Completed == 0 || all.Failed == 0 || all.TimedOut == 0 || all.DeadLettered == 0 || all.Expired == 0 || all.Unfinished == 0 {
		t.Errorf("the scenario leaves something out: %+v", all)
	}
}

func checkAccounts(t *testing.T, k ClassRun) {
	t.Helper()
	if n := k.Completed + k.Failed + k.TimedOut + k.DeadLettered + k.Expired + k.Unfinished; n != k.Arrived {
		t.Errorf("%d outcomes of %d tasks", n, k.Arrived)
	}
	if k.Latency.N != k.Arrived || k.LatencyCompleted.N != k.Completed || k.Wait.N != k.Completed {
		t.Errorf("%d latencies of %d tasks; %d and %d of %d completed", k.Latency.N, k.Arrived, k.LatencyCompleted.N, k.Wait.N, k.Completed)
	}
	sum := 0.0
	for _, p := range k.Parts {
		sum += p
		if p < 0 {
			t.Errorf("negative part: %v", k.Parts)
		}
	}
	if math.Abs(sum-k.Latency.Mean) > 1e-9*sum {
		t.Errorf("parts add up to %v, the mean latency is %v", sum, k.Latency.Mean)
	}
}
