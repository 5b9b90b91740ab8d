package model

import (
	"time"

	"penstock/sim"
)

// bucket is a token bucket with continuous refill, in integers: instead of a
// level it keeps the instant at which it will be full again. The zero value
// lets everything through.
type bucket struct {
	interval int64 // ns between two tokens; 0: no limit
	size     int64 // tokens
	full     int64 // when the bucket is full again if nothing more is taken
}

// newBucket returns a full bucket of so many tokens, refilled at rate a second.
func newBucket(size int, rate float64) bucket {
	if rate <= 0 || size <= 0 {
		return bucket{}
	}
	interval := int64(float64(time.Second) / rate)
	// More tokens than the engine's 73 years refill count as so many, lest the
	// product overflow.
	return bucket{interval: interval, size: min(int64(size), sim.Forever/max(1, interval))}
}

// take takes n tokens if there are n, and reports whether it did.
func (b *bucket) take(now, n int64) bool {
	if b.readyAt(now, n) > now {
		return false
	}
	b.full = max(b.full, now) + n*b.interval
	return true
}

// readyAt returns the earliest instant, not before now, at which n tokens will
// be there.
func (b *bucket) readyAt(now, n int64) int64 {
	if b.interval == 0 {
		return now
	}
	return max(now, b.full-(b.size-n)*b.interval)
}
