package plan

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Alarm is a rule of CloudWatch on a signal of one value a minute: it goes off
// when that many minutes on end are all above the threshold. A minute without a
// value counts as below.
type Alarm struct {
	Threshold float64
	Periods   int
}

// FalseAlarms is what is to be expected of an alarm on a system that does what
// was simulated.
type FalseAlarms struct {
	Alarm
	// Rate is how often it goes off, in a month of 730 hours like those that were
	// simulated, with its interval.
	Rate Estimate
	// Tested is the simulated time that the rate rests on. An alarm whose threshold
	// was chosen is tested on other replications than it was chosen on.
	Tested time.Duration
	// Median, Tail and Most are of the minutes with a value, over all replications:
	// half are at most Median, 999 in 1000 at most Tail, and the largest is Most.
	Median, Tail, Most float64
}

// month is what rates are counted by, as monthly costs are.
const month = 730 * time.Hour

// target is how often an alarm on a healthy system may go off: once a month is
// often enough to be taken seriously.
const target = 1.0

// spells are the numbers of minutes that an alarm may wait for.
var spells = []int{1, 2, 3, 5, 10, 15}

// Choose returns an alarm on a signal that goes off at most once a month on the
// first half of the replications, and what the other half says of it. It waits
// for as few minutes as it can: longer only where that lowers the threshold by
// a fifth or more. The threshold is never below floor.
func (s *Signals) Choose(k SignalKind, class int, floor float64) FalseAlarms {
	signal := s.Of(k, class)
	half := (len(signal) + 1) / 2
	var best Alarm
	longest := s.threshold(signal[:half], spells[len(spells)-1], floor)
	for _, n := range spells {
		best = Alarm{s.threshold(signal[:half], n, floor), n}
		if best.Threshold <= longest*1.25 {
			break
		}
	}
	f := s.expect(signal, half, best)
	f.Median, f.Tail, f.Most = quantiles(signal)
	return f
}

// Fixed says what to expect of an alarm that was not chosen by the signal.
func (s *Signals) Fixed(k SignalKind, class int, a Alarm) FalseAlarms {
	signal := s.Of(k, class)
	f := s.expect(signal, 0, a)
	f.Median, f.Tail, f.Most = quantiles(signal)
	return f
}

// Killed says what to expect of an alarm that goes off at the first invocation
// that is killed at the function's timeout; several within a minute are taken
// for several alarms, so the rate is an upper bound.
func (s *Signals) Killed() FalseAlarms {
	f := FalseAlarms{Alarm: Alarm{0, 1}}
	times := make([]float64, len(s.Kills))
	for i, n := range s.Kills {
		times[i] = float64(n)
		f.Most = max(f.Most, float64(n))
	}
	f.Rate, f.Tested = s.rate(times, 0)
	return f
}

// expect counts the alarms in the replications from the first one given.
func (s *Signals) expect(signal Signal, from int, a Alarm) FalseAlarms {
	if from >= len(signal) {
		from = len(signal) // one replication: nothing is left to test with
	}
	times := make([]float64, len(signal)-from)
	for i := range times {
		times[i] = float64(episodes(signal[from+i], a))
	}
	f := FalseAlarms{Alarm: a}
	f.Rate, f.Tested = s.rate(times, from)
	return f
}

// rate turns alarms in replications into alarms a month.
func (s *Signals) rate(times []float64, from int) (Estimate, time.Duration) {
	n := len(times)
	var tested time.Duration
	seen := 0.0
	for i := range times {
		counted := s.Counted[from+i]
		tested += counted
		seen += times[i]
		times[i] *= month.Hours() / max(counted.Hours(), 1.0/60)
	}
	if n == 0 || tested < time.Minute {
		return Estimate{N: n, Why: "no replication is left to test the alarm on: it was chosen on the only one"}, tested
	}
	e := newEstimator(nil, s.Confidence)
	e.t, e.runs = studentT(n, e.confidence), nil
	if seen == 0 {
		most := -math.Log(1-e.confidence) / tested.Hours() * month.Hours()
		return Estimate{Value: figure(0), Low: figure(0), High: figure(most), N: n,
			Why: fmt.Sprintf("none in %.0f simulated hours: at most %.3g a month by the rule of three", tested.Hours(), most)}, tested
	}
	mean, low, high := e.interval(times)
	est := Estimate{Value: figure(mean), N: n}
	if n < 2 {
		est.Why = oneReplication
		return est, tested
	}
	est.Low, est.High = figure(max(0, low)), figure(high)
	return est, tested
}

// episodes counts how often an alarm goes off in one replication.
func episodes(minutes []float32, a Alarm) int {
	times, above := 0, 0
	for _, x := range minutes {
		if float64(x) > a.Threshold { // never true of NaN
			above++
		} else {
			above = 0
		}
		if above == a.Periods {
			times++
		}
	}
	return times
}

// threshold returns the smallest round number, floor or more, above which so many
// minutes on end are seldom enough.
func (s *Signals) threshold(signal Signal, periods int, floor float64) float64 {
	allowed, most := 0.0, 0.0
	for i, minutes := range signal {
		allowed += s.Counted[i].Hours() / month.Hours() * target
		for _, x := range minutes {
			most = math.Max(most, math.Max(float64(x), 0))
		}
	}
	seldom := func(t float64) bool {
		n := 0
		for _, minutes := range signal {
			n += episodes(minutes, Alarm{t, periods})
		}
		return n <= int(allowed)
	}
	low, high := 0, steps(most) // the step of the answer is in [low, high]
	for low < high {
		middle := (low + high) / 2
		if seldom(step(middle)) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return max(step(low), floor)
}

// step returns the i-th round number: 0, then 0.1 to 1 by tenths, and from there
// with two significant digits.
func step(i int) float64 {
	if i <= 10 {
		return float64(i) / 10
	}
	power, rest := (i-11)/90, (i-11)%90
	return round9(float64(11+rest) / 10 * math.Pow10(power))
}

// steps returns the smallest i whose round number is x or more.
func steps(x float64) int {
	i := 0
	for step(i) < x {
		i++
	}
	return i
}

// quantiles returns the median, the 99.9th percentile and the largest of all
// minutes with a value; 0 where there is none.
func quantiles(signal Signal) (median, tail, most float64) {
	var all []float32
	for _, minutes := range signal {
		for _, x := range minutes {
			if x == x {
				all = append(all, x)
			}
		}
	}
	if len(all) == 0 {
		return 0, 0, 0
	}
	slices.Sort(all)
	at := func(p float64) float64 { return round9(float64(all[int(math.Ceil(p*float64(len(all))))-1])) }
	return at(0.5), at(0.999), at(1)
}
