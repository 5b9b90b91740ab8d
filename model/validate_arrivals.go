package model

import (
	"fmt"
	"time"
)

// arrivals checks the sources of a class, and that their tasks can be counted.
func (v *validator) arrivals(c *Config, class *Class, key string) {
	if len(class.Arrivals) > maxSources {
		v.fail(key, "%d sources are too many: at most %d", len(class.Arrivals), maxSources)
		return
	}
	for i := range class.Arrivals {
		a, at := &class.Arrivals[i], fmt.Sprintf("%s[%d]", key, i)
		before := len(v.problems)
		v.source(c, a, at)
		if len(v.problems) > before || a.Kind == "closed" || c.Horizon <= 0 {
			continue
		}
		if n := a.MeanRate(c.Horizon) * c.Horizon.Seconds(); !(n <= maxTasks) {
			v.fail(at, "about %.3g tasks arrive until the horizon: at most %d", n, maxTasks)
		}
	}
}

func (v *validator) source(c *Config, a *Arrivals, key string) {
	if a.Kind == "poisson" || a.Kind == "renewal" {
		v.count(key+".size", int64(unset(a.Size)), 1, maxBacklog)
		v.count(key+".count", int64(unset(a.Count)), 1, maxBacklog)
	}
	switch a.Kind {
	case "poisson", "constant":
		v.rate(key+".rate", a.Rate)
	case "renewal":
		v.dist(key+".gap", &a.Gap)
		if a.Gap.MeanDuration() < time.Microsecond {
			v.fail(key+".gap", "a mean of %s is too short: at least 1µs", DurationText(a.Gap.MeanDuration()))
		}
	case "burst":
		v.span(key+".at", a.At, 0, Longest)
		v.count(key+".count", int64(a.Count), 1, maxBacklog)
		v.span(key+".over", a.Over, 0, Longest)
		v.span(key+".every", a.Every, 0, Longest)
		if a.Every > 0 && a.Over > a.Every {
			v.fail(key+".over", "%s is longer than the %s after which the burst comes again", DurationText(a.Over), DurationText(a.Every))
		}
	case "schedule":
		v.schedule(a, key)
	case "mmpp":
		if len(a.States) == 0 {
			v.fail(key+".states", "at least one state is needed")
		}
		for i, s := range a.States {
			v.rate(fmt.Sprintf("%s.states[%d].rate", key, i), s.Rate)
			v.span(fmt.Sprintf("%s.states[%d].hold", key, i), s.Hold, time.Millisecond, Longest)
		}
	case "closed":
		v.count(key+".population", int64(a.Population), 1, maxPopulation)
		v.dist(key+".think", &a.Think)
	case "trace":
		v.trace(&a.Trace, key)
	default:
		v.choice(key+".kind", a.Kind, "poisson", "constant", "renewal", "burst", "schedule", "mmpp", "closed", "trace")
	}
}

func (v *validator) schedule(a *Arrivals, key string) {
	v.choice(key+".shape", a.Shape, "step", "linear")
	v.span(key+".period", a.Period, 0, Longest)
	if len(a.Points) == 0 {
		v.fail(key+".points", "at least one point is needed")
		return
	}
	for i, p := range a.Points {
		at := fmt.Sprintf("%s.points[%d]", key, i)
		v.rate(at+".rate", p.Rate)
		v.span(at+".at", p.At, 0, Longest)
		switch {
		case i == 0 && p.At != 0:
			v.fail(at+".at", "the first point has to be at 0s, not %s", DurationText(p.At))
		case i > 0 && p.At <= a.Points[i-1].At:
			v.fail(at+".at", "%s is not after the point before it, at %s", DurationText(p.At), DurationText(a.Points[i-1].At))
		}
	}
	if last := a.Points[len(a.Points)-1].At; a.Period > 0 && a.Period <= last {
		v.fail(key+".period", "%s ends before the last point, at %s", DurationText(a.Period), DurationText(last))
	}
}

func (v *validator) trace(t *Trace, key string) {
	switch t.Format {
	case "counts":
		v.span(key+".bin", t.Bin, time.Microsecond, Longest)
		v.number(key+".scale", t.Scale, 0, 1_000_000)
		for i, n := range t.Counts {
			if !(n >= 0) || !finite(n) {
				v.fail(key+".column", "count %d of the trace is %s", i, NumberText(n))
			}
		}
		if len(t.Counts) == 0 {
			v.fail(key+".file", "the trace has no counts")
		} else if t.Bin > 0 && int64(len(t.Counts)) > int64(Longest/t.Bin) {
			v.fail(key+".bin", "%d bins of %s are too long: at most %s in all", len(t.Counts), DurationText(t.Bin), DurationText(Longest))
		}
	case "timestamps", "seconds":
		v.instants(t, key)
	default:
		v.choice(key+".format", t.Format, "counts", "timestamps", "seconds")
	}
}

func (v *validator) instants(t *Trace, key string) {
	for i, at := range t.Times {
		if at < 0 || at > Longest || i > 0 && at < t.Times[i-1] {
			v.fail(key+".column", "time %d of the trace, %s, is before the one above it or out of range", i, DurationText(at))
			break
		}
	}
	if len(t.Times) == 0 {
		v.fail(key+".file", "the trace has no times")
	}
	if n := len(t.Services); t.ServiceColumn != "" && n != len(t.Times) {
		v.fail(key+".service_column", "%d service times for %d tasks", n, len(t.Times))
	}
	for i, s := range t.Services {
		if s < 0 || s > Longest {
			v.fail(key+".service_column", "service time %d of the trace, %s, is out of range", i, DurationText(s))
			break
		}
	}
}

// unset turns the 0 of a count that was left out into the 1 that passes.
func unset(n int) int {
	if n == 0 {
		return 1
	}
	return n
}
