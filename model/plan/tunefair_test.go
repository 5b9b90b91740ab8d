package plan

import (
	"context"
	"slices"
	"testing"

	"penstock/model"
)

// cheapAtFirst is the world of slots whose first replications are cheap ones: who
// ran more often seems to cost more. The policy "none" is a little dearer.
func cheapAtFirst(cfg *model.Config, opt model.Options) (model.Run, bool) {
	r, ok := slots(cfg, opt)
	if !ok {
		return r, ok
	}
	c := int64(cfg.Worker.Concurrency) * 1e9
	if cfg.Policy.Kind == "none" {
		c += c / 50
	}
	if opt.Replication < firstStage {
		c = c * 3 / 4
	}
	r.Usage = model.Usage{}
	r.Usage.Add(model.LambdaDuration, model.CauseWork, c)
	return r, true
}

// TestTuneComparesPairs: what settings cost is compared over replications that
// both have. The best has run more often here than its neighbours.
func TestTuneComparesPairs(t *testing.T) {
	cfg, space := slotProblem(5.06, 24, "none", "yield")
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, cheapAtFirst)
	if got.Outcome != TournamentBest || got.Best.Settings["worker.concurrency"] != "8" || got.Best.Runs <= firstStage {
		t.Fatalf("%s %+v", got.Outcome, got.Best)
	}
	for _, b := range got.Binds {
		if b.Knob == "policy.kind" || b.Knob != "" && *b.Saves.Low <= 0 {
			t.Errorf("%s=%s saves nothing: %+v", b.Knob, b.Value, b.Saves)
		}
	}
	best := -1
	for i, s := range got.Tried {
		if s.Point == got.Best.Point {
			best = i
		}
		for _, o := range got.Tried {
			a, b := space.Knobs.At(s.Point), space.Knobs.At(o.Point)
			if a[1] == b[1] && a[0] < b[0] && s.Cost >= o.Cost {
				t.Errorf("%d slots cost %v, %d slots %v", a[0]+1, s.Cost, b[0]+1, o.Cost)
			}
		}
	}
	if !slices.Contains(got.Front, best) {
		t.Errorf("the best is not on its own front: %v", got.Front)
	}
	near(t, "the cost of the best, where it was tried", got.Tried[best].Cost, *got.Best.Cost.Value, 1e-8)
}
