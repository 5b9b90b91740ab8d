package plan

import (
	"math"
	"testing"

	"penstock/model"
)

// TestQuantileSupport checks how much a quantile needs: one observation beyond
// it in every run, a hundred in all.
func TestQuantileSupport(t *testing.T) {
	pick := func(r *model.Run) *model.Sample { return &r.Classes[0].Latency }
	for _, tt := range []struct {
		name    string
		percent int64
		runs    int
		each    int64 // observations of every run but one
		one     int64
		why     string
	}{
		{"p99 with just enough", 99, 20, 500, 500, ""},
		{"p99 with one short in all", 99, 20, 500, 499, "p99 needs 10000 observations in all replications together, and they had 9999"},
		{"p99 with just enough in one", 99, 20, 1000, 100, ""},
		{"p99 with one short in one", 99, 20, 1000, 99, "p99 needs 100 observations in every replication, and one had 99"},
		{"p99 of one run", 99, 1, 0, 10000, ""},
		{"p95", 95, 20, 100, 100, ""},
		{"p95 short", 95, 20, 100, 19, "p95 needs 20 observations in every replication, and one had 19"},
		{"p90", 90, 10, 100, 100, ""},
		{"p90 short", 90, 10, 100, 99, "p90 needs 1000 observations in all replications together, and they had 999"},
		{"p50", 50, 20, 10, 10, ""},
		{"p50 short", 50, 20, 10, 1, "p50 needs 2 observations in every replication, and one had 1"},
	} {
		runs := runsOf(tt.runs, func(i int, r *model.Run) {
			r.Classes[0].Latency.N = tt.each
			if i == tt.runs/2 {
				r.Classes[0].Latency.N = tt.one
			}
		})
		got := newEstimator(runs, 0.95).quantile(tt.percent, pick, func(*model.Sample) float64 { return 1.5 })
		if (got.Value != nil) != (tt.why == "") {
			t.Errorf("%s: value %v", tt.name, got.Value)
		}
		if tt.why != "" && got.Why != tt.why {
			t.Errorf("%s: why %q, want %q", tt.name, got.Why, tt.why)
		}
	}
}

func TestClassFigures(t *testing.T) {
	runs := runsOf(2, func(i int, r *model.Run) {
		c := &r.Classes[0]
		*c = model.ClassRun{
			Arrived: 100, Completed: 90, Failed: 1, TimedOut: 2, DeadLettered: int64(3 + i), Expired: 1, Unfinished: int64(3 - i), Open: int64(3 - i),
			Latency: model.Sample{N: 100, Mean: float64(2 + i), P50: 1, Max: 9},
			Sent:    50, Receives: 100, Yields: 25, Escalated: 10, DuplicateCalls: 4, Oldest: 12,
		}
		c.Parts[model.PartLegacy], c.Parts[model.PartOther] = float64(1+i), 1
	})
	k := newEstimator(runs, 0.95).class(0)
	for _, tt := range []struct {
		name string
		got  Estimate
		want float64
	}{
		{"arrived", k.Arrived, 100}, {"completed", k.Completed, 90}, {"failed", k.Failed, 1},
		{"timed_out", k.TimedOut, 2}, {"dead_lettered", k.DeadLettered, 3.5}, {"expired", k.Expired, 1},
		{"unfinished", k.Unfinished, 2.5}, {"dead_lettered_share", k.DeadLetteredShare, 0.035}, {"timed_out_share", k.TimedOutShare, 0.02},
		{"latency.mean", k.Latency.Mean, 2.5}, {"latency.max", k.Latency.Max, 9}, {"latency.p50", k.Latency.P50, 1},
		{"latency_completed.mean", k.LatencyCompleted.Mean, math.NaN()}, {"wait.mean", k.Wait.Mean, math.NaN()},
		{"wait_parts.legacy", k.WaitParts.Legacy, 1.5}, {"wait_parts.other", k.WaitParts.Other, 1}, {"wait_parts.queued", k.WaitParts.Queued, 0},
		{"receives_per_message", k.ReceivesPerMessage, 2}, {"yields_per_message", k.YieldsPerMessage, 0.5},
		{"escalated", k.Escalated, 0.1}, {"duplicate_calls", k.DuplicateCalls, 4}, {"oldest", k.Oldest, 12},
	} {
		checkFigure(t, tt.name, tt.got.Value, tt.want)
	}
	if !k.LatencyIsLowerBound {
		t.Error("unfinished tasks do not mark the latency as a lower bound")
	}
	if why := k.LatencyCompleted.Mean.Why; why != "no completed task in any replication" {
		t.Errorf("latency_completed.mean: why %q", why)
	}
}

// TestLegacyWaits: the waits inside the legacy system are estimates where there can
// be any, of 0 as well, and otherwise no figures, with the reason.
func TestLegacyWaits(t *testing.T) {
	waits := func(n, had int64, mean float64) []model.Run {
		return runsOf(2, func(_ int, r *model.Run) {
			r.Classes[0] = model.ClassRun{Arrived: n, Completed: n, MayLineUp: true, LegacyWaited: had,
				LegacyWait: model.Sample{N: n, Mean: mean, P50: 0, P90: mean, P95: 2 * mean, P99: 3 * mean}}
		})
	}
	k := newEstimator(waits(20_000, 5000, 4), 0.95).class(0)
	for name, f := range map[string]struct {
		got  Estimate
		want float64
	}{
		"mean": {k.LegacyWait.Mean, 4}, "p50": {k.LegacyWait.P50, 0}, "p90": {k.LegacyWait.P90, 4}, "p95": {k.LegacyWait.P95, 8},
		"p99": {k.LegacyWait.P99, 12}, "share": {k.LegacyWaited, 0.25},
	} {
		checkFigure(t, name, f.got.Value, f.want)
	}
	k = newEstimator(waits(20_000, 0, 0), 0.95).class(0)
	checkFigure(t, "nobody waited", k.LegacyWaited.Value, 0)
	checkFigure(t, "mean of nobody", k.LegacyWait.Mean.Value, 0)

	k = newEstimator(waits(0, 0, 0), 0.95).class(0)
	if e := k.LegacyWaited; e.Value != nil || e.Why != "no completed task in any replication" {
		t.Errorf("%+v", e)
	}
	k = newEstimator(runsOf(2, func(int, *model.Run) {}), 0.95).class(0)
	for _, e := range []Estimate{k.LegacyWait.Mean, k.LegacyWait.P50, k.LegacyWait.P90, k.LegacyWait.P95, k.LegacyWait.P99, k.LegacyWaited} {
		if e.Value != nil || e.growing || e.Why != "calls of this class cannot wait: their legacy backlog is 0" {
			t.Errorf("%+v", e)
		}
	}
}

// TestRareShare: with no loss in 20 runs of 1,000 tasks, 3 per 20,000 tasks
// stay possible.
func TestRareShare(t *testing.T) {
	runs := runsOf(20, func(_ int, r *model.Run) { r.Classes[0].Arrived = 1000 })
	got := newEstimator(runs, 0.95).class(0).DeadLetteredShare
	checkFigure(t, "value", got.Value, 0)
	checkFigure(t, "high", got.High, 0.00015)

	few := runsOf(2, func(_ int, r *model.Run) { r.Classes[0].Arrived = 1 })
	checkFigure(t, "high of two tasks", newEstimator(few, 0.95).class(0).DeadLetteredShare.High, 1)

	none := runsOf(2, func(int, *model.Run) {})
	checkFigure(t, "share of no tasks", newEstimator(none, 0.95).class(0).DeadLetteredShare.Value, math.NaN())
}
