package model

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"penstock/sim"
)

// instants returns the arrivals of an open source before the horizon, in
// seconds, and fails if they go back in time.
func instants(t testing.TB, a Arrivals, horizon time.Duration, replication int) []float64 {
	t.Helper()
	g := newGaps(&a, horizon, sim.NewStream(2026, replication, "arrivals"))
	var all []float64
	last := int64(0)
	for {
		at, _, ok := g.next()
		if !ok || at >= int64(horizon) {
			return all
		}
		if at < last {
			t.Fatalf("arrival %d at %d ns, the one before at %d ns", len(all), at, last)
		}
		last = at
		all = append(all, time.Duration(at).Seconds())
	}
}

// gapsOf returns the times between arrivals, the first from 0.
func gapsOf(at []float64) []float64 {
	gaps := slices.Clone(at)
	for i := len(gaps) - 1; i > 0; i-- {
		gaps[i] -= gaps[i-1]
	}
	return gaps
}

// follows tests draws against a distribution function.
func follows(t *testing.T, what string, x []float64, cdf func(float64) float64) {
	t.Helper()
	slices.Sort(x)
	if d := distance(x, cdf) * math.Sqrt(float64(len(x))); d > 2.0 || len(x) < 1000 {
		t.Errorf("%s: distance of %d values from their distribution: %.2f/√n", what, len(x), d)
	}
}

// dispersion returns the variance of the counts in windows of a length, over
// their mean.
func dispersion(at []float64, window, horizon float64) (mean, ratio float64) {
	counts := make([]float64, int(horizon/window))
	for _, x := range at {
		if i := int(x / window); i < len(counts) {
			counts[i]++
		}
	}
	var tally sim.Tally
	for _, c := range counts {
		tally.Add(c)
	}
	return tally.Mean(), tally.Var() / tally.Mean()
}

// TestPoisson: exponential gaps, and counts whose variance is their mean.
func TestPoisson(t *testing.T) {
	const rate, horizon = 3.0, 100_000
	at := instants(t, Arrivals{Kind: "poisson", Rate: rate}, horizon*time.Second, 0)
	follows(t, "gaps", gapsOf(at), expCDF(1/rate))
	mean, ratio := dispersion(at, 1, horizon)
	if z := (mean - rate) / math.Sqrt(rate/horizon); math.Abs(z) > 3.5 {
		t.Errorf("%v a second, want %v (z %.1f)", mean, rate, z)
	}
	if z := (ratio - 1) / math.Sqrt(2.0/horizon); math.Abs(z) > 3.5 {
		t.Errorf("variance over mean of the counts %v, want 1 (z %.1f)", ratio, z)
	}
}

// TestConstantDoesNotDrift: the n-th arrival is at n/rate to the microsecond,
// however many came before.
func TestConstantDoesNotDrift(t *testing.T) {
	for _, rate := range []float64{3, 0.7, 1000, 1.0 / 3600} {
		horizon := time.Duration(200_000 / rate * 1e9)
		at := instants(t, Arrivals{Kind: "constant", Rate: rate}, horizon, 0)
		for i, x := range at {
			if want := roundSeconds(float64(i+1) / rate).Seconds(); x != want {
				t.Fatalf("%v/s: arrival %d at %v, want %v", rate, i, x, want)
			}
		}
		if n := len(at); n < 199_999 || n > 200_000 {
			t.Errorf("%v/s: %d arrivals in 200000 gaps", rate, n)
		}
	}
}

func TestNoRateNoArrivals(t *testing.T) {
	for _, a := range []Arrivals{
		{Kind: "poisson"}, {Kind: "constant"},
		{Kind: "schedule", Shape: "step", Points: []Point{{0, 0}}},
		{Kind: "schedule", Shape: "linear", Period: time.Minute, Points: []Point{{0, 0}, {time.Second, 0}}},
		{Kind: "mmpp", States: []RateState{{0, time.Second}, {0, time.Minute}}},
		{Kind: "trace", Trace: Trace{Format: "counts", Bin: time.Second, Scale: 0, Counts: []float64{5, 5}}},
		{Kind: "trace", Trace: Trace{Format: "counts", Bin: time.Second, Scale: 1, Counts: []float64{0, 0}}},
	} {
		if at := instants(t, a, time.Hour, 0); len(at) != 0 {
			t.Errorf("%+v: arrivals at %v", a, at)
		}
	}
}

