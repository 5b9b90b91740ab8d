package sim

// Tally sums up observations one by one: count, mean, variance, extremes. It
// keeps no observation. The zero value has none.
type Tally struct {
	n        int64
	mean, m2 float64 // m2 is the sum of squared distances from the mean
	min, max float64
}

// Add takes one observation, in whatever unit the caller measures.
//
// The update is Welford's, which does not cancel when the mean is large beside
// the spread. The product is rounded on its own: fused into the sum, as some
// processors would, the last digits would depend on the machine.
func (t *Tally) Add(x float64) {
	t.n++
	if t.n == 1 {
		t.mean, t.min, t.max = x, x, x
		return
	}
	d := x - t.mean
	t.mean += d / float64(t.n)
	t.m2 += float64(d * (x - t.mean))
	if x < t.min {
		t.min = x
	}
	if x > t.max {
		t.max = x
	}
}

// N returns the number of observations.
func (t *Tally) N() int64 { return t.n }

// Mean returns their mean, 0 if there are none.
func (t *Tally) Mean() float64 { return t.mean }

// Var returns their sample variance (divisor N-1), 0 if there are fewer than
// two.
func (t *Tally) Var() float64 {
	if t.n < 2 {
		return 0
	}
	return t.m2 / float64(t.n-1)
}

// Min returns the least observation, 0 if there are none.
func (t *Tally) Min() float64 { return t.min }

// Max returns the greatest observation, 0 if there are none.
func (t *Tally) Max() float64 { return t.max }
