package model

import (
	"slices"
	"testing"
	"time"
)

// Rules of an SQS standard queue, one test each. Nobody polls these queues:
// the test itself receives, deletes and changes visibility.

// desk is a queue that the test serves by hand.
type desk struct {
	*queue
	happened []Happening
}

// newDesk returns the queue of class Q with n messages in it at time 0, under
// the rules of AWS; change may alter the scenario before.
func newDesk(t *testing.T, n int, change func(*Config)) *desk {
	t.Helper()
	c := plainAWS("Q", "below")
	c.Worker.Driver, c.Worker.Concurrency = DriverPoller, 0
	c.Classes[0].Queue.VisibilityTimeout = 30 * time.Second
	c.Classes[0].InitialBacklog = n
	c.Horizon = 30 * day
	c.StepFunctions.Timeout = 300 * day
	if change != nil {
		change(&c)
	}
	d := &desk{}
	w := newWorld(&c, Options{Trace: func(h *Happening) { d.happened = append(d.happened, *h) }})
	d.queue = w.queues[0]
	return d
}

// to lets time pass up to the instant, and all happen that is due at it.
func (d *desk) to(at time.Duration) { advance(d.w, at) }

// take receives up to n messages and returns their handles.
func (d *desk) take(n int) []delivery { return d.receive(n, nil) }

// one receives a message that has to be there.
func (d *desk) one(t *testing.T) delivery {
	t.Helper()
	got := d.take(1)
	if len(got) != 1 {
		t.Fatalf("at %v: no message to receive", time.Duration(d.w.engine.Now()))
	}
	return got[0]
}

// jobs returns which messages were received.
func jobs(ds []delivery) []int64 {
	var ids []int64
	for _, d := range ds {
		ids = append(ids, d.job)
	}
	return ids
}

// holds checks how many messages are visible and how many in flight.
func (d *desk) holds(t *testing.T, visible, inFlight int64) {
	t.Helper()
	if d.visible != visible || d.inFlight != inFlight {
		t.Errorf("at %v: %d visible and %d in flight, want %d and %d",
			time.Duration(d.w.engine.Now()), d.visible, d.inFlight, visible, inFlight)
	}
}

// Rule: SQS-01
func TestVisibilityStartsAtTheReceive(t *testing.T) {
	d := newDesk(t, 1, nil)
	d.to(12 * time.Second)
	d.one(t)
	d.to(42*time.Second - 1)
	d.holds(t, 0, 1)
	d.to(42 * time.Second)
	d.holds(t, 1, 0)
}

// Rule: SQS-15
func TestReceiveCountGrowsByOneEachReceive(t *testing.T) {
	d := newDesk(t, 1, nil)
	for n := range 6 {
		if got := d.one(t).receipt; got != int32(n+1) {
			t.Errorf("receive %d carried the count %d", n+1, got)
		}
		d.to(time.Duration(n+1) * 30 * time.Second)
	}
}

// Rule: SQS-17, SQS-18
func TestDeadLetterAtTheReceiveAfterTheLast(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) { c.Classes[0].Queue.MaxReceiveCount = 2 })
	d.one(t)
	d.to(30 * time.Second)
	d.one(t)
	d.to(time.Minute)
	d.holds(t, 1, 0) // spent, but nobody has tried to receive it
	d.to(70 * time.Second)
	if got := d.take(1); len(got) != 0 {
		t.Errorf("a third receive handed out %+v", got)
	}
	d.holds(t, 0, 0)
	expect(t, d.happened, "received visible dead_lettered", `
		0 received Q1 1
		30 visible Q1 1
		30 received Q1 2
		60 visible Q1 2
		70 dead_lettered Q1 2`)
}

// Rule: SQS-18
func TestDeadLetterWhenVisible(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) {
		c.Classes[0].Queue.MaxReceiveCount = 2
		c.Assumptions.DeadLetterAt = "visible"
	})
	d.one(t)
	d.to(30 * time.Second)
	d.one(t)
	d.to(90 * time.Second)
	expect(t, d.happened, "dead_lettered", "60 dead_lettered Q1 2")
	d.holds(t, 0, 0)
}

// Rule: SQS-17
func TestDeadLetteredMessagesAreSteppedOver(t *testing.T) {
	d := newDesk(t, 2, func(c *Config) { c.Classes[0].Queue.MaxReceiveCount = 1 })
	d.one(t)
	d.to(30 * time.Second) // 1 is back in its place before 2, and spent
	if got := jobs(d.take(1)); !slices.Equal(got, []int64{2}) {
		t.Errorf("received %v, want the second message", got)
	}
	if d.deadLetters != 1 {
		t.Errorf("%d dead letters, want 1", d.deadLetters)
	}
}

// Rule: SQS-19
func TestNoDeadLetterQueueWithoutALimit(t *testing.T) {
	d := newDesk(t, 1, nil)
	for n := range 1500 {
		d.one(t)
		d.to(time.Duration(n+1) * 30 * time.Second)
	}
	d.holds(t, 1, 0)
}

// Rule: SQS-14
func TestDelayHidesANewMessage(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Classes[0].Queue.Delay = 90 * time.Second
		c.Classes[0].Arrivals = sendAt(5)
	})
	d.to(95*time.Second - 1)
	d.holds(t, 0, 0)
	if d.late != 1 {
		t.Errorf("%d messages delayed, want 1", d.late)
	}
	d.to(95 * time.Second)
	d.holds(t, 1, 0)
	d.one(t)
	d.to(125 * time.Second) // the delay does not count again
	d.holds(t, 1, 0)
}

