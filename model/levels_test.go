package model

import (
	"math"
	"testing"
	"time"
)

// TestSteadyLevelsEndAtTheHorizon: a call of 10 s that starts 2 s before the
// horizon keeps the only place busy for a fifth of a steady study, and for ten
// eighteenths of a terminating one, which lasts until it is empty.
func TestSteadyLevelsEndAtTheHorizon(t *testing.T) {
	for study, want := range map[Study]float64{Steady: 0.2, Terminating: 10 / 18.} {
		c := shared(1, "A")
		c.Study, c.Warmup, c.Horizon = study, Warmup{}, 10*time.Second
		c.Legacy.Concurrency = 1
		c.Classes[0].Arrivals = work([2]float64{8, 10}, [2]float64{9, 0})
		run, _ := watch(t, c)
		for name, got := range map[string]float64{
			"legacy": run.Legacy.Utilization, "worker": run.Worker.Busy, "at the limit": run.Legacy.AtLimit,
			"in flight": run.Classes[0].FlightMean, "calls": run.Legacy.InFlightMean,
		} {
			if math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", study, name, got, want)
			}
		}
		waits := map[Study]float64{Steady: 0.1, Terminating: 0.5}[study]
		if got := run.Classes[0].DepthMean; math.Abs(got-waits) > 1e-12 {
			t.Errorf("%s: %v messages wait on average, want %v", study, got, waits)
		}
		if got := run.Classes[0].VisibleShare; math.Abs(got-waits) > 1e-12 { // never two at a time
			t.Errorf("%s: a message is visible for %v of the time, want %v", study, got, waits)
		}
		if got := run.Legacy.Idle; math.Abs(got-(1-want)) > 1e-12 {
			t.Errorf("%s: the legacy system is idle for %v of the time, want %v", study, got, 1-want)
		}
	}
}

// TestWaited: of three tasks, the one that comes while the only slot is busy
// has to wait.
func TestWaited(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 3}, [2]float64{1, 3}, [2]float64{10, 1})
	if run, _ := watch(t, c); run.Classes[0].Waited != 1 {
		t.Errorf("%d tasks waited, want 1", run.Classes[0].Waited)
	}
}

// TestSlowedTime: two calls on one processor slow each other down while both
// are there: from 1 s until the first ends, at 5 s, of 7 s in all.
func TestSlowedTime(t *testing.T) {
	c := shares(Slowdown{Kind: "sharing", Capacity: 1}, [2]float64{0, 3}, [2]float64{1, 4})
	c.Horizon = time.Second + 1
	run, _ := watch(t, c)
	if want := 4 / 7.; math.Abs(run.Legacy.Slowed-want) > 1e-9 {
		t.Errorf("slowed for %v of the time, want %v", run.Legacy.Slowed, want)
	}
}
