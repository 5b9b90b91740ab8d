package model

import (
	"fmt"
	"time"
)

// maxWindow bounds the calls of one window of a rate limit, each of which is
// remembered.
const maxWindow = 10_000_000

const maxOutages = 1000

// legacy checks [legacy].
func (v *validator) legacy(l *Legacy) {
	v.count("legacy.concurrency", int64(l.Concurrency), 1, 1_000_000)
	v.count("legacy.backlog", int64(l.Backlog), 0, maxBacklog)
	v.dist("legacy.service", &l.Service)
	v.number("legacy.error_rate", l.ErrorRate, 0, 1)
	v.number("legacy.hang_rate", l.HangRate, 0, 1)
	if l.ErrorRate <= 1 && l.HangRate <= 1 && l.ErrorRate+l.HangRate > 1 {
		v.fail("legacy.hang_rate", "error_rate %s and hang_rate %s are more than all calls together", NumberText(l.ErrorRate), NumberText(l.HangRate))
	}
	v.slowdown(&l.Slowdown)
	v.rateLimit(&l.RateLimit)
	if len(l.Outages) > maxOutages {
		v.fail("legacy.outage", "%d outages are too many: at most %d", len(l.Outages), maxOutages)
		return
	}
	for i := range l.Outages {
		v.outage(l.Outages, i)
	}
}

func (v *validator) slowdown(s *Slowdown) {
	switch s.Kind {
	case "none":
	case "usl":
		v.number("legacy.slowdown.alpha", s.Alpha, 0, 1000)
		v.number("legacy.slowdown.beta", s.Beta, 0, 1000)
	case "sharing":
		v.number("legacy.slowdown.capacity", s.Capacity, 0.001, 1_000_000)
	case "threshold", "thrash":
		v.number("legacy.slowdown.capacity", s.Capacity, 0.001, 1_000_000)
		v.number("legacy.slowdown.alpha", s.Alpha, 0, 1000)
	default:
		v.choice("legacy.slowdown.kind", s.Kind, "none", "usl", "sharing", "threshold", "thrash")
	}
}

func (v *validator) rateLimit(r *RateLimit) {
	const key = "legacy.rate_limit."
	v.span(key+"retry_after", r.RetryAfter, 0, Longest)
	switch r.Kind {
	case "none":
		return
	case "token-bucket":
		v.count(key+"burst", int64(r.Burst), 1, 1_000_000_000)
	case "fixed-window", "sliding-window":
		v.span(key+"window", r.Window, time.Millisecond, Longest)
		n := r.Rate * r.Window.Seconds()
		switch {
		case n < 1 && r.Rate > 0 && r.Window > 0:
			v.fail(key+"window", "%s in a window of %s is less than one call: no call would ever pass", RateText(r.Rate), DurationText(r.Window))
		case n > maxWindow:
			v.fail(key+"window", "%s in a window of %s are about %.3g calls: at most %d", RateText(r.Rate), DurationText(r.Window), n, maxWindow)
		}
	default:
		v.choice(key+"kind", r.Kind, "none", "token-bucket", "fixed-window", "sliding-window")
		return
	}
	if !(r.Rate >= 0.001/3600 && r.Rate <= maxPerSecond) {
		v.fail(key+"rate", "%s is out of range: 0.001/h to %d/s", RateText(r.Rate), maxPerSecond)
	}
}

// outage checks one spell, and that none before it of the same kind overlaps.
func (v *validator) outage(all []Outage, i int) {
	o, key := all[i], fmt.Sprintf("legacy.outage[%d].", i)
	v.choice(key+"kind", o.Kind, "down", "errors", "slow", "hang")
	v.span(key+"at", o.At, 0, Longest)
	v.span(key+"for", o.For, 1, Longest)
	if o.Kind == "slow" {
		v.number(key+"factor", o.Factor, 1, 1_000_000)
	}
	for j, p := range all[:i] {
		if p.Kind == o.Kind && o.At < p.At+p.For && p.At < o.At+o.For {
			v.fail(key+"at", "overlaps with legacy.outage[%d], which is %q too, from %s for %s", j, p.Kind, DurationText(p.At), DurationText(p.For))
			return
		}
	}
}
