package model

import (
	"slices"
	"testing"
	"time"
)

// Rules of the Lambda function, one test each.

// Rule: FN-01, FN-02
func TestReservedConcurrencyIsNeverExceeded(t *testing.T) {
	c := plainAWS("A", "B", "C")
	c.Timing = DefaultTiming()
	c.Worker.Concurrency = 7
	c.Legacy.Service = Dist{Kind: "exponential", Mean: 2 * time.Second}
	for i := range c.Classes {
		c.Classes[i].InitialBacklog = 100
	}
	run, _ := watch(t, c)
	if n := run.Worker.ConcurrencyMax; n != 7 {
		t.Errorf("up to %d invocations at once, want 7", n)
	}
	if n := run.Legacy.InFlightMax; n != 7 {
		t.Errorf("up to %d calls at once, want 7", n)
	}
	if run.Worker.Throttles == 0 {
		t.Error("nothing was refused")
	}
}

// Rule: FN-02, FN-17, FN-18
func TestIdleEnvironmentIsReusedUntilItExpires(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.ColdStart, c.Worker.IdleLifetime = always(500*time.Millisecond), always(60*time.Second)
	c.Classes[0].Arrivals = sendAt(0, 10, 70.9, 132, 200)
	_, happened := watch(t, c)
	var cold []bool
	for _, h := range pick(happened, "called") {
		cold = append(cold, h.Cold)
	}
	// It is idle from 1.5, 11, 71.9, 133.5 s on.
	if want := []bool{true, false, false, true, true}; !slices.Equal(cold, want) {
		t.Errorf("cold starts: %v, want %v", cold, want)
	}
}

// Rule: FN-04, FN-05, FN-06
func TestProvisionedEnvironmentsAreAlwaysWarm(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.ColdStart, c.Worker.IdleLifetime = always(time.Second), always(5*time.Second)
	c.Worker.ProvisionedConcurrency, c.Worker.Concurrency = 2, 10
	c.Classes[0].Arrivals = sendAt(0, 0, 0, 100, 100)
	run, happened := watch(t, c)
	expect(t, happened, "called", `
		0   called Q1 1
		0   called Q2 1
		1   called Q3 1
		100 called Q4 1
		100 called Q5 1`)
	if run.Worker.ColdStarts != 1 {
		t.Errorf("%d cold starts, want 1", run.Worker.ColdStarts)
	}
	const mb = 256
	u := run.Usage
	if u[LambdaProvisionedDuration][CauseWork] != 4*1000*mb || u[LambdaDuration][CauseWork] != 1000*mb || u[LambdaInit][CauseWork] != 1000*mb {
		t.Errorf("billed %d, %d and %d MB·ms of provisioned, other and INIT time, want %d, %d and %d",
			u[LambdaProvisionedDuration][CauseWork], u[LambdaDuration][CauseWork], u[LambdaInit][CauseWork], 4000*mb, 1000*mb, 1000*mb)
	}
	if got, want := u[LambdaProvisioned][CauseStandby], int64(2*3600*1000*mb); got != want {
		t.Errorf("billed %d MB·ms of provisioned concurrency for the hour, want %d", got, want)
	}
}

// tooSlow works for 100 s in a function that is killed after 10 s.
func tooSlow() Config {
	c := plainAWS("Q")
	c.Worker.ColdStart = always(2 * time.Second)
	c.Worker.Timeout = 10 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 100})
	c.Classes[0].Queue.VisibilityTimeout = 30 * time.Second
	c.Classes[0].Queue.MaxReceiveCount = 2
	return c
}

