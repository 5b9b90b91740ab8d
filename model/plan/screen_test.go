package plan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
	"penstock/model/price"
	"penstock/model/theory"
)

// anySetting draws a scenario of up to three classes with objectives, some of
// which are out of reach.
func anySetting(rng *rand.Rand) model.Config {
	cfg := model.Default()
	cfg.Name, cfg.Seed, cfg.Replications = "any", rng.Uint64(), 4
	cfg.Horizon = time.Duration(10+rng.IntN(30)) * time.Minute
	cfg.Worker.Concurrency = 1 + rng.IntN(8)
	cfg.Legacy.Concurrency = 1 + rng.IntN(8)
	cfg.Legacy.Backlog = rng.IntN(6)
	cfg.Policy.Kind = []policy.Kind{policy.None, policy.Yield}[rng.IntN(2)]
	cfg.Policy.EscalateAt = rng.IntN(6)
	cfg.StepFunctions.Timeout = time.Duration(1+rng.IntN(4)) * time.Hour
	if rng.IntN(3) == 0 {
		cfg.Worker.Driver = model.DriverPoller
	}
	if rng.IntN(2) == 0 {
		cfg.Timing, cfg.Assumptions = model.IdealTiming(), model.IdealAssumptions()
	}
	if rng.IntN(4) == 0 {
		cfg.Worker.CallTimeout = time.Duration(1+rng.IntN(4)) * time.Second
	}
	if rng.IntN(4) == 0 {
		cfg.Legacy.RateLimit = model.RateLimit{Kind: "token-bucket", Rate: 0.5 + 4*rng.Float64(), Burst: 1 + rng.IntN(10)}
	}
	if rng.IntN(4) == 0 {
		cfg.Legacy.Slowdown = model.Slowdown{Kind: "sharing", Capacity: 0.5 + 4*rng.Float64()}
	}
	cfg.Legacy.Service = anyLaw(rng)
	for i := range 1 + rng.IntN(3) {
		cfg.Classes = append(cfg.Classes, anyClass(rng, i, &cfg))
	}
	return cfg
}

func anyLaw(rng *rand.Rand) model.Dist {
	mean := time.Duration((0.2 + 3*rng.Float64()) * 1e9)
	return []model.Dist{
		{Kind: "constant", Value: mean}, {Kind: "exponential", Mean: mean}, {Kind: "lognormal", Mean: mean, CV: 0.3 + 1.5*rng.Float64()},
		{Kind: "pareto", Min: mean / 2, Max: 20 * mean, Alpha: 1.5}, {Kind: "uniform", Min: mean / 2, Max: 2 * mean},
	}[rng.IntN(5)]
}

func anyClass(rng *rand.Rand, i int, cfg *model.Config) model.Class {
	c := model.DefaultClass()
	c.Name = fmt.Sprintf("C%d", i)
	c.Queue.VisibilityTimeout = time.Duration(60+rng.IntN(120)) * time.Second
	c.Queue.MaxReceiveCount = []int{0, 3, 10}[rng.IntN(3)]
	if cfg.Worker.Concurrency > 1 && rng.IntN(2) == 0 {
		c.Mapping.MaximumConcurrency = 2 + rng.IntN(cfg.Worker.Concurrency-1)
	}
	if rng.IntN(5) == 0 {
		c.InitialBacklog = rng.IntN(300)
	}
	for range 1 + rng.IntN(2) {
		c.Arrivals = append(c.Arrivals, []model.Arrivals{
			{Kind: "poisson", Rate: 0.2 + 3*rng.Float64()},
			{Kind: "burst", At: time.Duration(rng.IntN(5)) * time.Minute, Count: 20 + rng.IntN(800), Over: time.Duration(rng.IntN(180)) * time.Second},
			{Kind: "constant", Rate: 0.2 + 2*rng.Float64()},
		}[rng.IntN(3)])
	}
	metric := []string{"p50", "p90", "p95", "p99", "mean", "max"}[rng.IntN(6)]
	bound := time.Duration((0.5 + 20*rng.Float64()) * 1e9)
	if rng.IntN(2) == 0 {
		bound *= 20
	}
	c.Objective.Latency = []model.Bound{{Metric: metric, AtMost: bound}}
	if rng.IntN(3) == 0 {
		c.Objective.TimedOut = 0.1 * rng.Float64()
	}
	return c
}

