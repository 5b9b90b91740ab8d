package model

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// comeBack lets the first of three messages be received so often, hidden from
// the others' eyes only, and returns in which order all three go then.
func comeBack(t *testing.T, times int, change func(*Config)) string {
	t.Helper()
	d := newDesk(t, 1, func(c *Config) {
		c.Classes[0].Arrivals = sendAt(1000, 1000)
		change(c)
	})
	for i := range times {
		h := d.one(t)
		if i < times-1 {
			d.changeVisibility(h, 0)
			continue
		}
		d.changeVisibility(h, 2000*time.Second) // the others are sent before it is back
	}
	d.to(3000 * time.Second)
	return fmt.Sprint(jobs(d.take(3)))
}

// Rule: SQS-20, SQS-21
func TestQueueOrder(t *testing.T) {
	for _, c := range []struct {
		name     string
		order    string
		back     bool
		receives int
		want     string
	}{
		{"its place by send time after one receive", "sent", true, 1, "[1 2 3]"},
		{"its place by send time after two receives", "sent", true, 2, "[1 2 3]"},
		{"the back of the queue from the third receive on", "sent", true, 3, "[2 3 1]"},
		{"the back of the queue after the fourth", "sent", true, 4, "[2 3 1]"},
		{"its place however often with back_of_queue off", "sent", false, 5, "[1 2 3]"},
		{"behind what is visible with queue_order visible", "visible", false, 1, "[2 3 1]"},
	} {
		got := comeBack(t, c.receives, func(cfg *Config) {
			cfg.Assumptions.QueueOrder, cfg.Assumptions.BackOfQueue = c.order, c.back
		})
		if got != c.want {
			t.Errorf("%s: received %s, want %s", c.name, got, c.want)
		}
	}
}

// Returned messages resume their places among each other too.
//
// Rule: SQS-20
func TestReturnedMessagesKeepTheirOrder(t *testing.T) {
	d := newDesk(t, 5, nil)
	h := d.take(4)
	for _, i := range []int{2, 0, 3, 1} {
		d.changeVisibility(h[i], 0)
	}
	if got := jobs(d.take(10)); !slices.Equal(got, []int64{1, 2, 3, 4, 5}) {
		t.Errorf("received %v", got)
	}
}

// Without an order any visible message is as likely to be next as another: one
// that has just come as one that has been passed over, or that came back.
//
// Rule: SQS-20
func TestQueueOrderByChance(t *testing.T) {
	const rounds, waiting = 4000, 5
	var next [waiting + 1]int
	for seed := range uint64(rounds) {
		d := newDesk(t, waiting, func(c *Config) { c.Seed, c.Assumptions.QueueOrder = seed, "random" })
		h := d.take(3)
		d.changeVisibility(h[0], 0)
		d.changeVisibility(h[1], 0)
		d.remove(h[2])
		// Of those that are left, two have come back and two were passed over; this
		// one is new.
		d.send(message{job: 6})
		d.holds(t, waiting, 0)
		got := d.one(t)
		switch got.job {
		case h[0].job:
			next[0]++
		case h[1].job:
			next[1]++
		case 6:
			next[2]++
		default:
			next[3]++
		}
		if all := jobs(d.take(10)); len(all) != waiting-1 || slices.Contains(all, got.job) || slices.Contains(all, h[2].job) {
			t.Fatalf("after %d came %v", got.job, all)
		}
	}
	for i, share := range []float64{0.2, 0.2, 0.2, 0.4} {
		want, sd := rounds*share, math.Sqrt(rounds*share*(1-share))
		if off := math.Abs(float64(next[i])-want) / sd; off > 4 {
			t.Errorf("kind %d was next %d times, want %v: %.1f standard deviations off", i, next[i], want, off)
		}
	}
}

// Rule: SQS-22, SQS-24
func TestDuplicateStaysVisible(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) { c.Classes[0].Queue.DuplicateProbability = 1 })
	first := d.one(t)
	d.holds(t, 1, 0)
	second := d.one(t)
	if first.job != second.job || first.receipt != 1 || second.receipt != 2 {
		t.Errorf("received %+v and %+v, want the same message twice", first, second)
	}
	if d.remove(first) {
		t.Error("the older handle deleted")
	}
	if !d.remove(second) {
		t.Error("the newer handle did not delete")
	}
}

