package model

import (
	"math"
	"testing"
	"time"

	"penstock/sim"
)

// TestMeanDuration: the stated mean of every kind is what drawing it averages
// to, within five standard errors.
func TestMeanDuration(t *testing.T) {
	s := time.Second
	for _, d := range []Dist{
		{},
		{Kind: "constant", Value: 2 * s},
		{Kind: "exponential", Mean: 2 * s},
		{Kind: "uniform", Min: s, Max: 4 * s},
		{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * s},
		{Kind: "lognormal", Mean: 2 * s, CV: 0.8},
		{Kind: "gamma", Mean: 2 * s, CV: 0.5},
		{Kind: "erlang", Mean: 2 * s, K: 4},
		{Kind: "hyperexponential", Mean: 2 * s, CV: 2},
		{Kind: "weibull", Mean: 2 * s, Shape: 0.7},
		{Kind: "pareto", Min: 100 * time.Millisecond, Alpha: 1.5, Max: 60 * s},
		{Kind: "pareto", Min: 100 * time.Millisecond, Alpha: 1, Max: 60 * s},
		{Kind: "pareto", Min: 100 * time.Millisecond, Alpha: 0.5, Max: 60 * s},
		{Kind: "empirical", Sample: []time.Duration{s, 2 * s, 6 * s}},
		{Kind: "mixture", Parts: []Part{{9, Dist{Kind: "exponential", Mean: s}}, {1, Dist{Kind: "constant", Value: 20 * s}}}},
	} {
		const n = 200_000
		stream := sim.NewStream(1, 0, "test")
		draw := newSampler(d, stream)
		sum, squares := 0.0, 0.0
		for range n {
			x := draw.draw().Seconds()
			sum += x
			squares += x * x
		}
		mean := sum / n
		tolerance := 5*math.Sqrt(max(0, squares/n-mean*mean)/n) + 1e-6
		if got := d.MeanDuration().Seconds(); !(math.Abs(got-mean) <= tolerance) { // not a number fails as well
			t.Errorf("%+v: %.5f s, drawn %.5f ± %.5f", d, got, mean, tolerance)
		}
	}
}

func TestMeanRate(t *testing.T) {
	h := time.Hour
	step := []Point{{0, 1}, {h, 3}}
	for _, c := range []struct {
		name    string
		a       Arrivals
		horizon time.Duration
		tasks   float64
	}{
		{"poisson", Arrivals{Kind: "poisson", Rate: 2}, h, 7200},
		{"renewal", Arrivals{Kind: "renewal", Gap: Dist{Kind: "exponential", Mean: time.Second}}, h, 3600},
		{"burst", Arrivals{Kind: "burst", At: time.Minute, Count: 10}, h, 10},
		{"burst at the end", Arrivals{Kind: "burst", At: h, Count: 10}, h, 0},
		{"bursts", Arrivals{Kind: "burst", Count: 10, Every: 20 * time.Minute}, h, 30},
		{"bursts cut off", Arrivals{Kind: "burst", At: 30 * time.Minute, Count: 10, Over: 20 * time.Minute, Every: 20 * time.Minute}, h, 15},
		{"burst cut off", Arrivals{Kind: "burst", Count: 4, Over: 2 * h}, h, 2},
		{"step", Arrivals{Kind: "schedule", Shape: "step", Points: step}, 3 * h, 3600 * 7},
		{"step, short", Arrivals{Kind: "schedule", Shape: "step", Points: step}, h / 2, 1800},
		{"linear", Arrivals{Kind: "schedule", Shape: "linear", Points: step}, 2 * h, 3600 * (2 + 3)},
		{"linear, short", Arrivals{Kind: "schedule", Shape: "linear", Points: step}, h / 2, 1800 * 1.5},
		{"linear, round", Arrivals{Kind: "schedule", Shape: "linear", Points: step, Period: 2 * h}, 4 * h, 3600 * 8},
		{"step, round", Arrivals{Kind: "schedule", Shape: "step", Points: step, Period: 2 * h}, 3 * h, 3600 * 5},
		{"mmpp", Arrivals{Kind: "mmpp", States: []RateState{{0, h}, {4, h / 3}}}, h, 3600},
		{"closed", Arrivals{Kind: "closed", Population: 5, Think: Dist{Value: time.Second}}, h, 5 * 3600},
		{"counts", Arrivals{Kind: "trace", Trace: Trace{Format: "counts", Bin: h, Scale: 2, Counts: []float64{1, 2, 4}}}, 150 * time.Minute, 10},
		{"times", Arrivals{Kind: "trace", Trace: Trace{Format: "seconds", Times: []time.Duration{0, 1, h}}}, h, 2},
		{"nothing", Arrivals{Kind: "schedule"}, h, 0},
		{"no time", Arrivals{Kind: "poisson", Rate: 1}, 0, 0},
	} {
		if got := c.a.MeanRate(c.horizon) * c.horizon.Seconds(); !(math.Abs(got-c.tasks) <= 1e-6*c.tasks+1e-9) {
			t.Errorf("%s: %v tasks, want %v", c.name, got, c.tasks)
		}
	}
}
