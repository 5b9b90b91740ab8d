package theory

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// MDcWait returns the mean wait in M/D/c (Crommelin 1932): with the load a in
// Erlang, in units of the service time, the sum over i of P(N >= ic) - (c/a)
// P(N >= ic+1), N Poisson of mean ia.
func MDcWait(rate, service float64, c int) float64 {
	a := OfferedLoad(rate, service)
	if a >= float64(c) {
		return math.Inf(1)
	}
	if a == 0 {
		return 0
	}
	atLeast := func(k, mean float64) float64 { return mathext.GammaIncReg(k, mean) }
	sum := 0.0
	for i := 1.0; i < 1e6; i++ {
		k := i * float64(c)
		term := atLeast(k, i*a) - float64(c)/a*atLeast(k+1, i*a)
		sum += term
		if term <= 1e-13*sum {
			break
		}
	}
	return sum * service
}

// MGcError is how far MGcWait may be off, relative to the answer, where the
// squared coefficient of variation of the service time is at most 4: against
// matrix-geometric solutions the worst was 3.7 %; Tijms reports 5 % and less up to
// 2 (A First Course in Stochastic Models, section 9.6).
const MGcError = 0.06

// MGcWait approximates the mean wait in M/G/c from the squared coefficient of
// variation of the service time: up to 1 by interpolation between M/D/c and
// M/M/c, beyond by proportion to M/M/c (Tijms, section 9.6; Lee and Longton
// 1959). It is exact for constant and exponential service, and for one server.
func MGcWait(rate, mean, scv float64, c int) float64 {
	exponential := MMc{rate, mean, c}.Wait()
	if math.IsInf(exponential, 1) {
		return exponential
	}
	if scv > 1 {
		return (1 + scv) / 2 * exponential
	}
	return (1-scv)*MDcWait(rate, mean, c) + scv*exponential
}

// GGcError is how far GGcWait may be off, relative to the answer, at loads of
// 0.7 and more: Whitt finds errors of 10 to 25 % for gaps less variable than
// Poisson arrivals, and no bound for more variable ones (Approximations for the
// GI/G/m queue, Production and Operations Management 2, 1993).
const GGcError = 0.25

// GGcWait approximates the mean wait in G/G/c by the variability of gaps and
// service times (Allen and Cunneen; Whitt 1993): that of M/M/c times the mean of
// the two squared coefficients, times the correction of Kraemer and
// Langenbach-Belz (1976) where gaps are less variable than Poisson arrivals.
func GGcWait(rate, gapSCV, mean, scv float64, c int) float64 {
	exponential := MMc{rate, mean, c}.Wait()
	if math.IsInf(exponential, 1) {
		return exponential
	}
	rho := OfferedLoad(rate, mean) / float64(c)
	g := 1.0
	if gapSCV < 1 && gapSCV+scv > 0 {
		g = math.Exp(-2 * (1 - rho) / (3 * rho) * (1 - gapSCV) * (1 - gapSCV) / (gapSCV + scv))
	}
	return g * (gapSCV + scv) / 2 * exponential
}
