package model

import (
	"math"
	"testing"
)

// A sum beyond 64 bits keeps every nanosecond, and its seconds are rounded once.
func TestSpanBeyond64Bits(t *testing.T) {
	var s, twice span
	for range 5 {
		s.add(math.MaxInt64)
	}
	if want := (span{2, math.MaxInt64 - 4}); s != want { // 5·(2⁶³−1) = 2·2⁶⁴ + 2⁶³ − 5
		t.Errorf("got %+v, want %+v", s, want)
	}
	if got, want := s.seconds(), 5*9223372036.854775807; math.Abs(got-want) > 1e-5 {
		t.Errorf("%v s, want %v", got, want)
	}
	if got, want := s.mean(5), 9223372036.854775807; math.Abs(got-want) > 1e-5 {
		t.Errorf("mean %v s, want %v", got, want)
	}
	twice.sum(s)
	twice.sum(s)
	if want := (span{4, math.MaxUint64 - 9}); twice != want {
		t.Errorf("twice that is %+v, want %+v", twice, want)
	}
}
