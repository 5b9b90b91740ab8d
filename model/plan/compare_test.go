package plan

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/price"
	"penstock/scenarios"
)

// shifted is a world in which the mean latency of a run is luck of its index
// plus what its worker's concurrency does, and a little luck of its own.
func shifted(cfg *model.Config, opt model.Options) (model.Run, bool) {
	r, ok := noisy(0)(cfg, opt)
	shared := rand.New(rand.NewPCG(cfg.Seed, uint64(opt.Replication)))
	own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency), uint64(opt.Replication)))
	for c := range r.Classes {
		r.Classes[c].Latency.Mean = 10 + 3*shared.NormFloat64() + 0.1*float64(cfg.Worker.Concurrency) + 0.01*own.NormFloat64()
		r.Classes[c].Receives = 10_000 + own.Int64N(100)
		r.Classes[c].DeadLettered = int64(cfg.Worker.Concurrency)
	}
	return r, ok
}

// pairOf are two scenarios that differ in the concurrency of the worker.
func pairOf(a, b int) []Contender {
	one, two := scenario(), scenario()
	one.Worker.Concurrency, two.Worker.Concurrency = a, b
	return []Contender{{Label: "one", Config: one}, {Label: "two", Config: two}}
}

func mustCompare(t *testing.T, list []Contender, opt Options, simulate simulateFunc) *Comparison {
	t.Helper()
	c, err := compareAll(context.Background(), list, opt, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// find returns the difference of a metric.
func find(t *testing.T, o *Comparand, metric string) Paired {
	t.Helper()
	for _, p := range o.Differences {
		if p.Metric == metric {
			return p
		}
	}
	t.Fatalf("no difference of %s", metric)
	return Paired{}
}

func TestComparePairs(t *testing.T) {
	c := mustCompare(t, pairOf(5, 15), Options{}, shifted)
	if c.Replications != 8 || len(c.Others) != 1 || c.Family != len(c.Others[0].Differences) || c.Base.Label != "one" {
		t.Fatalf("%d pairs, family %d of %d", c.Replications, c.Family, len(c.Others[0].Differences))
	}
	p := find(t, &c.Others[0], "classes.HIGH.latency.mean")
	if *p.Difference.Value < 0.98 || *p.Difference.Value > 1.02 || !p.Certain || *p.Correlation < 0.999 {
		t.Errorf("difference %v, certain %v, correlation %v", *p.Difference.Value, p.Certain, *p.Correlation)
	}
	near(t, "other less base", *p.Other.Value-*p.Base.Value, *p.Difference.Value, 1e-6)
	if half := *p.Base.High - *p.Base.Value; half < 50*(*p.Difference.High-*p.Difference.Value) {
		t.Error("pairing is no use")
	}
	if *p.SureLow >= *p.Difference.Low || *p.SureHigh <= *p.Difference.High {
		t.Error("the interval for all figures at once is no wider")
	}
	if p = find(t, &c.Others[0], "classes.HIGH.dead_lettered_share"); *p.Difference.Low != 0.001 || *p.Difference.High != 0.001 || !p.Certain || p.Correlation != nil {
		t.Errorf("a difference that never varies: %+v", p)
	}
	if p = find(t, &c.Others[0], "classes.HIGH.receives_per_message"); p.Certain {
		t.Error("luck is certain")
	}
	if p = find(t, &c.Others[0], "cost.total"); p.Difference.Value != nil || p.Difference.Why != "no price book" || p.Certain {
		t.Errorf("without a price book: %+v", p)
	}
}

// TestPairByHand: differences 1, 2, 3 have mean 2 and standard error 1/√3; t of
// two degrees of freedom is 4.30265, and 7.6488 for three figures at once.
func TestPairByHand(t *testing.T) {
	p := Paired{Base: est(1, 0, 2), Other: est(3, 2, 4)}
	p.pair([]float64{10, 20, 30}, []float64{11, 22, 33}, 0.95, 3)
	near(t, "mean", *p.Difference.Value, 2, 1e-9)
	near(t, "low", *p.Difference.Low, 2-4.3026527/math.Sqrt(3), 1e-6)
	near(t, "sure high", *p.SureHigh, 2+7.6488486/math.Sqrt(3), 1e-5)
	near(t, "correlation", *p.Correlation, 1, 1e-9)
	if p.Certain {
		t.Error("certain, although 0 is inside")
	}
	one := Paired{Base: est(1, 0, 2), Other: est(3, 2, 4)}
	if one.pair([]float64{1}, []float64{3}, 0.95, 3); one.Certain || one.SureLow != nil || one.Difference.Why != oneReplication {
		t.Errorf("one pair: %+v", one)
	}
}

// TestNoDifferenceIsSeldomCertain: of 300 comparisons of a scenario with its
// like, in which only luck differs, no more than one in twenty finds anything.
func TestNoDifferenceIsSeldomCertain(t *testing.T) {
	const trials, family, pairs = 300, 60, 20
	rng := rand.New(rand.NewPCG(3, 4))
	found := 0
	for range trials {
		any := false
		for range family {
			from, to := make([]float64, pairs), make([]float64, pairs)
			for i := range from {
				shared := rng.NormFloat64()
				from[i], to[i] = shared+rng.NormFloat64(), shared+rng.NormFloat64()
			}
			p := Paired{Base: est(0, -1, 1), Other: est(0, -1, 1)}
			p.pair(from, to, 0.95, family)
			any = any || p.Certain
		}
		found += one(any)
	}
	if found > 30 || found == 0 { // 15 expected; four standard errors
		t.Errorf("%d of %d comparisons find what is not there", found, trials)
	}
}

func TestCompareOnAnyCores(t *testing.T) {
	list := pairOf(5, 6)
	list[0].Config.Replications, list[1].Config.Replications = 0, 0
	want := ""
	for _, workers := range []int{1, 3, 16} {
		var b bytes.Buffer
		last := 0.0
		c := mustCompare(t, list, Options{Workers: workers, Progress: func(x float64) {
			if x < last || x > 1 {
				t.Errorf("progress went from %v to %v", last, x)
			}
			last = x
		}}, shifted)
		if err := c.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = b.String()
		}
		if b.String() != want || last != 1 {
			t.Fatalf("%d workers give another comparison, progress ends at %v", workers, last)
		}
	}
	if !strings.Contains(want, `"replications": `) || strings.Contains(want, `"replications": 8,`) {
		t.Error("[precision] did not choose the number of pairs")
	}
}

// TestCompareNeedsTheMost: the scenario that needs more replications decides for
// all.
func TestCompareNeedsTheMost(t *testing.T) {
	list := pairOf(5, 6)
	for i := range list {
		list[i].Config.Replications, list[i].Config.Classes = 0, list[i].Config.Classes[:1]
	}
	uneven := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if cfg.Worker.Concurrency == 6 {
			return noisy(0.45)(cfg, opt)
		}
		return noisy(0)(cfg, opt)
	}
	if c := mustCompare(t, list, Options{}, uneven); c.Replications != needs(0.45) {
		t.Errorf("%d pairs", c.Replications)
	}
}

