package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// noisy is a world in which the mean latency of a run is 1 s with a standard
// deviation of spread, drawn from its index; every other figure is constant.
func noisy(spread float64) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		rng := rand.New(rand.NewPCG(cfg.Seed, uint64(opt.Replication)))
		r := model.Run{Replication: opt.Replication, Counted: cfg.Horizon, Metered: cfg.Horizon, Drained: true, LogHash: rng.Uint64()}
		for range cfg.Classes {
			s := model.Sample{N: 10_000, Mean: 1 + spread*rng.NormFloat64(), P50: 1, P90: 2, P95: 3, P99: 4, Max: 5}
			r.Classes = append(r.Classes, model.ClassRun{Arrived: 10_000, Completed: 10_000, Sent: 10_000, Latency: s, LatencyCompleted: s,
				Wait: model.Sample{N: 10_000, Mean: 1, P50: 1, P90: 2, P95: 3, P99: 4, Max: 5}})
		}
		runtime.Gosched()
		return r, true
	}
}

// open is a study that fixes no number of replications.
func open() *model.Config {
	cfg := scenario()
	cfg.Replications = 0
	cfg.Classes = cfg.Classes[:1]
	return cfg
}

// needed works the number of replications out by hand: the first n from 20 on
// from which the half-width is at most 5 % of the mean, for so many prefixes in a
// row. lucky is true if it was so before, and did not last.
func needed(cfg *model.Config, spread float64) (n int, lucky bool) {
	var xs []float64
	streak := 0
	for i := 0; ; i++ {
		run, _ := noisy(spread)(cfg, model.Options{Replication: i})
		xs = append(xs, run.Classes[0].Latency.Mean)
		mean, se := meanAndError(xs)
		n = len(xs)
		if n < 20 || studentT(n, 0.95)*se > 0.05*mean {
			lucky = lucky || streak > 0
			streak = 0
			continue
		}
		if streak++; streak == 1+max(5, (n-streak+1)*5/100) {
			return n, lucky
		}
	}
}

// needs is needed without the second result.
func needs(spread float64) int {
	n, _ := needed(open(), spread)
	return n
}

// luckySpread is one at which luck alone would stop the study too early.
func luckySpread(t *testing.T) float64 {
	t.Helper()
	for spread := 0.15; spread < 0.4; spread += 0.005 {
		if _, lucky := needed(open(), spread); lucky {
			return spread
		}
	}
	t.Fatal("no spread at which the precision comes and goes")
	return 0
}

func TestUntilPrecise(t *testing.T) {
	for _, tt := range []struct {
		name   string
		spread float64
		change func(*model.Config)
		want   int
		met    bool
	}{
		{"nothing varies", 0, nil, 25, true},
		{"as many as it takes", 0.3, nil, needs(0.3), true},
		{"as many as it takes, and a larger look-ahead", 0.45, nil, needs(0.45), true},
		{"luck does not stop it", luckySpread(t), nil, needs(luckySpread(t)), true},
		{"the budget ends first", 2, func(c *model.Config) { c.Precision.MaxReplications = 60 }, 60, false},
		{"a small budget", 0, func(c *model.Config) { c.Precision.MaxReplications = 7 }, 7, true},
		{"wider by order", 0.3, func(c *model.Config) { c.Precision.Mean = 0.5 }, 25, true},
		{"below the floor", 0.3, func(c *model.Config) { c.Precision.TimeFloor = time.Second }, 25, true},
		{"an assert of no class", 0, func(c *model.Config) {
			c.Asserts = []model.Assert{{Metric: "cost.items.sqs.receive.yield.usd", Op: "<=", Value: 1}}
		}, 25, true},
	} {
		cfg := open()
		if tt.change != nil {
			tt.change(cfg)
		}
		r := mustExecute(t, cfg, Options{Workers: 3}, noisy(tt.spread))
		if r.Replications != tt.want || r.Precision.Met != tt.met || len(r.Warnings) > 0 {
			t.Errorf("%s: %d replications, met %v, warnings %q; want %d, %v", tt.name, r.Replications, r.Precision.Met, r.Warnings, tt.want, tt.met)
		}
		if missed := r.Precision.Missed(); tt.met != (len(missed) == 0) || !tt.met && !slices.Equal(missed, []string{"classes.HIGH.latency.mean"}) {
			t.Errorf("%s: missed %v", tt.name, missed)
		}
	}
	if needs(0.45) < 120 {
		t.Error("no case has more than a hundred replications")
	}
	if r := mustExecute(t, scenario(), Options{}, made); r.Precision != nil || (r.Precision).Missed() != nil {
		t.Error("a fixed number of replications speaks of precision")
	}
}

// TestPreciseOnAnyCores: the number of replications, and every byte, are the
// same however many are run at a time and whatever was run ahead.
func TestPreciseOnAnyCores(t *testing.T) {
	want := ""
	for _, workers := range []int{1, 2, 3, 7, 64} {
		got := document(t, mustExecute(t, open(), Options{Workers: workers}, noisy(0.3)))
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("%d workers give another result", workers)
		}
	}
}

// TestResultOfAPrefix: what was run beyond the number that counts leaves no
// trace.
func TestResultOfAPrefix(t *testing.T) {
	ctx := context.Background()
	ahead, err := newSampler(ctx, open(), nil, Options{}, noisy(0.3))
	if err != nil {
		t.Fatal(err)
	}
	if err := ahead.Extend(ctx, 300); err != nil {
		t.Fatal(err)
	}
	n, err := ahead.Settle(ctx)
	if err != nil || n >= 300 || ahead.N() != 300 {
		t.Fatalf("%d of %d, %v", n, ahead.N(), err)
	}
	r, err := ahead.Result(n)
	if err != nil {
		t.Fatal(err)
	}
	exact, err := execute(ctx, open(), nil, Options{}, noisy(0.3))
	if err != nil {
		t.Fatal(err)
	}
	if document(t, r) != document(t, exact) {
		t.Error("replications that do not count show")
	}
}

