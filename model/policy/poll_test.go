package policy

import (
	"testing"
	"time"
)

// TestNextPoll: short polls from the highest class down, then a long poll where
// the fewest wait, as long as SQS allows once every class has a slot.
func TestNextPoll(t *testing.T) {
	for _, c := range []struct {
		rule    string
		swept   int
		waiting []int
		want    Poll
	}{
		{"the sweep begins at the highest", 0, []int{0, 0, 0}, Poll{0, 0}},
		{"and goes down", 1, []int{5, 0, 0}, Poll{1, 0}},
		{"to the lowest", 2, []int{0, 0, 9}, Poll{2, 0}},
		{"nobody waits: the highest, briefly", 3, []int{0, 0, 0}, Poll{0, time.Second}},
		{"one class is left besides: still briefly", 3, []int{1, 0, 0}, Poll{1, time.Second}},
		{"the last class to be covered: for long", 3, []int{1, 1, 0}, Poll{2, 20 * time.Second}},
		{"the gap may be the highest", 3, []int{0, 1, 1}, Poll{0, 20 * time.Second}},
		{"all covered: the highest", 3, []int{1, 1, 1}, Poll{0, 20 * time.Second}},
		{"all covered: where fewest wait", 3, []int{3, 2, 2}, Poll{1, 20 * time.Second}},
		{"a single class is always covered", 1, []int{0}, Poll{0, 20 * time.Second}},
		{"more sweeps than classes change nothing", 7, []int{2, 1}, Poll{1, 20 * time.Second}},
	} {
		if got := NextPoll(c.swept, c.waiting); got != c.want {
			t.Errorf("%s: NextPoll(%d, %v) = %v, want %v", c.rule, c.swept, c.waiting, got, c.want)
		}
	}
}
