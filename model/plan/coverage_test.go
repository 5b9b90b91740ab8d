package plan

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"penstock/model"
)

// delays is the waiting time of one M/M/1 queue of rate 1 and load 0.9, by
// Lindley's recursion. The standard errors of the coverages below are those of
// the number of experiments; the references were computed elsewhere.
type delays struct {
	rng  *rand.Rand
	wait float64
}

const (
	gap, service = 1.0, 0.9
	cases        = 2000 // experiments for each coverage
)

func (d *delays) next() float64 {
	w := d.wait
	d.wait = max(0, w+service*d.rng.ExpFloat64()-gap*d.rng.ExpFloat64())
	return w
}

// stationary starts in the long run: a wait with probability 0.9.
func (d *delays) stationary() {
	d.wait = 0
	if d.rng.Float64() < service {
		d.wait = d.rng.ExpFloat64() / (1/service - 1/gap)
	}
}

// covered returns the share of experiments whose interval holds the truth. An
// experiment has so many runs, each of which gives one value.
func covered(t *testing.T, runs int, confidence, truth float64, value func(*delays) float64) float64 {
	t.Helper()
	e := newEstimator(make([]model.Run, runs), confidence)
	d := &delays{rng: rand.New(rand.NewPCG(7, uint64(runs)))}
	hits := 0
	xs := make([]float64, runs)
	for range cases {
		for i := range xs {
			d.wait = 0
			xs[i] = value(d)
		}
		if _, low, high := e.interval(xs); low <= truth && truth <= high {
			hits++
		}
	}
	return float64(hits) / cases
}

// meanOfDelays is the mean of n delays from an empty queue, the first del left out.
func meanOfDelays(n, del int) func(*delays) float64 {
	return func(d *delays) float64 {
		sum := 0.0
		for i := range n {
			if w := d.next(); i >= del {
				sum += w
			}
		}
		return sum / float64(n-del)
	}
}

func near35(t *testing.T, what string, got, want float64) {
	t.Helper()
	if z := (got - want) / math.Sqrt(want*(1-want)/cases); math.Abs(z) > 3.5 {
		t.Errorf("%s: coverage %.4f, want %.4f (z %.1f)", what, got, want, z)
	}
}

// TestCoverageOfReplications is reference case COV-01: 90 % intervals of the
// mean of the first 25 delays, which is 2.1244893, are a little too short,
// since such means are skewed.
func TestCoverageOfReplications(t *testing.T) {
	for runs, want := range map[int]float64{5: 0.836595, 10: 0.858695, 20: 0.877765, 40: 0.88815} {
		near35(t, "replications", covered(t, runs, 0.9, 2.1244893, meanOfDelays(25, 0)), want)
	}
}

// TestCoverageOfDeletion is reference case COV-02: 95 % intervals of the mean
// delay in the long run. Without a warm-up, more runs only make the wrong
// interval narrower.
func TestCoverageOfDeletion(t *testing.T) {
	const truth = 8.1 // rho²/(1-rho) at a mean service of 0.9
	for _, c := range []struct {
		runs, n, del int
		want         float64
	}{{10, 2000, 0, 0.83825}, {10, 2000, 500, 0.8943}, {30, 2000, 0, 0.81055}, {30, 2000, 500, 0.91435}} {
		if testing.Short() && c.runs > 10 {
			continue
		}
		near35(t, "deletion", covered(t, c.runs, 0.95, truth, meanOfDelays(c.n, c.del)), c.want)
	}
}

// TestCoverageOfQuantiles is reference case COV-05: 95 % t-intervals over the
// p95 of each of ten runs of 10,000 delays.
func TestCoverageOfQuantiles(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred million delays")
	}
	truth := math.Log(0.9/0.05) / (1/service - 1/gap) // P(wait > x) = 0.9 exp(-(mu-lam) x)
	xs := make([]float64, 10_000)
	p95 := func(d *delays) float64 {
		d.stationary()
		for i := range xs {
			xs[i] = d.next()
		}
		slices.Sort(xs)
		return xs[9499]
	}
	e := newEstimator(make([]model.Run, 10), 0.95)
	d := &delays{rng: rand.New(rand.NewPCG(7, 5))}
	const few = 300 // sorting takes time
	hits := 0
	for range few {
		runs := make([]float64, 10)
		for i := range runs {
			runs[i] = p95(d)
		}
		if _, low, high := e.interval(runs); low <= truth && truth <= high {
			hits++
		}
	}
	const want = 0.9225
	if got := float64(hits) / few; math.Abs(got-want) > 3.5*math.Sqrt(want*(1-want)/few) {
		t.Errorf("coverage %.4f, want %.4f", got, want)
	}
}
