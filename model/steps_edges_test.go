package model

import (
	"testing"
	"time"
)

// While one copy of a message is in a legacy call, what happens to another copy
// is no part of the task's latency.
func TestTimeOfACopyIsNotBookedTwice(t *testing.T) {
	c := shared(2, "A")
	c.Policy.CheckToken = true
	c.Timing.SFNCallback = always(2 * time.Second)
	c.Classes[0].Queue.VisibilityTimeout = 5 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 10})
	run, happened := watch(t, c)
	expect(t, happened, "received called finished", `
		0  received A1 1
		2  called   A1 1
		5  received A1 2
		7  called   A1 2
		14 finished A1 completed`)
	k := run.Classes[0]
	if got, want := [3]float64{k.Parts[PartOther], k.Parts[PartLegacy], k.Parts[PartCallback]}, [3]float64{2, 10, 2}; got != want {
		t.Errorf("check, call and callback took %v s, want %v", got, want)
	}
}

// A task whose message was lost counts as doomed until its timeout, and no
// longer.
func TestNobodyIsDoomedInTheEnd(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = sendAt(0)
	c.Classes[0].Queue.Retention = time.Minute
	c.Classes[0].Queue.Delay = 2 * time.Minute
	c.StepFunctions.Timeout = 10 * time.Minute
	w := newWorld(&c, Options{})
	for _, step := range []struct {
		at     time.Duration
		doomed int64
	}{{59 * time.Second, 0}, {time.Minute, 1}, {10 * time.Minute, 0}} {
		advance(w, step.at)
		if w.doomed != step.doomed {
			t.Errorf("at %v: %d tasks are doomed, want %d", step.at, w.doomed, step.doomed)
		}
	}
}

// A retry is counted if its task started after the warm-up.
func TestWarmupForgetsRetries(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = sendAt(0, 20)
	c.Legacy.Service = always(time.Hour)
	c.StepFunctions.Timeout = 15 * time.Second
	c.StepFunctions.Retry = Retry{MaxAttempts: 1, Interval: time.Second, Backoff: 1, Jitter: "none"}
	c.Horizon, c.Drain = time.Minute, Drain{}
	if run := simulate(t, c, Options{Warmup: 10 * time.Second}); run.Steps.Retried != 1 {
		t.Errorf("%d retries counted, want that of the second task", run.Steps.Retried)
	}
}
