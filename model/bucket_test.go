package model

import "testing"

// A bucket without a rate or without room is no limit.
func TestBucketWithoutALimit(t *testing.T) {
	for _, c := range []struct {
		size int
		rate float64
	}{{0, 0}, {0, 5}, {5, 0}, {-1, 5}, {5, -1}} {
		b := newBucket(c.size, c.rate)
		if b != (bucket{}) || !b.take(0, 1e9) {
			t.Errorf("size %d, rate %v: %+v, want no limit", c.size, c.rate, b)
		}
	}
}
