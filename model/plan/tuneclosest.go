package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// asCloseFirst says what decides among settings whose largest ratio is the same
// for what matters, as closer does.
const asCloseFirst = "the number of bounds broken, then the next largest value / bound beyond 1, then the cost"

// closer orders settings that come as close to keeping every objective, by their
// largest ratio: where tasks do not finish, that is the same for many. The one that
// breaks fewer bounds comes first, then the one whose next largest ratios are
// smaller, and then the cheaper one. Only ratios beyond 1 count.
func (t *tuning) closer(a, b *contender) int {
	x, y := t.broken(a), t.broken(b)
	next := func(list []float64) []float64 { return list[min(1, len(list)):] }
	return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(next(x), next(y)), cmp.Compare(a.mean(t.metric), b.mean(t.metric)))
}

// closerLost reports whether a setting that breaks an objective by exactly the same
// factor as another comes before it.
func (t *tuning) closerLost(a, b *candidate) bool {
	return a.tight.Ratio > 1 && a.tight.Ratio == b.tight.Ratio && t.closer(a.runs[0], b.runs[0]) < 0
}

// broken returns the ratios of the objectives that the means of a setting break,
// each under every what-if, the largest first.
func (t *tuning) broken(c *contender) []float64 {
	var list []float64
	for _, world := range append([]*contender{c}, c.also...) {
		for _, p := range t.promises {
			if r := ratio(world.mean(p.Metric), p.Value); r > 1 {
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, func(a, b float64) int { return cmp.Compare(b, a) })
	return list
}

// noneVerdict says in words what comes closest where no setting keeps every
// objective; as many finalists come as close.
func (t *tuning) noneVerdict(equal int) {
	tight, under := t.out.Best.Tight, ""
	if tight.WhatIf != "" {
		under = " under " + tight.WhatIf
	}
	why := []string{fmt.Sprintf("the setting that comes closest breaks %s%s by a factor of %s", tight.Metric, under, short(tight.Ratio))}
	if equal > 0 {
		why = append(why, fmt.Sprintf("%s as close by that measure: among those the closest is chosen by %s", others(equal), asCloseFirst))
	}
	t.out.Why = strings.Join(why, "; ")
}
