package model

import (
	"math"
	"testing"
	"time"

	"penstock/sim"
)

// An open source leaves the service time to the legacy system, and one without
// a rate never brings anything.
func TestOpenSourcesDrawTheService(t *testing.T) {
	minute := []Point{{0, 1}, {30 * time.Second, 2}}
	for _, a := range []Arrivals{
		{Kind: "poisson", Rate: 1},
		{Kind: "constant", Rate: 1},
		{Kind: "renewal", Gap: always(time.Second)},
		{Kind: "burst", Count: 1},
		{Kind: "schedule", Points: minute, Shape: "step"},
		{Kind: "mmpp", States: []State{{Rate: 1, Hold: time.Hour}}},
	} {
		if _, service, ok := newGaps(&a, time.Hour, sim.NewStream(1, 0, "test")).next(); !ok || service != -1 {
			t.Errorf("%s: an arrival %v with a service time of %d ns, want one that is drawn", a.Kind, ok, service)
		}
	}
	for _, kind := range []string{"poisson", "constant"} {
		if at, _, ok := newGaps(&Arrivals{Kind: kind}, time.Hour, sim.NewStream(1, 0, "test")).next(); ok {
			t.Errorf("%s without a rate: an arrival at %v", kind, time.Duration(at))
		}
	}
}

// Rounding may leave a falling rate a little below zero: then nothing comes.
func TestReachOfAFallingRate(t *testing.T) {
	for _, c := range []struct{ need, rate, slope, want float64 }{
		{0, -1, -1, 0},
		{1, 0, 0, math.Inf(1)},
		{6, 2, 0, 3},
		{1.5, 2, -1, 1},
		{2, 2, -1, 2},
		{2.1, 2, -1, math.Inf(1)},
		{2, 0, 1, 2},
		{1e-10, -1e-9, -1e-9, math.Inf(1)},
	} {
		if got := reach(c.need, c.rate, c.slope); got != c.want {
			t.Errorf("need %v at rate %v and slope %v: reached at %v, want %v", c.need, c.rate, c.slope, got, c.want)
		}
	}
}