func TestInitialBacklogIsVisibleAtOnce(t *testing.T) {
	d := newDesk(t, 3, func(c *Config) { c.Classes[0].Queue.Delay = 90 * time.Second })
	d.holds(t, 3, 0)
}

// Rule: SQS-12
func TestRetentionCountsFromTheSend(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Classes[0].Arrivals = sendAt(10, 20)
		c.Classes[0].Queue.Retention = 2 * time.Minute
	})
	d.to(time.Minute)
	d.one(t) // being received does not prolong it
	d.to(200 * time.Second)
	expect(t, d.happened, "retention_expired", `
		130 retention_expired Q1 1
		140 retention_expired Q2`)
	d.holds(t, 0, 0)
}

// Rule: SQS-13
func TestRetentionEndsAMessageInFlight(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) { c.Classes[0].Queue.Retention = time.Minute })
	d.to(50 * time.Second)
	h := d.one(t)
	d.to(60 * time.Second)
	d.holds(t, 0, 0)
	if d.remove(h) {
		t.Error("deleted a message that retention had ended")
	}
}

// Rule: SQS-13
func TestRetentionWaitsForAMessageInFlight(t *testing.T) {
	d := newDesk(t, 3, func(c *Config) {
		c.Classes[0].Queue.Retention = time.Minute
		c.Assumptions.RetentionInFlight = "waits"
	})
	d.to(50 * time.Second)
	held := d.take(2) // 1 will be deleted in time, 2 will not; 3 nobody takes
	d.to(70 * time.Second)
	d.holds(t, 0, 2)
	if !d.remove(held[0]) {
		t.Error("a message held beyond its retention could not be deleted")
	}
	d.to(80 * time.Second)
	d.holds(t, 0, 0)
	expect(t, d.happened, "retention_expired visible", `
		60 retention_expired Q3
		80 retention_expired Q2 1`)
}

// Many messages of one queue end in the order in which they were sent,
// whatever happened to them meanwhile.
//
// Rule: SQS-12
func TestRetentionKeepsTheOrderOfSending(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Classes[0].Arrivals = sendAt(0, 1, 2, 3)
		c.Classes[0].Queue.Retention = time.Minute
	})
	d.to(5 * time.Second)
	h := d.take(3)
	d.changeVisibility(h[0], 0)
	d.remove(h[1])
	d.to(2 * time.Minute)
	expect(t, d.happened, "retention_expired", `
		60 retention_expired Q1 1
		62 retention_expired Q3 1
		63 retention_expired Q4`)
}

// Rule: SQS-05
func TestInFlightLimitGivesNothingAndNoError(t *testing.T) {
	d := newDesk(t, inFlightLimit+5, nil)
	for range inFlightLimit/10 - 1 {
		d.take(10)
	}
	d.take(9)
	last := d.take(10)
	if len(last) != 1 {
		t.Fatalf("received %d messages one below the limit of 120,000, want 1", len(last))
	}
	if got := d.take(10); len(got) != 0 {
		t.Errorf("received %d messages at the limit", len(got))
	}
	d.holds(t, 5, 120_000)
	d.remove(last[0])
	if got := d.take(10); len(got) != 1 {
		t.Errorf("received %d messages after one delete, want 1", len(got))
	}
}

func TestInFlightLimitIsOffInTheIdealProfile(t *testing.T) {
	d := newDesk(t, inFlightLimit+5, func(c *Config) { c.Timing = IdealTiming() })
	d.take(inFlightLimit + 5)
	d.holds(t, 0, inFlightLimit+5)
}

// Rule: SQS-29, SQS-30, SQS-31
func TestStaleHandleDoesNotDelete(t *testing.T) {
	d := newDesk(t, 1, nil)
	old := d.one(t)
	d.to(30 * time.Second)
	recent := d.one(t)
	if d.remove(old) {
		t.Error("an old handle deleted a message that was received again")
	}
	d.holds(t, 0, 1)
	if !d.remove(recent) {
		t.Error("the newest handle did not delete")
	}
	if d.remove(recent) {
		t.Error("a message was deleted twice")
	}
}

// Rule: SQS-30
func TestStaleHandleDeletesIfAssumed(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) { c.Assumptions.StaleDelete = "deletes" })
	old := d.one(t)
	d.to(30 * time.Second)
	d.one(t)
	if !d.remove(old) {
		t.Error("the old handle did not delete")
	}
	d.holds(t, 0, 0)
	d.to(2 * time.Minute) // and the visibility timeout finds nothing
	expect(t, d.happened, "visible", "30 visible Q1 1")
}

// Rule: SQS-32
func TestHandleWorksAfterVisibilityUntilTheNextReceive(t *testing.T) {
	d := newDesk(t, 1, nil)
	h := d.one(t)
	d.to(40 * time.Second)
	d.holds(t, 1, 0)
	if !d.remove(h) {
		t.Error("a message that nobody received since could not be deleted")
	}
	d.holds(t, 0, 0)
}

// A place in the queue's memory is used again; an old handle must not reach
// whoever has it now.
//
// Rule: SQS-29
func TestHandleNeverReachesAnotherMessage(t *testing.T) {
	d := newDesk(t, 1, func(c *Config) {
		c.Classes[0].Arrivals = sendAt(10)
		c.Assumptions.StaleDelete = "deletes"
	})
	h := d.one(t)
	d.remove(h)
	d.to(10 * time.Second)
	if d.remove(h) {
		t.Error("the handle of a deleted message deleted another one")
	}
	d.holds(t, 1, 0)
	d.one(t)
	d.changeVisibility(h, 0)
	d.holds(t, 0, 1)
}
