package plan

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"penstock/model"
)

// restless is the world of slots with so much noise of each setting's own, as a
// share, that a final could go on for ever.
func restless(share float64) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency)<<8|uint64(len(cfg.Policy.Kind)), uint64(opt.Replication)))
		for i := range r.Classes {
			r.Classes[i].Latency.P95 *= 1 + share*own.NormFloat64()
		}
		return r, ok
	}
}

// shortAxes is a problem of the world of slots with five knobs of five values: there
// are as many slots as they say together.
func shortAxes() (*model.Config, Space) {
	cfg, space := slotProblem(8, 5)
	space.Knobs = nil
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		space.Knobs = append(space.Knobs, counting(key, 1, 5))
	}
	space.Load = func(p int) (*model.Config, string, error) {
		c := *cfg
		c.Worker.Concurrency = 1
		for _, v := range space.Knobs.At(p) {
			c.Worker.Concurrency += v
		}
		return &c, "", nil
	}
	return cfg, space
}

// TestTuneBudget: of 2,000 settings or more, a twentieth of the replications of an
// exhaustive search are run at the most, however hard it is to decide, and whether
// the knobs are few and long or many and short.
func TestTuneBudget(t *testing.T) {
	long, longer := slotProblem(5.1, 1200, "none", "yield")
	few, short := shortAxes()
	for _, c := range []struct {
		name  string
		cfg   *model.Config
		space Space
	}{{"long", long, longer}, {"short", few, short}} {
		got := mustTune(t, context.Background(), c.cfg, c.space, TuneOptions{Most: 5000}, restless(0.5))
		if s := got.Spent; s.Share > budgetShare || s.Settings < 2000 {
			t.Errorf("%s: %d replications are %.3g of all of %d settings", c.name, s.Replications, s.Share, s.Settings)
		}
		if c.name == "long" && (got.Outcome != Undecided || !strings.Contains(got.Why, "budget")) {
			t.Errorf("%s: %s: %s", c.name, got.Outcome, got.Why)
		}
		all := mustTune(t, context.Background(), c.cfg, Space{Knobs: c.space.Knobs[:1], Load: c.space.Load}, TuneOptions{All: true, Most: 40}, slots)
		if n := len(c.space.Knobs[0].Values); all.Spent.Simulated != n {
			t.Errorf("%s: %d of %d settings are all of them", c.name, all.Spent.Simulated, n)
		}
	}
}

// TestTuneBudgetCountsTasks: where the first replications, which every setting that
// is tried runs, have more tasks than the others, fewer are run.
func TestTuneBudgetCountsTasks(t *testing.T) {
	cfg, space := shortAxes()
	wild := restless(0.5)
	crowded := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := wild(cfg, opt)
		for i := range r.Classes {
			if opt.Replication == 0 {
				r.Classes[i].Arrived += r.Classes[i].Arrived / 3
			}
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{Most: 5000}, crowded)
	exhaustive := float64(got.Spent.Settings * (4000*firstStage + 4000/3))
	if share := float64(got.Spent.Tasks) / exhaustive; share > 0.05 {
		t.Errorf("%.3g of the tasks of an exhaustive search", share)
	}
}
