package model

import (
	"reflect"
	"testing"
	"time"
)

// TestDistTimes: every time of a law grows alike, parts and samples included,
// and the law that it was made from stays as it was.
func TestDistTimes(t *testing.T) {
	const s = time.Second
	law := func() Dist {
		return Dist{
			Kind: "mixture", Value: 1 * s, Mean: 2 * s, Min: 3 * s, Max: 4 * s, Median: 5 * s, P99: 6 * s, CV: 2, K: 3,
			Sample: []time.Duration{7 * s, 3}, Parts: []Part{{0.25, Dist{Kind: "constant", Value: 8 * s}}},
		}
	}
	d := law()
	want := Dist{
		Kind: "mixture", Value: 2.5e9, Mean: 5e9, Min: 7.5e9, Max: 10e9, Median: 12.5e9, P99: 15e9, CV: 2, K: 3,
		Sample: []time.Duration{17.5e9, 8}, Parts: []Part{{0.25, Dist{Kind: "constant", Value: 20e9}}}, // 7.5 ns is rounded
	}
	if got := d.Times(2.5); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !reflect.DeepEqual(d, law()) {
		t.Errorf("the law itself became %+v", d)
	}
}

// TestArrivalsTimes: rates and counts grow, gaps shrink, and of recorded tasks so
// many are repeated, or left out, each with its own service time.
func TestArrivalsTimes(t *testing.T) {
	const s = time.Second
	source := func() Arrivals {
		return Arrivals{
			Rate: 4, Gap: Dist{Mean: 10 * s}, Count: 3, Population: 3,
			Points: []Point{{At: s, Rate: 2}, {Rate: 6}}, States: []RateState{{Rate: 8, Hold: s}, {Rate: 2}},
			Trace: Trace{Scale: 2, Times: []time.Duration{1, 2, 3, 4}, Services: []time.Duration{5, 6, 7, 8}},
		}
	}
	for _, c := range []struct {
		by   float64
		want Arrivals
	}{
		{2.5, Arrivals{
			Rate: 10, Gap: Dist{Mean: 4 * s}, Count: 8, Population: 8,
			Points: []Point{{At: s, Rate: 5}, {Rate: 15}}, States: []RateState{{Rate: 20, Hold: s}, {Rate: 5}},
			Trace: Trace{Scale: 5, Times: []time.Duration{1, 1, 2, 2, 2, 3, 3, 4, 4, 4}, Services: []time.Duration{5, 5, 6, 6, 6, 7, 7, 8, 8, 8}},
		}},
		{0.5, Arrivals{
			Rate: 2, Gap: Dist{Mean: 20 * s}, Count: 2, Population: 2,
			Points: []Point{{At: s, Rate: 1}, {Rate: 3}}, States: []RateState{{Rate: 4, Hold: s}, {Rate: 1}},
			Trace: Trace{Scale: 1, Times: []time.Duration{2, 4}, Services: []time.Duration{6, 8}},
		}},
	} {
		a := source()
		if got := a.Times(c.by); !reflect.DeepEqual(got, c.want) {
			t.Errorf("× %v: %+v, want %+v", c.by, got, c.want)
		}
		if !reflect.DeepEqual(a, source()) {
			t.Errorf("× %v: the source itself became %+v", c.by, a)
		}
	}
	// What is not given stays so, and one task is the least that is left of some.
	if got := (Arrivals{}).Times(0.1); got.Count != 0 || got.Population != 0 || len(got.Trace.Times) != 0 {
		t.Errorf("of nothing there is %+v", got)
	}
	if got := (Arrivals{Count: 2, Population: 2}).Times(0.1); got.Count != 1 || got.Population != 1 {
		t.Errorf("a tenth of 2 is %d and %d", got.Count, got.Population)
	}
}

// TestSlower: service times that a trace brings along grow, and nothing else.
func TestSlower(t *testing.T) {
	a := Arrivals{Rate: 4, Trace: Trace{Scale: 2, Times: []time.Duration{10}, Services: []time.Duration{5, 6}}}
	want := Arrivals{Rate: 4, Trace: Trace{Scale: 2, Times: []time.Duration{10}, Services: []time.Duration{15, 18}}}
	if got := a.Slower(3); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if a.Trace.Services[0] != 5 {
		t.Error("the source itself grew slower")
	}
}
