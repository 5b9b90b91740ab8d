package plan

import (
	"context"
	"math"
	"strings"
	"testing"

	"penstock/model"
	"penstock/scenarios"
)

// oneRun is a run whose latencies had these means in its batches.
func oneRun(n int64, means ...float64) []model.Run {
	return runsOf(1, func(_ int, r *model.Run) {
		s := &r.Classes[0].Latency
		for _, m := range means {
			s.N += n
			s.Mean += m / float64(len(means))
			s.Batches = append(s.Batches, model.Sample{N: n, Mean: m, P50: m, P90: m, P95: m, P99: m, Max: m})
		}
		s.P50, s.P90, s.P95, s.P99, s.Max = s.Mean, s.Mean, s.Mean, s.Mean, s.Mean
	})
}

// TestBatchMeansByHand: batches 1, 5, 2, 4 have mean 3 and s² = 10/3; t of three
// degrees of freedom is 3.18245.
func TestBatchMeansByHand(t *testing.T) {
	got := newEstimator(oneRun(5000, 1, 5, 2, 4), 0.95).class(0).Latency
	for name, e := range map[string]Estimate{"mean": got.Mean, "p95": got.P95} {
		checkFigure(t, name, e.Value, 3)
		near(t, name+" low", *e.Low, 3-3.1824463*math.Sqrt(10.0/3/4), 1e-6)
		near(t, name+" high", *e.High, 3+3.1824463*math.Sqrt(10.0/3/4), 1e-6)
		if e.N != 1 || !strings.Contains(e.Why, "of its 4 batches") {
			t.Errorf("%s: n %d, because %q", name, e.N, e.Why)
		}
	}
	if got.Max.Low != nil {
		t.Error("the largest value has an interval")
	}
	trend := newEstimator(oneRun(5000, 1, 2, 3, 4, 5, 6), 0.95).class(0).Latency
	if trend.Mean.Low != nil || !strings.Contains(trend.Mean.Why, "depend on each other") || *trend.Mean.Value != 3.5 {
		t.Errorf("batches with a trend: %+v", trend.Mean)
	}
	small := newEstimator(oneRun(90, make([]float64, 200)...), 0.95).class(0).Latency.P99
	if small.Value == nil || small.Low != nil || !strings.Contains(small.Why, "needs 100") {
		t.Errorf("batches too small for p99: %+v", small)
	}
}

// longRun is a single run of reference case MM1-01.
func longRun(t *testing.T, seed uint64, set ...string) *Result {
	t.Helper()
	source, err := scenarios.Open("reference/MM1-01")
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := source.Load(append([]string{"replications=1", "drain=0s"}, set...))
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	cfg.Seed = seed
	r, err := Execute(context.Background(), &cfg, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestBatchMeansCover: of 60 long runs at a load of 0.5, the intervals of mean,
// p50 and p95 hold the exact answer as often as 95 % intervals should; four
// standard errors are 11 points.
func TestBatchMeansCover(t *testing.T) {
	const runs = 60
	exact := map[string]float64{"mean": 2, "p50": 2 * math.Ln2, "p95": 2 * math.Log(20)}
	hits := map[string]int{}
	for seed := range uint64(runs) {
		q := longRun(t, 100+seed, "horizon=20000s", "warmup=200s", "class.Q.arrivals[0].rate=0.5/s").Classes["Q"].Latency
		for name, e := range map[string]Estimate{"mean": q.Mean, "p50": q.P50, "p95": q.P95} {
			if e.Low == nil && !strings.Contains(e.Why, "depend") {
				t.Fatalf("%s: %s", name, e.Why)
			}
			hits[name] += one(e.Low == nil || holds(e, exact[name]))
		}
	}
	for name, n := range hits {
		if got := float64(n) / runs; got < 0.84 {
			t.Errorf("%s: coverage %.2f", name, got)
		}
	}
}

// TestBatchesLeaveTheRunAlone: cutting a run into batches changes no event and
// no figure of the whole, and loses no task.
func TestBatchesLeaveTheRunAlone(t *testing.T) {
	source, err := scenarios.Open("closed-loop")
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := source.Load([]string{"drain=until-empty"})
	whole, _ := model.Simulate(&cfg, model.Options{Warmup: 7 * 60e9})
	cut, _ := model.Simulate(&cfg, model.Options{Warmup: 7 * 60e9, Batches: 7})
	if whole.LogHash != cut.LogHash || whole.Backlog != cut.Backlog {
		t.Error("another course of events")
	}
	for c := range cut.Classes {
		for what, pair := range map[string][2]*model.Sample{
			"latency": {&whole.Classes[c].Latency, &cut.Classes[c].Latency},
			"wait":    {&whole.Classes[c].Wait, &cut.Classes[c].Wait},
		} {
			a, b := pair[0], pair[1]
			var n int64
			var sum float64
			for _, batch := range b.Batches {
				n += batch.N
				sum += batch.Mean * float64(batch.N)
			}
			if a.N != b.N || a.P95 != b.P95 || n != b.N || len(b.Batches) != 7 || a.Batches != nil {
				t.Errorf("class %d, %s: %d and %d observations, %d in %d batches", c, what, a.N, b.N, n, len(b.Batches))
			}
			near(t, what, sum/float64(n), a.Mean, 1e-9)
		}
	}
}

// TestSaturatedTellsTheRate: a queue that gets 1.5 tasks a second and serves one
// grows by half a task a second, and the verdict says so.
func TestSaturatedTellsTheRate(t *testing.T) {
	r := longRun(t, 1, "horizon=4000s", "warmup=100s", "class.Q.arrivals[0].rate=1.5/s", "replications=10")
	if r.Verdict != Saturated || !strings.Contains(r.VerdictWhy, "the backlog grows by 0.5 tasks/s (0.4") {
		t.Errorf("%s: %s", r.Verdict, r.VerdictWhy)
	}
	if g := r.BacklogGrowth; *g.Low > 0.5 || *g.High < 0.5 || *g.High-*g.Low > 0.05 {
		t.Errorf("growth %v (%v to %v)", *g.Value, *g.Low, *g.High)
	}
}
