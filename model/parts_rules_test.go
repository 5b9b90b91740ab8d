package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// parts checks where the latency of a class's tasks went, means in seconds.
func parts(t *testing.T, k *ClassRun, want map[int]float64) {
	t.Helper()
	names := PartNames()
	for i, got := range k.Parts {
		if d := got - want[i]; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s: %v s, want %v", names[i], got, want[i])
		}
	}
}

func TestPartsOfAWaitingMessage(t *testing.T) {
	c := shared(1, "Q")
	c.Classes[0].Queue.Delay = 2 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 10}, [2]float64{4, 1})
	run, _ := watch(t, c)
	// Q1 waits out the delay and works 10 s; Q2 is sent at 4 s and served at 12 s.
	parts(t, &run.Classes[0], map[int]float64{PartQueued: (2 + 8) / 2., PartLegacy: 11 / 2.})
}

func TestPartsOfAYieldedMessage(t *testing.T) {
	c := yielding(5*time.Second, "H", "L")
	c.Classes[0].Arrivals = work([2]float64{0, 10}, [2]float64{1, 10})
	c.Classes[1].Arrivals = work([2]float64{2, 3})
	run, _ := watch(t, c)
	parts(t, &run.Classes[1], map[int]float64{PartYielded: 10, PartLegacy: 3})
}

func TestPartsOfARefusedCall(t *testing.T) {
	c := plain("Q")
	c.Legacy.RateLimit = RateLimit{Kind: "fixed-window", Rate: 0.1, Window: 10 * time.Second}
	c.Policy.RetryFor = Pause{Mode: policy.Drawn, Dist: always(4 * time.Second)}
	c.Classes[0].Arrivals = sendAt(0, 0)
	run, _ := watch(t, c)
	// The second is refused at 0, 4 and 8 s, and accepted at 12 s.
	parts(t, &run.Classes[0], map[int]float64{PartBackoff: 12 / 2., PartLegacy: 1})
}

func TestPartsOfARetriedTask(t *testing.T) {
	c := plain("Q")
	c.Policy.OnError = policy.FailTask
	c.Legacy.Outages = []Outage{{At: 0, For: 5 * time.Second, Kind: "errors"}}
	c.StepFunctions.Retry = Retry{MaxAttempts: 3, Interval: 3 * time.Second, Backoff: 2, Jitter: "none"}
	c.Classes[0].Arrivals = sendAt(1)
	run, _ := watch(t, c)
	// It fails at 2 s and, begun at 5 s when the errors are over, not again.
	parts(t, &run.Classes[0], map[int]float64{PartBackoff: 3, PartLegacy: 2})
}

// Rule: SQS-40, FN-16, ESM-36, SFN-30
func TestPartsOfTheCallsOfAWS(t *testing.T) {
	c := plainAWS("Q")
	ms := func(n int) Dist { return always(time.Duration(n) * time.Millisecond) }
	c.Timing.SQSSend, c.Timing.SQSReceive, c.Timing.LambdaInvoke = ms(100), ms(20), ms(3)
	c.Timing.SFNCallback, c.Timing.SQSDelete = ms(50), ms(700)
	c.Policy.CheckToken = true
	c.Worker.ColdStart = ms(400)
	c.Classes[0].Arrivals = sendAt(5)
	run, _ := watch(t, c)
	// The send and the check of the token are "other"; a waiting poll takes the
	// message at once and invokes the function 3 ms later; the delete comes
	// after the end.
	parts(t, &run.Classes[0], map[int]float64{PartQueued: 0.003, PartColdStart: 0.4, PartLegacy: 1, PartCallback: 0.05, PartOther: 0.15})
	if got := run.Classes[0].Latency.Mean; got != 1.603 {
		t.Errorf("latency %v, want 1.603", got)
	}
}

func TestPartsOfAKilledInvocation(t *testing.T) {
	c := tooSlow()
	c.Worker.ColdStart = Dist{}
	c.StepFunctions.Timeout = 100 * time.Second
	run, _ := watch(t, c)
	// Two tries of 10 s, hidden up to 30 s and 60 s; then it is a dead letter.
	parts(t, &run.Classes[0], map[int]float64{PartLegacy: 20, PartBackoff: 40, PartOther: 40})
}

// Work that outlives the last message and the last task does not push a share
// over 1.
func TestSharesOfOrphanWork(t *testing.T) {
	c := tooSlow()
	c.Legacy.Concurrency = 1
	c.Horizon = 20 * time.Second
	c.Classes[0].Queue.Retention, c.Classes[0].Queue.VisibilityTimeout = time.Minute, time.Hour
	c.StepFunctions.Timeout = 70 * time.Second
	run, _ := watch(t, c)
	// The call begins at 2 s and is still at work when the task ends at 70 s.
	if got, want := run.Legacy.Utilization, 68./70; got != want {
		t.Errorf("utilization %v, want %v", got, want)
	}
	if got, want := run.Worker.ConcurrencyMean, 12./60; got != want {
		t.Errorf("mean concurrency %v, want 12 s of the 60 s up to the last message: %v", got, want)
	}
}

func TestSharesOfWorkBeyondTheLastMessage(t *testing.T) {
	c := shared(1, "Q")
	c.Horizon = 20 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 100}, [2]float64{1, 1})
	c.Classes[0].Queue.Retention = time.Minute
	c.StepFunctions.Timeout = 200 * time.Second
	run, _ := watch(t, c)
	// Both messages are gone by 61 s; the slot works on to 100 s, and the
	// second task ends at 201 s.
	if run.Worker.Busy != 1 || run.End != 201*time.Second {
		t.Errorf("busy %v up to %v, want 1 and 3m21s", run.Worker.Busy, run.End)
	}
}
