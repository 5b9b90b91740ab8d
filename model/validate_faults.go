package model

import (
	"fmt"
	"time"
)

// shortestRedrive is the least mean time from one start of a redrive to the next.
// A run goes on with them as long as a task waits for its timeout, for days.
const shortestRedrive = 100 * time.Millisecond

// faults checks [faults].
func (v *validator) faults(f *Faults) {
	v.span("faults.until", f.Until, 0, Longest)
	for i, share := range f.shares() {
		most := 1.0
		if i == faultEmptyReceive { // all of them: the worker would ask for ever, and at once
			most = 0.99
		}
		v.number("faults."+faultName(i), share, 0, most)
	}
	v.span("faults.restart", f.Restart, 0, time.Hour)
	v.span("faults.clock_ahead", f.ClockAhead, 0, time.Hour)
	v.span("faults.clock_behind", f.ClockBehind, 0, time.Hour)
	if f.ClockAhead > 0 && f.ClockBehind > 0 {
		v.fail("faults.clock_behind", "a clock is either ahead or behind: leave out one of clock_ahead and clock_behind")
	}
	for i, r := range f.Redrives {
		key := fmt.Sprintf("faults.redrive[%d].", i)
		v.span(key+"at", r.At, 0, Longest)
		if !(r.Rate >= 0.001/3600 && r.Rate <= 500) {
			v.fail(key+"rate", "%s is out of range: 0.001/h to 500/s (SQS)", RateText(r.Rate))
		}
		if r.Every != nil {
			v.dist(key+"every", r.Every)
			if m := r.Every.MeanDuration(); m < shortestRedrive {
				v.fail(key+"every", "a mean of %s is too short: at least %s", DurationText(m), DurationText(shortestRedrive))
			}
		}
		v.count(key+"count", int64(r.Count), 0, maxBacklog)
	}
	for i, p := range f.Policies {
		key := fmt.Sprintf("faults.policy[%d].", i)
		v.span(key+"at", p.At, 0, Longest)
		v.choice(key+"kind", string(p.Kind), policyKinds()...)
	}
}