// TestRenewal: gaps of any law, independent of each other.
func TestRenewal(t *testing.T) {
	at := instants(t, Arrivals{Kind: "renewal", Gap: Dist{Kind: "erlang", Mean: 2 * time.Second, K: 4}}, 400_000*time.Second, 0)
	gaps := gapsOf(at)
	lag := 0.0
	for i := 1; i < len(gaps); i++ {
		lag += (gaps[i] - 2) * (gaps[i-1] - 2)
	}
	if z := lag / math.Sqrt(float64(len(gaps))); math.Abs(z) > 3.5 { // the variance of a gap is 1
		t.Errorf("neighbouring gaps are correlated (z %.1f)", z)
	}
	follows(t, "gaps", gaps, func(x float64) float64 { y := 2 * x; return 1 - math.Exp(-y)*(1+y+y*y/2+y*y*y/6) })

	got := instants(t, Arrivals{Kind: "renewal", Gap: always(2500 * time.Millisecond)}, 8*time.Second, 0)
	if want := []float64{2.5, 5, 7.5}; !slices.Equal(got, want) {
		t.Errorf("constant gaps: %v, want %v", got, want)
	}
}

func TestBurst(t *testing.T) {
	s := time.Second
	for _, c := range []struct {
		rule string
		a    Arrivals
		want []float64
	}{
		{"all at once", Arrivals{At: 2 * s, Count: 3}, []float64{2, 2, 2}},
		{"at the start", Arrivals{Count: 1}, []float64{0}},
		{"spread evenly, the end excluded", Arrivals{At: s, Count: 4, Over: 2 * s}, []float64{1, 1.5, 2, 2.5}},
		{"rounded each on its own", Arrivals{Count: 3, Over: s}, []float64{0, 0.333333, 0.666667}},
		{"again and again", Arrivals{At: s, Count: 2, Every: 4 * s}, []float64{1, 1, 5, 5, 9, 9}},
		{"spread and again", Arrivals{At: s, Count: 2, Over: 3 * s, Every: 4 * s}, []float64{1, 2.5, 5, 6.5, 9}},
		{"without a gap between", Arrivals{Count: 2, Over: 5 * s, Every: 5 * s}, []float64{0, 2.5, 5, 7.5}},
		{"never", Arrivals{Count: 0, Every: s}, nil},
		{"after the horizon", Arrivals{At: 10 * s, Count: 3}, nil},
	} {
		c.a.Kind = "burst"
		if got := instants(t, c.a, 10*s, 0); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		} else if n := c.a.MeanRate(10*s) * 10; math.Abs(n-float64(len(got))) > 1e-9 {
			t.Errorf("%s: MeanRate counts %v", c.rule, n)
		}
	}
}

// TestSourcesAreIndependent: two sources of one class, and the same source in
// another class, draw from streams of their own, and add up.
func TestSourcesAreIndependent(t *testing.T) {
	c := plain("A", "B")
	c.Horizon = 1000 * time.Second
	one := []Arrivals{{Kind: "poisson", Rate: 1}}
	c.Classes[0].Arrivals, c.Classes[1].Arrivals = append(one, one...), one
	_, all := watch(t, c)
	n := map[string]int{}
	first := map[time.Duration]int{}
	for _, h := range pick(all, "started") {
		n[h.Class]++
		first[h.At]++
	}
	if n["A"] < 1800 || n["A"] > 2200 || n["B"] < 850 || n["B"] > 1150 {
		t.Errorf("arrivals %v, want about 2000 and 1000", n)
	}
	for at, k := range first {
		if k > 1 {
			t.Errorf("%d arrivals at %v", k, at)
		}
	}
}