// TestScreenIsSafe simulates what the screen rejects, and finds no objective met
// that was said to be out of reach; and what it lets pass, to see that it is
// worth having.
func TestScreenIsSafe(t *testing.T) {
	const settings = 60
	rng := rand.New(rand.NewPCG(4, 4))
	rejected, infeasible, formulas := 0, 0, map[string]int{}
	book, err := price.Open("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range settings {
		cfg := anySetting(rng)
		if problems := cfg.Validate(); len(problems) > 0 && !problems[0].Warning {
			t.Fatalf("setting %d: %v", i, problems[0])
		}
		v := theory.Screen(&cfg)
		r, err := Execute(context.Background(), &cfg, book, Options{})
		if err != nil {
			t.Fatal(err)
		}
		outcome := map[string]string{}
		for _, o := range r.Objectives {
			outcome[o.Metric] = o.Outcome
		}
		if ExitCode(r.Objectives) == ExitNotMet {
			infeasible++
		}
		if floor, err := CostFloor(&cfg, book); err != nil || ExitCode(r.Objectives) != ExitNotMet && floor > *r.Cost.Total.Value {
			t.Errorf("setting %d costs %v, its floor is %v (%v)", i, *r.Cost.Total.Value, floor, err)
		}
		kept := true
		for _, reason := range v.Impossible {
			formulas[kindOf(reason.Text)]++
			kept = kept && outcome[reason.Metric] == Met
		}
		if !v.Rejected() {
			continue
		}
		rejected++
		// What is out of reach for several classes together is so for one of them.
		if kept {
			t.Errorf("setting %d is rejected for %v, but the objectives are %v", i, v.Impossible, r.Objectives)
		}
	}
	t.Logf("%d of %d rejected, of %d that are infeasible: %v", rejected, settings, infeasible, formulas)
	if rejected < settings/3 || rejected < infeasible/3 || len(formulas) < 4 {
		t.Errorf("%d of %d rejected, of %d that are infeasible, by %v: too few to be a test", rejected, settings, infeasible, formulas)
	}
}

func kindOf(text string) string {
	for _, kind := range []string{"never wait", "mean service time", "rate limit", "more than one task in", "late tasks may hold"} {
		if strings.Contains(text, kind) {
			return kind
		}
	}
	return text
}

// TestCostFloor holds the floor against a run: below it, and not by much where
// nothing is done in vain.
func TestCostFloor(t *testing.T) {
	book, err := price.Open("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	cfg := scenario()
	cfg.Classes = cfg.Classes[:1]
	c := &cfg.Classes[0]
	c.Mapping.MaximumConcurrency = 4
	c.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 2}}
	c.Objective.Latency = []model.Bound{{Metric: "p99", AtMost: time.Minute}}
	for _, change := range []func(){
		func() {},
		func() { cfg.Worker.ProvisionedConcurrency = 4 },
		func() { cfg.Worker.Memory *= 4 },
		func() { cfg.Worker.Driver, cfg.Worker.ProvisionedConcurrency = model.DriverPoller, 0 },
	} {
		change()
		r, err := Execute(context.Background(), cfg, book, Options{})
		if err != nil {
			t.Fatal(err)
		}
		floor, err := CostFloor(cfg, book)
		if total := *r.Cost.Total.Value; err != nil || floor > total || floor < 0.85*total {
			t.Errorf("floor %v, cost %v, %v", floor, total, err)
		}
	}
}
