package plan

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"penstock/model"
)

// The verdicts on a system as a whole.
const (
	Stable    = "stable"    // it keeps up with what arrives
	Saturated = "saturated" // its backlog grows as long as work arrives
	Undecided = "undecided"
)

const (
	// growsAbove is the growth of the backlog, as a share of what arrives, that
	// must be exceeded with confidence for "saturated": less is a fluctuation
	// that no one would act on.
	growsAbove = 0.005
	// collapsesAbove is the growth over the last two quarters alone that is taken
	// for saturation: a system that breaks down in the middle of a run.
	collapsesAbove = 0.05
	// keepsBelow is the growth that must not be reached, with confidence, for
	// "stable". It is not 0 because an interval around 0 always reaches above.
	keepsBelow = 0.02
	// lossBelow is the share of tasks that may be lost, as far as the verdict
	// goes: work that is thrown away is no backlog, but not done either.
	lossBelow = 0.02
	// boundAbove is the share of the time at a limit from which on the loss of
	// work is put down to saturation.
	boundAbove = 0.5
)

// growth is how the backlog changed over the last three quarters of the counted
// time before the horizon; the first is left to the start-up.
type growth struct {
	rate, low, high float64 // open tasks per second, with its interval
	arrivals        float64 // tasks per second
	everyQuarter    bool    // each of the three quarters grew, with confidence
	lastTwo         bool    // the last two did
	late            float64 // lower bound of the growth over the last two
	drained         bool    // every task of every replication had ended
	runs            int

	lost, lostLow, lostHigh float64 // share of tasks dead-lettered, expired or timed out
	bound                   string  // what is at its limit most of the time; "" if nothing is
}

// verdict decides whether the system keeps up, from the number of open tasks at
// the quarters of span, the counted time up to the horizon.
//
// It is Saturated if each of the last three quarters added to the backlog (its
// lower bound is above 0) and the lower bound of the growth over the three
// together is above 0.5 % of the arrival rate; or if each of the last two did,
// and that of the growth over these two is above 5 %. It is Saturated, too, if
// the lower bound of the share of tasks that are lost (dead-lettered, expired or
// timed out) is above 2 % while the legacy system or the worker is at its limit
// most of the time, and Undecided if that share may be above 2 % otherwise: a
// system that throws work away has no backlog. Otherwise it is Stable if the
// upper bound of that growth is at most 2 % of the arrival rate or, in a
// terminating study, if every task of every replication had ended. Otherwise
// it is Undecided. All bounds are Student-t bounds over replications. A single
// replication has none: it is decided by its own figures if every task had
// ended, and Undecided if not.
func (e *estimator) verdict(study model.Study, span time.Duration) (verdict, why string) {
	g := e.growth(span)
	switch {
	case g.runs == 1 && !g.drained:
		return Undecided, g.text() + "; one replication cannot tell growth from chance"
	case g.everyQuarter && g.low > float64(growsAbove*g.arrivals):
		return Saturated, g.text() + ", in each of the last three quarters"
	case g.lastTwo && g.late > float64(collapsesAbove*g.arrivals):
		return Saturated, g.text() + ", in each of the last two quarters"
	case g.lostLow > lossBelow && g.bound != "":
		return Saturated, g.loss() + ", and " + g.bound + " is at its limit most of the time; " + g.text()
	case g.lostHigh > lossBelow:
		return Undecided, g.loss() + ": what is lost is no backlog, but not done either; " + g.text()
	case g.high <= float64(keepsBelow*g.arrivals):
		return Stable, g.text()
	case study == model.Terminating && g.drained:
		return Stable, "every task of every replication had ended; until the horizon " + g.text()
	case g.low > float64(keepsBelow*g.arrivals):
		return Undecided, g.text() + ", but not steadily: see the queue depth over time, or run longer"
	}
	return Undecided, g.text() + "; longer runs or more replications would tell"
}

// loss says how many tasks are lost.
func (g growth) loss() string {
	s := short(float64(100*g.lost)) + " %"
	if g.runs > 1 {
		s += fmt.Sprintf(" (%s to %s)", short(float64(100*max(0, g.lostLow))), short(float64(100*min(1, g.lostHigh))))
	}
	return s + " of the tasks are dead-lettered, expire or time out"
}

