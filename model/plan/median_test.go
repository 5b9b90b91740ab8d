package plan

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"penstock/model"
)

// TestMedianRanks compares with binomial tables: reference case ST-07 has ranks
// 40 and 61 of 100 at a confidence of 0.95, and less than six values carry no
// interval.
func TestMedianRanks(t *testing.T) {
	for _, tt := range []struct {
		n          int
		confidence float64
		k          int
	}{{1, 0.95, 0}, {5, 0.95, 0}, {6, 0.95, 1}, {8, 0.95, 1}, {9, 0.95, 2}, {20, 0.95, 6}, {100, 0.95, 40}, {7, 0.99, 0}, {8, 0.99, 1}, {400, 0.95, 180}} {
		if got := newMedianRanks(tt.n, tt.confidence); got.k != tt.k || got.lambda < 0 || got.lambda >= 1 {
			t.Errorf("%d values at %v: rank %d, drawn in by %v; want rank %d", tt.n, tt.confidence, got.k, got.lambda, tt.k)
		}
	}
	// By hand from the paper's formula: n = 10, ranks 2 and 3 cover 0.97852 and
	// 0.89063, so I = 0.32444 and λ = 8 I / (2 + 6 I).
	near(t, "lambda", newMedianRanks(10, 0.95).lambda, 8*0.3244444/(2+6*0.3244444), 1e-5)
	xs := []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	mid, low, high, ok := newMedianRanks(10, 0.95).of(xs)
	if !ok || mid != 5.5 || math.Abs(low+high-11) > 1e-12 || low <= 2 || low >= 3 || xs[0] != 10 {
		t.Errorf("median %v, %v to %v, %v", mid, low, high, ok)
	}
	if _, _, _, ok := newMedianRanks(6, 0.95).of([]float64{1, 2, math.NaN(), 4, 5, 6}); ok {
		t.Error("an interval of what is no number")
	}
}

// TestMedianCovers: whatever the law, the interval holds its median as often as
// it should. 4,000 trials have a standard error of 0.34 points; the paper grants
// the interpolation about half a point besides.
func TestMedianCovers(t *testing.T) {
	const trials = 4000
	for name, law := range map[string]struct {
		median float64
		draw   func(*rand.Rand) float64
	}{
		"normal":      {3, func(r *rand.Rand) float64 { return 3 + r.NormFloat64() }},
		"exponential": {math.Ln2, func(r *rand.Rand) float64 { return r.ExpFloat64() }},
		"log-normal":  {1, func(r *rand.Rand) float64 { return math.Exp(1.5 * r.NormFloat64()) }},
	} {
		for _, n := range []int{6, 10, 20, 37, 100} {
			ranks := newMedianRanks(n, 0.95)
			rng := rand.New(rand.NewPCG(5, uint64(n)))
			hits := 0
			xs := make([]float64, n)
			for range trials {
				for i := range xs {
					xs[i] = law.draw(rng)
				}
				if _, low, high, _ := ranks.of(xs); low <= law.median && law.median <= high {
					hits++
				}
			}
			if got := float64(hits) / trials; math.Abs(got-0.95) > 0.018 {
				t.Errorf("%s, %d values: coverage %.4f", name, n, got)
			}
		}
	}
}

// dayRuns makes runs whose latencies are exponential with a mean of their own,
// 10,000 of them, with what a run keeps of them.
func dayRuns(means []float64) []model.Run {
	return runsOf(len(means), func(i int, r *model.Run) {
		s := &r.Classes[0].Latency
		q := distuv.Exponential{Rate: 1 / means[i]}
		s.N, s.Mean, s.P50, s.P90, s.P95, s.P99, s.Max = 10_000, means[i], q.Quantile(0.5), q.Quantile(0.9), q.Quantile(0.95), q.Quantile(0.99), 12*means[i]
		s.Hist = make([]int64, model.HistBins)
		var sum int64
		for b := range s.Hist {
			upTo := int64(math.Round(10_000 * q.CDF(model.HistBound(b))))
			s.Hist[b], sum = upTo-sum, upTo
		}
	})
}

// TestTypicalAgreesWithThePool: where the days are alike the median over them
// agrees with the quantile of all observations together, and is what is
// reported; where a few days are bad it does not, and they must not be hidden.
func TestTypicalAgreesWithThePool(t *testing.T) {
	alike, bimodal := make([]float64, 20), make([]float64, 20)
	for i := range alike {
		alike[i] = 1 + 0.01*float64(i%7)
		if bimodal[i] = alike[i]; i%4 == 0 {
			bimodal[i] = 600
		}
	}
	of := func(study model.Study, means []float64) Estimate {
		e := newEstimator(dayRuns(means), 0.95)
		e.study = study
		return e.class(0).Latency.P95
	}
	good := of(model.Terminating, alike)
	near(t, "typical p95", *good.Value, 1.03*math.Log(20), 1e-8) // the median of the means is 1.03
	if good.Why != "" || *good.Low > *good.Value || *good.High < *good.Value {
		t.Errorf("%v to %v, because %q", *good.Low, *good.High, good.Why)
	}
	bad := of(model.Terminating, bimodal)
	if !strings.Contains(bad.Why, "none of a typical one") || *bad.Value < 100 || *bad.High-*bad.Low < 100 {
		t.Errorf("with five bad days of twenty: %v (%v to %v), because %q", *bad.Value, *bad.Low, *bad.High, bad.Why)
	}
	if steady := of(model.Steady, alike); *steady.Value == *good.Value {
		t.Error("a steady study reports a median as well")
	}
	if few := of(model.Terminating, alike[:5]); few.Low == nil || few.Why != "" || *few.Value != round9(1.02*math.Log(20)) {
		t.Errorf("five days: %v, because %q", *few.Value, few.Why) // the mean, with Student's interval
	}
}

// TestPooled brackets the quantile of all observations between bounds of bins.
func TestPooled(t *testing.T) {
	e := newEstimator(dayRuns([]float64{1, 1, 1}), 0.95)
	pick := func(r *model.Run) *model.Sample { return &r.Classes[0].Latency }
	for percent, want := range map[int64]float64{50: math.Ln2, 95: math.Log(20), 99: math.Log(100)} {
		from, to, known := e.pooled(percent, pick)
		if !known || from > want || to < want || to > 1.13*from {
			t.Errorf("p%d is %v, not within %v to %v", percent, want, from, to)
		}
	}
	if _, _, known := newEstimator(runsOf(3, func(int, *model.Run) {}), 0.95).pooled(95, pick); known {
		t.Error("known without a histogram")
	}
}
