package model

import (
	"math"
	"testing"
	"time"
)

// shares makes calls slow each other down.
func shares(s Slowdown, jobs ...[2]float64) Config {
	c := direct(100, 0, jobs...)
	c.Legacy.Slowdown = s
	return c
}

// TestSpeeds of each of n calls.
func TestSpeeds(t *testing.T) {
	for _, c := range []struct {
		s    Slowdown
		want [4]float64 // of 1, 2, 3 and 10 calls
	}{
		{Slowdown{Kind: "none"}, [4]float64{1, 1, 1, 1}},
		{Slowdown{Kind: "usl", Alpha: 0.5}, [4]float64{1, 1 / 1.5, 1 / 2., 1 / 5.5}},
		{Slowdown{Kind: "usl", Beta: 0.1}, [4]float64{1, 1 / 1.2, 1 / 1.6, 1 / 10.}},
		{Slowdown{Kind: "usl", Alpha: 0.05, Beta: 0.001}, [4]float64{1, 1 / 1.052, 1 / 1.106, 1 / 1.54}},
		{Slowdown{Kind: "sharing", Capacity: 2}, [4]float64{1, 1, 2 / 3., 0.2}},
		{Slowdown{Kind: "threshold", Capacity: 2, Alpha: 0.5}, [4]float64{1, 1, 1 / 1.5, 1 / 5.}},
		{Slowdown{Kind: "thrash", Capacity: 2, Alpha: math.Ln2}, [4]float64{1, 1, 2 / 3. / 2, 0.003906250 * 0.2}},
		{Slowdown{Kind: "thrash", Capacity: 2, Alpha: 1000}, [4]float64{1, 1, 2 / 3. * 1e-9, 0.2 * 1e-9}}, // never quite still
		{Slowdown{Kind: "sharing", Capacity: 0.5}, [4]float64{0.5, 0.25, 0.5 / 3, 0.05}},
	} {
		cfg := plain("A")
		cfg.Legacy.Slowdown = c.s
		p := newPool(&legacy{cfg: &cfg.Legacy})
		for i, n := range []int{1, 2, 3, 10} {
			if got := p.rate(n); math.Abs(got-c.want[i]) > 1e-15 {
				t.Errorf("%+v: speed of %d is %v, want %v", c.s, n, got, c.want[i])
			}
		}
	}
}

// TestSharing: capacity 2, three calls of 4 s that come one second apart.
func TestSharing(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 2}, [2]float64{0, 4}, [2]float64{1, 4}, [2]float64{2, 4})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		5 answered A1 1 200
		6 answered A2 1 200
		7 answered A3 1 200`)
}

// TestSharingOfUnequalCalls on one processor: each has half, then a third.
func TestSharingOfUnequalCalls(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 1}, [2]float64{0, 4}, [2]float64{2, 1}, [2]float64{3, 0.5}, [2]float64{30, 2})
	// A1 has 2 left at 2; at 3 A1 has 1.5 and A2 0.5; the two of 0.5 end at 4.5,
	// when A1 has 1 left.
	_, all := watch(t, c)
	expect(t, all, "answered", `
		4.5 answered A2 1 200
		4.5 answered A3 1 200
		5.5 answered A1 1 200
		32  answered A4 1 200`)
}

// TestUSL: two calls of 3 s, each at 1/1.5 of full speed, then one alone.
func TestUSL(t *testing.T) {
	c := shares(Slowdown{Kind: "usl", Alpha: 0.5}, [2]float64{0, 3}, [2]float64{1, 3})
	// A1 has 2 left at 1 and needs 3 s; A2 has then done 2 and needs 1 alone.
	_, all := watch(t, c)
	expect(t, all, "answered", `
		4 answered A1 1 200
		5 answered A2 1 200`)
}

// TestUSLCoherence: β n(n-1) of two calls is 2β: 1/1.5 again.
func TestUSLCoherence(t *testing.T) {
	c := shares(Slowdown{Kind: "usl", Beta: 0.25}, [2]float64{0, 3}, [2]float64{1, 3})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		4 answered A1 1 200
		5 answered A2 1 200`)
}

// TestWaitingCallsDoNotSlow: only those that are worked on count.
func TestWaitingCallsDoNotSlow(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 1}, [2]float64{0, 2}, [2]float64{0, 6}, [2]float64{0, 1}, [2]float64{0, 1}, [2]float64{0, 1})
	c.Legacy.Concurrency, c.Legacy.Backlog = 2, 2
	// Two at half speed until 8, when A2 has 2 left and is alone.
	_, all := watch(t, c)
	expect(t, all, "answered", `
		0  answered A5 1 503
		4  answered A1 1 200
		6  answered A3 1 200
		8  answered A4 1 200
		10 answered A2 1 200`)
}

// TestOrphansSlowTheOthers: what the client has given up goes on and takes its
// share.
func TestOrphansSlowTheOthers(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 1}, [2]float64{0, 6}, [2]float64{4, 1})
	c.Worker.CallTimeout = 3 * time.Second
	run, all := watch(t, c)
	expect(t, all, "answered", `
		3 answered A1 1 timeout
		6 answered A2 1 200`)
	if run.Legacy.OrphanCalls != 1 {
		t.Errorf("%+v", run.Legacy)
	}
}

// TestSharingKeepsItsPrecision in a system that is never idle for ten days: a
// call of 1 s beside an endless one takes 2 s, the first as well as the last.
func TestSharingKeepsItsPrecision(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 1}, [2]float64{0, 9 * 86400})
	c.Worker.CallTimeout, c.StepFunctions.Timeout = 30*day, 30*day
	c.Horizon = 10 * day
	short := plain("B").Classes[0]
	short.Arrivals = []Arrivals{{Kind: "constant", Rate: 0.1}}
	c.Classes = append(c.Classes, short)
	c.Classes[0].Queue.Retention, c.Classes[0].Queue.VisibilityTimeout = 14*day, 12*time.Hour
	c.Classes[0].Queue.MaxReceiveCount = 1
	run := simulate(t, c, Options{})
	k := run.Classes[1]
	if k.Completed != 86_399 || math.Abs(k.Latency.Mean-2) > 1e-8 || math.Abs(k.Latency.Max-2) > 1e-8 {
		t.Errorf("%d calls, mean %v, longest %v, want 2", k.Completed, k.Latency.Mean, k.Latency.Max)
	}
}
