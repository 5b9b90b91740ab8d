package plan

import (
	"fmt"
	"math"

	"penstock/model"
)

const (
	// runBatches is how many batches a steady study of a single run is cut into.
	// Between 10 and 30 are advised: fewer give a wide interval, more give
	// batches that are short and so depend on each other.
	runBatches = 20
	// leastRatio is the von Neumann ratio Σ(B_{i+1}-B_i)²/Σ(B_i-B̄)² of 20 batches
	// below which they are taken to depend on each other. Independent ones have 2
	// in the mean, with variance 4(k-2)/(k²-1), and less than this one time in a
	// hundred.
	leastRatio = 1.01
)

// batches returns into how many batches each run is cut: a steady study of a
// single run has no other source of an interval.
func (s *study) batches() int {
	if s.cfg.Study == model.Steady && s.cfg.Replications == 1 {
		return runBatches
	}
	return 0
}

// byBatches estimates a figure of a single run from its batches (batch means,
// for quantiles sectioning): the value is that of the whole run, the interval
// Student's from the spread of the batches around it. It has no interval where a
// batch has too little for the figure or where the batches depend on each other.
// least is how many observations a batch needs.
func (e *estimator) byBatches(whole *model.Sample, least int64, f func(*model.Sample) float64) Estimate {
	value := f(whole)
	est := Estimate{Value: figure(value), N: 1}
	k := len(whole.Batches)
	xs := make([]float64, k)
	for i := range xs {
		b := &whole.Batches[i]
		if b.N < least {
			est.Why = fmt.Sprintf("%s: a batch of %d had %d observations, and needs %d", oneReplication, k, b.N, least)
			return est
		}
		xs[i] = f(b)
	}
	spread, steps := spreadAround(xs, value)
	if own, _ := spreadAround(xs, meanOf(xs)); own > 0 && steps/own < leastRatio {
		est.Why = fmt.Sprintf("%s: its %d batches depend on each other, a longer run would tell", oneReplication, k)
		return est
	}
	half := float64(studentT(k, e.confidence) * math.Sqrt(spread/float64(k-1)/float64(k)))
	est.Low, est.High = figure(nonNegative.cut(value-half)), figure(value+half)
	est.Why = fmt.Sprintf("one replication: the interval is that of its %d batches", k)
	return est
}

// spreadAround returns the sum of squared distances from a middle, and that of
// the steps from each value to the next.
func spreadAround(xs []float64, middle float64) (spread, steps float64) {
	for i, x := range xs {
		d := x - middle
		spread += float64(d * d)
		if i > 0 {
			step := x - xs[i-1]
			steps += float64(step * step)
		}
	}
	return spread, steps
}

// single returns the batches of the only run, nil if there are none.
func (e *estimator) single(pick func(*model.Run) *model.Sample) *model.Sample {
	if len(e.runs) != 1 || e.observing {
		return nil
	}
	if s := pick(&e.runs[0]); len(s.Batches) > 1 {
		return s
	}
	return nil
}
