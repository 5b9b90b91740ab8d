package plan

// What a tuning may simulate: a share of what an exhaustive search of the valid
// settings would, where that is more than a small grid needs to be sure of
// anything. What each stage leaves is the next one's. A final that comes to the
// end of it leaves open what it has not decided, and says so. Settings differ in
// how many tasks their replications have: a share of a twentieth of these has to
// aim a little lower.
const (
	budgetShare  = 0.049
	leastBudget  = 2000 // replications, under each what-if
	latticeShare = 0.4  // of the budget: until the coarse grid is run,
	searchShare  = 0.6  // the finer ones,
	polishShare  = 0.7  // what is around the best,
	finalShare   = 0.8  // and the final; the rest tells how far the knobs may move
)

// setBudget says how many replications everything may take.
func (t *tuning) setBudget() {
	exhaustive := float64((t.out.Spent.Settings - t.out.Spent.Invalid) * t.opt.First)
	t.budget = int(max(budgetShare*exhaustive, leastBudget)) * t.worlds()
}

// worlds counts the scenario itself and the what-ifs.
func (t *tuning) worlds() int { return 1 + len(t.opt.WhatIfs) }

// spent counts the replications that were run, under what-ifs too.
func (t *tuning) spent() int {
	n := 0
	for _, s := range t.order {
		n += s.n() * len(s.runs)
	}
	return n
}

// exhausted reports whether so many replications more of a setting, or of so many
// settings, would take more than a share of the budget. Where every setting is to
// be run, nobody counts.
func (t *tuning) exhausted(more int, share float64) bool {
	return !t.opt.All && float64(t.spent()+more*t.worlds()) > share*float64(t.budget)
}

// expect guesses how many replications are still to come, where so many are known
// to: a final may take the rest of the budget, and seldom takes all of it.
func (t *tuning) expect(more int) int {
	if t.opt.All {
		return more
	}
	return more + max(0, t.budget-t.spent()-more)/4
}
