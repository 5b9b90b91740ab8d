package theory

import "math"

// Shared is a system whose calls share its power: with n of them at work each
// advances at Speed(n). Poisson arrivals; Places calls are worked on at once,
// Backlog more wait, and what comes beyond is refused and lost.
//
// The number present is a birth-death chain: p(n) is proportional to the product
// of rate / (m speed(m) / mean) for m up to n, m at most Places. That is exact
// for exponential service; without a backlog it is exact for every law of the
// same mean (Cohen 1979; Kelly, Reversibility and Stochastic Networks, 1979).
// Speed 1 gives M/M/c/K and, without a backlog, Erlang's loss system.
type Shared struct {
	Rate, Mean      float64
	Places, Backlog int
	Speed           func(n int) float64
}

// Levels are the long-run figures of a Shared system.
type Levels struct {
	Refused float64 // share of the calls
	Present float64 // mean number at work or waiting
	AtWork  float64 // mean number at work
	Full    float64 // share of the time with every place taken
	Slowed  float64 // share of the time in which calls slow each other down
	Sojourn float64 // mean time of an accepted call in the system
}

// Solve returns the long-run figures.
func (s Shared) Solve() Levels {
	last := s.Places + s.Backlog
	weights := make([]float64, last+1) // in logarithms: they span many orders
	for n := 1; n <= last; n++ {
		m := min(n, s.Places)
		weights[n] = weights[n-1] + math.Log(s.Rate*s.Mean/(float64(m)*s.Speed(m)))
	}
	most := 0.0
	for _, w := range weights {
		most = max(most, w)
	}
	var l Levels
	total := 0.0
	for n, w := range weights {
		p := math.Exp(w - most)
		m := min(n, s.Places)
		total += p
		l.Present += float64(n) * p
		l.AtWork += float64(m) * p
		if n == last {
			l.Refused += p
		}
		if n >= s.Places {
			l.Full += p
		}
		if m > 0 && s.Speed(m) < 1 {
			l.Slowed += p
		}
	}
	for _, x := range []*float64{&l.Refused, &l.Present, &l.AtWork, &l.Full, &l.Slowed} {
		*x /= total
	}
	l.Sojourn = l.Present / (s.Rate * (1 - l.Refused))
	return l
}
