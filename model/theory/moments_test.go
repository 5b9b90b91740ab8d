package theory

import (
	"math"
	"testing"
	"time"

	"penstock/model"
)

func laws() []model.Dist {
	s := time.Second
	return []model.Dist{
		{}, {Kind: "constant", Value: 2 * s}, {Kind: "exponential", Mean: s}, {Kind: "uniform", Min: s, Max: 3 * s},
		{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * s}, {Kind: "lognormal", Mean: s, CV: 0.5},
		{Kind: "gamma", Mean: s, CV: 1.4}, {Kind: "gamma", Mean: s, CV: 0.3}, {Kind: "erlang", Mean: 2 * s, K: 3},
		{Kind: "hyperexponential", Mean: s, CV: 2}, {Kind: "weibull", Mean: s, Shape: 0.7}, {Kind: "weibull", Mean: s, Shape: 3},
		{Kind: "pareto", Min: s / 10, Max: 60 * s, Alpha: 1.5}, {Kind: "pareto", Min: s / 10, Max: 60 * s, Alpha: 2},
		{Kind: "empirical", Sample: []time.Duration{s, 2 * s, 2 * s, 7 * s}},
		{Kind: "mixture", Parts: []model.Part{
			{Weight: 3, Dist: model.Dist{Kind: "constant", Value: s}},
			{Weight: 1, Dist: model.Dist{Kind: "uniform", Min: s, Max: 9 * s}},
		}},
	}
}

// TestMomentsAreThoseOfTheTail holds two things against each other that share
// no code: E[T^k] is the integral of k t^(k-1) P(T > t).
func TestMomentsAreThoseOfTheTail(t *testing.T) {
	for _, d := range laws() {
		for k := 1; k <= 3; k++ {
			sum := 0.0
			const steps = 200_000
			const most = 18.0 // t = sinh(x): fine near 0, far at the end
			for i := range steps {
				x := (float64(i) + 0.5) * most / steps
				at := math.Sinh(x)
				sum += float64(k) * math.Pow(at, float64(k-1)) * Exceeds(d, at) * math.Cosh(x) * most / steps
			}
			if want := Moment(d, k); math.Abs(sum-want) > 2e-4*max(want, 1e-9) {
				t.Errorf("moment %d of %s is %v, its tail says %v", k, d.Kind, want, sum)
			}
		}
		if m, want := Moment(d, 1), d.MeanDuration().Seconds(); math.Abs(m-want) > 2e-9*max(want, 1) {
			t.Errorf("mean of %s is %v, the model says %v", d.Kind, m, want)
		}
		if Exceeds(d, -1) != 1 {
			t.Errorf("%s may be negative", d.Kind)
		}
	}
}

// TestTransforms derives the first two moments from the transforms.
func TestTransforms(t *testing.T) {
	for _, d := range laws() {
		const h = 1e-4
		a, ok := Transform(d, complex(h, 0))
		b, _ := Transform(d, complex(2*h, 0))
		if !ok {
			if d.Kind == "exponential" || d.Kind == "mixture" || d.Kind == "constant" {
				t.Errorf("%s has no transform", d.Kind)
			}
			continue
		}
		second := (1 - 2*real(a) + real(b)) / (h * h)
		first := (1-real(a))/h + second*h/2
		near(t, d.Kind+" first", first, Moment(d, 1), 1e-5)
		if Moment(d, 2) > 0 {
			near(t, d.Kind+" second", second, Moment(d, 2), 1e-2)
		}
		if len(d.Kind) > 0 && d.Kind != "constant" && d.Kind != "uniform" && d.Kind != "mixture" {
			for _, at := range []float64{0.3, 1, 4} {
				f := func(s complex128) complex128 { x, _ := Transform(d, s); return x }
				if got, want := invertTail(f, at), Exceeds(d, at); math.Abs(got-want) > 1e-8 {
					t.Errorf("%s: the transform says P(T > %v) = %v, the law %v", d.Kind, at, got, want)
				}
			}
		}
	}
}
