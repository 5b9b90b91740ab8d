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

// A slot that waits may be given a message as if its own poll were called off,
// and asking changes nothing.
func TestAdmitsLeavesOutTheOwnPoll(t *testing.T) {
	cfg := testConfig()
	cfg.Kind, cfg.Visibility, cfg.Reserve, cfg.Slots = Reserve, make([]time.Duration, 2), []int{1, 1}, 3
	p := New(cfg, Draws{})
	s := p.slot(0)
	s.stage, s.sweep.queue = polling, 0
	p.polls[0], p.polls[1] = 2, 1
	if !p.Admits(0, 1) || p.polls[0] != 2 || p.polls[1] != 1 {
		t.Errorf("not admitted, or the polls became %v", p.polls)
	}
	s.stage = idle
	if p.Admits(0, 1) {
		t.Error("admitted, though all three slots are taken")
	}
}

// A slot that was given a message counts as one that polls for its class from
// then on, a waiting one as one that waits for it; one that does not poll has
// nothing to turn.
func TestTurn(t *testing.T) {
	cfg := testConfig()
	cfg.Kind, cfg.Visibility, cfg.Reserve, cfg.Slots = Reserve, make([]time.Duration, 2), []int{1, 0}, 3
	p := New(cfg, Draws{})
	for n := range 3 {
		s := p.slot(n)
		s.stage, s.sweep.long = polling, n > 0
	}
	p.polls[0], p.waiting[0] = 3, 2
	p.Turn(0, 1)
	p.Turn(1, 1)
	if p.polls[0] != 1 || p.polls[1] != 2 || p.waiting[0] != 1 || p.waiting[1] != 1 || p.slot(1).sweep.queue != 1 {
		t.Errorf("polls %v, waiting %v", p.polls, p.waiting)
	}
	if p.Admits(2, 1) {
		t.Error("the kept slot is given away")
	}
	p.slot(2).stage = idle
	p.Turn(2, 1)
	if p.polls[0] != 1 || p.polls[1] != 2 {
		t.Errorf("polls %v", p.polls)
	}
}
