package theory

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"penstock/model"
)

// PollaczekKhinchine returns the mean wait in M/G/1 from the first two moments
// of the service time: rate m2 / (2 (1 - rho)).
func PollaczekKhinchine(rate, m1, m2 float64) float64 {
	rho := rate * m1
	if rho >= 1 {
		return math.Inf(1)
	}
	return rate * m2 / (2 * (1 - rho))
}

// MG1 is the queue M/G/1, first come first served.
type MG1 struct {
	Rate       float64
	M1, M2, M3 float64 // raw moments of the service time, seconds to the power of 1, 2, 3
}

// NewMG1 returns the queue of a rate and a service law.
func NewMG1(rate float64, service model.Dist) MG1 {
	return MG1{rate, Moment(service, 1), Moment(service, 2), Moment(service, 3)}
}

// Load is the share of the time in which the server is busy, and the
// probability of a wait.
func (q MG1) Load() float64 { return q.Rate * q.M1 }

// Wait is the mean wait.
func (q MG1) Wait() float64 { return PollaczekKhinchine(q.Rate, q.M1, q.M2) }

// WaitDeviation is the standard deviation of the wait: its variance is Wq^2 +
// rate m3 / (3 (1 - rho)) (Takács 1962).
func (q MG1) WaitDeviation() float64 {
	w := q.Wait()
	return math.Sqrt(w*w + q.Rate*q.M3/(3*(1-q.Load())))
}

// MG1QuantileError is how far WaitQuantile may be off, relative to the answer,
// for p of 0.9 and more: measured against transform inversion for constant,
// log-normal, hyperexponential, gamma and bounded Pareto service at loads of
// 0.7 to 0.9, where the worst is 3.6 %.
const MG1QuantileError = 0.05

// WaitQuantile approximates the wait that a share p do not exceed: those that
// wait at all, a share of rho, take the gamma law with the exact first two
// moments (the two-moment fit of Tijms, A First Course in Stochastic Models,
// section 9.2).
func (q MG1) WaitQuantile(p float64) float64 {
	rho, w, sd := q.Load(), q.Wait(), q.WaitDeviation()
	if rho >= 1 {
		return math.Inf(1)
	}
	mean := w / rho
	variance := (sd*sd+w*w)/rho - mean*mean
	shape := mean * mean / variance
	return quantile(p, mean, func(t float64) float64 {
		return rho * mathext.GammaIncRegComp(shape, shape*t/mean)
	})
}

// GroupedWait returns the mean wait in M[b]/G/1, where groups of b come at a
// rate: the wait for the groups ahead, as if each were one long service, and
// for the members of the own group that go first (Burke 1975).
func GroupedWait(groups float64, b int, m1, m2 float64) float64 {
	size := float64(b)
	rho := groups * size * m1
	if rho >= 1 {
		return math.Inf(1)
	}
	return groups*size*m2/(2*(1-rho)) + (size-1)*m1/(2*(1-rho))
}
