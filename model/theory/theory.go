// Package theory holds what is known about queues without any simulation:
// closed formulas and good approximations as small functions, the twin that
// says what a scenario must come to where one of them fits, and the screen
// that finds settings which cannot keep their objectives.
//
// Times are in seconds, rates per second, shares in 0..1. A function that has
// no finite answer, because more work arrives than can be done, returns +Inf.
// Sources are named at each formula; errors of approximations were measured
// against exact solutions, and the tests hold them to it.
package theory

// quantile returns the smallest t with P(T > t) <= 1-p for a tail function that
// falls from at most 1 to 0; 0 where the mass at 0 is already enough. scale is
// a first guess of the size of the answer, > 0.
func quantile(p, scale float64, tail func(t float64) float64) float64 {
	rest := 1 - p
	if tail(0) <= rest {
		return 0
	}
	low, high := 0.0, scale
	for range 200 {
		if tail(high) <= rest {
			break
		}
		low, high = high, 2*high
	}
	for range 100 {
		mid := low + (high-low)/2
		if high-low <= 1e-13*high {
			break
		}
		if tail(mid) <= rest {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
