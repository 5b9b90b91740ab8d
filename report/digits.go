package report

import (
	"math"
	"strings"
)

// group puts a comma between thousands: 3420 is 3,420.
func group(s string) string {
	whole, fraction, dot := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dot {
		return whole + "." + fraction
	}
	return whole
}

// decimals returns how many decimals give v, once rounded, so many significant
// digits; never fewer than none.
func decimals(v float64, digits int) int {
	v = math.Abs(v)
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	// Log10(1000) falls just short of 3.
	of := func(v float64) int { return min(max(digits-1-int(math.Floor(math.Log10(v)+1e-9)), 0), 9) }
	d := of(v)
	if r := round(v, d); r > 0 {
		return of(r)
	}
	return d
}

func round(v float64, decimals int) float64 {
	p := math.Pow(10, float64(decimals))
	return math.Round(v*p) / p
}
