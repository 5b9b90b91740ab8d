package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Where the figures of no finalist in doubt keep every objective after a look,
// others are asked: what seemed cheap after a few runs may break an objective now
// and then, or lie on its bound.
const (
	reserves = 12  // that come into the final at the most, of twice as many that are asked
	reserved = 0.2 // share of the error on the objectives that is theirs
)

// recruit brings one more setting into the final, if there is one whose figures
// keep every objective after as many runs as a finalist has. It runs in steps, and
// no longer than its figures keep them.
func (t *tuning) recruit(ctx context.Context, cup *tournament) (*contender, error) {
	for t.recruits < reserves && t.asked < 2*reserves {
		if t.finalExhausted(t.opt.First) {
			t.short = true
			return nil, nil
		}
		s, err := t.reserve(ctx, cup)
		if s == nil || err != nil || t.stopped {
			return nil, err
		}
		t.asked++
		for _, n := range []int{semiRuns, 2 * semiRuns, t.opt.First} {
			if err := t.trySettings(ctx, []*candidate{s}, n); err != nil || t.stopped {
				return nil, err
			}
			if s.tight.Ratio > 1 {
				break
			}
		}
		if s.tight.Ratio <= 1 {
			c := s.runs[0]
			c.Policy, c.reserve = t.label(s.point), true
			cup.contenders = append(cup.contenders, c)
			t.recruits++
			return c, nil
		}
	}
	return nil, nil
}

// reserve chooses the next setting to ask among those that seem to keep every
// objective. As long as no finalist is sure to, it goes from the cheapest on in
// steps that double: what breaks an objective now and then is cheap, and so are
// its neighbours. Then what is next to the cheapest that is sure is tried as well,
// and it is the middle of what is cheaper than that by what matters and dearer than
// all that failed.
func (t *tuning) reserve(ctx context.Context, cup *tournament) (*candidate, error) {
	sure := t.cheapestSure(cup, t.fairCosts())
	if sure == nil {
		list := t.promising(cup, t.fairCosts())
		if len(list) == 0 {
			return nil, nil
		}
		return list[min(1<<t.asked-1, len(list)-1)], nil
	}
	stride := make([]int, len(t.space.Knobs))
	for i := range stride {
		stride[i] = 1
	}
	fresh := slices.DeleteFunc(t.neighbours(sure.point, stride, true), func(p int) bool {
		return !t.valid[p] || t.candidates[p] != nil
	})
	if t.finalExhausted(len(fresh) + t.opt.First) {
		return nil, nil
	}
	if err := t.try(ctx, fresh); err != nil || t.stopped {
		return nil, err
	}
	fair := t.fairCosts()
	most, failed := fair[sure]-t.opt.Within*max(fair[sure], -fair[sure]), math.Inf(-1)
	for _, s := range t.order {
		if s.n() >= 2*semiRuns && !s.runs[0].sure() && fair[s] < most {
			failed = max(failed, fair[s])
		}
	}
	list := slices.DeleteFunc(t.promising(cup, fair), func(s *candidate) bool { return fair[s] <= failed || fair[s] >= most })
	if len(list) == 0 {
		return nil, nil
	}
	return list[len(list)/2], nil
}

// cheapestSure returns the cheapest finalist that is sure to keep every objective;
// nil if there is none.
func (t *tuning) cheapestSure(cup *tournament, fair map[*candidate]float64) *candidate {
	var best *candidate
	for _, s := range t.order {
		if slices.Contains(cup.contenders, s.runs[0]) && s.runs[0].sure() && (best == nil || fair[s] < fair[best]) {
			best = s
		}
	}
	return best
}

// promising lists the settings that seem to keep every objective and are not in
// the final, the cheapest first.
func (t *tuning) promising(cup *tournament, fair map[*candidate]float64) []*candidate {
	list := slices.DeleteFunc(slices.Clone(t.order), func(s *candidate) bool {
		return s.tight.Ratio > 1 || slices.Contains(cup.contenders, s.runs[0])
	})
	slices.SortFunc(list, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(fair[a], fair[b]), cmp.Compare(a.point, b.point))
	})
	return list
}
