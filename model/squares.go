package model

import (
	"math"
	"math/big"
	"math/bits"
)

// squares adds up squared nanoseconds in 192 bits: the square of one time fills
// up to 126, and there may be 2^64 of them.
type squares struct{ hi, mid, lo uint64 }

// add adds the square of d >= 0.
func (s *squares) add(d int64) {
	hi, lo := bits.Mul64(uint64(d), uint64(d))
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.mid, carry = bits.Add64(s.mid, hi, carry)
	s.hi += carry
}

// deviation returns the standard deviation in seconds (divisor n-1) of n values
// with this sum of squares and that sum; 0 for fewer than two. The variance is
// the difference of two numbers that may agree in all the digits of a float64
// but the last, and so it is taken of whole numbers: n Σx² - (Σx)².
func (s squares) deviation(sum span, n int64) float64 {
	if n < 2 {
		return 0
	}
	count := big.NewInt(n)
	of := whole(s.hi, s.mid, s.lo)
	of.Mul(of, count)
	total := whole(0, sum.hi, sum.lo)
	of.Sub(of, total.Mul(total, total))
	exact, _ := new(big.Float).SetInt(of).Float64()
	return math.Sqrt(exact/float64(n)/float64(n-1)) / 1e9
}

// whole returns hi·2¹²⁸ + mid·2⁶⁴ + lo.
func whole(hi, mid, lo uint64) *big.Int {
	x := new(big.Int).SetUint64(hi)
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(mid))
	return x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(lo))
}
