package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Why a finalist that is not known to break an objective does not take part in
// the selection.
const (
	AsideEdge = "edge" // within a tolerance of its bound
	AsideDear = "dear" // even if it keeps every objective it is not cheaper than one that does
	AsideOpen = "open" // the budget did not tell whether it keeps them
)

// askedAtOnce is how many finalists get more replications in one look.
const askedAtOnce = 2

// keepers finds out which finalists keep every objective. Each is looked at
// after First replications, and again after twice as many, with half of the error
// of the look before, as in tournament.keepers. The cheapest are asked first, and
// nobody is asked where the answer does not matter: who is within a tolerance of
// its bound, and who saves no more than what matters against a finalist that
// keeps its objectives for certain.
func (t *tuning) keepers(ctx context.Context, cup *tournament) error {
	open := slices.Clone(cup.contenders)
	for first := true; len(open) > 0 && !cup.stopped; first = false {
		asked := open
		if !first {
			if err := t.cheapestFirst(open); err != nil {
				return err
			}
			asked = open[:min(askedAtOnce, len(open))]
			t.bar.plan(t.expect(len(open)*len(asked[0].out)*(1+len(t.opt.WhatIfs)) + t.ahead(0)))
		}
		for _, c := range asked {
			if c.looks > 0 && t.exhausted(min(2*len(c.out), t.opt.Most)-len(c.out), finalShare) {
				t.short, c.done = true, true
				continue
			}
			if err := t.look(ctx, cup, c); err != nil {
				return err
			}
		}
		if first {
			more, err := t.reinforce(ctx, cup)
			if err != nil {
				return err
			}
			open = append(open, more...)
		}
		if err := t.setAside(cup); err != nil {
			return err
		}
		open = slices.DeleteFunc(open, func(c *contender) bool {
			return c.keeps != Undecided || c.aside != "" || len(c.out) >= t.opt.Most || c.done
		})
	}
	t.sortOut(cup)
	return nil
}

// cheapestFirst orders finalists by what they cost.
func (t *tuning) cheapestFirst(list []*contender) error {
	mean := map[*contender]float64{}
	for _, c := range list {
		xs, err := c.all(t.metric)
		if err != nil {
			return err
		}
		mean[c], _ = meanAndError(xs[:t.opt.First])
	}
	slices.SortStableFunc(list, func(a, b *contender) int { return cmp.Compare(mean[a], mean[b]) })
	return nil
}

// look judges a finalist after First replications, or after twice as many as it
// has.
func (t *tuning) look(ctx context.Context, cup *tournament, c *contender) error {
	n, had := t.opt.First, len(c.out)
	if c.looks > 0 {
		n = min(2*had, t.opt.Most)
	}
	if err := cup.sample(ctx, c, n); err != nil {
		return err
	}
	t.bar.done((len(c.out) - had) * (1 + len(c.also)))
	c.looks++
	share, k := 1-reserved, finalists
	if c.reserve {
		share, k = reserved, reserves
	}
	alpha := math.Ldexp(share*(1-t.out.Confidence)/2/float64(k*(len(t.promises)+finalists+reserves)), -c.looks)
	var err error
	c.keeps, c.tightest, err = c.judge(t.promises, 1-alpha)
	c.alpha = alpha
	return err
}

// setAside takes finalists out that need not be asked any more, as there is one
// that keeps its objectives for certain.
func (t *tuning) setAside(cup *tournament) error {
	for _, kept := range cup.contenders {
		if kept.keeps != Met {
			continue
		}
		for _, c := range cup.contenders {
			if c.keeps != Undecided || c.aside != "" {
				continue
			}
			if a := c.tightest; a != nil && a.Value.Low != nil && *a.Value.Low > a.Bound*(1-t.opt.Within) {
				c.aside = AsideEdge
				continue
			}
			dear, err := t.dear(c, kept)
			if err != nil {
				return err
			}
			if dear {
				c.aside = AsideDear
			}
		}
	}
	return nil
}

// dear reports whether c saves no more than what matters against a setting that
// keeps its objectives.
func (t *tuning) dear(c, kept *contender) (bool, error) {
	a, err := c.all(t.metric)
	if err != nil {
		return false, err
	}
	b, err := kept.all(t.metric)
	if err != nil {
		return false, err
	}
	mean, _ := meanAndError(b)
	matters := t.opt.Within * max(mean, -mean)
	return *pairs(a, b, 1-c.alpha).Low > -matters, nil
}

// sortOut decides who takes part in the selection. Where nobody keeps every
// objective for certain, those do whose figures keep them, and where there are
// none, all that may.
func (t *tuning) sortOut(cup *tournament) {
	sure, seems := false, false
	for _, c := range cup.contenders {
		sure = sure || c.keeps == Met
		seems = seems || c.keeps == Undecided && c.seems()
	}
	for _, c := range cup.contenders {
		switch {
		case c.aside == AsideEdge:
			t.out.Edge++
		case c.keeps == Undecided && c.aside == "" && (sure || seems && !c.seems()):
			c.aside = AsideOpen
		}
	}
}

// seems reports whether the figures of a contender keep every objective, sure or
// not.
func (c *contender) seems() bool {
	return c.tightest != nil && ratio(*c.tightest.Value.Value, c.tightest.Bound) <= 1
}

// all returns a metric of every replication.
func (c *contender) all(metric string) ([]float64, error) {
	xs := make([]float64, len(c.out))
	for i := range c.out {
		x, err := c.observed(&c.out[i], metric)
		if err != nil {
			return nil, err
		}
		xs[i] = x
	}
	return xs, nil
}
