package model

import (
	"math"
	"testing"
	"time"

	"penstock/model/policy"
)

// direct is a worker with room for every message, that ends the task with the
// first answer of the legacy system, whatever it is.
func direct(concurrency, backlog int, jobs ...[2]float64) Config {
	c := shared(50, "A")
	c.Policy.OnError, c.Policy.OnRejected = policy.FailTask, policy.FailTask
	c.Legacy.Concurrency, c.Legacy.Backlog = concurrency, backlog
	c.Classes[0].Arrivals = work(jobs...)
	return c
}

// TestLegacyConcurrencyAndBacklog: two at once, one waits, the rest is refused;
// a place that falls free goes to who has waited.
func TestLegacyConcurrencyAndBacklog(t *testing.T) {
	c := direct(2, 1, [2]float64{0, 5}, [2]float64{1, 3}, [2]float64{2, 4}, [2]float64{3, 1}, [2]float64{4.5, 1}, [2]float64{4.6, 1}, [2]float64{8, 1})
	run, all := watch(t, c)
	expect(t, all, "answered", `
		3   answered A4 1 503
		4   answered A2 1 200
		4.6 answered A6 1 503
		5   answered A1 1 200
		6   answered A5 1 200
		8   answered A3 1 200
		9   answered A7 1 200`)
	l := run.Legacy
	if l.Calls != 7 || l.Rejected != 2 || l.InFlightMax != 3 || l.Errors+l.Timeouts+l.OrphanCalls != 0 {
		t.Errorf("%+v", l)
	}
	// Worked on: 5+3+4+1+1 s in 2 places of 3600 s; waiting besides: 2 to 4, 4.5 to 5.
	if want := 14.0 / 2 / run.End.Seconds(); math.Abs(l.Utilization-want) > 1e-12 {
		t.Errorf("utilization %v, want %v", l.Utilization, want)
	}
	if want := 16.5 / run.End.Seconds(); math.Abs(l.InFlightMean-want) > 1e-12 {
		t.Errorf("in flight %v, want %v", l.InFlightMean, want)
	}
}

// TestLegacyConcurrencyIsNeverExceeded under random load, with calls that the
// client gives up, errors and outages.
func TestLegacyConcurrencyIsNeverExceeded(t *testing.T) {
	for _, slow := range []Slowdown{{Kind: "none"}, {Kind: "usl", Alpha: 0.1, Beta: 0.02}} {
		c := stress()
		c.Legacy.Slowdown = slow
		c.Worker.CallTimeout, c.Legacy.Backlog = 4*time.Second, 3
		w := newWorld(&c, Options{})
		if !w.play() {
			t.Fatal("cancelled")
		}
		run := w.result()
		if most := w.legacy.busy.Max(); most != 3 || run.Legacy.InFlightMax != 6 || run.Legacy.Utilization > 1 || run.Legacy.Timeouts == 0 {
			t.Errorf("%s: %d calls at once, %d with the backlog; %+v", slow.Kind, most, run.Legacy.InFlightMax, run.Legacy)
		}
		if w.legacy.active != 0 || w.legacy.backlog != 0 || w.legacy.patience.Len() != 0 {
			t.Errorf("%s: %d calls active, %d waiting, %d clients after the end", slow.Kind, w.legacy.active, w.legacy.backlog, w.legacy.patience.Len())
		}
	}
}

// TestServiceByClass overrides the legacy system's own.
func TestServiceByClass(t *testing.T) {
	c := shared(10, "A", "B")
	own := always(7 * time.Second)
	c.Classes[0].Service, c.Legacy.Service = &own, always(2*time.Second)
	c.Classes[0].Arrivals, c.Classes[1].Arrivals = sendAt(0), sendAt(1)
	_, all := watch(t, c)
	expect(t, all, "answered", `
		3 answered B1 1 200
		7 answered A1 1 200`)
}