// TestConclusionsThatChange: outcomes are matched by what was promised, not by
// its place in the list.
func TestConclusionsThatChange(t *testing.T) {
	list := pairOf(5, 15)
	for i := range list {
		list[i].Config.Asserts = []model.Assert{{Metric: "classes.HIGH.dead_lettered_share", Op: "<=", Value: 0.001}}
	}
	list[1].Config.Asserts = append([]model.Assert{{Metric: "classes.HIGH.arrived", Op: ">", Value: 1}}, list[1].Config.Asserts...)
	c := mustCompare(t, list, Options{}, shifted)
	ch := c.Others[0].Changes
	if len(ch) != 1 || ch[0].Kind != ChangeAssert || ch[0].Before != Met || ch[0].After != NotMet {
		t.Errorf("changes %+v", ch)
	}
	find(t, &c.Others[0], "classes.HIGH.arrived") // what an assert names is compared
}

func TestComparable(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*model.Config)
		want   string
	}{
		"another seed":         {func(c *model.Config) { c.Seed = 9 }, "two: seed is 9, and 7 in one; pairs need one: --set seed=7 gives it to all"},
		"another horizon":      {func(c *model.Config) { c.Horizon = 2 * time.Hour }, "two: horizon is 2h, and 1h in one"},
		"another study":        {func(c *model.Config) { c.Study = model.Steady }, "two: study is steady, and terminating in one"},
		"another drain":        {func(c *model.Config) { c.Drain = model.Drain{} }, "two: drain is 0s, and until-empty in one"},
		"another confidence":   {func(c *model.Config) { c.Precision.Confidence = 0.9 }, "precision.confidence is 0.9, and 0.95"},
		"another number":       {func(c *model.Config) { c.Replications = 0 }, "replications is left to [precision], and 8 in one; pairs need one: --replications=N"},
		"another class":        {func(c *model.Config) { c.Classes[1].Name = "LOW" }, "two: its classes are HIGH, LOW, those of one are HIGH, BATCH"},
		"one class less":       {func(c *model.Config) { c.Classes = c.Classes[:1] }, "its classes are HIGH, those"},
		"other priorities":     {func(c *model.Config) { c.Classes[0], c.Classes[1] = c.Classes[1], c.Classes[0] }, ""},
		"more work and queues": {func(c *model.Config) { c.Classes[0].Queue.MaxReceiveCount++ }, ""},
	} {
		list := pairOf(1, 1)
		tt.change(list[1].Config)
		err := Comparable(list)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list := pairOf(1, 1)
	list[1].Config.Seed, list[1].Config.Horizon = 9, 1
	if err := Comparable(list); strings.Count(err.Error(), "pairs need") != 2 {
		t.Errorf("not all at once: %v", err)
	}
	if Comparable(list[:1]) == nil {
		t.Error("one scenario is compared with nothing")
	}
}

