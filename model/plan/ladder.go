package plan

import (
	"fmt"
	"math"
	"slices"
)

// Ladder is what a limit may be: values in rising order, the ends of which are
// probed first.
type Ladder struct {
	Values []float64
	// First are indexes of Values: what is probed to find two that differ, in
	// this order, at least two.
	First []int
}

// maxRungs is the most values of a ladder.
const maxRungs = 1_000_000

// A Resolution is how far apart the values of a ladder may be: never more than
// By, or that share of the smaller of the two where it is Relative; but Quantum
// at least.
type Resolution struct {
	By       float64 // more than 0
	Relative bool
	Quantum  float64 // values between the first ones are multiples of it; 0: any will do
}

// NewLadder fills the gaps between the values of first, at least two of them,
// none below 0, all different; they are probed in their order. A relative step
// from 0 is a share of a thousandth of the largest value.
func NewLadder(first []float64, by Resolution) (Ladder, error) {
	ends := slices.Sorted(slices.Values(first))
	top := ends[len(ends)-1]
	var l Ladder
	for i, end := range ends {
		l.Values = append(l.Values, end)
		if i+1 == len(ends) {
			break
		}
		for x := by.next(end, top); x < ends[i+1]; x = by.next(x, top) {
			if len(l.Values) >= maxRungs {
				return Ladder{}, fmt.Errorf("the resolution is too fine: more than %d values between %v and %v", maxRungs, ends[0], top)
			}
			l.Values = append(l.Values, x)
		}
	}
	for _, x := range first {
		at, _ := slices.BinarySearch(l.Values, x)
		l.First = append(l.First, at)
	}
	return l, nil
}

// next returns the value above x. Relative steps lead to numbers with as few
// digits as leave at least half a step.
func (r Resolution) next(x, top float64) float64 {
	step := r.By
	if r.Relative {
		step *= max(x, top/1000)
	}
	if q := r.Quantum; q > 0 {
		step = max(1, math.Floor(step/q))
		next := x/q + step
		if r.Relative {
			next = floorTo(next, max(0, digit(step)))
		}
		return q * max(math.Floor(next), math.Floor(x/q)+1)
	}
	if r.Relative {
		return max(floorTo(x+step, digit(step)), x+step/2)
	}
	return floorTo(x+step, digit(step)-6) // as decimals, not as the sum is rounded
}

// digit returns the power of ten of the last digit that numbers a step apart
// need.
func digit(step float64) float64 { return math.Floor(math.Log10(step/2) + 1e-9) }

// floorTo cuts x to a multiple of ten to the power of exponent. What is a
// multiple but for its last bits stays one.
func floorTo(x, exponent float64) float64 {
	if exponent < 0 {
		scale := math.Pow(10, -exponent)
		return math.Floor(x*scale*(1+1e-12)) / scale
	}
	scale := math.Pow(10, exponent)
	return math.Floor(x/scale*(1+1e-12)) * scale
}

// probes returns how many values are probed at the most on the way to one
// answer: those of First, and the halvings of the widest gap between two of
// them. The inner values that are looked at where these agree cost one halving
// more, since three of them quarter the gap.
func (l Ladder) probes() int {
	ends := slices.Sorted(slices.Values(l.First))
	halvings := 0
	for i := 1; i < len(ends); i++ {
		n := 0
		for gap := ends[i] - ends[i-1]; gap > 1; gap = (gap + 1) / 2 {
			n++
		}
		halvings = max(halvings, n)
	}
	return len(ends) + max(halvings+1, innerProbes)
}
