package plan

import (
	"context"
	"math/rand/v2"
	"strconv"
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

// lucky is the world of slots in which fewer than 20 slots break a promise on the
// mean now and then, but not before a replication.
func lucky(before int) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		if cfg.Worker.Concurrency < 20 && opt.Replication >= before && opt.Replication%5 == 0 {
			for i := range r.Classes {
				r.Classes[i].Latency.Mean += 30
			}
		}
		return r, ok
	}
}

// meanProblem is slotProblem with a promise on the mean, which is a third of p95.
func meanProblem(most int) (*model.Config, Space) {
	cfg, space := slotProblem(5.1, most)
	cfg.Classes[0].Objective.Latency = []model.Bound{{Metric: "mean", AtMost: 1700 * time.Millisecond}}
	return cfg, space
}

func slotsOf(t *testing.T, c *Choice) int {
	t.Helper()
	if c == nil {
		return 0
	}
	n, err := strconv.Atoi(c.Settings["worker.concurrency"])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTuneConfirms: a setting that is sure to keep its objectives after the first
// look, and breaks one later, is not the pick; nor does it keep out those that were
// set aside because of it.
func TestTuneConfirms(t *testing.T) {
	cfg, space := meanProblem(60)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, lucky(firstStage))
	if slotsOf(t, got.Best) != 20 || got.Best.Runs < confirmed*firstStage || got.Best.Objectives[0].Outcome != Met {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// TestTuneComesDown: what is sure to keep its objectives and came last may be dear:
// what lies between it and what failed is asked.
func TestTuneComesDown(t *testing.T) {
	cfg, space := meanProblem(60)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, lucky(semiRuns))
	if slotsOf(t, got.Best) != 20 {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// noisyMeans is the world of slots with noise on the mean of each setting's own, as
// a share.
func noisyMeans(share float64) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency), uint64(opt.Replication)))
		for i := range r.Classes {
			r.Classes[i].Latency.Mean *= 1 + share*own.NormFloat64()
		}
		return r, ok
	}
}

// TestTuneLikeliest: where nothing is sure, what is ahead is not the cheapest whose
// figures just keep every objective, but the cheapest of which it is likely.
func TestTuneLikeliest(t *testing.T) {
	cfg, space := meanProblem(10)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{Most: firstStage}, noisyMeans(0.25))
	figures := 0 // finalists whose figures keep it
	for _, o := range got.Others {
		if o.Tight.Ratio <= 1 && o.Aside == AsideOpen {
			figures++
		}
	}
	if got.Outcome != Undecided || slotsOf(t, got.Best) != 10 || figures != 1 || !strings.Contains(got.Why, "its intervals at 95 % keep them") {
		t.Errorf("%s: %s: %d others: %+v", got.Outcome, got.Why, figures, got.Best)
	}
}

// TestTuneClosest: where nothing is sure and no figure keeps every objective, what
// comes closest is ahead, not what is cheapest.
func TestTuneClosest(t *testing.T) {
	cfg, space := meanProblem(7)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{Most: firstStage}, noisyMeans(0.5))
	cheaper := 0
	for _, o := range got.Others {
		if o.Tight.Ratio < got.Best.Tight.Ratio {
			t.Errorf("%v is closer than %v", o.Settings, got.Best.Settings)
		}
		if o.Aside == AsideOpen && *o.Cost.Value < *got.Best.Cost.Value {
			cheaper++
		}
	}
	if got.Outcome != Undecided || got.Best.Tight.Ratio <= 1 || cheaper == 0 || !strings.Contains(got.Why, "it only comes the closest") {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// meansBetween is meanProblem over so many slots, with a world in which the mean is
// what the function says of them, with noise as a share of it.
func meansBetween(from, to int, mean func(slots, replication int) (mean, noise float64)) (*model.Config, Space, simulateFunc) {
	cfg, space := meanProblem(to)
	space.Knobs[0] = counting("worker.concurrency", from, to)
	return cfg, space, func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency), uint64(opt.Replication)))
		m, noise := mean(cfg.Worker.Concurrency, opt.Replication)
		for i := range r.Classes {
			r.Classes[i].Latency.Mean = m * (1 + noise*own.NormFloat64())
		}
		return r, ok
	}
}

// TestTuneBackIn: who was set aside beside a cheaper setting that seemed sure is
// asked after all when that one turns out to break an objective.
func TestTuneBackIn(t *testing.T) {
	cfg, space, world := meansBetween(16, 24, func(slots, replication int) (float64, float64) {
		switch {
		case slots >= 20:
			return 1.4, 0.3
		case replication >= firstStage:
			return 5, 0.1
		}
		return 0.5, 0.1
	})
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, world)
	if got.Outcome == TournamentNone || slotsOf(t, got.Best) != 20 || got.Best.Objectives[0].Outcome != Met {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// TestTuneAsksWhatSeems: the budget is not spent on cheap settings that seem to break
// an objective, while the figures of a dearer one keep them all.
func TestTuneAsksWhatSeems(t *testing.T) {
	cfg, space, world := meansBetween(8, 19, func(slots, _ int) (float64, float64) {
		if slots >= 16 {
			return 1.4, 0.5
		}
		return 2, 1
	})
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{Most: 5000}, world)
	if slotsOf(t, got.Best) < 16 || got.Best.Objectives[0].Outcome != Met || strings.Contains(got.Why, "do not tell whether it keeps") {
		t.Errorf("%s: %s: %+v", got.Outcome, got.Why, got.Best)
	}
}

// TestTuneReservesInterrupted: an end that comes while others are asked is told,
// whenever it comes.
func TestTuneReservesInterrupted(t *testing.T) {
	cfg, space := slotProblem(5.1, 44)
	for after := int64(300); after <= 400; after += 5 {
		got, cut := tuneUntil(t, cfg, space, after, trap)
		if cut && (!got.Interrupted || got.Outcome == Undecided && !strings.Contains(got.Why, "interrupted")) {
			t.Errorf("after %d runs: %s: %s", after, got.Outcome, got.Why)
		}
	}
}
