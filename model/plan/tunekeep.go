package plan

import "context"

// Why a finalist that is not known to break an objective does not take part in
// the selection.
const (
	AsideEdge = "edge" // within a tolerance of its bound
	AsideDear = "dear" // even if it keeps every objective it is not cheaper than one that does
	AsideOpen = "open" // the budget did not tell whether it keeps them
)

// keepers finds out which finalists keep every objective, in looks as
// tournament.keepers does. It stops asking where the answer does not matter: of
// a finalist that is within a tolerance of its bound, and of one that saves no
// more than what matters against one that keeps its objectives for certain.
func (t *tuning) keepers(ctx context.Context, cup *tournament) error {
	k := len(cup.contenders)
	alpha := (1 - t.out.Confidence) / 2 / float64(k*(len(t.promises)+k))
	for n := t.opt.First; ; n = min(2*n, t.opt.Most) {
		alpha /= 2
		if err := t.look(ctx, cup, n, alpha); err != nil {
			return err
		}
		open := 0
		for _, c := range cup.contenders {
			if c.keeps == Undecided && c.aside == "" {
				open++
			}
		}
		if open == 0 || n == t.opt.Most || cup.stopped {
			t.sortOut(cup)
			return nil
		}
		t.bar.plan(open*n*(1+len(t.opt.WhatIfs)) + t.ahead(0))
	}
}

// look judges with n replications what is still open.
func (t *tuning) look(ctx context.Context, cup *tournament, n int, alpha float64) error {
	for _, c := range cup.contenders {
		if c.keeps == Met || c.keeps == NotMet || c.aside != "" {
			continue
		}
		had := len(c.out)
		if err := cup.sample(ctx, c, n); err != nil {
			return err
		}
		t.bar.done((len(c.out) - had) * (1 + len(c.also)))
		var err error
		if c.keeps, c.tightest, err = c.judge(t.promises, 1-alpha); err != nil {
			return err
		}
	}
	for _, kept := range cup.contenders {
		if kept.keeps != Met {
			continue
		}
		for _, c := range cup.contenders {
			if err := t.setAside(c, kept, alpha); err != nil {
				return err
			}
		}
	}
	return nil
}

// setAside takes a finalist out that need not be asked any more, as there is one
// that keeps its objectives for certain.
func (t *tuning) setAside(c, kept *contender, alpha float64) error {
	if c.keeps != Undecided || c.aside != "" {
		return nil
	}
	if a := c.tightest; a != nil && a.Value.Low != nil && *a.Value.Low > a.Bound*(1-t.opt.Within) {
		c.aside = AsideEdge
		return nil
	}
	dear, err := t.dear(c, kept, alpha)
	if dear {
		c.aside = AsideDear
	}
	return err
}

// dear reports whether c saves no more than what matters against a setting that
// keeps its objectives.
func (t *tuning) dear(c, kept *contender, alpha float64) (bool, error) {
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
	return *pairs(a, b, 1-alpha).Low > -matters, nil
}

// sortOut decides who takes part in the selection. Where nobody keeps every
// objective for certain, all that may do.
func (t *tuning) sortOut(cup *tournament) {
	sure := false
	for _, c := range cup.contenders {
		sure = sure || c.keeps == Met
	}
	for _, c := range cup.contenders {
		switch {
		case c.aside == AsideEdge:
			t.out.Edge++
		case c.keeps == Undecided && c.aside == "" && sure:
			c.aside = AsideOpen
		}
	}
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
