package plan

import (
	"math"
	"strconv"
)

// digits is how many significant digits a figure of the result has. The model
// counts in integers, but means, square roots and logarithms may differ in
// their last bits between processors; nine digits keep such differences out of
// the bytes of the result, and are more than any sample supports.
const digits = 9

// round9 rounds x to nine significant digits. Every float of a Result that was
// computed has passed through it.
func round9(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	// What FormatFloat wrote parses, and no nine digits exceed MaxFloat64.
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', digits-1, 64), 64)
	return y + 0 // never -0
}

// figure returns x, rounded, as an Estimate holds it.
func figure(x float64) *float64 {
	y := round9(x)
	return &y
}
