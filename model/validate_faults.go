package model

import (
	"fmt"
	"time"
)

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
	}
	for i, p := range f.Policies {
		key := fmt.Sprintf("faults.policy[%d].", i)
		v.span(key+"at", p.At, 0, Longest)
		v.choice(key+"kind", string(p.Kind), policyKinds()...)
	}
}
