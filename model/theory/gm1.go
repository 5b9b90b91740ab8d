package theory

import (
	"math"

	"penstock/model"
)

// GM1 is the queue GI/M/1: independent gaps of one law, exponential service,
// first come first served (Kleinrock, Queueing Systems I, chapter 6).
type GM1 struct {
	Delayed float64 // probability of a wait: the root of sigma = A(mu (1 - sigma))
	Mean    float64 // of the service time, seconds
}

// NewGM1 solves the queue; false where the transform of the gaps has no closed
// form or the load is 1 or more.
func NewGM1(gap model.Dist, mean float64) (GM1, bool) {
	if Moment(gap, 1) <= mean {
		return GM1{}, false
	}
	sigma := 0.0
	for range 100_000 { // from below it climbs to the smallest root
		next, ok := Transform(gap, complex((1-sigma)/mean, 0))
		if !ok {
			return GM1{}, false
		}
		if math.Abs(real(next)-sigma) < 1e-15 {
			break
		}
		sigma = real(next)
	}
	return GM1{sigma, mean}, true
}

// Wait is the mean wait.
func (q GM1) Wait() float64 { return q.Delayed * q.Sojourn() }

// Sojourn is the mean time in the system, which is exponential.
func (q GM1) Sojourn() float64 { return q.Mean / (1 - q.Delayed) }

// WaitQuantile is the wait that a share p do not exceed.
func (q GM1) WaitQuantile(p float64) float64 {
	return max(0, math.Log(q.Delayed/(1-p))*q.Sojourn())
}

// SojournQuantile is the time in the system that a share p do not exceed.
func (q GM1) SojournQuantile(p float64) float64 { return -math.Log(1-p) * q.Sojourn() }
