package plan

import (
	"context"
	"math"

	"penstock/model"
)

// looksGrow is the factor by which replications grow from one look at a value
// to the next.
const looksGrow = 1.5

// limitTest decides at one value after the other whether the conditions are
// kept there, by looks at more and more replications. The looks at a value
// together err with at most the probability errs: each has an equal share, which
// is split over the conditions too, since a single one that is taken for broken
// is enough. (Nominal levels that are the same at every look are those of
// Pocock; Bonferroni's inequality makes them hold without assumptions on how the
// looks depend on each other. Jennison and Turnbull, Group Sequential Methods,
// 2000, chapter 2.)
type limitTest struct {
	conditions []model.Assert
	looks      []int // replications at each look
	confidence float64
}

// newLimitTest shares out the probability of a wrong decision at one value.
func newLimitTest(conditions []model.Assert, first, most int, errs float64) limitTest {
	t := limitTest{conditions: conditions}
	for n := first; n < most; n = int(math.Ceil(float64(n) * looksGrow)) {
		t.looks = append(t.looks, n)
	}
	t.looks = append(t.looks, most)
	t.confidence = 1 - errs/float64(len(t.looks)*len(conditions))
	return t
}

// decide looks at a scenario until every condition is kept, or one is broken,
// or no more replications are allowed or can help.
func (t *limitTest) decide(ctx context.Context, s *Sampler, done func(n int)) (outcome string, all []Assert, err error) {
	for _, n := range t.looks {
		before := s.N()
		if err := s.Extend(ctx, n); err != nil {
			return "", nil, err
		}
		s.dropSeries(before)
		done(n - before)
		e := newEstimator(s.runs, t.confidence)
		e.study = s.study.cfg.Study
		r := s.study.figures(e, s.out)
		if all, err = judge(r, t.conditions); err != nil {
			return "", nil, err
		}
		outcome = together(all)
		if outcome != Undecided || t.hopeless(all, n) {
			return outcome, all, nil
		}
	}
	return outcome, all, nil
}

// together is NotMet where one of them is, and Met where all are.
func together(all []Assert) string {
	switch ExitCode(all) {
	case ExitMet:
		return Met
	case ExitNotMet:
		return NotMet
	}
	return Undecided
}

// hopeless reports whether no undecided condition will ever be decided, so that
// to go on would be in vain. Stopping early claims nothing.
func (t *limitTest) hopeless(all []Assert, n int) bool {
	for i := range all {
		if all[i].Outcome == Undecided && !t.stays(&all[i], n) {
			return false
		}
	}
	return true
}

// stays reports whether a condition that is undecided after n replications will
// be so at the end: it has no value that more of them would give it, or from the
// third look on, its value lies so close to the bound that four times as many as
// there may be would not tell them apart.
func (t *limitTest) stays(a *Assert, n int) bool {
	most := t.looks[len(t.looks)-1]
	e := a.Value
	switch {
	case e.Value == nil:
		return !e.growing
	case e.Low == nil || e.High == nil || n <= t.looks[min(1, len(t.looks)-1)] || n == most:
		return false
	}
	half := *e.High - *e.Value
	if *e.Value > a.Bound {
		half = *e.Value - *e.Low
	}
	if float64(half*math.Sqrt(float64(n)/float64(most))) <= 2*math.Abs(*e.Value-a.Bound) {
		return false
	}
	a.Why = "the interval straddles the bound, and would with four times as many replications as allowed"
	return true
}

// dropSeries forgets what the plots of a single study need, of the replications
// from the given one on: it is large.
func (s *Sampler) dropSeries(from int) {
	for i := from; i < len(s.runs); i++ {
		s.runs[i].Series, s.out[i].run.Series = model.Series{}, model.Series{}
	}
}