// Rule: SQS-22
func TestOneReceiveNeverHoldsAMessageTwice(t *testing.T) {
	d := newDesk(t, 3, func(c *Config) { c.Classes[0].Queue.DuplicateProbability = 1 })
	if got := jobs(d.take(10)); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("one receive returned %v", got)
	}
}

// Rule: SQS-23
func TestDuplicateProbability(t *testing.T) {
	const n, p = 100_000, 0.03
	d := newDesk(t, n, func(c *Config) { c.Classes[0].Queue.DuplicateProbability = p })
	for range n {
		d.take(1)
	}
	// What is visible now was doubled at one of n receives; five standard
	// deviations are allowed.
	doubled := float64(d.visible)
	if off := math.Abs(doubled - p*n); off > 5*math.Sqrt(n*p*(1-p)) {
		t.Errorf("%v of %d receives left the message visible, want about %v", doubled, n, p*n)
	}
}

// Rule: SQS-26
func TestChangeVisibilityZeroShowsAtOnce(t *testing.T) {
	d := newDesk(t, 1, nil)
	h := d.one(t)
	d.to(10 * time.Second)
	d.changeVisibility(h, 0)
	d.holds(t, 1, 0)
	if got := d.one(t).receipt; got != 2 {
		t.Errorf("receive count %d, want 2", got)
	}
	d.to(39 * time.Second) // the first window would have ended at 30 s
	d.holds(t, 0, 1)
}

// Rule: SQS-25
func TestChangeVisibilityCountsFromTheCall(t *testing.T) {
	for _, pause := range []time.Duration{5 * time.Second, 30 * time.Second, 500 * time.Second} {
		d := newDesk(t, 1, nil)
		h := d.one(t)
		d.to(20 * time.Second)
		d.changeVisibility(h, pause)
		d.to(20*time.Second + pause - 1)
		d.holds(t, 0, 1)
		d.to(20*time.Second + pause)
		d.holds(t, 1, 0)
	}
}

// Rule: SQS-27
func TestChangeVisibilityHoldsForThisReceiveOnly(t *testing.T) {
	d := newDesk(t, 1, nil)
	d.changeVisibility(d.one(t), 100*time.Second)
	d.to(100 * time.Second)
	d.one(t)
	d.to(130 * time.Second)
	d.holds(t, 1, 0)
}

// Rule: SQS-25
func TestTheLastChangeOfVisibilityCounts(t *testing.T) {
	d := newDesk(t, 1, nil)
	h := d.one(t)
	d.changeVisibility(h, 10*time.Second)
	d.changeVisibility(h, 90*time.Second)
	d.to(80 * time.Second)
	d.holds(t, 0, 1)
	d.changeVisibility(h, 2*time.Second)
	d.to(82 * time.Second)
	d.holds(t, 1, 0)
	d.one(t)
	d.to(90 * time.Second) // the old 90 s must not end the new receive
	d.holds(t, 0, 1)
}

// Rule: SQS-28
func TestChangeVisibilityNeedsTheCurrentHandle(t *testing.T) {
	d := newDesk(t, 1, nil)
	old := d.one(t)
	d.to(30 * time.Second)
	d.changeVisibility(old, 500*time.Second) // no longer in flight
	d.holds(t, 1, 0)
	d.one(t)
	d.changeVisibility(old, 0) // in flight, but for another receive
	d.holds(t, 0, 1)
}

// Rule: SQS-03
func TestVisibilityEndsTwelveHoursAfterTheReceive(t *testing.T) {
	d := newDesk(t, 1, nil)
	h := d.one(t)
	d.to(20 * time.Second)
	d.changeVisibility(h, 12*time.Hour-20*time.Second) // just what is left
	d.to(11 * time.Hour)
	d.holds(t, 0, 1)
	d.changeVisibility(h, time.Hour+time.Second) // refused, nothing changes
	d.to(12*time.Hour - 1)
	d.holds(t, 0, 1)
	d.to(12 * time.Hour)
	d.holds(t, 1, 0)
}
