package model

import (
	"math"
	"testing"
	"time"

	"penstock/sim"
)

func mmpp(states ...RateState) Arrivals { return Arrivals{Kind: "mmpp", States: states} }

// TestOneStateIsPoisson: a change from a state to itself is none.
func TestOneStateIsPoisson(t *testing.T) {
	at := instants(t, mmpp(RateState{3, time.Second}), 100_000*time.Second, 0)
	follows(t, "gaps", gapsOf(at), expCDF(1./3))
}

// TestMMPPCounts: bursts of 4/s that last 10 s between 20 s of 0.5/s. The
// counts in windows of w have mean λw, and a variance over their mean of
// 1 + 2(r₁-r₂)²ab/((a+b)²(r₁b+r₂a)) · (1 - (1-e^-sw)/(sw)), s = a+b.
func TestMMPPCounts(t *testing.T) {
	const horizon, a, b = 4_000_000.0, 0.05, 0.1
	at := instants(t, mmpp(RateState{0.5, 20 * time.Second}, RateState{4, 10 * time.Second}), time.Duration(horizon*1e9), 0)
	const s = a + b
	limit := 2 * 3.5 * 3.5 * a * b / (s * s * (0.5*b + 4*a))
	rate := 5.0 / 3
	if z := (float64(len(at)) - rate*horizon) / math.Sqrt(rate*horizon*(1+limit)); math.Abs(z) > 3.5 {
		t.Errorf("%d arrivals, want %v (z %.1f)", len(at), rate*horizon, z)
	}
	for _, w := range []float64{1, 5, 20, 100} {
		want := 1 + limit*(1-(1-math.Exp(-s*w))/(s*w))
		if _, got := dispersion(at, w, horizon); math.Abs(got/want-1) > 0.03 {
			t.Errorf("windows of %v s: variance over mean %v, want %v", w, got, want)
		}
	}
}

// TestMMPPGoesRound: the states follow each other in the order of the file,
// from the first on, each held for an exponential time.
func TestMMPPGoesRound(t *testing.T) {
	a := mmpp(RateState{0, 2 * time.Second}, RateState{5000, time.Second}, RateState{0, 4 * time.Second}, RateState{50_000, time.Second})
	const horizon = 3000 * time.Second
	var quiet, busy []float64
	var rates []bool
	from, last, n := 0.0, 0.0, 0
	for _, x := range append(instants(t, a, horizon, 0), horizon.Seconds()) {
		if gap := x - last; gap > 0.01 || last == 0 { // far longer than a gap within a burst
			if n > 20 {
				busy = append(busy, last-from)
				rates = append(rates, float64(n)/(last-from) > 20_000)
			}
			quiet = append(quiet, gap)
			from, n = x, 0
		}
		last = x
		n++
	}
	var even, odd sim.Tally
	for i, q := range quiet[:len(quiet)-1] {
		if i%2 == 0 {
			even.Add(q)
		} else {
			odd.Add(q)
		}
	}
	for i, fast := range rates[:min(20, len(rates))] {
		if fast != (i%2 == 1) {
			t.Fatalf("burst %d: fast is %v", i, fast)
		}
	}
	var held sim.Tally
	for _, b := range busy {
		held.Add(b)
	}
	for name, c := range map[string]struct {
		got  sim.Tally
		want float64
	}{"first": {even, 2}, "third": {odd, 4}, "bursts": {held, 1}} {
		if z := (c.got.Mean() - c.want) / (c.want / math.Sqrt(float64(c.got.N()))); math.Abs(z) > 3.5 || c.got.N() < 300 {
			t.Errorf("%s state held for %v, want %v (%d times, z %.1f)", name, c.got.Mean(), c.want, c.got.N(), z)
		}
	}
}
