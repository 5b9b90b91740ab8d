package plan

import (
	"context"
	"slices"
	"time"

	"penstock/model"
)

const (
	// maxPilots is how many replications measure the warm-up. Averaging over a
	// few smooths the series that MSER-5 reads, as in Welch's procedure.
	maxPilots = 5
	// pilotsFrom is the index of the first pilot run. Pilots are no replications
	// that count: MSER-5 would cut a busy spell off the very runs that it belongs
	// to, and what is left would look too quiet.
	pilotsFrom = 1 << 30
	// keep is how many times the warm-up the counted part should be at least:
	// with less, what is left of the start-up shows in the means, and more
	// replications only make the wrong interval narrower.
	keep = 10
)

// pilots returns how many pilot runs a study of n replications makes.
func (s *study) pilots(n int) int {
	if s.cfg.Study != model.Steady || !s.cfg.Warmup.Auto {
		return 0
	}
	return min(n, maxPilots)
}

// warmup returns what every replication cuts from its start.
func (s *study) warmup(ctx context.Context, n int) (time.Duration, error) {
	if s.cfg.Study != model.Steady {
		return 0, nil
	}
	w, settled := s.cfg.Warmup.For, true
	if s.cfg.Warmup.Auto {
		var err error
		if w, settled, err = s.measureWarmup(ctx, s.pilots(n)); err != nil {
			return 0, err
		}
	}
	if settled && s.cfg.Horizon-w < keep*w {
		s.warn("the warm-up is %s of a horizon of %s: a horizon of %s or more leaves %d times the warm-up to count",
			model.DurationText(w), model.DurationText(s.cfg.Horizon), model.DurationText((keep+1)*w), keep)
	}
	return w, nil
}

// measureWarmup runs pilots without a warm-up and applies MSER-5 to the number
// of open messages, averaged over them. The series ends at the horizon: while a
// queue drains, nothing is steady. If the series is too short to settle, the
// study is warned and settled is false.
func (s *study) measureWarmup(ctx context.Context, pilots int) (w time.Duration, settled bool, err error) {
	cfg := *s.cfg
	cfg.Drain = model.Drain{} // what happens after the horizon is of no interest
	options := make([]model.Options, pilots)
	for i := range options {
		options[i].Replication = pilotsFrom + i
	}
	out, err := s.replicate(ctx, &cfg, options, nil)
	if err != nil {
		return 0, false, err
	}
	runs := make([]model.Run, len(out))
	for i := range out {
		runs[i] = out[i].run
	}
	step := coarsest(runs)
	cut := mser5(openSeries(runs, step, cfg.Horizon))
	w = min(time.Duration(cut.batches*batch)*step, cfg.Horizon)
	switch {
	case cut.of < 2:
		s.warn("the runs are too short to measure a warm-up: nothing is cut, and the figures carry the start-up")
	case !cut.settled:
		s.warn("the number of open messages had not settled by half of the horizon (MSER-5): %s are cut, but the run is too short for a steady study, or the system has no steady state",
			model.DurationText(w))
	}
	return w, cut.settled, nil
}

// openSeries is the number of messages in all queues in each step up to the
// horizon, averaged over the runs. It ends with the shortest of them: a run that
// was cut at the horizon may lack the step that ends there.
func openSeries(runs []model.Run, step, horizon time.Duration) []float64 {
	if step <= 0 {
		return nil
	}
	sum := make([]float64, horizon/step)
	for i := range runs {
		s := &runs[i].Series
		if s.Step <= 0 {
			continue
		}
		for _, level := range slices.Concat(s.Depth, s.Flight) {
			xs := coarsen(level, int(step/s.Step), mean)
			sum = sum[:min(len(sum), len(level)/int(step/s.Step))]
			for j := range sum {
				sum[j] += xs[j]
			}
		}
	}
	for j := range sum {
		sum[j] /= float64(len(runs))
	}
	return sum
}
