package plan

import (
	"cmp"
	"context"
	"slices"
)

// Where no finalist is sure to keep every objective after the first look, others
// are asked: what seemed cheap after a few runs may break an objective now and
// then, or lie on its bound.
const (
	reserves = 12  // of them in all …
	squad    = 4   // … so many at a time, each after as many runs as a semifinalist
	reserved = 0.2 // share of the error on the objectives that is theirs
)

// reinforce brings settings into the final until one is sure to keep every
// objective, or there are none left that seem to. It returns those that came.
func (t *tuning) reinforce(ctx context.Context, cup *tournament) ([]*contender, error) {
	var came []*contender
	sure := func(c *contender) bool { return c.keeps == Met }
	for len(came) < reserves && !t.stopped && !cup.stopped && !slices.ContainsFunc(cup.contenders, sure) {
		if t.exhausted(squad*t.opt.First, finalShare) {
			break
		}
		list, err := t.draft(ctx, cup, 1<<len(came))
		if err != nil || t.stopped || len(list) == 0 {
			return came, err
		}
		if err := t.trySettings(ctx, list, t.opt.First); err != nil || t.stopped {
			return came, err
		}
		for _, s := range list {
			c := s.runs[0]
			c.Policy, c.reserve = t.label(s.point), true
			cup.contenders = append(cup.contenders, c)
			came = append(came, c)
			if err := t.look(ctx, cup, c); err != nil {
				return came, err
			}
		}
	}
	return came, nil
}

// draft chooses a squad among the settings that seem to keep every objective:
// from the cheapest on in steps that double, beginning with the given one. What
// breaks an objective now and then is cheap, and so are its neighbours.
func (t *tuning) draft(ctx context.Context, cup *tournament, step int) ([]*candidate, error) {
	var list []*candidate
	for i := step - 1; len(list) < squad; {
		all := slices.DeleteFunc(t.promising(cup), func(s *candidate) bool { return slices.Contains(list, s) })
		if len(all) == 0 {
			break
		}
		s := all[min(i, len(all)-1)]
		if err := t.trySettings(ctx, []*candidate{s}, semiRuns); err != nil || t.stopped || t.exhausted(squad*t.opt.First, finalShare) {
			return list, err
		}
		if s.tight.Ratio <= 1 {
			list = append(list, s)
			i, step = i+step, 2*step
		}
	}
	return list, nil
}

// promising lists the settings that seem to keep every objective and are not in
// the final, the cheapest first.
func (t *tuning) promising(cup *tournament) []*candidate {
	fair := t.fairCosts()
	list := slices.DeleteFunc(slices.Clone(t.order), func(s *candidate) bool {
		return s.tight.Ratio > 1 || slices.Contains(cup.contenders, s.runs[0])
	})
	slices.SortFunc(list, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(fair[a], fair[b]), cmp.Compare(a.point, b.point))
	})
	return list
}
