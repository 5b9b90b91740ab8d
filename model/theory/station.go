package theory

import (
	"math"

	"penstock/model"
)

// Limits of what the twin says.
const (
	// settled is how many relaxation times a run has to count, so that what is
	// left of its start is small and can be bounded.
	settled = 10
	// most is the utilization beyond which no run of a usual length settles.
	most = 0.98
	// widest is the largest squared coefficient of variation of service times
	// for which the approximations for several servers were checked.
	widest = 4
	// sketch is the relative resolution of the simulator's quantiles.
	sketch = 0.001
)

// grain is the rounding of every duration in the simulator, seconds.
const grain = 2e-6

// band adds up what a run of finite length leaves of its start. The
// time-dependent mean approaches its limit at the rate of the relaxation time,
// about 1 / (c mu (1 - sqrt(rho))^2) (Cohen 1982; Abate and Whitt 1987), in
// proportion to the variability of the service; so the mean over a run is off by
// about the share of the run that one relaxation time is.
type band struct {
	relax  float64 // seconds
	over   float64 // counted time, seconds
	start  float64 // relative error of a mean
	cutoff float64 // time after the end that a task needs, over the counted time
}

func (t *twin) band(rho, mean, scv float64, c int) band {
	left := 1 - math.Sqrt(rho)
	relax := max(mean, mean*max(1, (1+scv)/2)/(float64(c)*left*left))
	b := band{relax: relax, over: t.over}
	if t.over > 0 {
		b.start = relax / t.over * math.Exp(-t.cut/relax)
	}
	if !t.cfg.Drain.UntilEmpty && t.over > 0 {
		b.cutoff = relax / t.over
	}
	return b
}

// settles reports whether a run is long enough, and notes if not.
func (t *twin) settles(name string, rho float64, b band) bool {
	switch {
	case rho >= 1:
		t.without("%s: the work that arrives is %.3g times what can be done, and the backlog has no limit", name, rho)
	case rho > most:
		t.without("%s: at a utilization of %.4g no run of a usual length settles", name, rho)
	case b.over < settled*b.relax:
		t.without("%s: %s is too short to settle, the relaxation time being %s", name, text(b.over), text(b.relax))
	default:
		return true
	}
	return false
}

// mean is the error of a mean of the given size.
func (b band) mean(value float64) float64 { return (b.start+b.cutoff)*value + grain }

// tail is the error of the mean over replications of the quantile p: besides the
// start, the quantile of a sample is off in proportion to 1 / (n (1-p)), where n
// counts what is independent in a run, one observation in a relaxation time.
func (b band) tail(value, p float64) float64 {
	few := 0.3 * b.relax / (b.over * (1 - p))
	return (b.start+b.cutoff+few+sketch)*value + grain
}

// queue is one queue in front of servers of its own.
type queue struct {
	name    string // of the class
	flow    flow
	law     model.Dist
	servers int
	band    band
}

// exact adds a prediction of an exact formula.
func (t *twin) exact(metric, method string, value, off float64) {
	t.found = append(t.found, Prediction{Metric: metric, Method: method, Value: value, Error: off, Exact: true})
}

// about adds a prediction of an approximation with a relative error.
func (t *twin) about(metric, method string, value, rel, off float64) {
	t.found = append(t.found, Prediction{Metric: metric, Method: method, Value: value, Error: rel*value + off})
}

