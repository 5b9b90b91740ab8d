package theory

import "math"

// Impatient are the long-run figures of a queue that customers leave when their
// patience ends before their service has begun.
type Impatient struct {
	Abandon float64 // share that leaves
	Delayed float64 // share that finds every server busy
	Wait    float64 // mean wait of all, those who leave included
	Served  float64 // mean wait of those who are served; NaN where not known
	Busy    float64 // share of the servers at work
}

// ErlangA solves M/M/c with exponential patience: a birth-death chain whose rate
// of departures with n present is min(n, c) / mean + (n - c) / patience (Palm
// 1943; Garnett, Mandelbaum and Reiman 2002).
func ErlangA(rate, mean float64, c int, patience float64) Impatient {
	mu, theta := 1/mean, 1/patience
	drain := float64(c) * mu
	// Relative to n = c: below it the weights add up to 1/B of Erlang's loss
	// formula.
	weight, above, queue := 1.0, 1.0, 0.0
	// Of one who joins with j ahead in the queue: the probability of being
	// served, and the mean of the wait where he is and 0 where not.
	served, waited := 1.0, 0.0
	wait := 0.0
	for j := 0; weight > 1e-18*above || j < c; j++ {
		out := drain + float64(j+1)*theta
		ahead := (drain + float64(j)*theta) / out
		waited = ahead * (served/out + waited)
		served *= ahead
		wait += weight * waited
		weight *= rate / out
		above += weight
		queue += float64(j+1) * weight
	}
	total := 1/ErlangB(rate*mean, c) - 1 + above
	i := Impatient{Delayed: above / total}
	i.Wait = queue / total / rate
	i.Abandon = theta * i.Wait
	i.Served = wait / total / (1 - i.Abandon)
	i.Busy = rate * (1 - i.Abandon) / drain
	return i
}

// PatientFor solves M/M/c where everyone leaves after the same time in the queue
// (Baccelli and Hebuterne 1981; the integrals of Zeltyn and Mandelbaum 2005 with
// H(x) = min(x, patience)).
func PatientFor(rate, mean float64, c int, patience float64) Impatient {
	drain := float64(c) / mean
	d, stay := drain-rate, math.Exp(-(drain-rate)*patience)
	// Integrals of exp(rate H(x) - drain x) and of H(x) times that.
	area, first := patience, patience*patience/2 // at a load of exactly 1
	if math.Abs(d)*patience > 1e-9 {
		area = (1 - stay) / d
		first = (1 - stay*(1+d*patience)) / (d * d)
	}
	area += stay / drain
	first += patience * stay / drain
	// The integral over the states with a free server: 1/B(c-1).
	free := 1 / ErlangB(rate*mean, c-1)
	total := free + rate*area
	i := Impatient{Served: math.NaN()}
	i.Abandon = (1 + (rate-drain)*area) / total
	i.Delayed = rate * area / total
	i.Wait = rate * first / total
	i.Busy = rate * (1 - i.Abandon) / drain
	return i
}

// RetrialMM1 returns the mean time between a first refusal and the start of
// service, over all customers, in M/M/1 where whoever finds the server busy
// comes back after an exponential time, again and again: rho / (1 - rho) (mean +
// pause) (Falin and Templeton 1997). The number of tries after the first is that
// over the mean pause.
func RetrialMM1(rate, mean, pause float64) float64 {
	rho := rate * mean
	if rho >= 1 {
		return math.Inf(1)
	}
	return rho / (1 - rho) * (mean + pause)
}

// ColdMG1 returns the share of cold starts and the mean wait for the server in
// M/G/1 with one environment that is taken away after an idle lifetime: the first
// service of a busy period is longer by a constant if the idle time before it was
// longer than that (Welch 1964), which has the probability gone: idle times are
// exponential, so it is the transform of the lifetime at rate. The wait leaves the
// own cold start out.
func ColdMG1(rate, m1, m2, cold, gone float64) (share, wait float64) {
	rho := rate * m1
	if rho >= 1 {
		return 0, math.Inf(1)
	}
	share = gone * (1 - rho) / (1 + rate*cold*gone)
	longer1, longer2 := gone*cold, gone*cold*(2*m1+cold) // of the first service's moments
	return share, PollaczekKhinchine(rate, m1, m2) + rate*longer2/(2*(1+rate*longer1))
}
