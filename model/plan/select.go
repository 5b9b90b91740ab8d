package plan

import "math"

// selection picks the system with the smallest mean by the fully sequential
// procedure KN of Kim and Nelson (A fully sequential procedure for
// indifference-zone selection in simulation, ACM TOMACS 11(3), 2001), with c = 1.
// With the given confidence it keeps the best system, if that is better than
// all others by delta or more; systems that are closer are all good enough. The
// values may be dependent between systems, as on common random numbers: the
// procedure rests on variances of differences, and on Bonferroni's inequality
// between pairs. It takes the values of one system for independent and normal,
// which means over a replication are nearly.
type selection struct {
	delta    float64
	h2       float64
	values   [][]float64 // by system, in order of the replications
	variance [][]float64 // of the differences over the first stage
	sums     []float64   // of the values screened
	in       []bool      // not screened out
	n        int         // replications screened
}

// newSelection starts with the first stage: as many values of every system, at
// least two of each. delta is the difference that does not matter, > 0, and
// confidence lies above 1/k for k systems and below 1.
func newSelection(confidence, delta float64, first [][]float64) *selection {
	k, n := len(first), len(first[0])
	s := &selection{delta: delta, values: first, n: n, sums: make([]float64, k), in: make([]bool, k)}
	beta := (1 - confidence) / float64(max(1, k-1))
	eta := (math.Pow(2*beta, -2/float64(n-1)) - 1) / 2
	s.h2 = 2 * eta * float64(n-1)
	for i := range first {
		s.in[i] = true
		for _, x := range first[i] {
			s.sums[i] += x
		}
		s.variance = append(s.variance, make([]float64, k))
		for l := range i {
			v := pairVariance(first[i], first[l])
			s.variance[i][l], s.variance[l][i] = v, v
		}
	}
	s.screen()
	return s
}

// pairVariance returns the sample variance of the differences of two systems.
func pairVariance(a, b []float64) float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	_, se := meanAndError(d)
	return float64(se * se * float64(len(d)))
}

// add gives a system that is still in more values, which follow those that it
// has.
func (s *selection) add(system int, xs ...float64) {
	s.values[system] = append(s.values[system], xs...)
}

// advance screens with one replication more at a time, as far as every system
// that is still in has values, or until the best is found.
func (s *selection) advance() {
	for !s.done() {
		for i, in := range s.in {
			if in && len(s.values[i]) <= s.n {
				return
			}
		}
		for i, in := range s.in {
			if in {
				s.sums[i] += s.values[i][s.n]
			}
		}
		s.n++
		s.screen()
	}
}

// screen drops every system whose sum is beyond that of another by more than
// chance would carry it.
func (s *selection) screen() {
	was := append([]bool(nil), s.in...)
	for i := range was {
		for l := range was {
			if was[i] && was[l] && i != l && s.sums[i] > s.sums[l]+s.margin(i, l) {
				s.in[i] = false
			}
		}
	}
}

// margin is the width of the triangular region in which two sums are not told
// apart; it closes with the number of replications.
func (s *selection) margin(i, l int) float64 {
	return max(0, s.delta/2*(s.h2*s.variance[i][l]/(s.delta*s.delta)-float64(s.n)))
}

// left returns the systems that are still in, by index.
func (s *selection) left() []int {
	var left []int
	for i, in := range s.in {
		if in {
			left = append(left, i)
		}
	}
	return left
}

// done reports whether the best is found: one system is left, or what is left
// cannot be told apart by more replications.
func (s *selection) done() bool {
	left := s.left()
	if len(left) == 1 {
		return true
	}
	for _, i := range left {
		for _, l := range left {
			if i != l && s.margin(i, l) > 0 {
				return false
			}
		}
	}
	return true
}

// most returns after how many replications the procedure ends at the latest.
func (s *selection) most() int {
	most := s.n
	for _, i := range s.left() {
		for _, l := range s.left() {
			if i != l {
				most = max(most, int(math.Min(math.Ceil(s.h2*s.variance[i][l]/(s.delta*s.delta)), math.MaxInt32)))
			}
		}
	}
	return most
}

// best returns the system with the smallest mean of those that are still in.
func (s *selection) best() int {
	best := -1
	for _, i := range s.left() {
		if best < 0 || s.sums[i] < s.sums[best] {
			best = i
		}
	}
	return best
}
