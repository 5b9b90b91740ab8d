package model

import (
	"math"
	"testing"
	"time"

	"penstock/model/policy"
)

// TestQuotasOfTheRegion: full buckets, and what a second refills.
//
// Rule: SFN-21, SFN-24
func TestQuotasOfTheRegion(t *testing.T) {
	type pair struct{ size, rate int64 }
	for book, want := range map[string][5]pair{ // executions, transitions, success, failure, heartbeat
		"us-east-1":    {{1300, 300}, {5000, 5000}, {3000, 500}, {3000, 500}, {3000, 500}},
		"us-west-2":    {{1300, 300}, {5000, 5000}, {3000, 500}, {3000, 500}, {3000, 500}},
		"eu-west-1":    {{1300, 300}, {5000, 5000}, {3000, 500}, {3000, 500}, {3000, 500}},
		"eu-central-1": {{800, 150}, {800, 800}, {1500, 300}, {1500, 300}, {1500, 300}},
		"my.toml":      {{800, 150}, {800, 800}, {1500, 300}, {1500, 300}, {1500, 300}},
	} {
		c := plainAWS("A")
		c.Prices.Book = book
		q := newQuotas(&c)
		for i, b := range []*bucket{&q.execution, &q.transition, &q.success, &q.failure, &q.heartbeat} {
			now := pair{drawn(b, 0), drawn(b, int64(time.Second))}
			if d := now.rate - want[i].rate; now.size != want[i].size || d < 0 || d > 1 {
				t.Errorf("%s: bucket %d holds %d and gets %d a second, want %v", book, i, now.size, now.rate, want[i])
			}
			if n := drawn(b, int64(time.Hour)); n != want[i].size {
				t.Errorf("%s: bucket %d holds %d after an hour, want %d", book, i, n, want[i].size)
			}
		}
	}
}

// drawn returns how many tokens a bucket gives at one instant.
func drawn(b *bucket, now int64) int64 {
	for n := int64(0); ; n++ {
		if n > 100_000 || !b.take(now, 1) {
			return n
		}
	}
}

// TestIdealHasNoQuotas, and start_queue = false switches those of starts off.
//
// Rule: SFN-25
func TestIdealHasNoQuotas(t *testing.T) {
	c := plain("A")
	q := newQuotas(&c)
	for _, b := range []bucket{q.execution, q.transition, q.success, q.failure, q.heartbeat} {
		if b.interval != 0 {
			t.Errorf("ideal: %+v", q)
		}
	}
	c = plainAWS("A")
	c.Assumptions.StartQueue = false
	if q = newQuotas(&c); q.execution.interval != 0 || q.transition.interval != 0 || q.success.interval == 0 {
		t.Errorf("start_queue off: %+v", q)
	}
}

// TestBucketOfManyYears: so many tokens that filling it would take longer than
// the clock goes are as good as any number.
func TestBucketOfManyYears(t *testing.T) {
	b := newBucket(1_000_000_000, 0.1)
	for n := range 1000 {
		if !b.take(int64(n), 1) {
			t.Fatalf("token %d of 10⁹ is refused", n)
		}
	}
}

// starts runs a burst of n executions at 1 s and returns how many of them had
// started by each of the seconds after it.
func starts(t *testing.T, n, states int, book string) (by [5]int, run Run) {
	c := plainAWS("A")
	c.Prices.Book = book
	c.Horizon, c.Legacy.Service = time.Minute, Dist{}
	c.StepFunctions.States = states
	c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", At: time.Second, Count: n}}
	run, all := watch(t, c)
	last := int64(0)
	for _, h := range pick(all, "started") {
		for i := range by {
			if h.At <= time.Duration(i+1)*time.Second {
				by[i]++
			}
		}
		if h.ID != last+1 {
			t.Fatalf("task %d starts after task %d", h.ID, last)
		}
		last = h.ID
	}
	return by, run
}

