package model

import (
	"math"
	"testing"
	"time"
)

// TestTimeScaling: every time 64 times as long, and nothing else changes: the
// same tasks wait, for 64 times as long. Draws are rounded to a microsecond, so
// it holds to a few of them.
func TestTimeScaling(t *testing.T) {
	const by = 64
	run := func(k time.Duration) Run {
		c := givingWay(0.8/float64(k), 1, 0.3/float64(k), exponential(3*float64(k)))
		c.Horizon = 2000 * time.Second * k
		c.Legacy.Service = exponential(float64(k))
		c.Worker.IdleLifetime, c.Classes[0].Queue.VisibilityTimeout, c.Classes[1].Queue.VisibilityTimeout = always(100*time.Second*k), 1000*time.Second*k, 1000*time.Second*k
		c.Worker.Timeout, c.Worker.CallTimeout, c.StepFunctions.Timeout = 900*time.Second*k, 800*time.Second*k, 9000*time.Second*k
		return simulate(t, c, Options{})
	}
	one, many := run(1), run(by)
	for i := range one.Classes {
		a, b := one.Classes[i], many.Classes[i]
		if a.Arrived < 500 || a.Arrived != b.Arrived || a.Receives != b.Receives || a.Yields != b.Yields {
			t.Errorf("class %d: %d tasks, %d receives, %d yields; scaled %d, %d, %d", i, a.Arrived, a.Receives, a.Yields, b.Arrived, b.Receives, b.Yields)
		}
		if r := b.Latency.Mean / a.Latency.Mean; math.Abs(r-by) > 1e-4*by {
			t.Errorf("class %d: latency times %v", i, r)
		}
	}
}
