package scenarios

import (
	"strconv"

	"penstock/model"
)

// load compares the work that arrives with what the legacy system, its rate
// limit and the worker can do. Closed arrivals are left out, since they slow
// down by themselves; calls that go wrong and are made again are not counted.
func (l *linter) load() {
	rate, work := 0.0, 0.0 // calls a second; calls in progress on average
	for _, c := range l.c.Classes {
		service := l.c.Legacy.Service
		if c.Service != nil {
			service = *c.Service
		}
		for _, a := range c.Arrivals {
			if a.Kind == "closed" {
				continue
			}
			r := a.MeanRate(l.c.Horizon)
			rate += r
			work += float64(r * service.MeanDuration().Seconds())
		}
	}
	g := l.c.Legacy
	switch capacity := legacyCapacity(g); {
	case work >= capacity:
		l.warn("legacy.concurrency", "%s calls a second of on average %s s keep %s calls in progress, but it does the work of %s: the backlog grows for as long as tasks arrive; lower the arrivals or raise the capacity", short(rate), short(work/rate), short(work), short(capacity))
	case work >= 0.9*capacity:
		l.warn("legacy.concurrency", "the arrivals take %s%% of what it can do (%s of %s): waits are long and hang on chance; runs need many replications", short(100*work/capacity), short(work), short(capacity))
	}
	if g.RateLimit.Kind != "none" && rate >= g.RateLimit.Rate {
		l.warn("legacy.rate_limit.rate", "%s calls a second arrive, but only %s are allowed: the rest is refused and comes back for ever; lower the arrivals or raise the limit", short(rate), short(g.RateLimit.Rate))
	}
	if n := float64(l.slots()); work >= n && work < legacyCapacity(g) {
		l.warn("worker.concurrency", "the legacy system can do the work that arrives, %s calls in progress on average, but the worker only opens %s at once: the backlog grows for as long as tasks arrive; raise concurrency", short(work), short(n))
	}
}

// legacyCapacity returns the work that the legacy system does at once, in
// calls that run at full speed, at its best number of calls in progress.
func legacyCapacity(g model.Legacy) float64 {
	best := float64(g.Concurrency)
	switch s := g.Slowdown; s.Kind {
	case "sharing":
		best = min(best, s.Capacity)
	case "usl":
		best = 0
		for n := 1; n <= g.Concurrency; n++ {
			x := float64(n)
			best = max(best, x/(1+float64(s.Alpha*(x-1))+float64(s.Beta*x*(x-1))))
		}
	case "threshold", "thrash":
		best = 0
		for n := 1; n <= g.Concurrency; n++ {
			best = max(best, float64(n)*s.Speed(n))
		}
	}
	return best
}

// short writes a number with three digits.
func short(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
