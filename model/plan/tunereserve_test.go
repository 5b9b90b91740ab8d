package plan

import (
	"context"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// trap is the world of slots in which 20 to 23 slots are sure to keep the promise:
// others look good at first sight, and break it from the seventh replication on.
func trap(cfg *model.Config, opt model.Options) (model.Run, bool) {
	r, ok := slots(cfg, opt)
	if c := cfg.Worker.Concurrency; ok && (c < 20 || c > 23) && opt.Replication > semiRuns {
		for i := range r.Classes {
			r.Classes[i].Latency.P95 *= 20
		}
	}
	return r, ok
}

// TestTuneReserves: where all that looked good at first turns out to break an
// objective, others are asked before it is said that none keeps them.
func TestTuneReserves(t *testing.T) {
	cfg, space := slotProblem(5.1, 44)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, trap)
	if got.Outcome != TournamentBest || got.Best.Settings["worker.concurrency"] < "20" || got.Best.Settings["worker.concurrency"] > "23" {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// TestTuneNoneAsked: that no setting keeps every objective is not said while some
// that seem to were not asked.
func TestTuneNoneAsked(t *testing.T) {
	cfg, space := slotProblem(5.1, 60)
	late := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		for i := range r.Classes {
			if opt.Replication > semiRuns {
				r.Classes[i].Latency.P95 *= 20
			}
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, late)
	if got.Outcome != Undecided || !strings.Contains(got.Why, "every finalist breaks an objective") || got.Best == nil {
		t.Errorf("%s: %s", got.Outcome, got.Why)
	}
}

// TestTuneSeems: where no setting is sure to keep its objectives, one whose figures
// keep them is ahead, not a cheaper one that breaks them now and then.
func TestTuneSeems(t *testing.T) {
	cfg, space := slotProblem(5.1, 60)
	cfg.Classes[0].Objective.Latency = append(cfg.Classes[0].Objective.Latency, model.Bound{Metric: "mean", AtMost: 20 * time.Second})
	wild := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		for i := range r.Classes {
			s := &r.Classes[i].Latency
			switch c := cfg.Worker.Concurrency; {
			case c < 20 && opt.Replication%13 == 12: // on average beyond the bound, and never sure
				s.Mean = 600
			case c >= 20 && opt.Replication%17 == 16: // on average within it, and never sure
				s.Mean = 200
			}
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, wild)
	if got.Outcome != Undecided || got.Best == nil || got.Best.Tight.Ratio > 1 {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}