// TestErrorsComeAfterTheWork, and cost as much.
func TestErrorsComeAfterTheWork(t *testing.T) {
	c := direct(1, 0, [2]float64{0, 5}, [2]float64{4.9, 1}, [2]float64{5, 1})
	c.Legacy.ErrorRate = 1
	run, all := watch(t, c)
	expect(t, all, "answered", `
		4.9 answered A2 1 503
		5   answered A1 1 500
		6   answered A3 1 500`)
	if run.Legacy.Errors != 2 || run.Legacy.Rejected != 1 {
		t.Errorf("%+v", run.Legacy)
	}
}

// TestHangingCallsHoldTheirPlace until the work is done; the client waits for
// its timeout, and the answer never comes.
func TestHangingCallsHoldTheirPlace(t *testing.T) {
	c := direct(1, 0, [2]float64{0, 5}, [2]float64{4.9, 1}, [2]float64{5, 1})
	c.Legacy.HangRate = 1
	c.Worker.CallTimeout = 8 * time.Second
	run, all := watch(t, c)
	expect(t, all, "answered", `
		4.9 answered A2 1 503
		8   answered A1 1 timeout
		13  answered A3 1 timeout`)
	if l := run.Legacy; l.Timeouts != 2 || l.Errors != 0 || l.OrphanCalls != 0 || math.Abs(l.Utilization*run.End.Seconds()-6) > 1e-9 {
		t.Errorf("%+v", l)
	}
}

// TestFatesAreExclusive: error_rate and hang_rate are shares of all calls, and
// the fate of a call is the job's own.
func TestFatesAreExclusive(t *testing.T) {
	const n = 40_000.0
	c := direct(50, 0)
	c.Legacy.ErrorRate, c.Legacy.HangRate, c.Legacy.Service = 0.3, 0.25, Dist{}
	c.Classes[0].Arrivals = []Arrivals{{Kind: "constant", Rate: 100}}
	c.Horizon = time.Duration(n/100*1e9) + 1
	c.Worker.CallTimeout = 100 * time.Millisecond
	run, _ := watch(t, c)
	for _, k := range []struct {
		name    string
		n, want float64
	}{{"errors", float64(run.Legacy.Errors), 0.3}, {"timeouts", float64(run.Legacy.Timeouts), 0.25}} {
		if z := (k.n/n - k.want) / math.Sqrt(k.want*(1-k.want)/n); math.Abs(z) > 3.5 || run.Legacy.Calls != n {
			t.Errorf("a share of %v %s in %d calls, want %v (z %.1f)", k.n/n, k.name, run.Legacy.Calls, k.want, z)
		}
	}
}

// TestClientTimeoutLeavesTheWorkRunning: the place stays taken, and the work is
// an orphan's.
func TestClientTimeoutLeavesTheWorkRunning(t *testing.T) {
	c := direct(1, 1, [2]float64{0, 5}, [2]float64{1, 5}, [2]float64{4.1, 1}, [2]float64{5, 1}, [2]float64{9.9, 1}, [2]float64{10.5, 1})
	c.Worker.CallTimeout = 3 * time.Second
	run, all := watch(t, c)
	expect(t, all, "answered", `
		3    answered A1 1 timeout
		4    answered A2 1 timeout
		4.1  answered A3 1 503
		8    answered A4 1 timeout
		9.9  answered A5 1 503
		12   answered A6 1 200`)
	if l := run.Legacy; l.Timeouts != 3 || l.OrphanCalls != 3 {
		t.Errorf("%+v", l)
	}
}

// TestAnswerAtTheTimeoutIsInTime, for every call alike.
func TestAnswerAtTheTimeoutIsInTime(t *testing.T) {
	c := direct(9, 0, [2]float64{0, 5}, [2]float64{1, 5}, [2]float64{1, 5}, [2]float64{2.5, 5}, [2]float64{20, 5})
	c.Worker.CallTimeout = 5 * time.Second
	run, all := watch(t, c)
	expect(t, all, "answered", `
		5   answered A1 1 200
		6   answered A2 1 200
		6   answered A3 1 200
		7.5 answered A4 1 200
		25  answered A5 1 200`)
	if run.Legacy.Timeouts != 0 {
		t.Errorf("%+v", run.Legacy)
	}
}

