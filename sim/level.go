package sim

import (
	"fmt"
	"math/bits"
)

// Level is a count that changes in time, such as the length of a queue or the
// number of busy slots, and is averaged over time. The integral is exact: 128
// bits hold any level over any run. The zero value is level 0 from time 0 on.
type Level struct {
	value, max  int64
	start, last int64  // ns: of the integral, and of the latest change
	hi, lo      uint64 // integral over [start, last), in ns
}

// Set makes the level n, 0 or more, from the instant now (nanoseconds) on. It
// panics if n is negative or now is before an earlier change.
func (l *Level) Set(now, n int64) {
	if n < 0 {
		panic(fmt.Sprintf("sim: Level set to %d at %d ns", n, now))
	}
	l.hi, l.lo = l.Area(now)
	l.last, l.value = now, n
	l.max = max(l.max, n)
}

// Add changes the level by delta, of either sign, from the instant now
// (nanoseconds) on. It panics as Set does.
func (l *Level) Add(now, delta int64) { l.Set(now, l.value+delta) }

// Value returns the present level.
func (l *Level) Value() int64 { return l.value }

// Changed returns when the level was last set (nanoseconds).
func (l *Level) Changed() int64 { return l.last }

// Max returns the highest level since the start or the last ResetAt, even if it
// held for no time.
func (l *Level) Max() int64 { return l.max }

// Area returns the integral of the level up to now (nanoseconds, not before the
// latest change, or it panics), as hi·2⁶⁴ + lo level-nanoseconds.
func (l *Level) Area(now int64) (hi, lo uint64) {
	if now < l.last {
		panic(fmt.Sprintf("sim: Level at %d ns, but it changed at %d ns", now, l.last))
	}
	hi, lo = bits.Mul64(uint64(l.value), uint64(now-l.last))
	lo, carry := bits.Add64(lo, l.lo, 0)
	hi, _ = bits.Add64(hi, l.hi, carry)
	return hi, lo
}

// Mean returns the level averaged over the time from the start or the last
// ResetAt up to now (nanoseconds, not before the latest change, or it panics),
// and the present level if that is no time at all.
func (l *Level) Mean(now int64) float64 {
	hi, lo := l.Area(now)
	span := uint64(now - l.start)
	if span == 0 {
		return float64(l.value)
	}
	quo, rem := bits.Div64(hi, lo, span) // hi < span, as no level reaches 2⁶³
	return float64(quo) + float64(rem)/float64(span)
}

// ResetAt forgets what was before now (nanoseconds, not before the latest
// change, or it panics), as after a warm-up, and keeps the level.
func (l *Level) ResetAt(now int64) {
	l.Set(now, l.value)
	l.start, l.max, l.hi, l.lo = now, l.value, 0, 0
}
