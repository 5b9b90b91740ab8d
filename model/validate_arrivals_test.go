package model

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// The first values beyond what a source may have are refused, once, and the last
// within are not.
func TestLimitsOfArrivals(t *testing.T) {
	const s = time.Second
	instants := func(at ...time.Duration) Arrivals {
		return Arrivals{Kind: "trace", Trace: Trace{Format: "seconds", Times: at}}
	}
	services := func(d ...time.Duration) Arrivals {
		return Arrivals{Kind: "trace", Trace: Trace{Format: "seconds", Times: make([]time.Duration, len(d)), Services: d, ServiceColumn: "c"}}
	}
	counts := func(n ...float64) Arrivals {
		return Arrivals{Kind: "trace", Trace: Trace{Format: "counts", Bin: s, Scale: 1, Counts: n}}
	}
	gap := func(d time.Duration) Arrivals { return Arrivals{Kind: "renewal", Gap: always(d)} }
	burst := func(over, every time.Duration) Arrivals {
		return Arrivals{Kind: "burst", Count: 1, Over: over, Every: every}
	}
	schedule := func(period time.Duration) Arrivals {
		return Arrivals{Kind: "schedule", Shape: "step", Points: []Point{{}, {At: s}}, Period: period}
	}
	rate := Arrivals{Kind: "poisson", Rate: 1}
	for _, c := range []struct {
		name    string
		sources []Arrivals
		horizon time.Duration
		want    string // part of the only problem; "": none
	}{
		{"as many sources as there may be", slices.Repeat([]Arrivals{{Kind: "poisson"}}, maxSources), s, ""},
		{"one source too many", slices.Repeat([]Arrivals{{Kind: "poisson"}}, maxSources+1), s, "sources are too many"},
		{"as many tasks as there may be", []Arrivals{rate}, maxTasks * s, ""},
		{"one task too many", []Arrivals{rate}, (maxTasks + 1) * s, "tasks arrive"},
		{"no horizon", []Arrivals{counts(1)}, 0, ""},
		{"times that are equal, and the last there is", []Arrivals{instants(0, 0, Longest)}, s, ""},
		{"a time below nothing", []Arrivals{instants(-1)}, s, "time 0"},
		{"times beyond the longest", []Arrivals{instants(0, Longest+1, Longest+2)}, s, "time 1"},
		{"times that go back", []Arrivals{instants(2, 1, 0)}, s, "time 1"},
		{"the shortest and the longest service", []Arrivals{services(0, Longest)}, s, ""},
		{"services below nothing", []Arrivals{services(-1, -1)}, s, "service time 0"},
		{"a service beyond the longest", []Arrivals{services(0, Longest+1)}, s, "service time 1"},
		{"a count of nothing", []Arrivals{counts(0)}, s, ""},
		{"a count below nothing", []Arrivals{counts(1, -1)}, s, "count 1"},
		{"a count without end", []Arrivals{counts(math.Inf(1))}, s, "count 0"},
		{"a count of what is no number", []Arrivals{counts(math.NaN())}, s, "count 0"},
		{"the shortest gap", []Arrivals{gap(time.Microsecond)}, s, ""},
		{"a gap that is too short", []Arrivals{gap(time.Microsecond - 1)}, s, "too short"},
		{"a burst without a pause", []Arrivals{burst(s, s)}, s, ""},
		{"a burst that is not over before the next", []Arrivals{burst(s+1, s)}, s, "comes again"},
		{"a period that ends with the last point", []Arrivals{schedule(s)}, s, "before the last point"},
		{"a period that ends after it", []Arrivals{schedule(s + 1)}, s, ""},
	} {
		v := &validator{}
		v.arrivals(&Config{Horizon: c.horizon}, &Class{Arrivals: c.sources}, "k")
		switch {
		case c.want == "" && len(v.problems) != 0:
			t.Errorf("%s: %+v, want no problem", c.name, v.problems)
		case c.want != "" && (len(v.problems) != 1 || !strings.Contains(v.problems[0].Message, c.want)):
			t.Errorf("%s: %+v, want one problem about %q", c.name, v.problems, c.want)
		}
	}
}
