package model

import (
	"math"
	"testing"
)

// The deviation of the times, however large they are beside it.
func TestDeviation(t *testing.T) {
	for _, tt := range []struct {
		times []int64
		want  float64 // seconds
	}{
		{nil, 0}, {[]int64{5e9}, 0}, {[]int64{7, 7, 7}, 0},
		{[]int64{2e9, 4e9, 4e9, 4e9, 5e9, 5e9, 7e9, 9e9}, math.Sqrt(32.0 / 7)},
		{[]int64{math.MaxInt64 - 2, math.MaxInt64}, math.Sqrt2 / 1e9}, // a float64 has lost that
		{[]int64{0, math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, 0}, math.MaxInt64 / 1e9 * math.Sqrt(4.0/15)},
	} {
		var o observations
		for _, x := range tt.times {
			o.add(x)
		}
		if got := o.sample().SD; math.Abs(got-tt.want) > 1e-12*tt.want {
			t.Errorf("%v: deviation %v s, want %v", tt.times, got, tt.want)
		}
	}
	var many squares // 2^20 squares of 2^62 fill 144 bits
	for range 1 << 20 {
		many.add(1 << 62)
	}
	if many.hi != 1<<(144-128) || many.mid != 0 || many.lo != 0 {
		t.Errorf("sum %v", many)
	}
}
