package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// The search runs every setting where there are no more than few of them, and
// else goes from a coarse grid to the neighbours of the best.
const (
	few       = 64 // settings that are all run
	coarse    = 5  // values of a long axis that the coarse grid has at least
	elite     = 8  // settings whose neighbours are tried
	crossed   = 4  // those of them for which two knobs are moved at once
	eliteRuns = 3  // replications that they get before that
	semifinal = 20 // settings that are run more often …
	semiRuns  = 5  // … this often
	polished  = 3  // settings around which everything is run as often
	finalists = 12
	forlorn   = 3 // finalists that a first look found hopeless
)

// search runs the settings that may win.
func (t *tuning) search(ctx context.Context) error {
	left := t.left()
	after := (semifinal*semiRuns + t.ahead(finalists)/(1+len(t.opt.WhatIfs))) * (1 + len(t.opt.WhatIfs))
	if len(left) <= few || t.opt.All {
		t.bar.plan(t.expect(len(left)*(1+len(t.opt.WhatIfs)) + after))
		return t.try(ctx, left)
	}
	stride := t.strides()
	first := t.thin(stride)
	t.bar.plan(t.expect(3*len(first)*(1+len(t.opt.WhatIfs)) + after)) // as a rule, twice as many are tried later
	if err := t.try(ctx, first); err != nil {
		return err
	}
	for !t.stopped {
		if err := t.descend(ctx, stride); err != nil {
			return err
		}
		if !halve(stride) {
			return nil
		}
	}
	return nil
}

// polish tries what lies around the settings that are ahead, often enough to see
// small differences, until nothing around them is better.
func (t *tuning) polish(ctx context.Context) error {
	stride := make([]int, len(t.space.Knobs))
	for i := range stride {
		stride[i] = 1
	}
	tried := map[int]bool{}
	for !t.stopped {
		var list []*candidate
		for _, s := range t.best(polished) {
			if tried[s.point] {
				continue
			}
			tried[s.point] = true
			for _, p := range t.neighbours(s.point, stride, true) {
				if !t.valid[p] || t.hopeless(p) {
					continue
				}
				n, err := t.candidate(p)
				if err != nil {
					return err
				}
				if !slices.Contains(list, n) {
					list = append(list, n)
				}
			}
		}
		if len(list) == 0 || t.exhausted(len(list)*semiRuns, polishShare) {
			return nil
		}
		if err := t.trySettings(ctx, list, semiRuns); err != nil {
			return err
		}
	}
	return nil
}

// hopeless reports whether a first look has found a setting far beyond a bound.
func (t *tuning) hopeless(p int) bool {
	s := t.candidates[p]
	return s != nil && s.n() > 0 && s.tight.Ratio > 2
}

// left lists the points that the screen has left.
func (t *tuning) left() []int {
	var left []int
	for p, ok := range t.valid {
		if ok {
			left = append(left, p)
		}
	}
	return left
}

// strides returns for each axis how far apart the values of the coarse grid are:
// a power of two.
func (t *tuning) strides() []int {
	stride := make([]int, len(t.space.Knobs))
	for i, a := range t.space.Knobs {
		stride[i] = 1
		for a.Numbers != nil && (len(a.Values)-1)/(2*stride[i]) >= coarse-1 {
			stride[i] *= 2
		}
	}
	return stride
}

// halve goes to the next finer grid; false if there is none.
func halve(stride []int) bool {
	finer := false
	for i := range stride {
		if stride[i] > 1 {
			stride[i] /= 2
			finer = true
		}
	}
	return finer
}

// lattice lists the points of the coarse grid that the screen has left. The last
// value of an axis belongs to it.
func (t *tuning) lattice(stride []int) []int {
	var points []int
	for _, p := range t.left() {
		on := true
		for i, v := range t.space.Knobs.At(p) {
			on = on && (v%stride[i] == 0 || v == len(t.space.Knobs[i].Values)-1)
		}
		if on {
			points = append(points, p)
		}
	}
	return points
}

// thin lists the points of a coarse grid that leaves the budget something to go
// on with: many short axes make a large one. The axis with the most values on it
// gets half as many, as long as there are three; beyond that only every so many a
// point is taken, along the diagonals.
func (t *tuning) thin(stride []int) []int {
	room := int(latticeShare * float64(t.budget/t.worlds()))
	points := t.lattice(stride)
	for len(points) > room {
		longest, most := -1, 5 // of five values three are left
		for i, a := range t.space.Knobs {
			if n := (len(a.Values)-1)/stride[i] + 1; a.Numbers != nil && n >= most {
				longest, most = i, n+1
			}
		}
		if longest < 0 {
			break
		}
		stride[longest] *= 2
		points = t.lattice(stride)
	}
	if each := (len(points) + room - 1) / room; each > 1 {
		points = slices.DeleteFunc(points, func(p int) bool {
			diagonal := 0
			for i, v := range t.space.Knobs.At(p) {
				diagonal += v / stride[i]
			}
			return diagonal%each != 0
		})
	}
	return points
}

