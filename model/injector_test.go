package model

import (
	"testing"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// injected returns the injector of a world that has not begun.
func injected(f Faults, set ...func(*Config)) *injector {
	c := faulty(f)
	for _, s := range set {
		s(&c)
	}
	return newWorld(&c, Options{}).faults
}

// Poison is a property of the task: of its class and its number, and of when it
// was sent.
func TestPoisonIsTheTasks(t *testing.T) {
	if (*injector)(nil).poisoned(0, &delivery{}) {
		t.Error("poisoned without faults")
	}
	f := injected(Faults{Poison: 0.5})
	var n, both int
	for job := range int64(200) {
		d := &delivery{job: job, sent: int64(time.Hour)}
		high, low := f.poisoned(0, d), f.poisoned(1, d)
		if high != f.poisoned(0, d) {
			t.Errorf("task %d is not always poisoned", job)
		}
		if high {
			n++
		}
		if high == low {
			both++
		}
	}
	if n < 60 || n > 140 || both < 60 || both > 140 {
		t.Errorf("%d of 200 tasks poisoned, %d like that of the other class", n, both)
	}
	f = injected(Faults{Poison: 1, Until: 30 * time.Second})
	for sent, want := range map[time.Duration]bool{29 * time.Second: true, 30 * time.Second: false, time.Minute: false} {
		if got := f.poisoned(0, &delivery{sent: int64(sent)}); got != want {
			t.Errorf("sent at %v: poisoned %v", sent, got)
		}
	}
}

// Without a visibility timeout there is none that could end early.
func TestNothingIsHeldShorterThanNotAtAll(t *testing.T) {
	f := injected(Faults{EarlyVisibility: 1}, func(c *Config) { c.Classes[0].Queue.VisibilityTimeout = 0 })
	if _, ok := f.held(f.w.queues[0], &message{}, 0); ok {
		t.Error("a visibility timeout of 0 s ends early")
	}
}

// An ambiguous answer arrives or not, and is never heard of.
func TestAmbiguousAnswers(t *testing.T) {
	f := injected(Faults{CallbackAmbiguous: 1})
	n := 0
	for range 200 {
		arrives, heard := f.answers(0, &delivery{})
		if heard {
			t.Fatal("an ambiguous answer is heard of")
		}
		if arrives {
			n++
		}
	}
	if n < 60 || n > 140 {
		t.Errorf("%d of 200 ambiguous answers arrive", n)
	}
}

// A receive that is cut short returns at least one message less, and at least
// one.
func TestShortReceivesAreShorter(t *testing.T) {
	f := injected(Faults{ShortReceive: 1})
	for n := 2; n <= 10; n++ {
		seen := map[int]bool{}
		for range 500 {
			seen[f.most(0, n)] = true
		}
		for i := 1; i < n; i++ {
			if !seen[i] {
				t.Errorf("of %d messages never %d", n, i)
			}
			delete(seen, i)
		}
		if len(seen) > 0 {
			t.Errorf("of %d messages: %v", n, seen)
		}
	}
}

// A worker is killed after some of the actions of a step, but not after one that
// ends the work; or within the time of a call.
func TestKillsAnywhere(t *testing.T) {
	f := injected(Faults{Kill: 1}, func(c *Config) { c.Worker.Driver = DriverPoller })
	f.w.seats[0].inUse = true
	for name, x := range map[string]struct {
		actions []policy.Action
		most    int
	}{
		"no action":              {nil, 0},
		"two that go on":         {[]policy.Action{{Kind: policy.Look}, {Kind: policy.Call}}, 2},
		"one that ends the work": {[]policy.Action{{Kind: policy.Look}, {Kind: policy.Pass}}, 1},
	} {
		now, later := map[int]int{}, 0
		for range 400 {
			if n, killed := f.kills(0, x.actions); killed {
				now[n]++
			} else if later++; n != len(x.actions) {
				t.Errorf("%s: %d actions of one that is killed later", name, n)
			}
		}
		if later < 140 || later > 260 || len(now) != x.most+1 {
			t.Errorf("%s: %d of 400 killed later, the others after %v", name, later, now)
		}
		for n := range now {
			if n > x.most {
				t.Errorf("%s: killed after %d", name, n)
			}
		}
	}
	var kills, late int
	for ev, ok := f.w.engine.Next(sim.Forever); ok; ev, ok = f.w.engine.Next(sim.Forever) {
		if ev.Kind != evKill {
			continue
		}
		kills++
		switch at, most := f.w.engine.Now(), int64(f.w.cfg.Worker.CallTimeout); {
		case at > most:
			t.Errorf("killed at %v", time.Duration(at))
		case at > most/2:
			late++
		}
	}
	if late < kills/3 || late > kills*2/3 || kills < 400 {
		t.Errorf("%d of %d are killed in the second half of the time of a call", late, kills)
	}
}
