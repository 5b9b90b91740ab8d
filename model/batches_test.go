package model

import (
	"fmt"
	"testing"
	"time"
)

// TestBatchForgetsTheOneBefore: a batch has the quantiles of what it observed
// itself, and the whole has those of everything.
func TestBatchForgetsTheOneBefore(t *testing.T) {
	o := observations{batch: &observations{}}
	for range 300 {
		o.add(int64(time.Millisecond))
	}
	o.closeBatch()
	for range 100 {
		o.add(int64(time.Second))
	}
	o.closeBatch()
	s := o.sample()
	if len(s.Batches) != 2 || s.N != 400 || s.P50 > 0.0011 || s.P90 < 0.99 {
		t.Fatalf("whole: %+v", s)
	}
	for i, want := range []Sample{{N: 300, Mean: 0.001, P50: 0.001, Max: 0.001}, {N: 100, Mean: 1, P50: 1, Max: 1}} {
		got := s.Batches[i]
		if got.N != want.N || got.Mean != want.Mean || got.Max != want.Max || got.P50 < 0.99*want.P50 || got.P50 > 1.01*want.P50 || got.Hist != nil {
			t.Errorf("batch %d: %+v, want %+v", i, got, want)
		}
	}
}

// TestBatchesAreEqualParts: each batch holds what ends in its part of the counted
// time, and the last one what ends after the horizon as well.
func TestBatchesAreEqualParts(t *testing.T) {
	c := plain("A")
	c.Study, c.Horizon, c.Legacy.Backlog = Steady, 100*time.Second, 1
	// Each takes a second, from the second of its arrival on. The first is before
	// the warm-up's end; batches end at 40, 70 and 100 s.
	c.Classes[0].Arrivals = work([2]float64{5, 1}, [2]float64{12, 1}, [2]float64{38.5, 1}, [2]float64{39.5, 1}, [2]float64{65, 1}, [2]float64{70.5, 1}, [2]float64{80, 1}, [2]float64{99.5, 1})
	for batches, want := range map[int]string{0: "[]", 1: "[]", 2: "[3 4]", 3: "[2 2 3]", 9: "[1 0 1 1 0 1 1 1 1]"} {
		run, ok := Simulate(&c, Options{Warmup: 10 * time.Second, Batches: batches})
		if !ok {
			t.Fatal("cancelled")
		}
		for name, s := range map[string]Sample{"latency": run.Classes[0].Latency, "completed": run.Classes[0].LatencyCompleted, "wait": run.Classes[0].Wait, "wait inside": run.Classes[0].LegacyWait} {
			n := []int64{}
			for _, b := range s.Batches {
				n = append(n, b.N)
			}
			if got := fmt.Sprint(n); got != want {
				t.Errorf("%d batches: %s of %s, want %s", batches, name, got, want)
			}
		}
	}
}
