package model

import "math"

// Speed returns how fast each of n calls in progress advances; alone at full
// power it is 1.
func (s *Slowdown) Speed(n int) float64 {
	x := float64(n)
	over := max(0, x-s.Capacity)
	switch s.Kind {
	case "usl": // Universal Scalability Law, per call
		return 1 / (1 + float64(s.Alpha*(x-1)) + float64(float64(s.Beta*x)*(x-1)))
	case "sharing":
		return min(1, s.Capacity/x)
	case "threshold":
		return 1 / (1 + float64(s.Alpha*over))
	case "thrash":
		return min(1, s.Capacity/x) * decay(s.Alpha*over)
	}
	return 1
}

// decay returns exp(-x) to nine digits: the last bits of math.Exp differ
// between processors, and a speed must not.
func decay(x float64) float64 {
	const grain = 1e9
	return math.Max(1, math.Round(math.Exp(-x)*grain)) / grain
}