// TestCompareFails: an error names the scenario; a cancelled comparison and a
// fault of the program are what they are.
func TestCompareFails(t *testing.T) {
	list := pairOf(1, 2)
	list[1].Config.Asserts = []model.Assert{{Metric: "nonsense", Op: "<"}}
	_, err := compareAll(context.Background(), list, Options{}, shifted)
	if err == nil || !strings.HasPrefix(err.Error(), "two: ") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = compareAll(ctx, pairOf(1, 2), Options{}, shifted); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	_, err = compareAll(context.Background(), pairOf(1, 2), Options{}, func(*model.Config, model.Options) (model.Run, bool) { panic("broken") })
	var internal *InternalError
	if !errors.As(err, &internal) {
		t.Errorf("error %v", err)
	}
}

// TestSteadyCompareCutsAlike: with measured warm-ups, the longest is cut from
// all.
func TestSteadyCompareCutsAlike(t *testing.T) {
	list := pairOf(5, 6)
	for i := range list {
		list[i].Config.Study, list[i].Config.Warmup = model.Steady, model.Warmup{Auto: true}
	}
	slow := &opening{fill: 40}
	fast := &opening{fill: 10}
	c := mustCompare(t, list, Options{}, func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if cfg.Worker.Concurrency == 6 {
			return slow.simulate(cfg, opt)
		}
		return fast.simulate(cfg, opt)
	})
	if c.WarmupS != 400 {
		t.Errorf("warm-up %v s", c.WarmupS)
	}
	for _, opt := range append(fast.calls, slow.calls...) {
		if opt.Replication < pilotsFrom && opt.Warmup != 400*time.Second {
			t.Errorf("replication %d cuts %v", opt.Replication, opt.Warmup)
		}
	}
}

// TestPairingOnErpOrders measures what common random numbers are worth on the
// shipped erp-orders, nine workers against ten: the paired interval beside that
// of two independent studies. What a setting does to the bill, to calls and to
// the time of an order in them is told at least five times as sharply. The
// latencies gain less, and the test prints how much: with one worker less other
// lines of the price list meet an order at their look, and each of them is then
// hidden for six minutes more or less. That is no luck of the arrivals, which
// pairing takes out, but what the setting does, and it differs from day to day.
func TestPairingOnErpOrders(t *testing.T) {
	book, err := price.Open("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	load := func(set ...string) Contender {
		source, err := scenarios.Open("erp-orders")
		if err != nil {
			t.Fatal(err)
		}
		cfg, problems := source.Load(set)
		if scenarios.Failed(problems) {
			t.Fatal(problems)
		}
		return Contender{Label: strings.Join(set, " "), Config: &cfg, Book: book}
	}
	ctx := context.Background()
	c, err := Compare(ctx, []Contender{load(), load("worker.concurrency=9")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	other := load("worker.concurrency=9", "seed=2")
	s, err := NewSampler(ctx, other.Config, book, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Settle(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// Welch's interval for two independent means, one s²/n for each.
	ratio := map[string]float64{}
	for _, p := range c.Others[0].Differences {
		xs, err := s.Observe([]string{p.Metric}, 0, n)
		if err != nil || p.Difference.Low == nil {
			continue
		}
		_, se := meanAndError(xs[0])
		unpaired, paired := math.Hypot(p.Base.StandardError(0.95), se), p.Difference.StandardError(0.95)
		if se == 0 || math.IsNaN(se) {
			continue
		}
		ratio[p.Metric] = unpaired / paired
		t.Logf("%-36s difference %11.5g  paired ±%-10.4g independent ±%-10.4g %6.1f times narrower", p.Metric, *p.Difference.Value, 2.09*paired, 2.09*unpaired, ratio[p.Metric])
	}
	for _, metric := range []string{"cost.total", "legacy.calls", "legacy.utilization", "classes.HIGH.wait_parts.legacy"} {
		if !(ratio[metric] >= 5) {
			t.Errorf("%s: paired interval only %.1f times narrower", metric, ratio[metric])
		}
	}
}
