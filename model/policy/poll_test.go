package policy

import (
	"testing"
	"time"
)

// TestNextPoll: short polls from the highest class down, then a long poll where
// the fewest wait.
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
		{"nobody waits: the highest", 3, []int{0, 0, 0}, Poll{0, 2 * time.Second}},
		{"the highest that nobody waits for", 3, []int{1, 0, 0}, Poll{1, 2 * time.Second}},
		{"the last class to be covered", 3, []int{1, 1, 0}, Poll{2, 2 * time.Second}},
		{"the gap may be the highest", 3, []int{0, 1, 1}, Poll{0, 2 * time.Second}},
		{"all covered: the highest", 3, []int{1, 1, 1}, Poll{0, 2 * time.Second}},
		{"all covered: where fewest wait", 3, []int{3, 2, 2}, Poll{1, 2 * time.Second}},
		{"a single queue leaves nothing else to watch", 1, []int{0}, Poll{0, 20 * time.Second}},
		{"more sweeps than classes change nothing", 7, []int{2, 1}, Poll{1, 2 * time.Second}},
	} {
		if got := NextPoll(c.swept, c.waiting); got != c.want {
			t.Errorf("%s: NextPoll(%d, %v) = %v, want %v", c.rule, c.swept, c.waiting, got, c.want)
		}
	}
}

// TestSweep: a slot sweeps unless with it every class has a slot that waits.
func TestSweep(t *testing.T) {
	for _, c := range []struct {
		waiting []int
		want    bool
	}{
		{[]int{0}, false}, {[]int{1}, false}, {[]int{1, 1, 1}, false}, {[]int{1, 0, 1}, false},
		{[]int{0, 2, 2}, false}, {[]int{0, 0}, true}, {[]int{3, 0, 0}, true}, {[]int{0, 0, 0}, true},
	} {
		if got := Sweep(c.waiting); got != c.want {
			t.Errorf("Sweep(%v) = %v, want %v", c.waiting, got, c.want)
		}
	}
}

// TestFromBelow: the sweep is turned round, the long poll is not.
func TestFromBelow(t *testing.T) {
	for _, c := range []struct{ p, want Poll }{
		{Poll{0, 0}, Poll{2, 0}}, {Poll{1, 0}, Poll{1, 0}}, {Poll{2, 0}, Poll{0, 0}}, {Poll{0, sharedWait}, Poll{0, sharedWait}},
	} {
		if got := FromBelow(c.p, 3); got != c.want {
			t.Errorf("FromBelow(%v) = %v, want %v", c.p, got, c.want)
		}
	}
}
