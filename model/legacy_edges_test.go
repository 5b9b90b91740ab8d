package model

import (
	"slices"
	"testing"
)

// A call that was cut does not end another one later.
func TestCutCallsAreForgotten(t *testing.T) {
	c := struck(outage("down", 5, 1), [2]float64{0, 10}, [2]float64{7, 10})
	_, happened := watch(t, c)
	expect(t, happened, "answered", `
		5  answered A1 1 cut
		17 answered A2 1 200`)
}

// An error strikes one call: another receive, or another attempt, meets another
// fate.
func TestErrorsAreDrawnByAttemptAndReceive(t *testing.T) {
	const n = 64
	c := plain("A")
	c.Legacy.ErrorRate = 0.5
	w := newWorld(&c, Options{})
	var seen [][n]bool
	for attempt := range uint16(3) {
		for receipt := range int32(3) {
			var pattern [n]bool
			for job := range int64(n) {
				var k call
				w.legacy.draw(&k, &delivery{job: job, attempt: attempt, receipt: receipt})
				pattern[job] = k.fails
			}
			if slices.Contains(seen, pattern) {
				t.Errorf("attempt %d, receive %d: the same calls fail as before", attempt, receipt)
			}
			seen = append(seen, pattern)
		}
	}
}
