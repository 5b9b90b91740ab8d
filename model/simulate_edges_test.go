package model

import (
	"math"
	"testing"
	"time"
)

// The hash of the event log takes in every field of every event, in order.
func TestLogHashTakesInEveryField(t *testing.T) {
	c := busyDay()
	c.Horizon = 10 * time.Minute
	var want uint64
	var events int64
	run := simulate(t, c, Options{Log: func(e LoggedEvent) {
		mixed := uint64(e.At) ^ uint64(e.Kind)<<56 ^ uint64(uint32(e.A))<<24 ^ uint64(e.B)*0x9e3779b97f4a7c15
		want = (want ^ mixed) * 0x100000001b3
		events++
	}})
	if run.LogHash != want || run.Events != events {
		t.Errorf("hash %#x of %d events, want %#x of %d", run.LogHash, run.Events, want, events)
	}
}

// A long run tells how far it is, from time to time.
func TestProgressGoesFromNothingToAll(t *testing.T) {
	c := plain("Q")
	c.Classes[0].Arrivals = []Arrivals{{Kind: "constant", Rate: 20}}
	c.Horizon = 3 * time.Hour
	var at []float64
	run := simulate(t, c, Options{Progress: func(share float64) { at = append(at, share) }})
	if int64(len(at)) != run.Events/glance || len(at) < 2 {
		t.Fatalf("told %d times in %d events", len(at), run.Events)
	}
	for i, share := range at {
		if want := float64((i+1)*glance) / float64(run.Events); math.Abs(share-want) > 0.01 {
			t.Errorf("after %d events: %v of the run, want about %v", (i+1)*glance, share, want)
		}
	}
}

// The quarters are those of the counted time, and the backlog at its begin is
// read at the end of the warm-up.
func TestQuartersOfTheCountedTime(t *testing.T) {
	c := shared(1, "A")
	c.Legacy.Service = always(time.Hour)
	c.Classes[0].Arrivals = sendAt(5, 15, 25, 26, 35, 36, 37, 45, 46, 47, 48)
	c.Horizon, c.Drain = 50*time.Second, Drain{}
	run := simulate(t, c, Options{Warmup: 10 * time.Second})
	if want := [5]int64{1, 2, 4, 7, 11}; run.Backlog != want {
		t.Errorf("backlog %v at 10, 20, 30, 40 and 50 s, want %v", run.Backlog, want)
	}
	if run.Counted != 40*time.Second || run.Metered != 40*time.Second {
		t.Errorf("%v counted and %v metered, want 40 s", run.Counted, run.Metered)
	}
	c.Classes[0].InitialBacklog = 3
	if run = simulate(t, c, Options{}); run.Backlog[0] != 3 {
		t.Errorf("backlog %d at the start, want the 3 that were there", run.Backlog[0])
	}
}

// Tasks whose message is lost wait for nothing but their timeout: they are no
// backlog, at the end of the warm-up as later.
func TestDoomedTasksAreNoBacklogAfterTheWarmup(t *testing.T) {
	c := shared(1, "A")
	c.Legacy.Service = always(time.Hour)
	c.Classes[0].Queue.Retention, c.Classes[0].Queue.Delay = time.Minute, 2*time.Minute
	c.Classes[0].Arrivals = sendAt(0, 100)
	c.Horizon, c.Drain = 5*time.Minute, Drain{}
	run := simulate(t, c, Options{Warmup: 110 * time.Second})
	if run.Backlog[0] != 1 {
		t.Errorf("backlog %d, want the one whose message is there", run.Backlog[0])
	}
}

// Means are over the counted time, and 0 if there is none.
func TestMeansAreOverTheCountedTime(t *testing.T) {
	c := shared(4, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 30})
	c.Horizon, c.Drain = 40*time.Second, Drain{}
	run := simulate(t, c, Options{Warmup: 20 * time.Second})
	if run.Worker.ConcurrencyMean != 0.5 || run.Worker.Busy != 0.125 {
		t.Errorf("%v slots in use, %v of them; want half a slot of four", run.Worker.ConcurrencyMean, run.Worker.Busy)
	}
	run = simulate(t, c, Options{Warmup: 40 * time.Second})
	if run.Worker.ConcurrencyMean != 0 || run.Counted != 0 {
		t.Errorf("%v slots in use in %v, want none in no time", run.Worker.ConcurrencyMean, run.Counted)
	}
}
