package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"penstock/model/plan"
)

// alongFirst lists the points along the first axis, with the values of the other axes
// as at the given point; in rising order of the numbers of that axis, if it has
// numbers.
func alongFirst(g plan.Grid, point int) []int {
	at := g.At(point)
	points := make([]int, len(g[0].Values))
	for i := range points {
		at[0] = i
		points[i] = g.Point(at)
	}
	if x := g[0].Numbers; x != nil {
		slices.SortFunc(points, func(p, q int) int { return cmp.Compare(x[g.At(p)[0]], x[g.At(q)[0]]) })
	}
	return points
}

// rows lists the first point of each row along the first axis.
func rows(g plan.Grid) []int {
	n := 1
	for _, a := range g[1:] {
		n *= len(a.Values)
	}
	first := make([]int, n)
	for i := range first {
		first[i] = i // the first axis goes slowest, and starts with its first value
	}
	return first
}

// knee returns the point at the knee of the row of a point, or -1 and why.
// Points that were left out are no part of the row.
func (v *sweepView) knee(point int) (int, string) {
	if v.Axes[0].Numbers == nil {
		return -1, "words have no order"
	}
	points := slices.DeleteFunc(alongFirst(v.Axes, point), func(p int) bool { return v.Results[p].Result == nil })
	var x []float64
	var y []plan.Estimate
	for _, p := range points {
		x = append(x, v.Axes[0].Numbers[v.Axes.At(p)[0]])
		y = append(y, v.values[p])
	}
	if multiplies(x) {
		for i := range x {
			x[i] = math.Log(x[i])
		}
	}
	if v.logarithmic(points) {
		for i := range y {
			y[i] = logOf(y[i])
		}
	}
	k, why := plan.Knee(x, y)
	if k < 0 {
		return -1, why
	}
	return points[k], ""
}

// logOf is an estimate on a logarithmic scale. A lower end at 0 has no place on
// it: then there is no interval.
func logOf(e plan.Estimate) plan.Estimate {
	if e.Value == nil || e.Low == nil || e.High == nil || *e.Low <= 0 {
		return plan.Estimate{Why: e.Why}
	}
	value, low, high := math.Log(*e.Value), math.Log(*e.Low), math.Log(*e.High)
	return plan.Estimate{Value: &value, Low: &low, High: &high, N: e.N}
}

// knees says where the knee is, of each row, and where there is none.
func (v *sweepView) knees() []string {
	if len(v.Axes[0].Values) < plan.LeastKnee {
		return nil
	}
	all := rows(v.Axes)
	var list []string
	for _, p := range all {
		if k, _ := v.knee(p); k >= 0 && len(list) < mostKnees {
			list = append(list, fmt.Sprintf("The knee of the %s is at %s: %s.", v.name, setting(v.Axes, k, 0, len(v.Axes)), v.estimate(v.values[k])))
		}
	}
	if _, why := v.knee(all[0]); len(all) == 1 && why != "" {
		return []string{fmt.Sprintf("The %s has no knee that is beyond doubt: %s.", v.name, why)}
	}
	if len(list) == 0 {
		return []string{fmt.Sprintf("The %s has no knee that is beyond doubt along %s.", v.name, v.Axes[0].Key)}
	}
	return list
}

// mostKnees is how many knees are told in words; a figure shows them all.
const mostKnees = 12

// kneeCaption says what a knee is.
const kneeCaption = " The knee is that of Kneedle (Satopää and others, 2011): on the scales of a curve as it is drawn, each taken as 0–1, the point farthest from the line between the ends. It is marked only if no other point can be it, wherever in their intervals the values are."
