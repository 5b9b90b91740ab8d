package plan

import (
	"fmt"
	"math"
)

// LeastKnee is the number of points from which on a curve can have a knee.
const LeastKnee = 5

// Knee returns the index of the knee of a curve, given by the numbers x, in
// rising order, and an estimate at each; or -1, and why there is none that is
// beyond doubt.
//
// It is the knee of Kneedle (Satopää, Albrecht, Irwin and Raghavan, Finding a
// "Kneedle" in a Haystack, ICDCS workshops 2011) with its sensitivity S = 1, but
// unsmoothed: both axes are scaled to 0..1, and the knee is where the curve is
// farthest from the straight line between its ends, if by more than S times the
// mean step of x. It is beyond doubt if that holds, and no other point is as far
// from the line, wherever in their intervals the values are; and if the curve
// nowhere turns back by more than its intervals.
func Knee(x []float64, ys []Estimate) (int, string) {
	n := len(x)
	if n < LeastKnee {
		return -1, fmt.Sprintf("a knee needs at least %d points", LeastKnee)
	}
	for _, e := range ys {
		if e.Value == nil || e.Low == nil || e.High == nil {
			return -1, "some points have no interval"
		}
	}
	first, last := ys[0], ys[n-1]
	falls := *last.Value < *first.Value
	low, high := math.Inf(1), math.Inf(-1)
	for _, e := range ys {
		low, high = math.Min(low, *e.Value), math.Max(high, *e.Value)
	}
	if high == low || x[n-1] == x[0] {
		return -1, "the curve is flat"
	}
	for i := range ys {
		for j := i + 1; j < n; j++ {
			if falls && *ys[j].Low > *ys[i].High || !falls && *ys[j].High < *ys[i].Low {
				return -1, "the curve rises and falls"
			}
		}
	}
	// The distance of each point from the line between the ends, upwards.
	above := func(i int, y float64) float64 {
		at := (x[i] - x[0]) / (x[n-1] - x[0])
		if falls {
			at = 1 - at
		}
		return (y-low)/(high-low) - at
	}
	sum := 0.0
	for i, e := range ys {
		sum += above(i, *e.Value)
	}
	least := func(i int) float64 { return above(i, *ys[i].Low) }
	most := func(i int) float64 { return above(i, *ys[i].High) }
	if sum < 0 { // the curve sags: distances count downwards
		least = func(i int) float64 { return -above(i, *ys[i].High) }
		most = func(i int) float64 { return -above(i, *ys[i].Low) }
	}
	knee := 0
	for i := range ys {
		if least(i) > least(knee) {
			knee = i
		}
	}
	if least(knee) <= 1/float64(n-1) {
		return -1, "the curve has no knee: it is too straight, or its intervals are too wide"
	}
	for i := range ys {
		if i != knee && most(i) >= least(knee) {
			return -1, "more than one point may be the knee"
		}
	}
	return knee, ""
}