// TestHopeless: a quantile that lacks its sample in one replication will never
// have it, and does not hold the study up; one that lacks it in all together
// gets it.
func TestHopeless(t *testing.T) {
	short := func(each int64) simulateFunc {
		return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
			r, ok := noisy(0)(cfg, opt)
			r.Classes[0].Latency.N = each
			return r, ok
		}
	}
	r := mustExecute(t, open(), Options{}, short(50))
	if r.Replications != 40+5 { // 2,000 observations for p95
		t.Errorf("%d replications", r.Replications)
	}
	missed := r.Precision.Missed()
	if !slices.Equal(missed, []string{"classes.HIGH.latency.p99"}) {
		t.Errorf("missed %v", missed)
	}
	for _, m := range r.Precision.Metrics {
		if m.Metric == "classes.HIGH.latency.p99" && !strings.Contains(m.Why, "in every replication") {
			t.Errorf("because %q", m.Why)
		}
	}
	if r := mustExecute(t, open(), Options{}, short(100)); r.Replications != 100+5 || !r.Precision.Met {
		t.Errorf("p99 of 100 each: %d replications, missed %v", r.Replications, r.Precision.Missed())
	}
}

func TestAims(t *testing.T) {
	cfg := open()
	cfg.Classes[0].Objective.Latency = []model.Bound{{Metric: "max", AtMost: time.Second}, {Metric: "p95", AtMost: time.Second}}
	cfg.Classes[0].Objective.DeadLetters = 0.01
	cfg.Asserts = []model.Assert{{Metric: "legacy.utilization"}, {Metric: "cost.total"}, {Metric: "worker.throttles"}, {Metric: "legacy.utilization"}}
	for _, want := range []aim{
		{"classes.HIGH.latency.mean", 0.05, 0.01}, {"classes.HIGH.latency.p50", 0.05, 0.01}, {"classes.HIGH.latency.p95", 0.1, 0.01}, {"classes.HIGH.wait.p99", 0.1, 0.01},
		{"classes.HIGH.latency.max", 0.1, 0.01}, {"classes.HIGH.dead_lettered_share", 0.05, 0.001},
		{"legacy.utilization", 0.05, 0.001}, {"cost.total", 0.05, 0}, {"worker.throttles", 0.05, 0.5},
	} {
		if !slices.Contains(aims(cfg), want) {
			t.Errorf("no %+v in %+v", want, aims(cfg))
		}
	}
	if n := len(aims(cfg)); n != 8+2+3 {
		t.Errorf("%d aims", n)
	}
}

func TestReached(t *testing.T) {
	a := aim{"x", 0.1, 0.01}
	for _, tt := range []struct {
		name      string
		e         Estimate
		met, open bool
	}{
		{"just narrow enough", est(1, 0.9, 1.1), true, true},
		{"the longer side counts", est(1, 0.95, 1.11), false, true},
		{"the floor", est(0.01, 0, 0.02), true, true},
		{"a value of 0 and the rule of three", est(0, 0, 0.15), false, true},
		{"one replication", Estimate{Value: ptr(1), N: 1}, false, true},
		{"no value yet", Estimate{Why: "few", growing: true}, false, true},
		{"no value ever", Estimate{Why: "none"}, false, false},
	} {
		got, open := a.reached(tt.e)
		if got.Met != tt.met || open != tt.open {
			t.Errorf("%s: met %v, open %v", tt.name, got.Met, open)
		}
	}
}

// TestLean: without its series a study says the same, but for the plots.
func TestLean(t *testing.T) {
	full := mustExecute(t, steady(true), Options{}, made)
	lean := mustExecute(t, steady(true), Options{Lean: true}, made)
	if document(t, full) != document(t, lean) {
		t.Error("a lean study gives another result")
	}
	if len(full.Plots.Busy) == 0 || len(lean.Plots.Busy) > 0 {
		t.Errorf("series of %d and %d steps", len(full.Plots.Busy), len(lean.Plots.Busy))
	}
}

func TestObserve(t *testing.T) {
	ctx := context.Background()
	cfg := open()
	s, err := newSampler(ctx, cfg, nil, Options{}, noisy(0.3))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Extend(ctx, 6); err != nil {
		t.Fatal(err)
	}
	got, err := s.Observe([]string{"classes.HIGH.latency.mean", "classes.HIGH.latency.p99", "cost.total"}, 2, 5)
	if err != nil || len(got) != 3 || len(got[0]) != 3 {
		t.Fatal(got, err)
	}
	for i := range 3 {
		run, _ := noisy(0.3)(cfg, model.Options{Replication: 2 + i})
		if got[0][i] != round9(run.Classes[0].Latency.Mean) || got[1][i] != 4 || !math.IsNaN(got[2][i]) {
			t.Errorf("replication %d: %v, %v, %v", 2+i, got[0][i], got[1][i], got[2][i])
		}
	}
	if _, err := s.Observe([]string{"classes.HIGH.latncy.mean"}, 0, 1); err == nil || !strings.Contains(err.Error(), "did you mean") {
		t.Errorf("error %v", err)
	}
}
