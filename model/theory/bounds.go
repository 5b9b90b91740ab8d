package theory

import (
	"math"
	"time"
)

// DeferralBound is how long a message can be put off before its last receive:
// the first comes at once, every further one a visibility timeout after the one
// before, (receives - 1) x visibility in all. A message that cannot be worked on
// within it is lost to the dead-letter queue, or escalated. receives is at least
// 1; a bound beyond 292 years is cut to that.
func DeferralBound(receives int, visibility time.Duration) time.Duration {
	times := time.Duration(max(0, receives-1))
	if visibility > 0 && times > math.MaxInt64/visibility {
		return math.MaxInt64
	}
	return times * visibility
}

// Fitting returns how many classes, the highest first, a system of some capacity
// keeps up with under strict priority: the longest list of classes whose loads
// add up to less than the capacity. The others wait for ever. Loads are offered
// loads, in the unit of the capacity.
func Fitting(loads []float64, capacity float64) int {
	sum := 0.0
	for k, load := range loads {
		if sum += load; sum >= capacity {
			return k
		}
	}
	return len(loads)
}

// DrainTime returns how long after an outage of a length the backlog that it
// left is worked off, as if work were a fluid: what arrives meanwhile, load x
// outage, is worked off at capacity - load. With constant rates and exponential
// service the mean is exact but for the calls that are at work at the end
// (Newell, Applications of Queueing Theory, chapter 2). At a load of the capacity
// or more it is infinite: the system never recovers.
func DrainTime(outage, load, capacity float64) float64 {
	if load >= capacity {
		return math.Inf(1)
	}
	return outage * load / (capacity - load)
}

// FixedWindow returns the share of Poisson calls that a limit of so many calls in
// each window lets through: the mean of min(N, limit) over the mean of N.
func FixedWindow(rate, window float64, limit int) float64 {
	mean := rate * window
	if mean <= 0 {
		return 1
	}
	p, below, passed := math.Exp(-mean), 0.0, 0.0
	for n := range limit {
		below += p
		passed += float64(n) * p
		p *= mean / float64(n+1)
	}
	return (passed + float64(limit)*(1-below)) / mean
}
