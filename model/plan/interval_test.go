package plan

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"penstock/model"
)

// TestIntervalReference is reference case ST-01, a textbook example by Law and
// Kelton: mean 1.34, s² 0.17, half-width 0.24 at a confidence of 0.90.
func TestIntervalReference(t *testing.T) {
	data := []float64{1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09}
	e := newEstimator(make([]model.Run, len(data)), 0.90)
	near(t, "t", e.t, 1.8331129326536335, 1e-6)
	mean, low, high := e.interval(data)
	near(t, "mean", mean, 1.343, 1e-6)
	near(t, "half-width", (high-low)/2, 0.2372534144890601, 1e-6)
	_, se := meanAndError(data)
	near(t, "s²", se*se*float64(len(data)), 0.16751222222222223, 1e-6)
}

// TestStudentT compares with printed tables (two-sided).
func TestStudentT(t *testing.T) {
	for _, tt := range []struct {
		n          int
		confidence float64
		want       float64
	}{
		{2, 0.95, 12.7062}, {3, 0.95, 4.30265}, {5, 0.99, 4.60409}, {10, 0.95, 2.26216}, {20, 0.95, 2.09302},
		{30, 0.90, 1.69913}, {400, 0.95, 1.96593}, {1, 0.95, 0}, {0, 0.95, 0},
	} {
		near(t, "t", studentT(tt.n, tt.confidence), tt.want, 1e-5)
	}
}

// TestCoverage draws normal samples and counts how often the interval holds
// the true mean. 4,000 trials at 0.95 have a standard error of 0.0034.
func TestCoverage(t *testing.T) {
	const trials, n, truth = 4000, 10, 3.0
	rng := rand.New(rand.NewPCG(1, 2))
	e := newEstimator(make([]model.Run, n), 0.95)
	hits := 0
	for range trials {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = truth + rng.NormFloat64()
		}
		if _, low, high := e.interval(xs); low <= truth && truth <= high {
			hits++
		}
	}
	if got := float64(hits) / trials; math.Abs(got-0.95) > 0.0136 { // four standard errors
		t.Errorf("coverage %.4f, want 0.95", got)
	}
}

func TestEstimate(t *testing.T) {
	for _, tt := range []struct {
		name             string
		xs               []float64
		s                span
		value, low, high float64
		why              string
	}{
		{name: "two runs", xs: []float64{1, 3}, value: 2, low: 0, high: 14.7062047}, // 2 ± 12.7062: not below 0
		{name: "a share is not above 1", xs: []float64{0.9, 1}, s: share, value: 0.95, low: 0.314689763, high: 1},
		{name: "no spread", xs: []float64{0.1, 0.1, 0.1}, value: 0.1, low: 0.1, high: 0.1},
		{name: "one run", xs: []float64{5}, value: 5, low: math.NaN(), why: oneReplication},
		{name: "no number", xs: []float64{math.NaN(), 1}, value: math.NaN(), low: math.NaN(), why: "no finite value"},
		{name: "infinite", xs: []float64{math.Inf(1), 1}, value: math.NaN(), low: math.NaN(), why: "no finite value"},
	} {
		got := newEstimator(make([]model.Run, len(tt.xs)), 0.95).estimate(tt.xs, tt.s)
		checkFigure(t, tt.name+" value", got.Value, tt.value)
		checkFigure(t, tt.name+" low", got.Low, tt.low)
		if !math.IsNaN(tt.low) {
			checkFigure(t, tt.name+" high", got.High, tt.high)
		}
		if got.N != len(tt.xs) || !strings.Contains(got.Why, tt.why) || (tt.why == "") != (got.Why == "") {
			t.Errorf("%s: n %d, why %q; want %d, %q", tt.name, got.N, got.Why, len(tt.xs), tt.why)
		}
	}
}

// checkFigure compares a figure of a result; NaN wants none.
func checkFigure(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	switch {
	case math.IsNaN(want) && got != nil:
		t.Errorf("%s: %v, want null", what, *got)
	case !math.IsNaN(want) && got == nil:
		t.Errorf("%s: null, want %v", what, want)
	case got != nil && *got != want:
		t.Errorf("%s: %v, want %v", what, *got, want)
	}
}

func TestRareCount(t *testing.T) {
	for _, tt := range []struct {
		name       string
		counts     []int64
		confidence float64
		high       float64
		rule       bool
	}{
		{"none in four", []int64{0, 0, 0, 0}, 0.95, 0.75, true},
		{"none in twenty", make([]int64, 20), 0.95, 0.15, true},
		{"none in twenty, 0.99", make([]int64, 20), 0.99, 0.230586519, true}, // 3/20 · ln 0.01 / ln 0.05
		{"one in one of four", []int64{0, 1, 0, 0}, 0.95, 1.0456116, false},  // 0.25 ± 3.18245 · 0.25
		{"none in one", []int64{0}, 0.95, math.NaN(), false},
	} {
		runs := runsOf(len(tt.counts), func(i int, r *model.Run) { r.Classes[0].Failed = tt.counts[i] })
		got := newEstimator(runs, tt.confidence).rareCount(func(r *model.Run) int64 { return r.Classes[0].Failed })
		if math.IsNaN(tt.high) {
			checkFigure(t, tt.name, got.High, tt.high)
			continue
		}
		near(t, tt.name, *got.High, tt.high, 1e-6)
		checkFigure(t, tt.name+" low", got.Low, 0)
		if strings.Contains(got.Why, "rule of three") != tt.rule {
			t.Errorf("%s: why %q", tt.name, got.Why)
		}
	}
}

func TestRatioNeedsEveryDenominator(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sent  []int64
		value float64
		why   string
	}{
		{"means of ratios, not ratio of means", []int64{2, 8}, 3.125, ""}, // (10/2 + 10/8) / 2
		{"one run empty", []int64{2, 0, 5}, math.NaN(), "1 of 3 replications had no message sent"},
		{"all empty", []int64{0, 0}, math.NaN(), "no message sent in any replication"},
		{"the only one empty", []int64{0}, math.NaN(), "no message sent"},
	} {
		runs := runsOf(len(tt.sent), func(i int, r *model.Run) { r.Classes[0].Sent, r.Classes[0].Receives = tt.sent[i], 10 })
		got := newEstimator(runs, 0.95).class(0).ReceivesPerMessage
		checkFigure(t, tt.name, got.Value, tt.value)
		if got.Why != tt.why {
			t.Errorf("%s: why %q, want %q", tt.name, got.Why, tt.why)
		}
	}
}

// TestCombine: two studies are two values; one without a value spoils all.
func TestCombine(t *testing.T) {
	got := Combine([]Estimate{est(1, 0, 9), est(3, 2, 4)}, 0.95)
	if *got.Value != 2 || *got.Low != 0 || math.Abs(*got.High-14.7062047) > 1e-6 || got.N != 2 {
		t.Errorf("%v (%v to %v), n %d", *got.Value, *got.Low, *got.High, got.N)
	}
	if none := Combine([]Estimate{est(1, 0, 9), {Why: "too few"}}, 0.95); none.Value != nil || none.Why != "too few" {
		t.Errorf("%+v", none)
	}
}

// TestStandardError: the longer side of an interval that was cut counts.
func TestStandardError(t *testing.T) {
	e := est(1, 0.5, 3)
	e.N = 20
	near(t, "standard error", e.StandardError(0.95), 2/2.0930240544, 1e-9)
	if se := (Estimate{Value: ptr(1), N: 1}).StandardError(0.95); se != 0 {
		t.Errorf("without an interval: %v", se)
	}
}