// TestArrivalsStopAtTheHorizon, those of closed loops as well, though the run
// goes on until the last task has ended.
func TestArrivalsStopAtTheHorizon(t *testing.T) {
	s := time.Second
	for _, a := range []Arrivals{
		{Kind: "poisson", Rate: 5}, {Kind: "constant", Rate: 1}, {Kind: "renewal", Gap: always(s)},
		{Kind: "burst", Count: 1, Every: s}, {Kind: "schedule", Shape: "step", Points: []Point{{0, 5}}},
		{Kind: "mmpp", States: []RateState{{5, s}}}, {Kind: "closed", Population: 5, Think: always(3 * s)},
		{Kind: "closed", Population: 5, Think: always(15 * s)}, {Kind: "closed", Population: 5, Think: always(10 * s)},
		{Kind: "trace", Trace: Trace{Format: "counts", Bin: 20 * s, Scale: 1, Counts: []float64{50}}},
		{Kind: "trace", Trace: Trace{Format: "seconds", Times: []time.Duration{0, 5 * s, 10*s - 1000, 10 * s, 11 * s}}},
	} {
		c := plain("A")
		c.Horizon, c.Legacy.Service = 10*s, always(30*s)
		if a.Kind == "closed" { // answers come while tasks are open at the horizon
			c.Legacy.Service = Dist{Kind: "exponential", Mean: s}
		}
		c.Classes[0].Arrivals = append([]Arrivals{a}, work([2]float64{9, 60})...)
		run, all := watch(t, c)
		for _, h := range pick(all, "started") {
			if h.At >= c.Horizon {
				t.Errorf("%s: task %d starts at %v", a.Kind, h.ID, h.At)
			}
		}
		if got := run.Classes[0]; got.Arrived != got.Completed || !run.Drained {
			t.Errorf("%s: %d arrived, %d completed", a.Kind, got.Arrived, got.Completed)
		}
	}
}

// TestClosedLoop: each user thinks, sends, waits for the end of the task, and
// thinks again.
func TestClosedLoop(t *testing.T) {
	c := plain("A")
	c.Horizon = 10 * time.Second
	c.Classes[0].Arrivals = []Arrivals{{Kind: "closed", Population: 2, Think: always(2 * time.Second)}}
	_, all := watch(t, c)
	expect(t, all, "started finished", `
		2 started A1
		2 started A2
		3 finished A1 completed
		3 finished A2 completed
		5 started A3
		5 started A4
		6 finished A3 completed
		6 finished A4 completed
		8 started A5
		8 started A6
		9 finished A5 completed
		9 finished A6 completed`)
}

// TestClosedLoopNeverExceedsItsPopulation, whatever becomes of its tasks.
func TestClosedLoopNeverExceedsItsPopulation(t *testing.T) {
	c := plain("A")
	c.Horizon = 20_000 * time.Second
	c.Legacy.Concurrency, c.Legacy.Service = 2, Dist{Kind: "exponential", Mean: time.Second}
	c.Legacy.Backlog, c.Legacy.ErrorRate = 2, 0.2
	c.StepFunctions.Timeout = 30 * time.Second
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 5*time.Second, 3
	c.Classes[0].Arrivals = []Arrivals{{Kind: "closed", Population: 7, Think: Dist{Kind: "exponential", Mean: time.Second}}}
	run, all := watch(t, c)
	open, most := 0, 0
	for _, h := range pick(all, "started", "finished") {
		open++
		if h.Event == "finished" {
			open -= 2
		}
		most = max(most, open)
	}
	k := run.Classes[0]
	if most != 7 || k.Completed == 0 || k.DeadLettered == 0 || k.Arrived < 1000 {
		t.Errorf("at most %d tasks were open: %s", most, fmt.Sprint(k.Arrived, k.Completed, k.DeadLettered, k.TimedOut))
	}
}

// TestThinkTimes: a closed loop of one user with no work is a renewal process
// of its think times.
func TestThinkTimes(t *testing.T) {
	c := plain("A")
	c.Horizon = 20_000 * time.Second
	c.Legacy.Service = Dist{}
	c.Classes[0].Arrivals = []Arrivals{{Kind: "closed", Population: 1, Think: Dist{Kind: "exponential", Mean: 2 * time.Second}}}
	_, all := watch(t, c)
	var at []float64
	for _, h := range pick(all, "started") {
		at = append(at, h.At.Seconds())
	}
	follows(t, "think times", gapsOf(at), expCDF(2))
}
