package model

import (
	"slices"
	"testing"
	"time"
)

// A duplicate is the fate of one receive of one attempt: another receive, or
// another attempt of the same task, meets another.
func TestDuplicatesAreDrawnByAttemptAndReceive(t *testing.T) {
	const n = 64
	doubled := func(attempt uint16, receives int32) (pattern [n]bool) {
		d := newDesk(t, 0, func(c *Config) { c.Classes[0].Queue.DuplicateProbability = 0.5 })
		for job := range int64(n) {
			d.send(message{job: job, attempt: attempt, receives: receives})
			handle := d.one(t)
			pattern[job] = d.visible > 0
			d.remove(handle)
		}
		return pattern
	}
	var seen [][n]bool
	for attempt := range uint16(3) {
		for receives := range int32(3) {
			pattern := doubled(attempt+1, receives)
			if slices.Contains(seen, pattern) {
				t.Errorf("attempt %d, receive %d: the same messages are doubled as before", attempt+1, receives+1)
			}
			seen = append(seen, pattern)
		}
	}
}

// Without a delay a message is in line as soon as it is sent.
func TestNoDelayIsNoEvent(t *testing.T) {
	d := newDesk(t, 0, nil)
	d.send(message{job: 1})
	d.holds(t, 1, 0)
}

// A queue may hide a message for longer than it keeps it: then it was never
// visible.
func TestRetentionEndsADelayedMessage(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Classes[0].Queue.Delay, c.Classes[0].Queue.Retention = 15*time.Minute, time.Minute
		c.Classes[0].Arrivals = sendAt(1)
	})
	d.to(time.Hour)
	d.holds(t, 0, 0)
	if d.late != 0 || d.w.live != 0 {
		t.Errorf("%d delayed and %d alive, want none", d.late, d.w.live)
	}
	expect(t, d.happened, "visible retention_expired", `61 retention_expired Q1`)
}

// The use of a handle after its visibility timeout is an assumption that the
// report names; the use of a good one is none.
func TestLateHandleIsTouched(t *testing.T) {
	for _, c := range []struct {
		at   time.Duration
		want bool
	}{{29 * time.Second, false}, {31 * time.Second, true}} {
		d := newDesk(t, 1, nil)
		h := d.one(t)
		d.to(c.at)
		d.remove(h)
		if got := d.w.touched&(1<<touchLateHandle) != 0; got != c.want {
			t.Errorf("deleted at %v: touched %v, want %v", c.at, got, c.want)
		}
	}
}

// The oldest age is that of a message that has gone, or of one still there.
func TestOldestAge(t *testing.T) {
	for name, c := range map[string]struct {
		jobs [][2]float64
		want float64
	}{
		"gone":  {[][2]float64{{0, 30}, {10, 40}, {99, 1}}, 60},
		"there": {[][2]float64{{0, 30}, {20, 100}}, 80},
		"none":  {nil, 0},
	} {
		s := shared(1, "A")
		s.Classes[0].Arrivals = work(c.jobs...)
		s.Horizon, s.Drain = 100*time.Second, Drain{}
		if c.jobs == nil {
			s.Classes[0].Arrivals = nil
		}
		if run, _ := watch(t, s); run.Classes[0].Oldest != c.want {
			t.Errorf("%s: the oldest message was %v s old, want %v", name, run.Classes[0].Oldest, c.want)
		}
	}
}

// An order by chance matters as soon as there is a choice.
func TestQueueOrderIsTouchedWhereTwoWait(t *testing.T) {
	for _, tasks := range []int{1, 2} {
		c := plain("Q")
		c.Assumptions.QueueOrder = "random"
		c.Worker.Concurrency = 1
		c.Classes[0].Mapping.MaximumConcurrency = 1
		c.Classes[0].InitialBacklog = tasks
		run, _ := watch(t, c)
		if got := slices.Contains(run.Touched, "queue_order"); got != (tasks > 1) {
			t.Errorf("%d tasks: touched %v", tasks, run.Touched)
		}
	}
}
