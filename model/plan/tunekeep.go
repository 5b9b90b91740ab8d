package plan

import (
	"cmp"
	"context"
	"fmt"
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

const (
	askedAtOnce = 2 // finalists that get more replications in one look
	// confirmed is how often the cheapest finalist that is sure to keep its
	// objectives is run, in multiples of First, if the budget has room: an interval
	// knows nothing of what happens once in a few dozen replications, and whoever
	// had none of it so far looks cheap and safe.
	confirmed = 8
)

// keepers finds out which finalists keep every objective. Each is looked at
// after First replications, and again after twice as many, with half of the error
// of the look before, as in tournament.keepers. Those whose figures keep every
// objective are asked again first, the cheapest of them first; where there are
// none, other settings are asked before more is spent on those that seem to break
// one. Nobody is asked where the answer does not matter: who is within a tolerance
// of its bound, and who saves no more than what matters against a finalist that
// keeps its objectives for certain.
func (t *tuning) keepers(ctx context.Context, cup *tournament) error {
	asked := slices.Clone(cup.contenders)
	for len(asked) > 0 && !cup.stopped {
		for _, c := range asked {
			if c.looks > 0 && t.finalExhausted(min(2*len(c.out), t.opt.Most)-len(c.out)) {
				t.short, c.done = true, true
				continue
			}
			if err := t.look(ctx, cup, c); err != nil {
				return err
			}
		}
		if err := t.setAside(cup); err != nil {
			return err
		}
		var err error
		if asked, err = t.next(ctx, cup); err != nil {
			return err
		}
	}
	return t.sortOut(cup)
}

// next chooses whom to ask next; nobody, if all is known that matters or that can
// be.
func (t *tuning) next(ctx context.Context, cup *tournament) ([]*contender, error) {
	open := slices.DeleteFunc(slices.Clone(cup.contenders), func(c *contender) bool {
		return c.keeps != Undecided || c.aside != "" || len(c.out) >= t.opt.Most || c.done
	})
	if !slices.ContainsFunc(open, (*contender).seems) && !cup.stopped {
		if c := t.unconfirmed(cup); c != nil {
			return []*contender{c}, nil
		}
		c, err := t.recruit(ctx, cup)
		if err != nil || t.stopped {
			return nil, err
		}
		if c != nil {
			return []*contender{c}, nil
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	if err := t.cheapestFirst(open); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(cup.contenders, (*contender).sure) {
		slices.SortStableFunc(open, seemingFirst) // one that is sure is worth more than a cheaper doubt
	}
	t.bar.plan(t.expect(len(open)*len(open[0].out)*t.worlds() + t.ahead(0)))
	return open[:min(askedAtOnce, len(open))], nil
}

// unconfirmed returns the cheapest finalist that is sure to keep its objectives, if
// it has not run often enough to believe that and may run more often; else nil.
func (t *tuning) unconfirmed(cup *tournament) *contender {
	s := t.cheapestSure(cup, t.fairCosts())
	if s == nil {
		return nil
	}
	c := s.runs[0]
	most := min(confirmed*t.opt.First, t.opt.Most)
	if len(c.out) >= most || t.finalExhausted(min(len(c.out), t.opt.Most-len(c.out))) {
		return nil
	}
	return c
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
// that keeps its objectives for certain. Who was out because of one that turned out
// not to is in again.
func (t *tuning) setAside(cup *tournament) error {
	for _, c := range cup.contenders {
		c.aside = ""
	}
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

// sortOut decides who takes part in the selection: those that keep every objective
// for certain. Where there are none, nothing is sure, and those are put ahead of
// which it is the likeliest: whose intervals at the confidence of a report keep
// them, or intervals of one standard error, or at least the figures; and else the
// one whose figures come closest. The cheapest of all that may would as a rule be
// one that breaks an objective, and was lucky.
func (t *tuning) sortOut(cup *tournament) error {
	var open []*contender
	for _, c := range cup.contenders {
		if c.aside == AsideEdge {
			t.out.Edge++
		}
		if c.keeps == Undecided && c.aside == "" {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return nil
	}
	ahead := []*contender{}
	if !slices.ContainsFunc(cup.contenders, (*contender).sure) {
		var err error
		if ahead, err = t.likeliest(open); err != nil {
			return err
		}
	}
	for _, c := range open {
		if !slices.Contains(ahead, c) {
			c.aside = AsideOpen
		}
	}
	return nil
}

// oneError is the confidence of an interval of one standard error to either side.
const oneError = 0.68

// likeliest returns those of some contenders that are the likeliest to keep every
// objective, and notes in words how likely that is.
func (t *tuning) likeliest(open []*contender) ([]*contender, error) {
	for _, confidence := range []float64{t.out.Confidence, oneError} {
		var list []*contender
		for _, c := range open {
			keeps, _, err := c.judge(t.promises, confidence)
			if err != nil {
				return nil, err
			}
			if keeps == Met {
				list = append(list, c)
			}
		}
		if len(list) > 0 {
			t.grounds = fmt.Sprintf("its intervals at %.3g %% keep them, which is not enough after this many looks", 100*confidence)
			return list, nil
		}
	}
	if list := slices.DeleteFunc(slices.Clone(open), func(c *contender) bool { return !c.seems() }); len(list) > 0 {
		t.grounds = "its figures keep them, by less than their error"
		return list, nil
	}
	t.grounds = "its figures do not, it only comes the closest"
	return []*contender{slices.MinFunc(open, func(a, b *contender) int { return cmp.Compare(a.tightRatio(), b.tightRatio()) })}, nil
}

// sure reports whether a contender keeps every objective for certain.
func (c *contender) sure() bool { return c.keeps == Met }

// seems reports whether the figures of a contender keep every objective, sure or
// not.
func (c *contender) seems() bool { return c.tightRatio() <= 1 }

// tightRatio is how far the figure of the tightest objective is on its way to its
// bound; without a figure it is far beyond.
func (c *contender) tightRatio() float64 {
	if c.tightest == nil {
		return math.Inf(1)
	}
	return ratio(*c.tightest.Value.Value, c.tightest.Bound)
}

// seemingFirst orders contenders whose figures keep every objective before others.
func seemingFirst(a, b *contender) int {
	switch {
	case a.seems() == b.seems():
		return 0
	case a.seems():
		return -1
	}
	return 1
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
