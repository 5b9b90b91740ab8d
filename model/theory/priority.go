package theory

import (
	"math"
	"math/cmplx"
)

// Cobham returns the mean wait of every class, the highest first, in M/G/1 with
// non-preemptive priority, from the rates and the first two moments of each
// class's service time: sum of rate m2 / 2 over (1 - s[k-1]) (1 - s[k]), where
// s[k] is the load of the classes down to k (Cobham 1954). Classes that do not
// fit wait for ever.
func Cobham(rates, m1, m2 []float64) []float64 {
	residual := 0.0
	for i := range rates {
		residual += rates[i] * m2[i] / 2
	}
	loads := make([]float64, len(rates))
	for i := range rates {
		loads[i] = rates[i] * m1[i]
	}
	return stretched(residual, loads)
}

// stretched divides by (1 - s[k-1]) (1 - s[k]) for every class, from the
// utilizations of the classes.
func stretched(first float64, loads []float64) []float64 {
	waits := make([]float64, len(loads))
	above := 0.0
	for k, load := range loads {
		waits[k] = math.Inf(1)
		if above+load < 1 {
			waits[k] = first / ((1 - above) * (1 - above - load))
		}
		above += load
	}
	return waits
}

// PriorityMMc is M/M/c with non-preemptive priority and one service law for
// all classes, first come first served within a class (Kella and Yechiali
// 1985).
type PriorityMMc struct {
	Rates []float64 // by class, the highest first
	Mean  float64   // of the service time, seconds
	C     int
}

// all is the queue without priorities.
func (q PriorityMMc) all() MMc {
	sum := 0.0
	for _, r := range q.Rates {
		sum += r
	}
	return MMc{sum, q.Mean, q.C}
}

// Delayed is the probability of a wait, the same for every class.
func (q PriorityMMc) Delayed() float64 { return q.all().Delayed() }

// Waits returns the mean wait of every class.
func (q PriorityMMc) Waits() []float64 {
	loads := make([]float64, len(q.Rates))
	for i, r := range q.Rates {
		loads[i] = r * q.Mean / float64(q.C)
	}
	return stretched(q.Delayed()*q.Mean/float64(q.C), loads)
}

// transform returns the transform of the wait of class k. Whoever waits at all
// waits for a delay busy period: a first delay, exponential with rate c mu (1 -
// s[k]), stretched by what arrives meanwhile in higher classes.
func (q PriorityMMc) transform(k int) func(s complex128) complex128 {
	drain := float64(q.C) / q.Mean
	above := 0.0
	for _, r := range q.Rates[:k] {
		above += r
	}
	delayed := complex(q.Delayed(), 0)
	rate := complex(drain-above-q.Rates[k], 0)
	a, d := complex(above, 0), complex(drain, 0)
	return func(s complex128) complex128 {
		stretch := s
		if above > 0 {
			b := a + d + s // busy period of M/M/1 with rates above and drain
			stretch += a * (1 - (b-cmplx.Sqrt(b*b-4*a*d))/(2*a))
		}
		return 1 - delayed + delayed*rate/(rate+stretch)
	}
}

// WaitQuantile is the wait that a share p of class k do not exceed.
func (q PriorityMMc) WaitQuantile(k int, p float64) float64 {
	f := q.transform(k)
	return q.invert(k, p, f, q.Delayed())
}

// SojournQuantile is the time in the system that a share p of class k do not
// exceed: a wait and an independent service time.
func (q PriorityMMc) SojournQuantile(k int, p float64) float64 {
	f, mean := q.transform(k), complex(q.Mean, 0)
	return q.invert(k, p, func(s complex128) complex128 { return f(s) / (1 + s*mean) }, 1)
}

// invert finds a quantile of the law with a transform and a mass beyond 0.
func (q PriorityMMc) invert(k int, p float64, f func(complex128) complex128, beyond float64) float64 {
	scale := q.Mean + q.Waits()[k]
	if math.IsInf(scale, 1) {
		return scale
	}
	return quantile(p, scale, func(t float64) float64 {
		if t == 0 {
			return beyond
		}
		return invertTail(f, t)
	})
}

// PriorityMGcError is how far PriorityMGcWaits may be off, relative to the
// answer, on top of MGcError: Bondi and Buzen report a few percent for equal
// service laws and up to 10 for the lowest class.
const PriorityMGcError = 0.10

// PriorityMGcWaits approximates the mean waits in M/G/c with non-preemptive
// priority and one service law: that of M/G/c without priorities, shared out as
// in the single-server queue (Bondi and Buzen 1984). It is exact for
// exponential service.
func PriorityMGcWaits(rates []float64, mean, scv float64, c int) []float64 {
	sum := 0.0
	loads := make([]float64, len(rates))
	for i, r := range rates {
		sum += r
		loads[i] = r * mean / float64(c)
	}
	rho := sum * mean / float64(c)
	wait := MGcWait(sum, mean, scv, c)
	if rho >= 1 { // the classes that fit see no less than a full house
		wait, rho = mean*(1+scv)/2/float64(c), 0
	}
	return stretched(wait*(1-rho), loads)
}
