package policy

import (
	"testing"
	"time"
)

// A class goes by its own mode where it has one, and by that of all otherwise.
func TestModeOfAClass(t *testing.T) {
	cfg := Config{
		YieldFor: Remaining, YieldForClass: []PauseMode{Drawn, "", Drawn},
		RetryFor: Drawn, RetryForClass: []PauseMode{"", RetryAfter},
	}
	for class, want := range [][2]PauseMode{{Drawn, Drawn}, {Remaining, RetryAfter}, {Drawn, Drawn}, {Remaining, Drawn}} {
		if got := [2]PauseMode{cfg.yieldFor(class), cfg.retryFor(class)}; got != want {
			t.Errorf("class %d: %v, want %v", class, got, want)
		}
	}
}

// A sweep marks the queues that it has asked in 64 bits, and as many classes may
// be.
func TestMostClasses(t *testing.T) {
	for n, fails := range map[int]bool{maxClasses: false, maxClasses + 1: true} {
		cfg := testConfig()
		cfg.Visibility = make([]time.Duration, n)
		if got := panics(func() { New(cfg, Draws{}) }); (got != "") != fails {
			t.Errorf("%d classes: panic %q", n, got)
		}
	}
}
