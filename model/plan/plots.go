package plan

import (
	"time"

	"penstock/model"
)

// plots gathers what the figures are drawn from.
func plots(cfg *model.Config, runs []model.Run) Plots {
	step := coarsest(runs)
	byClass := func(f func(*model.Series) [][]float64, m merge) [][]Band {
		all := make([][]Band, len(cfg.Classes))
		for c := range all {
			all[c] = bands(runs, step, m, func(s *model.Series) []float64 {
				if v := f(s); c < len(v) {
					return v[c]
				}
				return nil
			})
		}
		return all
	}
	return Plots{
		Step: step, Horizon: cfg.Horizon,
		Depth:   byClass(func(s *model.Series) [][]float64 { return s.Depth }, mean),
		Flight:  byClass(func(s *model.Series) [][]float64 { return s.Flight }, mean),
		Oldest:  byClass(func(s *model.Series) [][]float64 { return s.Oldest }, last),
		Busy:    bands(runs, step, mean, func(s *model.Series) []float64 { return s.Busy }),
		Calls:   bands(runs, step, mean, func(s *model.Series) []float64 { return s.Calls }),
		Peak:    bands(runs, step, largest, func(s *model.Series) []float64 { return s.Peak }),
		Latency: histograms(len(cfg.Classes), runs),
		Most:    extremes(len(cfg.Classes), runs),
		Slots:   cfg.Worker.Concurrency, LegacyCap: cfg.Legacy.Concurrency,
		Config: cfg,
	}
}

// extremes returns the largest values that each class's queue reached.
func extremes(classes int, runs []model.Run) []Extremes {
	all := make([]Extremes, classes)
	for i := range runs {
		for c := range all {
			k, most := &runs[i].Classes[c], &all[c]
			most.Depth = max(most.Depth, float64(k.DepthMax))
			most.Flight = max(most.Flight, float64(k.FlightMax))
			most.Oldest = max(most.Oldest, round9(k.Oldest))
		}
	}
	return all
}

// histograms adds up the latencies of each class.
func histograms(classes int, runs []model.Run) [][]int64 {
	all := make([][]int64, classes)
	for c := range all {
		all[c] = make([]int64, model.HistBins)
		for i := range runs {
			for bin, n := range runs[i].Classes[c].Latency.Hist {
				all[c][bin] += n
			}
		}
	}
	return all
}

// bands gives mean and range over all runs, step by step. A run that had ended
// by a step counts as 0 in it: nothing waited and nothing ran.
func bands(runs []model.Run, step time.Duration, m merge, f func(*model.Series) []float64) []Band {
	rows := make([][]float64, len(runs))
	length := 0
	for i := range runs {
		s := &runs[i].Series
		if s.Step > 0 {
			rows[i] = coarsen(f(s), int(step/s.Step), m)
		}
		length = max(length, len(rows[i]))
	}
	all := make([]Band, length)
	for j := range all {
		var b Band
		for i, row := range rows {
			x := 0.0
			if j < len(row) {
				x = row[j]
			}
			b.Mean += x
			if i == 0 || x < b.Min {
				b.Min = x
			}
			b.Max = max(b.Max, x)
		}
		all[j] = Band{Mean: round9(b.Mean / float64(len(runs))), Min: round9(b.Min), Max: round9(b.Max)}
	}
	return all
}

// coarsest returns the longest step of any run's series. Runs double their step
// when they grow long, so every other step divides it.
func coarsest(runs []model.Run) time.Duration {
	var step time.Duration
	for i := range runs {
		step = max(step, runs[i].Series.Step)
	}
	return step
}

// merge says what becomes of several steps that are put together.
type merge uint8

const (
	mean    merge = iota // of a mean; where the run ended within the step, the rest counts as 0
	last                 // of what was measured at the end of a step
	largest              // of a maximum
)

// coarsen puts every factor steps of xs together.
func coarsen(xs []float64, factor int, m merge) []float64 {
	if factor <= 1 {
		return xs
	}
	var out []float64
	for len(xs) > 0 {
		group := xs[:min(factor, len(xs))]
		xs = xs[len(group):]
		var y float64
		for _, x := range group {
			switch m {
			case mean:
				y += x / float64(factor)
			case last:
				y = x
			case largest:
				y = max(y, x)
			}
		}
		out = append(out, y)
	}
	return out
}