// TestKilledInvocationLeavesTheWorkRunning: its call goes on without a client.
func TestKilledInvocationLeavesTheWorkRunning(t *testing.T) {
	c := plain("A")
	c.Worker.Timeout = 4 * time.Second
	c.Policy.OnRejected = policy.FailTask
	c.Legacy.Concurrency = 1
	c.Classes[0].Arrivals = work([2]float64{0, 6}, [2]float64{5, 1}, [2]float64{6, 1})
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 10*time.Minute, 1
	run, all := watch(t, c)
	expect(t, all, "answered", `
		5 answered A2 1 503
		7 answered A3 1 200`)
	if run.Worker.Timeouts != 1 || run.Legacy.OrphanCalls != 1 || run.Legacy.Timeouts != 0 {
		t.Errorf("%+v %+v", run.Worker, run.Legacy)
	}
}

// TestRateLimitAnswers429 before it looks for a place, with its Retry-After.
func TestRateLimitAnswers429(t *testing.T) {
	c := shared(10, "A")
	c.Legacy.RateLimit = RateLimit{Kind: "token-bucket", Rate: 0.1, Burst: 1, RetryAfter: 4 * time.Second}
	c.Policy.RetryFor.Mode = policy.RetryAfter
	c.Classes[0].Arrivals = work([2]float64{0, 1}, [2]float64{0, 1})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		0  answered A2 1 429
		1  answered A1 1 200
		4  answered A2 2 429
		8  answered A2 3 429
		13 answered A2 4 200`)
}

// TestFatesDoNotDependOnThePolicy: the k-th job meets the same service time and
// the same error at each of its receives under any concurrency and any order.
func TestFatesDoNotDependOnThePolicy(t *testing.T) {
	type receive struct {
		job   int64
		count int
	}
	type fate struct {
		took   time.Duration
		status string
	}
	fates := func(slots int) map[receive]fate {
		c := shared(slots, "A")
		c.Legacy.Service, c.Legacy.ErrorRate = Dist{Kind: "lognormal", Mean: time.Second, CV: 1}, 0.4
		c.Classes[0].Queue.VisibilityTimeout = time.Minute
		c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", Count: 200}}
		c.Assumptions.QueueOrder = "sent" // with one slot, who comes back goes first
		_, all := watch(t, c)
		met := map[receive]fate{}
		for _, h := range pick(all, "called", "answered") {
			r := receive{h.ID, h.Receive}
			met[r] = fate{h.At - met[r].took, h.Status}
		}
		return met
	}
	a, b := fates(1), fates(200)
	for r, f := range a {
		if b[r] != f {
			t.Fatalf("job %d, receive %d: %v alone and %v in a crowd", r.job, r.count, f, b[r])
		}
	}
	if len(a) != len(b) || len(a) < 300 || a[receive{1, 1}] == a[receive{2, 1}] {
		t.Errorf("%d and %d calls", len(a), len(b))
	}
}

// TestOrphanIsCountedOnce: a call for a task that had ended is one orphan,
// though its client gives it up as well.
func TestOrphanIsCountedOnce(t *testing.T) {
	c := direct(5, 0, [2]float64{0, 3}, [2]float64{0.5, 9})
	c.Worker.Concurrency = 1
	c.Worker.CallTimeout, c.StepFunctions.Timeout = 4*time.Second, 2*time.Second
	run, all := watch(t, c)
	expect(t, all, "called task_timed_out answered", `
		0   called A1 1
		2   task_timed_out A1
		2.5 task_timed_out A2
		3   answered A1 1 200
		3   called A2 1
		7   answered A2 1 timeout`)
	if run.Legacy.OrphanCalls != 1 || run.Legacy.Timeouts != 1 {
		t.Errorf("%+v", run.Legacy)
	}
}
