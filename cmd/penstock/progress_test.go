package main

import (
	"testing"
	"time"
)

// TestTimeLeft: nothing is guessed from next to nothing, and what is guessed
// follows from what went before, no finer than it can be known.
func TestTimeLeft(t *testing.T) {
	l := &timeLeft{}
	for _, c := range []struct {
		share   float64
		elapsed time.Duration
		want    string
	}{
		{0, 0, "time left unknown"},
		{0.5, time.Second, "time left unknown"}, // too soon
		{0.01, 10 * time.Second, "time left unknown"},
		{0.25, 10 * time.Second, "about 30s left"},
		{0.9, 10*time.Second + time.Millisecond, "about 30s left"}, // not every moment another
		{0.5, 20 * time.Second, "about 20s left"},
		{0.5, 62 * time.Second, "about 1m0s left"}, // it stands still: more is left
		{0.1, 100 * time.Second, "about 15m0s left"},
		{0.999, 200 * time.Second, "about 1s left"},
	} {
		if got := l.at(c.share, c.elapsed); got != c.want {
			t.Errorf("%v after %v: %s, want %s", c.share, c.elapsed, got, c.want)
		}
	}
}