// The kill comes 10 s after the handler began; INIT ran before. The message
// comes back when its visibility ends, and INIT runs again, inside the
// invocation's time.
//
// Rule: FN-11, FN-12, FN-14, FN-15
func TestTimeoutKillsTheInvocation(t *testing.T) {
	run, happened := watch(t, tooSlow())
	expect(t, happened, "received called answered visible deleted dead_lettered finished", `
		0     received Q1 1
		2     called   Q1 1
		30    visible  Q1 1
		30    received Q1 2
		32    called   Q1 2
		60    visible  Q1 2
		60    dead_lettered Q1 2
		86400 finished Q1 dead_lettered`)
	if run.Worker.Timeouts != 2 || run.Worker.Invocations != 2 || run.Worker.ColdStarts != 2 {
		t.Errorf("%d timeouts, %d invocations, %d cold starts, want 2 of each",
			run.Worker.Timeouts, run.Worker.Invocations, run.Worker.ColdStarts)
	}
	const mb = 256
	u := run.Usage
	if got := u[LambdaDuration][CauseRetry]; got != 2*10_000*mb {
		t.Errorf("billed %d MB·ms, want twice the timeout: %d", got, 2*10_000*mb)
	}
	if got := u[LambdaInit][CauseWork]; got != 2000*mb {
		t.Errorf("billed %d MB·ms of INIT, want that of the first start only: %d", got, 2000*mb)
	}
}

// The legacy system works on although the caller is dead: from 2 s to 102 s,
// and from 32 s to 132 s.
func TestTimeoutLeavesTheCallAsAnOrphan(t *testing.T) {
	c := tooSlow()
	w := newWorld(&c, Options{})
	for _, step := range []struct {
		at   time.Duration
		want int64
	}{{11 * time.Second, 1}, {50 * time.Second, 2}, {103 * time.Second, 1}, {133 * time.Second, 0}} {
		advance(w, step.at)
		if n := w.legacy.present.Value(); n != step.want {
			t.Errorf("at %v: %d calls in the legacy system, want %d", step.at, n, step.want)
		}
	}
	if n := w.legacy.run.OrphanCalls; n != 2 {
		t.Errorf("%d orphan calls, want 2", n)
	}
}

// After a kill INIT runs again, once; then the environment is warm.
//
// Rule: FN-13
func TestResetEnvironmentStartsOnceMore(t *testing.T) {
	c := tooSlow()
	c.Classes[0].Queue.MaxReceiveCount = 1
	c.Classes[0].Arrivals = work([2]float64{0, 100}, [2]float64{20, 1}, [2]float64{40, 1})
	run, happened := watch(t, c)
	expect(t, happened, "called", `
		2  called Q1 1
		22 called Q2 1
		40 called Q3 1`)
	const mb = 256
	// INIT and a second of work in one bill, then a second of work alone.
	if got := run.Usage[LambdaDuration][CauseWork]; got != (3000+1000)*mb {
		t.Errorf("billed %d MB·ms, want %d", got, 4000*mb)
	}
}

// INIT that takes longer than the function's timeout never gets done inside
// an invocation, and an old one must not start the handler of a later one.
//
// Rule: FN-13
func TestInitLongerThanTheTimeout(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.Concurrency = 1
	c.Worker.ColdStart, c.Worker.Timeout = always(8*time.Second), 3*time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 5}, [2]float64{0, 1}, [2]float64{0, 1}, [2]float64{0, 1})
	c.Classes[0].Queue.VisibilityTimeout = 30 * time.Second
	c.Horizon, c.Drain = 10*time.Minute, Drain{}
	_, happened := watch(t, c)
	expect(t, happened, "called", "8 called Q1 1")
}

// Ten requests a second for each unit of concurrency.
//
// Rule: FN-08
func TestRequestRateOfReservedConcurrency(t *testing.T) {
	for _, limited := range []bool{true, false} {
		c := plainAWS("Q")
		c.Worker.Concurrency = 2
		c.Legacy.Service = always(10 * time.Millisecond) // 200 a second would fit
		c.Assumptions.ReservedRateLimit = limited
		c.Timing.ESMRetry = always(5 * time.Millisecond) // so that the limit is the function's
		c.Classes[0].InitialBacklog = 2000
		c.Classes[0].Mapping.MaximumConcurrency = 2
		w := newWorld(&c, Options{})
		advance(w, 10*time.Second-1)
		n := w.function.run.Invocations
		if limited && (n > 20+200 || n < 200) {
			t.Errorf("%d invocations in 10 s at concurrency 2, want 200 and a first burst of up to 20", n)
		}
		if !limited && n != 2000 {
			t.Errorf("%d invocations in 10 s without the limit, want 2000", n)
		}
	}
}