// losses measures the share of tasks that are lost, and what binds.
func (e *estimator) losses(g *growth) {
	g.lost, g.lostLow, g.lostHigh = e.interval(e.each(func(r *model.Run) float64 {
		var lost, all int64
		for c := range r.Classes {
			k := &r.Classes[c]
			lost += k.DeadLettered + k.Expired + k.TimedOut
			all += k.Arrived
		}
		return float64(lost) / float64(max(all, 1))
	}))
	_, worker, _ := e.interval(e.each(func(r *model.Run) float64 { return r.Worker.AtLimit }))
	_, legacy, _ := e.interval(e.each(func(r *model.Run) float64 { return r.Legacy.AtLimit }))
	switch {
	case legacy > boundAbove:
		g.bound = "the legacy system"
	case worker > boundAbove:
		g.bound = "the worker"
	}
}

// growth measures the backlog over the last three quarters of span.
func (e *estimator) growth(span time.Duration) growth {
	g := growth{runs: len(e.runs), drained: true, everyQuarter: true, lastTwo: true}
	quarter := span.Seconds() / 4
	if quarter <= 0 {
		return growth{runs: len(e.runs)}
	}
	for q := 1; q < 4; q++ {
		_, low, _ := e.interval(e.each(func(r *model.Run) float64 { return float64(r.Backlog[q+1] - r.Backlog[q]) }))
		g.everyQuarter = g.everyQuarter && low > 0
		g.lastTwo = g.lastTwo && (low > 0 || q == 1)
	}
	_, g.late, _ = e.interval(e.each(func(r *model.Run) float64 {
		return float64(r.Backlog[4]-r.Backlog[2]) / (2 * quarter)
	}))
	g.rate, g.low, g.high = e.interval(e.each(func(r *model.Run) float64 {
		return float64(r.Backlog[4]-r.Backlog[1]) / (3 * quarter)
	}))
	g.arrivals, _, _ = e.interval(e.each(func(r *model.Run) float64 {
		var n int64
		for c := range r.Classes {
			n += r.Classes[c].Arrived
		}
		return float64(n) / (4 * quarter)
	}))
	for i := range e.runs {
		g.drained = g.drained && e.runs[i].Drained
	}
	e.losses(&g)
	return g
}

// estimate is the rate of growth as a figure of the result.
func (g growth) estimate() Estimate {
	e := Estimate{Value: figure(g.rate), N: g.runs}
	if g.runs < 2 {
		e.Why = oneReplication
		return e
	}
	e.Low, e.High = figure(g.low), figure(g.high)
	return e
}

// text gives the figures: "the backlog grows by 0.83 tasks/s (0.79 to 0.87),
// 14 % of what arrives".
func (g growth) text() string {
	verb, rate, low, high := "grows", g.rate, g.low, g.high
	if rate < 0 {
		verb, rate, low, high = "shrinks", -rate, -high, -low
	}
	unit, scale := "tasks/s", 1.0
	if rate != 0 && rate < 0.1 { // a rate that nobody can picture
		unit, scale = "tasks/h", 3600
	}
	s := fmt.Sprintf("the backlog %s by %s %s", verb, short(float64(scale*rate)), unit)
	if g.runs > 1 {
		s += fmt.Sprintf(" (%s to %s)", short(float64(scale*low)), short(float64(scale*high)))
	}
	if g.arrivals <= 0 {
		return s + ", and nothing arrives"
	}
	return s + fmt.Sprintf(", %s %% of what arrives", short(float64(100*rate)/g.arrivals))
}

// short writes x for a sentence.
func short(x float64) string {
	if a := math.Abs(x); a >= 1000 || a > 0 && a < 0.001 {
		return strconv.FormatFloat(round9(x), 'f', decimals(a), 64)
	}
	return fmt.Sprintf("%.3g", round9(x))
}

// decimals returns how many digits behind the point show three significant
// ones.
func decimals(a float64) int {
	return max(0, 2-int(math.Floor(math.Log10(a))))
}
