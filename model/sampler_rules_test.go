package model

import (
	"math"
	"testing"
	"time"

	"penstock/sim"
)

// TestConstantLaw: the zero Dist is no time at all, and a constant is rounded
// to the quantum as every draw is.
func TestConstantLaw(t *testing.T) {
	for _, c := range []struct {
		d    Dist
		want time.Duration
	}{
		{Dist{}, 0},
		{Dist{Kind: "constant", Value: time.Second}, time.Second},
		{Dist{Kind: "constant", Value: 1499 * time.Nanosecond}, time.Microsecond},
		{Dist{Kind: "constant", Value: 1500 * time.Nanosecond}, 2 * time.Microsecond},
		{Dist{Kind: "uniform", Min: time.Second, Max: time.Second}, time.Second},
	} {
		s := newSampler(c.d, sim.NewStream(1, 0, "x"))
		if got := s.draw(); got != c.want || s.job(3, 4) != c.want {
			t.Errorf("%+v drew %v, want %v", c.d, got, c.want)
		}
	}
}

// TestDrawsAreWholeMicroseconds, never negative.
func TestDrawsAreWholeMicroseconds(t *testing.T) {
	for _, l := range laws() {
		s := newSampler(l.dist, sim.NewStream(1, 0, "x"))
		for range 1000 {
			if d := s.draw(); d < 0 || d%time.Microsecond != 0 {
				t.Fatalf("%s drew %v", l.name, d)
			}
		}
	}
}

// TestRoundSeconds: to the nearest microsecond, at least 0, and never so much
// that adding it to the clock of a ten-year run leaves the engine's range.
func TestRoundSeconds(t *testing.T) {
	for x, want := range map[float64]time.Duration{
		0: 0, -3: 0, 0.4e-6: 0, 0.5e-6: time.Microsecond, 1.4999e-6: time.Microsecond, 2.5: 2500 * time.Millisecond,
	} {
		if got := roundSeconds(x); got != want {
			t.Errorf("roundSeconds(%v) = %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{1e12, 1e300, math.Inf(1)} {
		if got := roundSeconds(x); got < Longest || int64(got) > sim.Forever-int64(Longest) {
			t.Errorf("roundSeconds(%v) = %v, beyond what can be scheduled", x, got)
		}
	}
}

// TestJobDrawsAreTheJobsOwn: whatever was drawn before, by whomever.
func TestJobDrawsAreTheJobsOwn(t *testing.T) {
	for _, l := range laws() {
		a := newSampler(l.dist, sim.NewStream(7, 3, "class.A.legacy"))
		b := newSampler(l.dist, sim.NewStream(7, 3, "class.A.legacy"))
		var forth [50]time.Duration
		for n := range forth {
			forth[n] = a.job(uint64(n), 1)
		}
		for n := len(forth) - 1; n >= 0; n-- {
			b.draw()
			b.job(uint64(n), 2)
			if got := b.job(uint64(n), 1); got != forth[n] {
				t.Fatalf("%s: job %d drew %v backwards, %v forwards", l.name, n, got, forth[n])
			}
		}
		if a.job(1, 1) == a.job(1, 2) && a.job(2, 1) == a.job(2, 2) {
			t.Errorf("%s: another attempt drew the same", l.name)
		}
	}
}

// TestJobDrawsFollowTheLaw as much as draws in a row do.
func TestJobDrawsFollowTheLaw(t *testing.T) {
	const n = 100_000
	for _, l := range laws() {
		s := newSampler(l.dist, sim.NewStream(7, 3, "x"))
		sum := 0.0
		for i := range n {
			sum += s.job(uint64(i), 1).Seconds()
		}
		if z := (sum/n - l.mean) / (l.mean * l.cv / math.Sqrt(n)); math.Abs(z) > 3.5 {
			t.Errorf("%s: mean %v, want %v (z %.1f)", l.name, sum/n, l.mean, z)
		}
	}
}

// TestEmpiricalLaw draws each value as often as every other, and none else.
func TestEmpiricalLaw(t *testing.T) {
	const n = 400_000
	d := Dist{Kind: "empirical", Sample: []time.Duration{time.Second, 2 * time.Second, 2 * time.Second, 7 * time.Second}}
	s := newSampler(d, sim.NewStream(1, 0, "x"))
	seen := map[time.Duration]int{}
	for range n {
		seen[s.draw()]++
	}
	for v, p := range map[time.Duration]float64{time.Second: 0.25, 2 * time.Second: 0.5, 7 * time.Second: 0.25} {
		if z := (float64(seen[v])/n - p) / math.Sqrt(p*(1-p)/n); math.Abs(z) > 3.5 {
			t.Errorf("%v came in %d of %d draws (z %.1f)", v, seen[v], n, z)
		}
	}
	if len(seen) != 3 {
		t.Errorf("drew %v", seen)
	}
}

// TestMixtureOfConstants: weights are shares of their sum.
func TestMixtureOfConstants(t *testing.T) {
	const n = 400_000
	d := Dist{Kind: "mixture", Parts: []Part{{Weight: 3, Dist: always(time.Second)}, {Weight: 1, Dist: always(5 * time.Second)}, {Weight: 4}}}
	s := newSampler(d, sim.NewStream(1, 0, "x"))
	seen := map[time.Duration]int{}
	for range n {
		seen[s.draw()]++
	}
	for v, p := range map[time.Duration]float64{time.Second: 3. / 8, 5 * time.Second: 1. / 8, 0: 0.5} {
		if z := (float64(seen[v])/n - p) / math.Sqrt(p*(1-p)/n); math.Abs(z) > 3.5 {
			t.Errorf("%v came in %d of %d draws (z %.1f)", v, seen[v], n, z)
		}
	}
}

// TestBoundedParetoKeepsItsBounds.
func TestBoundedParetoKeepsItsBounds(t *testing.T) {
	x := draws(Dist{Kind: "pareto", Min: 100 * time.Millisecond, Alpha: 0.2, Max: time.Second}, 200_000)
	if x[0] < 0.1 || x[len(x)-1] > 1 || x[0] > 0.1001 || x[len(x)-1] < 0.999 {
		t.Errorf("draws from %v to %v, want 0.1 to 1", x[0], x[len(x)-1])
	}
}

// TestDrawsDoNotAllocate, in a row or for a job.
func TestDrawsDoNotAllocate(t *testing.T) {
	all := append(laws(), law{name: "empirical", dist: Dist{Kind: "empirical", Sample: []time.Duration{1e9, 2e9}}})
	for _, l := range all {
		s := newSampler(l.dist, sim.NewStream(1, 0, "x"))
		job := uint64(0)
		if n := testing.AllocsPerRun(200, func() { job++; s.draw(); s.job(job, 1) }); n != 0 {
			t.Errorf("%s: %v allocations a draw", l.name, n)
		}
	}
}
