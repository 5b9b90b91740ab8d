package model

import "math/bits"

// span adds up nanoseconds in 128 bits: ten million messages that wait eight
// hours each overflow 64.
type span struct{ hi, lo uint64 }

// add adds d >= 0.
func (s *span) add(d int64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(d), 0)
	s.hi += carry
}

// sum adds another sum.
func (s *span) sum(o span) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
}

// seconds returns the sum in seconds. 2^64 ns is exact in a float64, so one
// rounding happens for each half and one for their sum.
func (s span) seconds() float64 {
	const two64 = 18446744073709551616.0
	return float64(float64(s.hi)*(two64/1e9)) + float64(s.lo)/1e9
}

// mean returns the mean in seconds of n values, 0 for none.
func (s span) mean(n int64) float64 {
	if n == 0 {
		return 0
	}
	return s.seconds() / float64(n)
}
