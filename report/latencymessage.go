package report

import (
	"fmt"
	"math"

	"penstock/model/plan"
)

// latencyMessage says how far the slowest class is from the fastest at p95.
func latencyMessage(r *plan.Result) string {
	var fast, slow classOf
	for _, c := range classesOf(r) {
		if c.Latency.P95.Value == nil {
			continue
		}
		if fast.Class == nil || val(c.Latency.P95) < val(fast.Latency.P95) {
			fast = c
		}
		if slow.Class == nil || val(c.Latency.P95) >= val(slow.Latency.P95) {
			slow = c
		}
	}
	if slow.Class == nil {
		return "Latency by class"
	}
	took := slow.least() + seconds().write(val(slow.Latency.P95), 3)
	if slow.name == fast.name || val(fast.Latency.P95) <= 0 {
		return fmt.Sprintf("One %s task in twenty takes longer than %s", clip(plain(slow.name), nameRoom), took)
	}
	return fmt.Sprintf("At p95 %s takes %s, %s as long as %s (%s)", clip(plain(slow.name), nameRoom), took,
		times(val(slow.Latency.P95)/val(fast.Latency.P95)), clip(plain(fast.name), nameRoom), seconds().write(val(fast.Latency.P95), 3))
}

// times writes a factor with two digits: 1.4 times, 2,100 times.
func times(v float64) string {
	if v >= 100 {
		scale := math.Pow(10, math.Floor(math.Log10(v))-1)
		v = math.Round(v/scale) * scale
	}
	return count().write(v, 2) + " times"
}
