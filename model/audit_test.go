package model

import (
	"strings"
	"testing"
	"time"
)

// sabotaged runs a busy scenario, damages the world in the middle, and returns
// the invariant that breaks, or nil.
func sabotaged(t *testing.T, c Config, damage func(w *world)) (b *Broken) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			b = r.(*Broken)
		}
	}()
	w := newWorld(&c, Options{})
	w.until(int64(30 * time.Minute))
	damage(w)
	w.until(int64(c.Horizon))
	w.until(int64(c.Horizon + time.Hour))
	w.result()
	return nil
}

// TestEveryInvariantBites: a fault of each kind, put into a healthy run, stops
// it and is named.
func TestEveryInvariantBites(t *testing.T) {
	queued := func(w *world) *queue { return w.queues[0] }
	for _, c := range []struct {
		rule   string
		damage func(w *world)
	}{
		{"every message is visible, in flight or delayed", func(w *world) { queued(w).visible++ }},
		{"every message is visible, in flight or delayed", func(w *world) { queued(w).inFlight-- }},
		{"every message is in a queue", func(w *world) { w.live++; w.lastGone = 1 << 60 }},
		{"nothing runs beyond a cap", func(w *world) { w.audit.running.n += 10 }},
		{"nothing runs beyond a cap", func(w *world) { w.legacy.cfg = &Legacy{Concurrency: 100} }},
		{"every task is open or has ended", func(w *world) { w.audit.arrived[0]++ }},
		{"the outcomes add up to what arrived", func(w *world) { w.classes[0].arrived++ }},
		{"the parts of the latencies add up to them", func(w *world) { w.classes[0].parts[PartOther].add(1) }},
		{"the area under a level is the sum of the stays", func(w *world) { w.audit.tasks.stays.add(1) }},
		{"the area under a level is the sum of the stays", func(w *world) { w.audit.queues[1].stays.add(1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(SQSReceive, CauseWork, 1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(LambdaRequests, CauseWork, -1) }},
		{"a seat serves one invocation at a time", func(w *world) {
			for i := range w.seats {
				w.seats[i].inUse = true
			}
		}},
	} {
		b := sabotaged(t, busyDay(), c.damage)
		if b == nil {
			t.Errorf("%s: the damage goes unnoticed", c.rule)
			continue
		}
		if !strings.HasPrefix(b.Rule, c.rule) {
			t.Errorf("%s: reported as %v", c.rule, b)
		}
	}
	if b := sabotaged(t, busyDay(), func(*world) {}); b != nil {
		t.Errorf("without any damage: %v", b)
	}
}

// TestUncheckedIsTheSameRun: the invariants only watch.
func TestUncheckedIsTheSameRun(t *testing.T) {
	c := busyDay()
	with, _ := Simulate(&c, Options{})
	without, _ := Simulate(&c, Options{Unchecked: true})
	if with.LogHash != without.LogHash || with.Usage != without.Usage {
		t.Error("a run takes another course when it is not checked")
	}
}

func TestBrokenNamesItsTask(t *testing.T) {
	b := &Broken{Rule: "a task ends once", Detail: "twice", At: 90 * time.Second, Class: "HIGH", ID: 7}
	if got, want := b.Error(), "broken invariant at 1m30s: a task ends once: twice (task 7 of HIGH)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// busyDay is an hour of the pattern with everything that can go wrong.
func busyDay() Config {
	c := orders()
	c.Horizon = time.Hour
	c.Legacy.ErrorRate, c.Legacy.HangRate = 0.02, 0.01
	c.Classes[0].Queue.DuplicateProbability = 0.01
	c.StepFunctions.Timeout = 20 * time.Minute
	return c
}
