package model

import (
	"slices"
	"testing"
	"time"

	"penstock/model/policy"
)

// systemTimelines are about the legacy system.
var systemTimelines = []timeline{{
	// Three calls a second, counted from each whole second; refused ones do not count.
	name: "a fixed window refuses the fourth call",
	config: func() Config {
		c := plain("R")
		c.Classes[0].Arrivals = sendAt(0.1, 0.2, 0.3, 0.4, 0.9, 1.05, 1.15, 1.25, 1.35, 2.5)
		c.Legacy.Service = Dist{}
		c.Legacy.RateLimit = RateLimit{Kind: "fixed-window", Rate: 3, Window: time.Second}
		c.Policy.OnRejected = policy.FailTask
		return c
	},
	events: "answered",
	want: `
		0.1  answered R1 1 200
		0.2  answered R2 1 200
		0.3  answered R3 1 200
		0.4  answered R4 1 429
		0.9  answered R5 1 429
		1.05 answered R6 1 200
		1.15 answered R7 1 200
		1.25 answered R8 1 200
		1.35 answered R9 1 429
		2.5  answered R10 1 200`,
}, {
	// Each of n calls runs at speed min(1, 2/n).
	name: "three calls share the power of two",
	config: func() Config {
		c := plain("J")
		c.Classes[0].Arrivals = work([2]float64{0, 4}, [2]float64{1, 4}, [2]float64{2, 4})
		c.Legacy.Slowdown = Slowdown{Kind: "sharing", Capacity: 2}
		return c
	},
	events: "called answered",
	want: `
		0 called   J1 1
		1 called   J2 1
		2 called   J3 1
		5 answered J1 1 200
		6 answered J2 1 200
		7 answered J3 1 200`,
}}

// An invocation goes to the environment that was idle for the shortest time;
// one that was idle for 10 s is gone; a new one takes 1 s to start.
//
// Rule: FN-19
func TestTimelineOfColdStarts(t *testing.T) {
	c := plain("a")
	c.Worker.ColdStart, c.Worker.IdleLifetime = always(time.Second), always(10*time.Second)
	c.Classes[0].Arrivals = work([2]float64{0, 3}, [2]float64{1, 4}, [2]float64{7, 2}, [2]float64{15, 1}, [2]float64{15.5, 1})
	run, happened := watch(t, c)
	expect(t, happened, "received called answered", `
		0    received a1 1
		1    called   a1 1
		1    received a2 1
		2    called   a2 1
		4    answered a1 1 200
		6    answered a2 1 200
		7    received a3 1
		7    called   a3 1
		9    answered a3 1 200
		15   received a4 1
		15   called   a4 1
		15.5 received a5 1
		16   answered a4 1 200
		16.5 called   a5 1
		17.5 answered a5 1 200`)
	type start struct {
		id   int64
		env  int
		cold bool
	}
	var starts []start
	for _, h := range pick(happened, "called") {
		starts = append(starts, start{h.ID, h.Env, h.Cold})
	}
	want := []start{{1, 1, true}, {2, 2, true}, {3, 2, false}, {4, 2, false}, {5, 3, true}}
	if !slices.Equal(starts, want) {
		t.Errorf("environments: got %v, want %v", starts, want)
	}
	if run.Worker.ColdStarts != 3 || run.Worker.Invocations != 5 {
		t.Errorf("%d cold starts of %d invocations, want 3 of 5", run.Worker.ColdStarts, run.Worker.Invocations)
	}
	// Idle are the first for 10 s from 4 on, the second from 6 to 7, from 9 to 15
	// and for 10 s from 16 on, the third for 10 s from 17.5 on.
	if got, want := run.Worker.IdleMean, 37./3600; got != want {
		t.Errorf("%v environments are idle on average, want %v", got, want)
	}
}
