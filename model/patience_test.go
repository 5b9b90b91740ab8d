package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

func ptrDist(d Dist) *Dist { return &d }

// TestPatience: the second task waits for 5 s and is given up after 4 s, the
// third begins in time and is left alone. The message of the second is dropped
// when it is received, in no time.
func TestPatience(t *testing.T) {
	c := shared(1, "A")
	c.Policy.CheckToken = true
	c.Classes[0].Patience = ptrDist(always(4 * time.Second))
	c.Classes[0].Arrivals = work([2]float64{0, 6}, [2]float64{1, 5}, [2]float64{3, 7})
	run, all := watch(t, c)
	expect(t, all, "task_timed_out called finished", `
		0  called A1 1
		5  task_timed_out A2
		5  finished A2 timed_out
		6  finished A1 completed
		6  called A3 1
		13 finished A3 completed`)
	if k := run.Classes[0]; k.TimedOut != 1 || k.Completed != 2 {
		t.Errorf("%d timed out, %d completed", k.TimedOut, k.Completed)
	}
}

// TestPatienceEndsWithTheFirstCall: a task that was called once waits on, even
// while its message is hidden after an error.
func TestPatienceEndsWithTheFirstCall(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Patience = ptrDist(always(3 * time.Second))
	c.Classes[0].RetryFor = ptrDist(always(10 * time.Second))
	c.Legacy.Outages = []Outage{{At: 0, For: 5 * time.Second, Kind: "errors"}}
	c.Classes[0].Arrivals = work([2]float64{1, 1})
	run, _ := watch(t, c)
	if k := run.Classes[0]; k.Completed != 1 {
		t.Errorf("%+v", k)
	}
}

// TestPatienceWithALostMessage: a task that is given up after its message was
// dead-lettered was lost by that, as one that runs into its timeout is.
func TestPatienceWithALostMessage(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Patience = ptrDist(always(9 * time.Second))
	c.Classes[0].Queue.MaxReceiveCount = 1
	c.Classes[0].Queue.VisibilityTimeout = 2 * time.Second
	c.Legacy.Outages = []Outage{{At: 0, For: 5 * time.Second, Kind: "down"}}
	c.Classes[0].Arrivals = work([2]float64{1, 1})
	run, all := watch(t, c)
	expect(t, all, "dead_lettered task_timed_out finished", `
		3  dead_lettered A1 1
		10 task_timed_out A1
		10 finished A1 dead_lettered`)
	if k := run.Classes[0]; k.DeadLettered != 1 || k.TimedOut != 0 {
		t.Errorf("%+v", k)
	}
}

// TestRetryForOfAClass: each class comes back after its own time, the class
// without one after that of the policy.
func TestRetryForOfAClass(t *testing.T) {
	c := shared(3, "A", "B")
	c.Legacy.Concurrency = 1
	c.Policy.RetryFor = Pause{Mode: policy.Drawn, Dist: always(5 * time.Second)}
	c.Classes[1].RetryFor = ptrDist(always(2 * time.Second))
	c.Classes[0].Arrivals = work([2]float64{0, 4}, [2]float64{1, 1})
	c.Classes[1].Arrivals = work([2]float64{1, 1})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		1 answered B1 1 503
		1 answered A2 1 503
		3 answered B1 2 503
		4 answered A1 1 200
		6 answered B1 3 200
		7 answered A2 2 200`)
}

// TestYieldForOfAClass: two classes give way to the first, each for its own
// time.
func TestYieldForOfAClass(t *testing.T) {
	c := yielding(4*time.Second, "A", "B", "C")
	c.Classes[2].YieldFor = ptrDist(always(3 * time.Second))
	c.Classes[0].Arrivals = work([2]float64{0, 2}, [2]float64{0, 1})
	c.Classes[1].Arrivals = work([2]float64{1, 1})
	c.Classes[2].Arrivals = work([2]float64{1, 1})
	_, all := watch(t, c)
	called := map[string]time.Duration{}
	for _, h := range pick(all, "called") {
		called[h.Class] = time.Duration(h.At)
	}
	if called["B"] != 5*time.Second || called["C"] != 4*time.Second {
		t.Errorf("B called at %s, C at %s", called["B"], called["C"])
	}
}

// TestLegacyBacklogOfAClass: calls of A wait for a place, calls of B are
// refused when none is free.
func TestLegacyBacklogOfAClass(t *testing.T) {
	none := 0
	c := shared(9, "A", "B")
	c.Policy.OnRejected = policy.FailTask
	c.Legacy.Concurrency, c.Legacy.Backlog = 1, 2
	c.Classes[1].LegacyBacklog = &none
	c.Classes[0].Arrivals = work([2]float64{0, 5}, [2]float64{1, 5}, [2]float64{2, 5}, [2]float64{3, 5})
	c.Classes[1].Arrivals = work([2]float64{1, 1}, [2]float64{20, 1})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		1  answered B1 1 503
		3  answered A4 1 503
		5  answered A1 1 200
		10 answered A2 1 200
		15 answered A3 1 200
		21 answered B2 1 200`)
}

// TestOverridesAreChecked: what holds for the policy's pauses holds for those
// of a class.
func TestOverridesAreChecked(t *testing.T) {
	c := valid()
	k := &c.Classes[0]
	bad := -1
	k.Patience, k.YieldFor, k.RetryFor, k.LegacyBacklog = ptrDist(Dist{Kind: "normal"}), ptrDist(Dist{Value: -1}), ptrDist(always(13*time.Hour)), &bad
	if p := c.Validate(); len(p) != 4 {
		t.Errorf("%v", p)
	}
	c = plain("A")
	c.Classes[0].Queue.VisibilityTimeout = time.Minute
	c.Classes[0].RetryFor = ptrDist(Dist{})
	if p := c.Validate(); len(p) == 0 || p[len(p)-1].Key != "class[0].retry_for" || p[len(p)-1].Warning {
		t.Errorf("endless: %v", p)
	}
}
