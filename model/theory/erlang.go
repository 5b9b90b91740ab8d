package theory

import "math"

// OfferedLoad returns the mean number of calls in progress if none had to wait:
// arrival rate times mean service time, in Erlang.
func OfferedLoad(rate, mean float64) float64 { return rate * mean }

// ErlangB returns the probability that all of c servers are busy where what
// finds them so is lost, for an offered load: B(0) = 1, B(k) = a B(k-1) / (k + a
// B(k-1)) (Erlang 1917; the recursion: Jagerman 1974). It holds for every law of
// the service time.
func ErlangB(load float64, c int) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = load * b / (float64(k) + load*b)
	}
	return b
}

// ErlangC returns the probability of having to wait for one of c servers:
// B / (1 - rho (1 - B)) (Erlang 1917). It is 1 at an offered load of c or more.
func ErlangC(load float64, c int) float64 {
	rho := load / float64(c)
	if rho >= 1 {
		return 1
	}
	b := ErlangB(load, c)
	return b / (1 - rho*(1-b))
}

// MMc is the queue M/M/c: Poisson arrivals, exponential service, first come
// first served (Kleinrock, Queueing Systems I, chapter 3).
type MMc struct {
	Rate float64 // arrivals per second
	Mean float64 // of the service time, seconds
	C    int     // servers
}

// spare is the rate at which the backlog is worked off: c mu - lambda.
func (q MMc) spare() float64 { return float64(q.C)/q.Mean - q.Rate }

// Delayed is the probability of a wait.
func (q MMc) Delayed() float64 { return ErlangC(OfferedLoad(q.Rate, q.Mean), q.C) }

// Wait is the mean wait.
func (q MMc) Wait() float64 {
	if q.spare() <= 0 {
		return math.Inf(1)
	}
	return q.Delayed() / q.spare()
}

// WaitQuantile is the wait that a share p of the customers do not exceed.
func (q MMc) WaitQuantile(p float64) float64 {
	if q.spare() <= 0 {
		return math.Inf(1)
	}
	return max(0, math.Log(q.Delayed()/(1-p))/q.spare())
}

// SojournTail is P(wait + service > t), where the two are independent.
func (q MMc) SojournTail(t float64) float64 {
	c, mu, d := q.Delayed(), 1/q.Mean, q.spare()
	if d <= 0 {
		return 1
	}
	if math.Abs(d-mu) < 1e-7*mu { // the limit of what follows
		return math.Exp(-mu*t) * (1 + c*mu*t)
	}
	return (1-c)*math.Exp(-mu*t) + c*(d*math.Exp(-mu*t)-mu*math.Exp(-d*t))/(d-mu)
}

// SojournQuantile is the time in the system that a share p do not exceed.
func (q MMc) SojournQuantile(p float64) float64 {
	if q.spare() <= 0 {
		return math.Inf(1)
	}
	return quantile(p, q.Mean+q.Wait(), q.SojournTail)
}