// TestStartExecutionBucket: what it does not let through waits its turn.
//
// Rule: SFN-24, SFN-25, SFN-26
func TestStartExecutionBucket(t *testing.T) {
	for _, c := range []struct {
		n, states int
		book      string
		want      [5]int
	}{
		{2000, 1, "us-east-1", [5]int{1300, 1600, 1900, 2000, 2000}},
		{1500, 1, "ap-south-1", [5]int{800, 950, 1100, 1250, 1400}},
		{2000, 10, "us-east-1", [5]int{500, 1000, 1500, 2000, 2000}}, // transitions are scarcer
		{500, 10, "ap-south-1", [5]int{80, 160, 240, 320, 400}},
	} {
		got, run := starts(t, c.n, c.states, c.book)
		for i := range got {
			if d := got[i] - c.want[i]; d < -1 || d > 1 {
				t.Errorf("%d executions of %d states in %s: started %v, want %v", c.n, c.states, c.book, got, c.want)
				break
			}
		}
		if run.Steps.Started != int64(c.n) || run.Steps.StartDelayMax <= 0 || run.Classes[0].Completed != int64(c.n) {
			t.Errorf("%+v", run.Steps)
		}
	}
}

// TestStartDelayIsNoLatency: the clock of a task starts with its execution.
func TestStartDelayIsNoLatency(t *testing.T) {
	_, run := starts(t, 1600, 1, "us-east-1")
	if d := run.Steps.StartDelayMax; math.Abs(d-1) > 1e-3 {
		t.Errorf("the last of 1600 waits %v s for its start, want 1", d)
	}
	if want := 300 * 301.0 / 2 / 300 / 1600; math.Abs(run.Steps.StartDelayMean-want) > 1e-3 {
		t.Errorf("mean start delay %v, want %v", run.Steps.StartDelayMean, want)
	}
	if k := run.Classes[0]; k.Latency.Mean > 0.1 {
		t.Errorf("mean latency %v", k.Latency.Mean)
	}
}

// flooded answers 4000 tokens at one instant.
func flooded(fail bool) Config {
	c := shared(4000, "A")
	aws := plainAWS("A")
	c.Timing, c.Assumptions = aws.Timing, aws.Assumptions
	c.Assumptions.StartQueue = false
	c.Prices.Book = "us-east-1"
	c.Horizon, c.Legacy.Concurrency, c.Legacy.Service = 2*time.Minute, 5000, always(10*time.Second)
	c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", At: 30 * time.Second, Count: 4000}}
	if fail {
		c.Policy.OnError, c.Legacy.ErrorRate = policy.FailTask, 1
	}
	return c
}

// TestAnswersWaitForTheirBucket: 3000 at once, then 500 a second; the worker
// asks again, and nothing is lost.
//
// Rule: SFN-23
func TestAnswersWaitForTheirBucket(t *testing.T) {
	for _, fail := range []bool{false, true} {
		c := flooded(fail)
		run, all := watch(t, c)
		at := map[bool]int{}
		for _, h := range pick(all, "finished") {
			at[h.At == 40*time.Second]++
		}
		k := run.Classes[0]
		if at[true] != 3000 || at[false] != 1000 || k.Completed+k.Failed != 4000 || run.Steps.CallbacksThrottle < 1000 || (k.Failed > 0) != fail {
			t.Errorf("fail %v: %d answered at once; %d completed, %d failed, %+v", fail, at[true], k.Completed, k.Failed, run.Steps)
		}
	}
}

// TestTokenChecksHaveABucketOfTheirOwn: a check that is throttled says nothing,
// and the call goes ahead. Where the answers are spread, only checks are
// throttled; where they come at once, theirs is another full bucket.
//
// Rule: SFN-21
func TestTokenChecksHaveABucketOfTheirOwn(t *testing.T) {
	c := flooded(false)
	c.Policy.CheckToken = true
	c.Legacy.Service = Dist{Kind: "uniform", Min: 10 * time.Second, Max: time.Minute}
	run, all := watch(t, c)
	if n := len(pick(all, "called")); n != 4000 || run.Steps.CallbacksThrottle != 1000 || run.Classes[0].Completed != 4000 {
		t.Errorf("%d calls, %d throttled, %d completed", n, run.Steps.CallbacksThrottle, run.Classes[0].Completed)
	}
	c.Legacy.Service = Dist{}
	_, all = watch(t, c)
	n := 0
	for _, h := range pick(all, "finished") {
		if h.At == 30*time.Second {
			n++
		}
	}
	if n != 3000 {
		t.Errorf("%d answered at once, want 3000", n)
	}
}
