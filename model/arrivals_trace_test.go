package model

import (
	"math"
	"slices"
	"testing"
	"time"

	"penstock/sim"
)

func binnedCounts(bin time.Duration, scale float64, counts ...float64) Arrivals {
	return Arrivals{Kind: "trace", Trace: Trace{Format: "counts", Bin: bin, Scale: scale, Counts: counts}}
}

// TestCountsAreKept: every bin has exactly its count, spread evenly over it.
func TestCountsAreKept(t *testing.T) {
	want := []float64{3, 0, 0, 2000, 1, 0, 500, 8000}
	var places []float64
	for r := range 20 {
		at := instants(t, binnedCounts(time.Minute, 1, want...), time.Hour, r)
		got := make([]float64, len(want))
		for _, x := range at {
			got[int(x/60)]++
			places = append(places, math.Mod(x, 60))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("counts %v, want %v", got, want)
		}
	}
	follows(t, "places within the bin", places, func(x float64) float64 { return min(1, x/60) })
}

// TestCountsAreIndependentWithinABin: two points of a bin are those of two
// uniform draws in order, so the gap between them has density 2(1-x).
func TestCountsAreIndependentWithinABin(t *testing.T) {
	var gaps []float64
	for r := range 5000 {
		at := instants(t, binnedCounts(time.Second, 1, 2), time.Second, r)
		gaps = append(gaps, at[1]-at[0])
	}
	follows(t, "gap", gaps, func(x float64) float64 { return x * (2 - x) })
}

// TestScaledCounts: whole numbers exactly, fractions in the mean, and each bin
// one of the two whole numbers beside it.
func TestScaledCounts(t *testing.T) {
	var tally sim.Tally
	for r := range 4000 {
		at := instants(t, binnedCounts(time.Second, 0.5, 4, 5), 2*time.Second, r)
		second := 0
		for _, x := range at {
			if x >= 1 {
				second++
			}
		}
		if first := len(at) - second; first != 2 || second < 2 || second > 3 {
			t.Fatalf("%d and %d arrivals, want 2 and 2.5", first, second)
		}
		tally.Add(float64(second))
	}
	if z := (tally.Mean() - 2.5) / (0.5 / math.Sqrt(4000)); math.Abs(z) > 3.5 {
		t.Errorf("mean %v, want 2.5 (z %.1f)", tally.Mean(), z)
	}
}

// TestCountsAreCutAtTheHorizon in the middle of a bin.
func TestCountsAreCutAtTheHorizon(t *testing.T) {
	const n = 100_000
	at := instants(t, binnedCounts(10*time.Second, 1, n, n), 13*time.Second, 0)
	if z := (float64(len(at)) - 1.3*n) / math.Sqrt(n*0.3*0.7); math.Abs(z) > 3.5 {
		t.Errorf("%d arrivals in 1.3 bins (z %.1f)", len(at), z)
	}
}

// TestTraceOfInstants replays them to the microsecond, and with them the
// service times of their column, whatever the class's own law is.
func TestTraceOfInstants(t *testing.T) {
	for _, format := range []string{"seconds", "timestamps"} {
		c := plain("A")
		c.Horizon = 10 * time.Second
		c.Classes[0].Arrivals = []Arrivals{{Kind: "trace", Trace: Trace{
			Format: format, ServiceColumn: "work",
			Times:    []time.Duration{0, 1500 * time.Millisecond, 1500 * time.Millisecond, 1749999600, 10 * time.Second},
			Services: []time.Duration{2125 * time.Millisecond, time.Second, 0, 250000400, time.Second},
		}}}
		_, all := watch(t, c)
		expect(t, all, "started finished", `
			0 started A1
			1.5 started A2
			1.5 started A3
			1.5 finished A3 completed
			1.75 started A4
			2 finished A4 completed
			2.125 finished A1 completed
			2.5 finished A2 completed`)
	}
}

// TestTraceServicesStayWithTheirTask through retries.
func TestTraceServicesStayWithTheirTask(t *testing.T) {
	c := plain("A")
	c.Policy.OnRejected = "fail"
	c.Legacy.Concurrency = 1
	c.StepFunctions.Retry = Retry{MaxAttempts: 5, Interval: 4 * time.Second, Backoff: 1, Jitter: "none"}
	c.Classes[0].Arrivals = work([2]float64{0, 3}, [2]float64{1, 2})
	_, all := watch(t, c)
	expect(t, all, "called finished", `
		0 called A1 1
		1 called A2 1
		3 finished A1 completed
		5 called A2#2 1
		7 finished A2#2 completed`)
}
