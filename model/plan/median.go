package plan

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// medianRanks says between which order statistics of n values the median of
// their law lies with a given probability: [X_(k), X_(n-k+1)] does with
// probability 1 - 2 P(Bin(n, 1/2) < k), whatever the law. With k the largest for
// which that is enough, the interval would be too wide, and as n grows its
// coverage would jump; so it is drawn in towards that of k+1 as Hettmansperger
// and Sheather do ("Confidence intervals based on interpolated order statistics",
// Statistics and Probability Letters 4, 1986), which is all but free of the law
// as well. The zero value is that of too few values.
type medianRanks struct {
	k      int     // 0: n values carry no interval
	lambda float64 // share of the way from the k-th to the next
}

func newMedianRanks(n int, confidence float64) medianRanks {
	if n < 2 {
		return medianRanks{}
	}
	law := distuv.Binomial{N: float64(n), P: 0.5}
	covers := func(k int) float64 { return 1 - float64(2*law.CDF(float64(k-1))) }
	// The first k of 1, 2, … that covers too little; the one before it is ours.
	k := sort.Search(n/2, func(i int) bool { return covers(i+1) < confidence })
	if k == 0 {
		return medianRanks{}
	}
	at, next := covers(k), covers(k+1)
	i := (at - confidence) / (at - next)
	rest := float64(n - k)
	return medianRanks{k: k, lambda: float64(rest*i) / (float64(k) + float64(float64(n-2*k)*i))}
}

// of returns the median of xs, which has as many values as the ranks were made
// for, and its interval.
func (m medianRanks) of(xs []float64) (mid, low, high float64, ok bool) {
	if m.k == 0 {
		return 0, 0, 0, false
	}
	s := slices.Sorted(slices.Values(xs))
	n := len(s)
	mid = (s[(n-1)/2] + s[n/2]) / 2
	between := func(a, b float64) float64 { return a + float64(m.lambda*(b-a)) }
	low = between(s[m.k-1], s[m.k])
	high = between(s[n-m.k], s[n-m.k-1])
	return mid, low, high, !math.IsNaN(high-low) && !math.IsInf(high-low, 0)
}