// shares are the quantiles that a result holds of a wait.
var shares = [...]struct {
	name string
	p    float64
}{{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}

// tails adds the quantiles of a time. One next to the atom of those who do not
// wait at all hangs on chance and is left out, and so is one that takes more
// than the run has.
func (t *twin) tails(path, method string, b band, delayed, rel float64, value func(p float64) float64) {
	for _, s := range shares {
		if math.Abs(delayed-(1-s.p)) < 0.05*(1-s.p)+0.02 || b.over*(1-s.p) < 2*b.relax || rel > 0 && s.p < 0.9 {
			continue
		}
		v := value(s.p)
		t.found = append(t.found, Prediction{Metric: path + "." + s.name, Method: method, Value: v, Error: rel*v + b.tail(v, s.p), Exact: rel == 0})
	}
}

// alone predicts a queue of a single class whose calls take no time besides
// their service.
func (t *twin) alone(q queue) {
	m1, scv := Moment(q.law, 1), SquaredCV(q.law)
	path := "classes." + q.name + "."
	exponential := q.law.Kind == "exponential"
	switch {
	case q.flow.poisson() && exponential:
		t.mmc(path, MMc{q.flow.rate, m1, q.servers}, q.band)
	case q.flow.poisson() && q.servers == 1:
		g := NewMG1(q.flow.rate, q.law)
		const method = "M/G/1, Pollaczek-Khinchine"
		t.waits(path, method, g.Wait(), m1, 0, q.band)
		t.exact(path+"waited", method, g.Load(), q.band.mean(g.Load()))
		t.tails(path+"wait", "M/G/1, gamma fit of three moments", q.band, g.Load(), MG1QuantileError, g.WaitQuantile)
	case q.flow.poisson() && scv == 0:
		t.waits(path, "M/D/c, Crommelin", MDcWait(q.flow.rate, m1, q.servers), m1, 0, q.band)
	case q.flow.poisson() && scv <= widest:
		t.waits(path, "M/G/c, Lee-Longton and Tijms", MGcWait(q.flow.rate, m1, scv, q.servers), m1, MGcError, q.band)
	case q.flow.poisson():
		t.without("class %s: no approximation was checked for several servers and service times this variable (squared coefficient of variation %.2g)", q.name, scv)
	case q.flow.gap.Kind == "exponential" && q.servers == 1:
		w := GroupedWait(q.flow.rate/float64(q.flow.size), q.flow.size, m1, Moment(q.law, 2))
		t.waits(path, "M[b]/G/1, Burke", w, m1, 0, q.band)
	case q.flow.size > 1:
		t.without("class %s: groups in front of several servers have no formula", q.name)
	default:
		t.renewal(path, q, exponential)
	}
}

// renewal predicts a queue whose arrivals are not Poisson.
func (t *twin) renewal(path string, q queue, exponential bool) {
	m1, scv, gap := Moment(q.law, 1), SquaredCV(q.law), SquaredCV(q.flow.gap)
	if g, ok := NewGM1(q.flow.gap, m1); ok && exponential && q.servers == 1 {
		const method = "GI/M/1, root of the gaps' transform"
		t.waits(path, method, g.Wait(), m1, 0, q.band)
		t.exact(path+"waited", method, g.Delayed, q.band.mean(g.Delayed))
		t.tails(path+"wait", method, q.band, g.Delayed, 0, g.WaitQuantile)
		t.tails(path+"latency", method, q.band, 1, 0, g.SojournQuantile)
		return
	}
	if rho := q.flow.rate * m1 / float64(q.servers); rho < 0.7 || gap > 1 || scv > widest {
		t.without("class %s: the two-moment approximation is good only at a utilization of 0.7 or more and for gaps no more variable than exponential ones", q.name)
		return
	}
	t.waits(path, "G/G/c, Allen-Cunneen with Kraemer-Langenbach-Belz", GGcWait(q.flow.rate, gap, m1, scv, q.servers), m1, GGcError, q.band)
}

// waits adds the mean wait and the mean latency of a class.
func (t *twin) waits(path, method string, wait, service, rel float64, b band) {
	add := func(metric string, value float64) {
		t.found = append(t.found, Prediction{Metric: path + metric, Method: method, Value: value, Error: rel*wait + b.mean(value), Exact: rel == 0})
	}
	add("wait.mean", wait)
	add("latency.mean", wait+service)
}

// mmc adds all that is known of M/M/c.
func (t *twin) mmc(path string, q MMc, b band) {
	const method = "M/M/c, Erlang C"
	t.waits(path, method, q.Wait(), q.Mean, 0, b)
	t.exact(path+"waited", method, q.Delayed(), b.mean(q.Delayed()))
	t.tails(path+"wait", method, b, q.Delayed(), 0, q.WaitQuantile)
	t.tails(path+"latency", method, b, 1, 0, q.SojournQuantile)
}