// Rule: FN-07
func TestThousandEnvironmentsInTenSeconds(t *testing.T) {
	c := plainAWS("Q")
	w := newWorld(&c, Options{})
	started := func() (n int) {
		for {
			if id, _ := w.function.pick(); id == none {
				return n
			}
			n++
		}
	}
	if n := started(); n != 1000 {
		t.Errorf("%d environments started at once, want 1000", n)
	}
	advance(w, time.Second)
	if n := started(); n != 100 {
		t.Errorf("%d more after a second, want 100", n)
	}
	advance(w, time.Minute) // not saved up beyond 1000
	if n := started(); n != 1000 {
		t.Errorf("%d more after a minute, want 1000", n)
	}
}

// Rule: FN-09
func TestRefusedInvocationsAreNotBilled(t *testing.T) {
	c := busyFunction()
	run, _ := watch(t, c)
	total := int64(0)
	for _, n := range run.Usage[LambdaRequests] {
		total += n
	}
	if run.Worker.Throttles == 0 || total != run.Worker.Invocations || total != 1 {
		t.Errorf("%d throttles, %d invocations, %d billed requests; want some, 1 and 1", run.Worker.Throttles, run.Worker.Invocations, total)
	}
}

// Rule: FN-20, FN-21
func TestDurationIsBilledToTheMillisecond(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.Memory = 128 << 20
	c.Classes[0].Arrivals = work([2]float64{0, 0.0101}, [2]float64{5, 0.002}, [2]float64{9, 0})
	run, _ := watch(t, c)
	if got := run.Usage[LambdaDuration][CauseWork]; got != (11+2)*128 {
		t.Errorf("billed %d MB·ms, want %d", got, 13*128)
	}
}

// A pause beyond the 12 h for which SQS hides a message would be refused, and
// the message would come back when its own visibility timeout ends; so the
// worker asks for a little less.
//
// Rule: SQS-04
func TestPauseIsCutToWhatSQSAllows(t *testing.T) {
	c := yielding(20*time.Hour, "H", "L")
	c.Timing, c.Assumptions = DefaultTiming(), DefaultAssumptions()
	thousand := always(100 * time.Hour)
	c.Classes[0].Service, c.Classes[0].InitialBacklog = &thousand, 10
	c.Classes[1].Arrivals = sendAt(10)
	c.Classes[1].Queue.VisibilityTimeout = time.Minute
	c.Horizon, c.Drain = day, Drain{}
	_, happened := watch(t, c)
	for _, h := range pick(happened, "visible") {
		if h.Class != "L" {
			continue
		}
		if hidden := h.At - 10*time.Second; hidden < 12*time.Hour-10*time.Second || hidden > 12*time.Hour {
			t.Errorf("visible again after %v, want just under 12 h", hidden)
		}
		return
	}
	t.Error("not visible again within a day")
}

// Nothing of a killed invocation is reported: what was done of its batch comes
// back as well.
//
// Rule: FN-11, ESM-24
func TestTimeoutBringsTheWholeBatchBack(t *testing.T) {
	c := tooSlow()
	c.Worker.ColdStart = Dist{}
	c.Classes[0].Mapping.BatchSize = 10
	c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 2, nil
	c.Legacy.Service, c.Worker.CallTimeout = always(time.Second), 2*time.Second
	c.Timing.SFNCallback = always(5 * time.Second) // the second one comes after the kill
	c.Horizon, c.Drain = 31*time.Second, Drain{}
	_, happened := watch(t, c)
	expect(t, happened, "called callback deleted visible", `
		0  called   Q1 1
		6  callback Q1 1
		6  called   Q2 1
		30 visible  Q1 1
		30 visible  Q2 1
		30 called   Q1 2`)
}
