package plan

import (
	"fmt"

	"penstock/model"
)

// quantiles estimates a latency from the per-run values: each run gives its
// mean, its quantiles and its largest value, and the interval is over runs.
func (e *estimator) quantiles(of string, pick func(*model.Run) *model.Sample) Quantiles {
	return Quantiles{
		Mean: e.meanTime(of, pick),
		P50:  e.quantile(50, pick, func(s *model.Sample) float64 { return s.P50 }),
		P90:  e.quantile(90, pick, func(s *model.Sample) float64 { return s.P90 }),
		P95:  e.quantile(95, pick, func(s *model.Sample) float64 { return s.P95 }),
		P99:  e.quantile(99, pick, func(s *model.Sample) float64 { return s.P99 }),
		Max:  e.sampled(of, pick, func(s *model.Sample) float64 { return s.Max }),
	}
}

// meanTime estimates the mean of a time.
func (e *estimator) meanTime(of string, pick func(*model.Run) *model.Sample) Estimate {
	mean := func(s *model.Sample) float64 { return s.Mean }
	if s := e.single(pick); s != nil && s.N > 0 {
		return e.byBatches(s, 1, mean)
	}
	return e.sampled(of, pick, mean)
}

func (e *estimator) waits(pick func(*model.Run) *model.Sample) Waits {
	q := e.quantiles(ofCompleted, pick)
	return Waits{Mean: q.Mean, SD: e.deviation(pick), P50: q.P50, P90: q.P90, P95: q.P95, P99: q.P99}
}

// deviation estimates the standard deviation of the observations of a run. It
// has no value unless every run had two of them.
func (e *estimator) deviation(pick func(*model.Run) *model.Sample) Estimate {
	const two = 2
	sd := func(s *model.Sample) float64 { return s.SD }
	for i := range e.runs {
		if n := pick(&e.runs[i]).N; n < two {
			return e.none("a standard deviation needs %d observations in every replication, and one had %d", two, n)
		}
	}
	if s := e.single(pick); s != nil {
		return e.byBatches(s, two, sd)
	}
	return e.over(nonNegative, func(r *model.Run) float64 { return pick(r).SD })
}

// sampled estimates a figure of a sample that needs one observation in every
// run. A run without any is not left out: it may be the worst of all.
func (e *estimator) sampled(of string, pick func(*model.Run) *model.Sample, f func(*model.Sample) float64) Estimate {
	return e.ratio(nonNegative, of, func(r *model.Run) (float64, float64) {
		s := pick(r)
		if s.N == 0 {
			return 0, 0
		}
		return f(s), 1
	})
}

// beyond is how many observations of all runs together must lie beyond a
// quantile for it to have a value.
const beyond = 100

// quantile estimates the quantile of the given percent. It has no value unless
// one observation of every run, and a hundred of all runs together, are
// expected to lie beyond it: for p99 that is 100 in every run and 10,000 in
// all.
//
// A steady study asks for the quantile of the long run, which each long run
// estimates with an error that is all but normal: the estimate is the mean over
// the runs with Student's interval. A terminating study asks how a day goes,
// and days may differ by any law: see typical.
func (e *estimator) quantile(percent int64, pick func(*model.Run) *model.Sample, f func(*model.Sample) float64) Estimate {
	if e.observing {
		return e.sampled("observation", pick, f)
	}
	need := 100 / (100 - percent)
	fewest, all := int64(-1), int64(0)
	for i := range e.runs {
		n := pick(&e.runs[i]).N
		all += n
		if fewest < 0 || n < fewest {
			fewest = n
		}
	}
	name := fmt.Sprintf("p%d", percent)
	switch {
	case fewest < need:
		return e.none("%s needs %d observations in every replication, and one had %d", name, need, fewest)
	case all < need*beyond:
		est := e.none("%s needs %d observations in all replications together, and they had %d", name, need*beyond, all)
		est.growing = true
		return est
	}
	if s := e.single(pick); s != nil {
		return e.byBatches(s, need, f)
	}
	xs := e.each(func(r *model.Run) float64 { return f(pick(r)) })
	if e.study == model.Terminating {
		return e.typical(percent, xs, pick)
	}
	return e.estimate(xs, nonNegative)
}

// typical estimates the quantile of a typical run: the median over the runs of
// the quantile that each of them had, with an interval between order
// statistics, which holds whatever law the runs follow. Where there are too few
// runs for it, or where it disagrees with the quantile of all observations
// together, it is the mean over the runs with Student's interval: a few bad
// days in which everything waits are no part of the typical one, and must not
// be hidden behind it.
func (e *estimator) typical(percent int64, xs []float64, pick func(*model.Run) *model.Sample) Estimate {
	mid, low, high, ok := e.ranks.of(xs)
	if !ok {
		return e.estimate(xs, nonNegative)
	}
	from, to, known := e.pooled(percent, pick)
	if known && (to < low || from > high) {
		est := e.estimate(xs, nonNegative)
		est.Why = join(est.Why, fmt.Sprintf("the mean over the replications: they differ so much that the p%d of all observations together is none of a typical one", percent))
		return est
	}
	return Estimate{Value: figure(mid), Low: figure(low), High: figure(high), N: len(xs)}
}

// pooled brackets the quantile of the observations of all runs together: it is
// above from and at most to, a bin of the histograms. known is false without
// histograms.
func (e *estimator) pooled(percent int64, pick func(*model.Run) *model.Sample) (from, to float64, known bool) {
	var bins [model.HistBins]int64
	var all int64
	for i := range e.runs {
		for b, n := range pick(&e.runs[i]).Hist {
			bins[b] += n
			all += n
		}
	}
	if all == 0 {
		return 0, 0, false
	}
	var sum int64
	for b, n := range bins {
		if sum += n; 100*sum >= percent*all {
			if b > 0 {
				from = model.HistBound(b - 1)
			}
			return from, model.HistBound(b), true
		}
	}
	panic("plan: a histogram that does not add up")
}
