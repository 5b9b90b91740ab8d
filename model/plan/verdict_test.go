package plan

import (
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// TestVerdict: a quarter is 250 s, so 1 task/s of arrivals is 1,000 tasks, and
// a growth of 15 in the last three quarters is 0.02 tasks/s.
func TestVerdict(t *testing.T) {
	const span = 1000 * time.Second
	for _, tt := range []struct {
		name    string
		study   model.Study
		runs    int
		arrived int64
		spread  int64    // added to the last count of every second run, taken from the others
		backlog [5]int64 // open tasks at the quarters
		drained bool
		want    string
		why     string
	}{
		{"steady and full", model.Steady, 10, 1000, 0, [5]int64{5, 5, 5, 5, 5}, false, Stable, "the backlog grows by 0 tasks/s (0 to 0), 0 % of what arrives"},
		{"growing", model.Steady, 10, 1000, 0, [5]int64{0, 100, 200, 300, 400}, false, Saturated, "the backlog grows by 0.4 tasks/s (0.4 to 0.4), 40 % of what arrives, in each"},
		{"growing, though it drains later", model.Terminating, 10, 1000, 0, [5]int64{0, 100, 200, 300, 400}, true, Saturated, "0.4 tasks/s"},
		{"a collapse half-way", model.Terminating, 10, 1000, 0, [5]int64{0, 5, 5, 100, 200}, false, Saturated, "in each of the last two quarters"},
		{"half-way, by less than 5 %", model.Terminating, 10, 1000, 0, [5]int64{0, 0, 0, 12, 25}, false, Undecided, ""},
		{"a start-up does not count", model.Steady, 10, 1000, 0, [5]int64{0, 900, 900, 900, 900}, false, Stable, ""},
		{"growing above 0.5 %", model.Steady, 10, 1000, 0, [5]int64{0, 0, 1, 2, 4}, false, Saturated, "0.533 %"},
		{"growing by less than 0.5 %", model.Steady, 10, 1000, 0, [5]int64{0, 0, 1, 2, 3}, false, Stable, "0.4 %"},
		{"at most 2 %", model.Steady, 10, 1000, 0, [5]int64{0, 0, 0, 0, 15}, false, Stable, "2 %"},
		{"above 2 %, and not in every quarter", model.Steady, 10, 1000, 0, [5]int64{0, 0, 0, 0, 16}, false, Undecided, "but not steadily"},
		{"a burst that drains", model.Terminating, 10, 1000, 0, [5]int64{0, 0, 0, 0, 100}, true, Stable, "every task of every replication had ended; until the horizon the backlog grows by"},
		{"a burst that does not", model.Terminating, 10, 1000, 0, [5]int64{0, 0, 0, 0, 100}, false, Undecided, ""},
		{"draining proves nothing of a steady study", model.Steady, 10, 1000, 0, [5]int64{0, 0, 0, 0, 100}, true, Undecided, ""},
		{"too noisy to tell", model.Steady, 4, 1000, 300, [5]int64{0, 100, 200, 300, 400}, false, Undecided, "the backlog grows by 0.4 tasks/s (-0.3"},
		{"shrinking", model.Steady, 10, 1000, 0, [5]int64{400, 300, 200, 100, 0}, false, Stable, "the backlog shrinks by 0.4 tasks/s (0.4 to 0.4)"},
		{"shrinking, with its interval", model.Steady, 10, 1000, 30, [5]int64{400, 400, 300, 200, 100}, false, Stable, "shrinks by 0.4 tasks/s (0.37 to 0.43)"},
		{"2 % of few is less", model.Steady, 10, 100, 0, [5]int64{0, 0, 0, 0, 15}, false, Undecided, "20 %"},
		{"0.5 % of many is more", model.Steady, 10, 100000, 0, [5]int64{0, 100, 200, 300, 400}, false, Stable, "0.4 %"},
		{"2 % within the interval", model.Steady, 10, 1000, 100, [5]int64{}, false, Undecided, "(-0.101 to 0.101), 0 %"},
		{"0.5 % within the interval", model.Steady, 10, 60000, 130, [5]int64{0, 0, 100, 200, 300}, false, Stable, "(0.269 to 0.531), 0.667 %"},
		{"nothing arrives", model.Terminating, 10, 0, 0, [5]int64{}, true, Stable, "the backlog grows by 0 tasks/s (0 to 0), and nothing arrives"},
		{"one run, drained", model.Terminating, 1, 1000, 0, [5]int64{0, 0, 0, 0, 100}, true, Stable, "the backlog grows by 0.133 tasks/s, 13.3 % of what arrives"},
		{"one run, drained, growing", model.Terminating, 1, 1000, 0, [5]int64{0, 100, 200, 300, 400}, true, Saturated, ""},
		{"one run, not drained", model.Terminating, 1, 1000, 0, [5]int64{0, 0, 0, 0, 0}, false, Undecided, "one replication cannot tell"},
	} {
		runs := runsOf(tt.runs, func(i int, r *model.Run) {
			r.Classes[0].Arrived, r.Backlog, r.Drained = tt.arrived, tt.backlog, tt.drained
			r.Backlog[4] += tt.spread * int64(1-2*(i%2))
		})
		got, why := newEstimator(runs, 0.95).verdict(tt.study, span)
		if got != tt.want || !strings.Contains(why, tt.why) {
			t.Errorf("%s: %s, because %s; want %s, because … %s …", tt.name, got, why, tt.want, tt.why)
		}
	}
}

// TestVerdictOneUndrained: a single replication that did not drain spoils
// "every task of every replication".
func TestVerdictOneUndrained(t *testing.T) {
	runs := runsOf(5, func(i int, r *model.Run) {
		r.Classes[0].Arrived, r.Backlog, r.Drained = 1000, [5]int64{0, 0, 0, 0, 100}, i != 3
	})
	if got, _ := newEstimator(runs, 0.95).verdict(model.Terminating, 1000*time.Second); got != Undecided {
		t.Errorf("%s, want %s", got, Undecided)
	}
}

// TestVerdictOnLosses: a system that throws work away has no backlog, and does
// not keep up either.
func TestVerdictOnLosses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lost   int64 // of 1,000 tasks
		spread int64
		limit  float64 // share of the time at the limit of the legacy system
		want   string
		why    string
	}{
		{"a few dead letters", 10, 0, 0.9, Stable, "the backlog"},
		{"much is lost, and the legacy system is full", 700, 5, 0.9, Saturated, "70 % (69.6 to 70.4) of the tasks are dead-lettered, expire or time out, and the legacy system is at its limit"},
		{"much is lost, and nothing is full", 100, 0, 0.2, Undecided, "10 % (10 to 10) of the tasks"},
		{"perhaps too much", 15, 15, 0.9, Undecided, "no backlog, but not done"},
	} {
		runs := runsOf(10, func(i int, r *model.Run) {
			r.Classes[0].Arrived, r.Drained = 1000, true
			n := tt.lost + tt.spread*int64(1-2*(i%2))
			r.Classes[0].DeadLettered, r.Classes[0].TimedOut, r.Classes[0].Expired = n/2, n-n/2, 0
			r.Legacy.AtLimit = tt.limit
		})
		got, why := newEstimator(runs, 0.95).verdict(model.Terminating, 1000*time.Second)
		if got != tt.want || !strings.Contains(why, tt.why) {
			t.Errorf("%s: %s, because %s; want %s, because … %s …", tt.name, got, why, tt.want, tt.why)
		}
	}
}
