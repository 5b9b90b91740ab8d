package policy

import "testing"

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
