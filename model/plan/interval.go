package plan

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"penstock/model"
)

// oneReplication is why an estimate from a single run has no interval.
const oneReplication = "one replication has no interval"

// span says which values a quantity can have; intervals are cut to it.
type span uint8

const (
	nonNegative span = iota // counts, times, money
	share                   // 0..1
)

// estimator turns the runs of a study into estimates.
type estimator struct {
	runs       []model.Run
	confidence float64
	t          float64 // Student's t for the number of runs
	ranks      medianRanks
	study      model.Study
	// observing asks for what each run had, however small its sample: it is set
	// for a single run whose figures are one observation each.
	observing bool
}

func newEstimator(runs []model.Run, confidence float64) *estimator {
	if confidence <= 0 || confidence >= 1 {
		confidence = 0.95
	}
	return &estimator{runs: runs, confidence: confidence, t: studentT(len(runs), confidence), ranks: newMedianRanks(len(runs), confidence)}
}

// newStudyEstimator is newEstimator for runs of a scenario.
func newStudyEstimator(runs []model.Run, cfg *model.Config) *estimator {
	e := newEstimator(runs, cfg.Precision.Confidence)
	e.study = cfg.Study
	return e
}

// studentT returns the factor t of the interval mean ± t s/√n that covers the
// mean of n normal values with the given probability; 0 for n < 2.
func studentT(n int, confidence float64) float64 {
	if n < 2 {
		return 0
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + confidence) / 2)
}

// meanAndError returns the mean of xs and the standard error of that mean,
// s/√n, with xs added up in order. The error of fewer than two values is 0.
func meanAndError(xs []float64) (mean, se float64) {
	n := float64(len(xs))
	for _, x := range xs {
		mean += x
	}
	mean /= n
	if len(xs) < 2 {
		return mean, 0
	}
	var squares float64
	for _, x := range xs {
		d := x - mean
		squares += float64(d * d)
	}
	return mean, math.Sqrt(squares / (n - 1) / n)
}

// interval returns the mean of one value per run and its Student-t interval
// over the runs (replication/deletion; Law, Simulation Modeling and Analysis,
// section 9.5). With one run low and high are the value itself.
func (e *estimator) interval(xs []float64) (mean, low, high float64) {
	mean, se := meanAndError(xs)
	half := float64(e.t * se)
	return mean, mean - half, mean + half
}

// StandardError returns the standard error behind an interval at the given
// confidence: half its width over Student's t. An interval that was cut to the
// values that the quantity can have keeps its longer side. It is 0 where there
// is no interval.
func (e Estimate) StandardError(confidence float64) float64 {
	if e.Value == nil || e.Low == nil || e.High == nil || e.N < 2 {
		return 0
	}
	return max(*e.High-*e.Value, *e.Value-*e.Low) / studentT(e.N, confidence)
}

// Combine returns what independent studies of the same size say together: the
// mean of their values, and the Student-t interval over the studies. It has no
// value where one of them has none.
func Combine(studies []Estimate, confidence float64) Estimate {
	e := newEstimator(make([]model.Run, len(studies)), confidence)
	xs := make([]float64, len(studies))
	for i, s := range studies {
		if s.Value == nil {
			return e.none("%s", s.Why)
		}
		xs[i] = *s.Value
	}
	return e.estimate(xs, nonNegative)
}

// estimate is the estimate from one value per run.
func (e *estimator) estimate(xs []float64, s span) Estimate {
	mean, low, high := e.interval(xs)
	if math.IsNaN(high-low) || math.IsInf(high-low, 0) {
		return e.none("a replication gave no finite value")
	}
	est := Estimate{Value: figure(s.cut(mean)), N: len(e.runs)}
	if len(e.runs) < 2 {
		est.Why = oneReplication
		return est
	}
	est.Low, est.High = figure(s.cut(low)), figure(s.cut(high))
	return est
}

// cut returns the value of the span next to x.
func (s span) cut(x float64) float64 {
	if s == share {
		x = min(x, 1)
	}
	return max(x, 0)
}

// none is an estimate without a value.
func (e *estimator) none(format string, args ...any) Estimate {
	return Estimate{N: len(e.runs), Why: fmt.Sprintf(format, args...)}
}

// each collects one value per run.
func (e *estimator) each(f func(*model.Run) float64) []float64 {
	xs := make([]float64, len(e.runs))
	for i := range e.runs {
		xs[i] = f(&e.runs[i])
	}
	return xs
}

// over estimates the mean of a quantity that every run has.
func (e *estimator) over(s span, f func(*model.Run) float64) Estimate {
	return e.estimate(e.each(f), s)
}

// count estimates the mean of a count.
func (e *estimator) count(f func(*model.Run) int64) Estimate {
	return e.over(nonNegative, func(r *model.Run) float64 { return float64(f(r)) })
}

// rareCount estimates the mean of a count of losses. Where no replication had
// one, the spread between runs is 0 and a t-interval would claim certainty; the
// upper bound is then that of ruleOfThree.
func (e *estimator) rareCount(f func(*model.Run) int64) Estimate {
	est := e.count(f)
	if est.High != nil && *est.Value == 0 {
		est.High = figure(e.ruleOfThree())
		est.Why = "no replication had one: the upper bound is the rule of three"
	}
	return est
}

// ruleOfThree bounds the mean number per run of something that none of R runs
// had: 3/R at a confidence of 0.95 (Hanley and Lippman-Hand, JAMA 249, 1983),
// and in proportion to ln(1-confidence) at any other. It takes the number in a
// run for Poisson; losses that come in clusters can be more.
func (e *estimator) ruleOfThree() float64 {
	scale := math.Log(1-e.confidence) / math.Log(0.05)
	return float64(3*scale) / float64(len(e.runs))
}

// ratio estimates the mean over the runs of numerator / denominator. It has no
// value where a run's denominator is 0; of says what that counts.
func (e *estimator) ratio(s span, of string, f func(*model.Run) (num, den float64)) Estimate {
	return e.ratioAt(s, of, func(i int) (num, den float64) { return f(&e.runs[i]) })
}

// ratioAt is ratio for what does not stand in the run itself.
func (e *estimator) ratioAt(s span, of string, f func(run int) (num, den float64)) Estimate {
	xs := make([]float64, len(e.runs))
	empty := 0
	for i := range e.runs {
		num, den := f(i)
		if den == 0 {
			empty++
			continue
		}
		xs[i] = num / den
	}
	if empty > 0 {
		return e.without(of, empty)
	}
	return e.estimate(xs, s)
}

// without is the estimate of something per task, or the like, where some runs
// had none.
func (e *estimator) without(of string, empty int) Estimate {
	switch {
	case empty < len(e.runs):
		return e.none("%d of %d replications had no %s", empty, len(e.runs), of)
	case empty == 1:
		return e.none("no %s", of)
	}
	return e.none("no %s in any replication", of)
}
