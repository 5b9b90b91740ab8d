package model

import (
	"math"
	"slices"
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
// from the first on, each held for an exponential time. The bursts are told
// apart by their rate, the pauses by the burst before them.
func TestMMPPGoesRound(t *testing.T) {
	a := mmpp(RateState{0, 2 * time.Second}, RateState{5000, time.Second}, RateState{0, 4 * time.Second}, RateState{50_000, time.Second})
	at := instants(t, a, 2000*time.Second, 0)
	if at[0] < 0.01 {
		t.Errorf("the first arrival is at %v", at[0])
	}
	var held sim.Tally
	var pause [2][]float64 // after a slow, and after a fast burst
	turns := 0
	before, from := 1, 0
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] < 0.01 || i-from < 20 { // far longer than a gap within a burst
			continue
		}
		length := at[i-1] - at[from]
		kind := 0
		if float64(i-from)/length > 20_000 {
			kind = 1
		}
		if kind != before {
			turns++
		}
		held.Add(length)
		pause[kind] = append(pause[kind], at[i]-at[i-1])
		before, from = kind, i
	}
	if n := len(pause[0]) + len(pause[1]); turns < n*97/100 {
		t.Errorf("%d bursts, but only %d of the other kind than the one before", n, turns)
	}
	if z := (held.Mean() - 1) * math.Sqrt(float64(held.N())); math.Abs(z) > 3.5 {
		t.Errorf("bursts held for %v, want 1 (z %.1f)", held.Mean(), z)
	}
	for kind, mean := range []float64{4, 2} {
		x := pause[kind]
		slices.Sort(x)
		if d := distance(x, expCDF(mean)) * math.Sqrt(float64(len(x))); d > 2 || len(x) < 200 {
			t.Errorf("%d pauses are not exponential with mean %v: distance %.2f/√n", len(x), mean, d)
		}
	}
}
