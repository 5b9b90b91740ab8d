package worker

import (
	"time"

	"penstock/model/policy"
)

// longestHidden is how long after its receive a message can be hidden at most:
// SQS allows 12 h and counts by its own clock; 43,195 s will do. (SQS Developer
// Guide, best practices for processing messages in a timely manner.)
const longestHidden = 12*time.Hour - 5*time.Second

// draws are the policy's draws, bounded by what SQS allows for the message at
// hand, and noted for the journal.
func (d *driver) draws() policy.Draws {
	all := policy.Draws{}
	if draw := d.cfg.Draws.Yield; draw != nil {
		all.Yield = func() time.Duration {
			d.drawn.HasYield, d.drawn.Yield = true, d.bounded(draw(d.stepping.m.Class))
			return d.drawn.Yield
		}
	}
	if draw := d.cfg.Draws.Retry; draw != nil {
		all.Retry = func() time.Duration {
			d.drawn.HasRetry, d.drawn.Retry = true, d.bounded(draw(d.stepping.m.Class))
			return d.drawn.Retry
		}
	}
	if draw := d.cfg.Draws.LowFirst; draw != nil {
		all.LowFirst = func() bool {
			d.drawn.HasLowFirst, d.drawn.LowFirst = true, draw()
			return d.drawn.LowFirst
		}
	}
	return all
}

// bounded returns a pause as SQS takes it: in whole seconds, and no longer than
// the message at hand can be hidden.
func (d *driver) bounded(pause time.Duration) time.Duration {
	return max(0, min(pause, hideable(d.stepping, d.now))).Round(time.Second)
}

// hideable returns for how long from now a message can be hidden at most;
// negative: no more.
func hideable(w *work, now time.Time) time.Duration {
	return longestHidden - now.Sub(w.since)
}
