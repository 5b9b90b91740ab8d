package plan

import (
	"context"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// TestTuneAllRuledOut: where formulas rule every setting out, some are run all
// the same, so that what is in the way and the least relaxation are told.
func TestTuneAllRuledOut(t *testing.T) {
	cfg, space := slotProblem(5.1, 20)
	load := space.Load
	space.Load = func(p int) (*model.Config, string, error) {
		c, _, err := load(p)
		if p == 0 {
			return nil, "worker.concurrency: too small", nil
		}
		c.Classes = append([]model.Class(nil), c.Classes...)
		c.Classes[0].Arrivals = []model.Arrivals{{Kind: "constant", Rate: 1}}
		c.Legacy.Service.Value = time.Minute
		return c, "", err
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	if s := got.Spent; s.Invalid != 1 || s.Screened != 19 || s.Simulated == 0 || s.PassedOver != 19-s.Simulated {
		t.Errorf("spent %+v", s)
	}
	if got.Outcome != TournamentNone || len(got.Obstacles) != 1 || got.Obstacles[0].Relaxed == nil || got.Obstacles[0].Settings["worker.concurrency"] != "20" {
		t.Fatalf("%s %+v", got.Outcome, got.Obstacles)
	}
	near(t, "relaxed bound", *got.Obstacles[0].Relaxed, 40*60/20, 0.02)
}

// TestTuneNoneIsCheap: where every finalist breaks an objective for certain,
// nobody spends replications on which of them is the closest; the least
// relaxation is that of a setting that ran as often as a finalist, and has an
// interval.
func TestTuneNoneIsCheap(t *testing.T) {
	cfg, space := slotProblem(0.5, 40)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{Most: 1000}, restless(0.1))
	if got.Outcome != TournamentNone || len(got.Others) > 2*forlorn {
		t.Fatalf("%s with %d others", got.Outcome, len(got.Others))
	}
	for _, o := range append(got.Others, got.Best) {
		if o.Runs > firstStage {
			t.Errorf("%v ran %d times", o.Settings, o.Runs)
		}
	}
	o := got.Obstacles[0]
	if o.Value.Low == nil || *o.Value.High <= *o.Value.Low || o.Value.N < firstStage {
		t.Errorf("obstacle %+v", o)
	}
	if !strings.Contains(got.Why, "closest") {
		t.Errorf("why: %s", got.Why)
	}
}

// TestTuneProbesUntilDecided: a value of a knob that the first look leaves in
// doubt is run again, as often as the best setting was.
func TestTuneProbesUntilDecided(t *testing.T) {
	cfg, space := slotProblem(5.06, 24, "none", "yield")
	wobbly := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		if ok && cfg.Policy.Kind == "none" { // very near its bound, and too dear for the final
			r.Classes[0].Latency.P95 *= 1.004 / 1.1
			r.Usage.Add(model.LambdaDuration, model.CauseWork, 30e9)
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, wobbly)
	if got.Best == nil || got.Best.Runs <= 2*aroundRuns {
		t.Fatalf("%s %+v", got.Outcome, got.Best)
	}
	for _, r := range got.Around {
		for _, p := range r.Probes {
			if p.Outcome == Undecided && p.Runs < got.Best.Runs {
				t.Errorf("%s: value %d is left in doubt after %d runs, the best had %d", r.Knob, p.Value, p.Runs, got.Best.Runs)
			}
		}
	}
}
