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
		{Kind: "poisson", Rate: 1, Count: 5},
		{Kind: "trace", Trace: Trace{Format: "counts", Counts: []float64{3}, Scale: 1, Bin: time.Minute}},
		{Kind: "trace", Trace: Trace{Format: "seconds", Times: []time.Duration{1}}},
		{Kind: "mmpp", States: []RateState{{Rate: 1, Hold: time.Hour}}},
	} {
		from := inGroups(&a, newGaps(&a, time.Hour, sim.NewStream(1, 0, "test")))
		if _, service, ok := from.next(); !ok || service != -1 {
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

// Only what comes in groups, or in a number that is known, needs a count.
func TestPlainSourcesAreNotCounted(t *testing.T) {
	for _, c := range []struct {
		a    Arrivals
		want bool
	}{
		{Arrivals{Kind: "poisson", Rate: 1}, false},
		{Arrivals{Kind: "poisson", Rate: 1, Size: 1}, false},
		{Arrivals{Kind: "poisson", Rate: 1, Size: 2}, true},
		{Arrivals{Kind: "renewal", Gap: always(1), Count: 1}, true},
		{Arrivals{Kind: "burst", Count: 9}, false},
		{Arrivals{Kind: "burst", Count: 9, Size: 9}, false},
	} {
		if _, got := inGroups(&c.a, never{}).(*groups); got != c.want {
			t.Errorf("%+v: counted %v", c.a, got)
		}
	}
}

// Of a scaled count, the fraction is the probability of one more.
func TestFractionOfACountIsAProbability(t *testing.T) {
	const n = 20000
	count := func(x float64) (least, most int, mean float64) {
		tr := Trace{Format: "counts", Scale: 0.5, Bin: time.Minute}
		for range n {
			tr.Counts = append(tr.Counts, x)
		}
		b := &binned{cfg: &tr, stream: sim.NewStream(1, 0, "test")}
		least = math.MaxInt
		for range n {
			b.open()
			least, most, mean = min(least, b.left), max(most, b.left), mean+float64(b.left)/n
		}
		return least, most, mean
	}
	if least, most, _ := count(6); least != 3 || most != 3 {
		t.Errorf("half of 6: from %d to %d, want 3", least, most)
	}
	// Five standard deviations of the mean are allowed.
	if least, most, mean := count(4.4); least != 2 || most != 3 || math.Abs(mean-2.2) > 5*math.Sqrt(0.2*0.8/n) {
		t.Errorf("half of 4.4: from %d to %d, mean %v, want 2 or 3 and 2.2", least, most, mean)
	}
}
