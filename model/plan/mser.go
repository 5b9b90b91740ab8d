package plan

// batch is the 5 of MSER-5: observations are averaged in fives.
const batch = 5

// cutAt is where MSER-5 cuts a series.
type cutAt struct {
	batches int     // groups of five to throw away
	of      int     // groups of five in all
	mser    float64 // squared standard error, less a factor, of what is left
	settled bool    // false: the best place is the middle or there are no two groups, so the series is too short
}

// mser5 finds the start-up of xs (White, Cobb and Spratt, "A comparison of five
// steady-state truncation heuristics", WSC 2000): group in fives Z_1…Z_m, and
// cut the d <= m/2 groups, the first such d, that leave the smallest
// Σ_{j>d} (Z_j - mean)² / (m-d)². An incomplete last group is left out.
func mser5(xs []float64) cutAt {
	m := len(xs) / batch
	if m < 2 {
		return cutAt{of: m}
	}
	// One pass from the back updates mean and squares (Welford 1962), so that
	// a long series costs no more than reading it.
	best := cutAt{of: m}
	var mean, squares float64
	for d := m - 1; d >= 0; d-- {
		n := float64(m - d)
		z := meanOf(xs[d*batch : (d+1)*batch])
		delta := z - mean
		mean += delta / n
		squares += float64(delta * (z - mean))
		if d > m/2 {
			continue
		}
		if v := squares / float64(n*n); d == m/2 || v <= best.mser { // <=: the first of equals
			best.batches, best.mser = d, v
		}
	}
	best.settled = best.batches < m/2
	return best
}

// meanOf is the mean of xs, which is not empty, added up in order.
func meanOf(xs []float64) float64 {
	var sum float64
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}