// descend tries the neighbours of the best settings until no new ones turn up.
func (t *tuning) descend(ctx context.Context, stride []int) error {
	for !t.stopped {
		best := t.best(elite)
		if err := t.trySettings(ctx, best, eliteRuns); err != nil {
			return err
		}
		var fresh []int
		for i, s := range t.best(elite) {
			for _, p := range t.neighbours(s.point, stride, i < crossed) {
				if t.valid[p] && t.candidates[p] == nil && !slices.Contains(fresh, p) {
					fresh = append(fresh, p)
				}
			}
		}
		if len(fresh) == 0 || t.exhausted(len(fresh), searchShare) {
			return nil
		}
		if err := t.try(ctx, fresh); err != nil {
			return err
		}
	}
	return nil
}

// neighbours lists the points that differ from p by a stride of one axis, or, if
// cross is set, of two at once: where an objective binds, the good settings lie
// along a slope.
func (t *tuning) neighbours(p int, stride []int, cross bool) []int {
	var near []int
	at := t.space.Knobs.At(p)
	step := func(axis, way int) bool {
		at[axis] += way * stride[axis]
		return at[axis] >= 0 && at[axis] < len(t.space.Knobs[axis].Values)
	}
	for i := range at {
		for _, way := range []int{-1, 1} {
			inside := step(i, way)
			if inside {
				near = append(near, t.space.Knobs.Point(at))
			}
			for k := i + 1; cross && inside && k < len(at); k++ {
				for _, other := range []int{-1, 1} {
					if step(k, other) {
						near = append(near, t.space.Knobs.Point(at))
					}
					step(k, -other)
				}
			}
			step(i, -way)
		}
	}
	return near
}

// try runs settings for the first time, once each.
func (t *tuning) try(ctx context.Context, points []int) error {
	var list []*candidate
	for _, p := range points {
		s, err := t.candidate(p)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	return t.trySettings(ctx, list, 1)
}

// trySettings samples, and notes an end that came from outside: then what is
// there has to do.
func (t *tuning) trySettings(ctx context.Context, list []*candidate, n int) error {
	err := t.sample(ctx, list, n)
	if err == nil || ctx.Err() == nil {
		return err
	}
	t.stopped = true
	return t.forget()
}

// forget drops the settings that were not run to their end.
func (t *tuning) forget() error {
	t.order = slices.DeleteFunc(t.order, func(s *candidate) bool {
		incomplete := s.n() == 0
		for _, c := range s.runs {
			incomplete = incomplete || len(c.out) < s.n()
		}
		if incomplete {
			delete(t.candidates, s.point)
		}
		return incomplete
	})
	for _, s := range t.order {
		if err := t.weigh(s); err != nil {
			return err
		}
	}
	return nil
}

// best returns the n settings of the most merit: those that are good if their
// objectives are kept as well as they may be, and those that are good in any case,
// in turn.
func (t *tuning) best(n int) []*candidate {
	var costs, noises []float64
	for _, s := range t.order {
		costs = append(costs, math.Abs(s.cost))
		if s.noise > 0 && s.tight.Ratio < 2 {
			noises = append(noises, s.noise)
		}
	}
	usual, noise := middle(costs), middle(noises)
	fair := t.fairCosts()
	ranked := func(doubt float64) []*candidate {
		list := slices.Clone(t.order)
		slices.SortFunc(list, func(a, b *candidate) int {
			return cmp.Or(cmp.Compare(a.merit(fair[a], usual, noise, doubt), b.merit(fair[b], usual, noise, doubt)),
				cmp.Compare(a.tight.Ratio, b.tight.Ratio), cmp.Compare(a.point, b.point))
		})
		return list
	}
	hopeful, sober := ranked(-1), ranked(1)
	var list []*candidate
	for i := 0; i < len(hopeful) && len(list) < n; i++ {
		for _, s := range []*candidate{sober[i], hopeful[i]} {
			if len(list) < n && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}

// fairCosts returns what each setting costs as far as it can be compared with
// others that ran more often or less: what the best costs, or before there is
// one that which ran most, and the mean difference to that over the replications
// that both have. Whether the first replications are cheap ones then matters to
// none.
func (t *tuning) fairCosts() map[*candidate]float64 {
	var anchor *candidate
	for _, s := range t.order {
		if anchor == nil || s.n() > anchor.n() || s.n() == anchor.n() && s.point < anchor.point {
			anchor = s
		}
	}
	if t.out.Best != nil {
		anchor = t.candidates[t.out.Best.Point]
	}
	fair := map[*candidate]float64{}
	for _, s := range t.order {
		both, behind := min(s.n(), anchor.n()), 0.0
		for i := range both {
			a, _ := s.runs[0].observed(&s.runs[0].out[i], t.metric) // weigh has seen them all
			b, _ := anchor.runs[0].observed(&anchor.runs[0].out[i], t.metric)
			behind += (a - b) / float64(both)
		}
		fair[s] = anchor.cost + behind
	}
	return fair
}

// middle returns the upper median; 0 of nothing.
func middle(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	xs = slices.Sorted(slices.Values(xs))
	return xs[len(xs)/2]
}

// ahead guesses how many replications follow the search: of so many finalists,
// and around the best.
func (t *tuning) ahead(n int) int {
	around := 4 * aroundRuns * len(t.space.Knobs)
	return (n*t.opt.First + around) * (1 + len(t.opt.WhatIfs))
}
