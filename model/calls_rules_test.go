package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// Rules of the calls that a worker makes, and of what is billed for them.

// Rule: SQS-06
func TestBacklogHasNoLimit(t *testing.T) {
	const n = 2*inFlightLimit + 1
	d := newDesk(t, n, nil)
	d.holds(t, n, 0)
	if last := d.slab.all.n; last < n {
		t.Errorf("%d messages kept, want %d", last, n)
	}
}

// Rule: SQS-33
func TestAttributesDoNotCountDelayedMessages(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Classes[0].Queue.Delay = time.Minute
		c.Classes[0].Arrivals = sendAt(1)
	})
	for _, step := range []struct {
		at      time.Duration
		visible int64
	}{{61*time.Second - 1, 0}, {61 * time.Second, 1}} {
		d.to(step.at)
		if visible, inFlight := d.attributes(); visible != step.visible || inFlight != 0 {
			t.Errorf("at %v it shows %d and %d, want %d and 0", step.at, visible, inFlight, step.visible)
		}
	}
}

// Rule: SQS-35
func TestLookingChangesNothing(t *testing.T) {
	d := newDesk(t, 3, nil)
	h := d.one(t)
	for range 20 {
		d.attributes()
	}
	d.holds(t, 2, 1)
	d.to(time.Minute)
	d.attributes()
	if got := d.one(t); got.job != h.job || got.receipt != 2 {
		t.Errorf("received message %d for the time %d, want %d for the second", got.job, got.receipt, h.job)
	}
}

// TestLatenciesOfTheWorkersCalls in a service, where each follows the other:
// the receive answers 0.3 s after it was sent, the look after 0.1 s, the change
// of visibility after 0.2 s, the delete after 0.4 s.
//
// Rule: SQS-41, SQS-42, SQS-43, SQS-44
func TestLatenciesOfTheWorkersCalls(t *testing.T) {
	c := polls(1, "H", "L")
	c.Policy.Kind, c.Policy.YieldFor = policy.Yield, Pause{Mode: policy.Drawn, Dist: always(10 * time.Second)}
	ms := func(n int) Dist { return always(time.Duration(n) * time.Millisecond) }
	c.Timing.SQSReceive, c.Timing.SQSAttributes, c.Timing.SQSVisibility, c.Timing.SQSDelete = ms(300), ms(100), ms(200), ms(400)
	c.Timing.AttributesLag = 2200 * time.Millisecond // still shows the message of H
	c.Classes[0].InitialBacklog, c.Classes[1].InitialBacklog = 1, 1
	c.Horizon, c.Drain = 13*time.Second, Drain{}
	_, happened := watch(t, c)
	expect(t, happened, "received answered deleted looked visible yielded", `
		0.3  received H1 1
		1.3  answered H1 1 200
		1.7  deleted  H1 1
		2.3  received L1 1
		2.4  looked   L1 1 H=1+0
		2.4  yielded  L1 1
		12.6 visible  L1 1`)
}

// Rule: SQS-36
func TestEveryCallOfSQSIsBilled(t *testing.T) {
	c := plainAWS("H", "L")
	c.Policy.Kind = policy.Yield
	c.Policy.YieldFor = Pause{Mode: policy.Drawn, Dist: always(10 * time.Second)}
	c.Timing.AttributesLag = 5 * time.Second
	c.Classes[0].InitialBacklog, c.Classes[1].InitialBacklog = 1, 0
	c.Classes[1].Arrivals = sendAt(2)
	run, happened := watch(t, c)
	expect(t, happened, "looked yielded", `
		2  looked  L1 1 H=1+0
		2  yielded L1 1
		12 looked  L1 2 H=0+0`)
	for _, x := range []struct {
		meter Meter
		cause Cause
		want  int64
	}{
		{SQSSend, CauseWork, 2},
		{SQSReceive, CauseWork, 2}, {SQSReceive, CauseYield, 1}, {SQSDelete, CauseWork, 2},
		{SQSAttributes, CauseWork, 1}, {SQSAttributes, CauseYield, 1}, {SQSVisibility, CauseYield, 1},
	} {
		if got := run.Usage[x.meter][x.cause]; got != x.want {
			t.Errorf("billed %d of %s for %s, want %d", got, x.meter.Item(), x.cause, x.want)
		}
	}
}

// Rule: SQS-37
func TestSendsAreBilledBy64KiB(t *testing.T) {
	for payload, want := range map[int64]int64{1: 1, 64 << 10: 1, 64<<10 + 1: 2, 256 << 10: 4} {
		c := plainAWS("Q")
		c.Classes[0].Payload = payload
		c.Classes[0].Arrivals = sendAt(1)
		if run, _ := watch(t, c); run.Usage[SQSSend][CauseWork] != want {
			t.Errorf("billed %d requests for a send of %d bytes, want %d", run.Usage[SQSSend][CauseWork], payload, want)
		}
	}
}

