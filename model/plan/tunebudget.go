package plan

import "math/bits"

// What a tuning may simulate: a share of what an exhaustive search of the valid
// settings would, where that is more than a small grid needs to be sure of
// anything. What each stage leaves is the next one's. A final that comes to the
// end of it leaves open what it has not decided, and says so.
const (
	budgetShare  = 0.049
	leastBudget  = 1600 // replications, under each what-if
	latticeShare = 0.4  // of the budget: until the coarse grid is run,
	searchShare  = 0.6  // the finer ones,
	polishShare  = 0.7  // what is around the best,
	finalShare   = 0.8  // and the final at least; it gets what is not needed to tell how far the knobs may move
)

// setBudget says how many replications everything may take.
func (t *tuning) setBudget() {
	exhaustive := float64((t.out.Spent.Settings - t.out.Spent.Invalid) * t.opt.First)
	t.budget = int(max(budgetShare*exhaustive, leastBudget)) * t.worlds()
}

// worlds counts the scenario itself and the what-ifs.
func (t *tuning) worlds() int { return 1 + len(t.opt.WhatIfs) }

// spent counts the replications that were run, under what-ifs too, each by its
// tasks: the first replications are run the most often, and may have more or fewer
// than is usual.
func (t *tuning) spent() int {
	if len(t.order) == 0 {
		return 0
	}
	var all int64
	usual := t.order[0]
	for _, s := range t.order {
		all += s.count(s.n())
		if s.n() > usual.n() {
			usual = s
		}
	}
	n := min(usual.n(), t.opt.First)
	each := usual.count(n)
	if each == 0 {
		return 0
	}
	return int(float64(all) / float64(each) * float64(n*t.worlds()))
}

// exhausted reports whether so many replications more of a setting, or of so many
// settings, would take more than a share of the budget. Where every setting is to
// be run, nobody counts.
func (t *tuning) exhausted(more int, share float64) bool {
	return !t.opt.All && float64(t.spent()+more*t.worlds()) > share*float64(t.budget)
}

// finalBudget is how many replications may be run by the end of the final. What
// is left pays for the walk around the best setting, which looks at about so many
// values of each knob on its way out and back.
func (t *tuning) finalBudget() int {
	return max(int(finalShare*float64(t.budget)), t.budget-t.walks(0)*t.worlds())
}

// walks guesses how many replications the walks along a knob and those after it
// take, if each value is looked at once.
func (t *tuning) walks(from int) int {
	values := 0
	for _, a := range t.space.Knobs[from:] {
		n := len(a.Values) - 1
		if a.Numbers != nil {
			n = min(n, 2*bits.Len(uint(n)))
		}
		values += n
	}
	return values * aroundRuns
}

// finalExhausted is exhausted for the final.
func (t *tuning) finalExhausted(more int) bool {
	return !t.opt.All && t.spent()+more*t.worlds() > t.finalBudget()
}

// expect guesses how many replications are still to come, where so many are known
// to: a final may take the rest of the budget, and seldom takes all of it.
func (t *tuning) expect(more int) int {
	if t.opt.All {
		return more
	}
	return more + max(0, t.budget-t.spent()-more)/4
}
