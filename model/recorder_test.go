package model

import (
	"slices"
	"testing"
	"time"
)

// twoTasks is a service of one slot, sampled every second, with a task of 5 s
// at 2 s and one of class B, of 4 s, at 3.5 s.
func twoTasks() Config {
	c := shared(1, "A", "B")
	c.Horizon = stepsPerHorizon * time.Second
	c.Classes[0].Arrivals = work([2]float64{2, 5})
	c.Classes[1].Arrivals = work([2]float64{3.5, 4})
	return c
}

// Each step shows the mean of a level over it; the ages are those at its end,
// and the peak is the highest level of calls within it.
func TestSeriesOfLevels(t *testing.T) {
	run, _ := watch(t, twoTasks())
	s := run.Series
	if s.Step != time.Second || len(s.Busy) != stepsPerHorizon-1 {
		t.Fatalf("%d steps of %v", len(s.Busy), s.Step)
	}
	for _, c := range []struct {
		name      string
		got, want []float64 // the first twelve steps
	}{
		{"depth of A", s.Depth[0], []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{"depth of B", s.Depth[1], []float64{0, 0, 0, 0.5, 1, 1, 1, 0, 0, 0, 0, 0}},
		{"flight of A", s.Flight[0], []float64{0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}},
		{"flight of B", s.Flight[1], []float64{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0}},
		{"age of A", s.Oldest[0], []float64{0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0}},
		{"age of B", s.Oldest[1], []float64{0, 0, 0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 0, 0}},
		{"busy", s.Busy, []float64{0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}},
		{"calls", s.Calls, []float64{0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}},
		{"peak", s.Peak, []float64{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}},
	} {
		if !slices.Equal(c.got[:12], c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got[:12], c.want)
		}
	}
}

// A run of two horizons is recorded in steps of twice the length, one of four
// in steps of four times: means of means, the later age, the higher peak.
func TestSeriesAreJoinedInPairs(t *testing.T) {
	lasting := func(end float64) Series {
		c := twoTasks()
		c.Classes[0].Arrivals = work([2]float64{2, 5}, [2]float64{900, end - 900})
		run, _ := watch(t, c)
		return run.Series
	}
	if s := lasting(3951); s.Step != 4*time.Second || len(s.Busy) != stepsPerHorizon+27 {
		t.Errorf("%d steps of %v, want %d of 4 s", len(s.Busy), s.Step, stepsPerHorizon+27)
	}
	s := lasting(1921)
	if s.Step != 2*time.Second || len(s.Busy) != stepsPerHorizon {
		t.Fatalf("%d steps of %v, want %d of 2 s", len(s.Busy), s.Step, stepsPerHorizon)
	}
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"depth of B", s.Depth[1], []float64{0, 0.25, 1, 0.5, 0, 0}},
		{"flight of A", s.Flight[0], []float64{0, 1, 1, 0.5, 0, 0}},
		{"age of A", s.Oldest[0], []float64{0, 2, 4, 0, 0, 0}},
		{"busy", s.Busy, []float64{0, 1, 1, 1, 1, 0.5}},
		{"calls", s.Calls, []float64{0, 1, 1, 1, 1, 0.5}},
		{"peak", s.Peak, []float64{1, 1, 1, 1, 1, 1}},
	} {
		if !slices.Equal(c.got[:6], c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got[:6], c.want)
		}
	}
}

// The means do not depend on the length of a step.
func TestSeriesOfLongerSteps(t *testing.T) {
	c := twoTasks()
	c.Horizon = 2 * stepsPerHorizon * time.Second
	run, _ := watch(t, c)
	if got, want := run.Series.Busy[:7], []float64{0, 1, 1, 1, 1, 0.5, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A level that was reset at the end of the warm-up starts from nothing.
func TestSeriesAfterAWarmup(t *testing.T) {
	c := twoTasks()
	run, _ := Simulate(&c, Options{Warmup: 4500 * time.Millisecond})
	if got, want := run.Series.Busy[:7], []float64{0, 0, 1, 1, 0.5, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