// Seven minutes are two periods of five.
//
// Rule: FN-06
func TestProvisionedConcurrencyIsBilledInPeriods(t *testing.T) {
	c := plainAWS("Q")
	c.Horizon = 7 * time.Minute
	c.Worker.ProvisionedConcurrency, c.Worker.Memory = 3, 512<<20
	run, _ := watch(t, c)
	if got, want := run.Usage[LambdaProvisioned][CauseStandby], int64(3*600*1000*512); got != want {
		t.Errorf("billed %d MB·ms for seven minutes, want those of ten: %d", got, want)
	}
}

// Rule: FN-25, FN-26
func TestLogsAreBilledByTheInvocation(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.LogBytes = 700
	c.Classes[0].Arrivals = sendAt(1, 2, 3)
	if run, _ := watch(t, c); run.Usage[LogBytes][CauseWork] != 3*700 {
		t.Errorf("billed %d bytes of logs of three invocations, want 2100", run.Usage[LogBytes][CauseWork])
	}
}

// An execution of 4 states enters 4; each of two retries enters one again; the
// start counts if that is assumed. Nothing else of Step Functions is billed.
//
// Rule: SFN-17, SFN-18, SFN-20
func TestTransitionsAreBilled(t *testing.T) {
	for start, want := range map[bool]int64{false: 4, true: 5} {
		c := plainAWS("Q")
		c.Assumptions.StartTransition = start
		c.Policy.CheckToken, c.Policy.Heartbeat = true, time.Second
		c.Policy.OnError, c.Legacy.ErrorRate = policy.FailTask, 1
		c.Legacy.Service = always(10 * time.Second)
		c.StepFunctions.States = 4
		c.StepFunctions.Retry = Retry{MaxAttempts: 2, Interval: time.Second, Backoff: 1, Jitter: "none"}
		c.Classes[0].Arrivals = sendAt(1)
		run, _ := watch(t, c)
		u := run.Usage
		if u[StatesTransitions][CauseWork] != want || u[StatesTransitions][CauseRetry] != 2 || billed(&u, StatesTransitions) != want+2 {
			t.Errorf("start_transition %v: billed %v transitions, want %d and 2 of retries", start, u[StatesTransitions], want)
		}
	}
}

// Six events an attempt: 4,000 attempts, and a few more for the rest.
//
// Rule: SFN-28, SFN-29
func TestHistoryBoundsTheAttempts(t *testing.T) {
	c := shared(1, "A")
	c.Horizon = 10 * time.Hour
	c.Classes[0].Arrivals = sendAt(0)
	c.Policy.OnError, c.Legacy.ErrorRate, c.Legacy.Service = policy.FailTask, 1, Dist{}
	c.StepFunctions.Retry = Retry{MaxAttempts: 99_999_999, Interval: time.Second, Backoff: 1, Jitter: "none"}
	run := simulate(t, c, Options{})
	if n := run.Classes[0].Sent; n != mostAttempts || 6*n > 25_000 || 6*n < 23_000 {
		t.Errorf("%d attempts in an execution of 25,000 events", n)
	}
	if run.Classes[0].Failed != 1 || run.Steps.Retried != run.Classes[0].Sent-1 {
		t.Errorf("%d failed, %d retried", run.Classes[0].Failed, run.Steps.Retried)
	}
}

// Rule: SVC-05
func TestServiceHasNoFunctionTimeout(t *testing.T) {
	c := polls(1, "Q")
	c.Worker.Timeout = time.Minute
	c.Legacy.Service = always(20 * time.Minute)
	c.Classes[0].InitialBacklog = 1
	_, happened := watch(t, c)
	expect(t, happened, "called answered deleted", `
		0    called   Q1 1
		1200 answered Q1 1 200
		1200 deleted  Q1 1`)
}

// Rule: SVC-06
func TestServiceIsBilledByTheSecond(t *testing.T) {
	c := polls(5, "Q")
	c.Horizon = 90*time.Minute + 7*time.Second
	c.Worker.CPU, c.Worker.Memory = 0.5, 1024<<20
	run, _ := watch(t, c)
	const ready = 90*60 + 7
	if cpu, memory := run.Usage[FargateCPU][CauseStandby], run.Usage[FargateMemory][CauseStandby]; cpu != 500*ready || memory != 1024*ready {
		t.Errorf("billed %d vCPU·ms and %d MB·s, want %d and %d", cpu, memory, 500*ready, 1024*ready)
	}
}
