package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// Rules of the long-polling service, one test each.

// polls is a service under the rules of AWS.
func polls(slots int, classes ...string) Config {
	c := plainAWS(classes...)
	c.Worker.Driver, c.Worker.Concurrency = DriverPoller, slots
	return c
}

func TestSweepsTheHighestClassFirst(t *testing.T) {
	c := polls(1, "H", "M", "L")
	for i := range c.Classes {
		c.Classes[i].InitialBacklog = 2
	}
	_, happened := watch(t, c)
	expect(t, happened, "received", `
		0 received H1 1
		1 received H2 1
		2 received M1 1
		3 received M2 1
		4 received L1 1
		5 received L2 1`)
}

// Rule: SVC-03
func TestNothingIsReceivedWithoutASlot(t *testing.T) {
	c := polls(3, "H", "L")
	c.Timing = DefaultTiming()
	c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 2}}
	c.Classes[1].InitialBacklog = 100
	c.Horizon = 5 * time.Minute
	w := newWorld(&c, Options{})
	busiest := int64(0)
	for at := time.Duration(0); at < 6*time.Minute; at += 10 * time.Millisecond {
		advance(w, at)
		held := w.queues[0].inFlight + w.queues[1].inFlight
		if held != int64(w.service.used) {
			t.Fatalf("at %v: %d messages held by %d busy slots", at, held, w.service.used)
		}
		busiest = max(busiest, held)
	}
	if busiest != 3 || w.service.busy.Max() != 3 {
		t.Errorf("up to %d messages held and %d slots busy, want 3 of 3", busiest, w.service.busy.Max())
	}
}

// With a slot for each queue no slot sweeps: each is in one long poll of 2 s
// after the other, billed when it ends.
//
// Rule: SQS-09, SVC-02
func TestLongPollsWhenEveryQueueIsCovered(t *testing.T) {
	c := polls(2, "H", "L")
	c.Horizon = 20*time.Second + 1
	run, _ := watch(t, c)
	if got := run.Usage[SQSReceive][CauseEmpty]; got != 4+2*10 {
		t.Errorf("%d empty receives in 20 s, want 4 short ones and 10 long ones of each slot", got)
	}
	c.Horizon = 20 * time.Second
	if run, _ := watch(t, c); run.Usage[SQSReceive][CauseEmpty] != 4+2*9 {
		t.Errorf("%d empty receives before 20 s, want 22", run.Usage[SQSReceive][CauseEmpty])
	}
}

// A service with one queue has nothing else to watch.
//
// Rule: SQS-08, SVC-02
func TestLongPollsOfASingleQueueLast20Seconds(t *testing.T) {
	c := polls(2, "Q")
	c.Horizon = 40*time.Second + 1
	run, _ := watch(t, c)
	if got := run.Usage[SQSReceive][CauseEmpty]; got != 2+2*2 {
		t.Errorf("%d empty receives in 40 s, want a short one and two of 20 s of each slot", got)
	}
}

// A single slot for two queues is back at the other one after 2 s.
//
// Rule: SVC-01
func TestShortWaitsWhenAQueueIsNotCovered(t *testing.T) {
	c := polls(1, "H", "L")
	c.Classes[1].Arrivals = sendAt(10.5)
	c.Horizon = 30 * time.Second
	run, happened := watch(t, c)
	expect(t, happened, "received", "12 received L1 1")
	if got := run.Usage[SQSReceive][CauseEmpty]; got < 40 || got > 48 {
		t.Errorf("%d empty receives in 30 s, want about three every 2 s", got)
	}
}

// While one slot works for the higher class, the one that waits for the lower
// leaves a higher message alone for 2 s at most.
func TestNoIdleSlotIsDeafForLong(t *testing.T) {
	c := polls(2, "H", "L")
	c.Classes[0].Arrivals = work([2]float64{11, 30}, [2]float64{11.5, 1})
	_, happened := watch(t, c)
	expect(t, happened, "received", `
		11 received H1 1
		12 received H2 1`)
}

// Rule: SQS-07
func TestWaitingSlotTakesAMessageAtOnce(t *testing.T) {
	c := polls(2, "H", "L")
	c.Classes[0].Arrivals = sendAt(7.25)
	c.Classes[1].Arrivals = sendAt(8.5)
	_, happened := watch(t, c)
	expect(t, happened, "received called", `
		7.25 received H1 1
		7.25 called   H1 1
		8.5  received L1 1
		8.5  called   L1 1`)
}

// A slot that got a message no longer counts as waiting for that queue, or it
// would leave the queue to itself when it is free again.
func TestSlotAtWorkDoesNotCountAsWaiting(t *testing.T) {
	c := polls(1, "H", "L")
	c.Classes[0].Arrivals = sendAt(0.5, 5.25)
	_, happened := watch(t, c)
	for _, h := range pick(happened, "received") {
		if late := h.At - []time.Duration{500 * time.Millisecond, 5250 * time.Millisecond}[h.ID-1]; late > time.Second {
			t.Errorf("H%d waited %v for a free slot", h.ID, late)
		}
	}
}

// Rule: SQS-42, SVC-04
func TestSlotDeletesBeforeItIsFree(t *testing.T) {
	c := polls(1, "Q")
	c.Timing.SQSDelete = always(time.Second)
	c.Classes[0].InitialBacklog = 2
	_, happened := watch(t, c)
	expect(t, happened, "received answered deleted", `
		0 received Q1 1
		1 answered Q1 1 200
		2 deleted  Q1 1
		2 received Q2 1
		3 answered Q2 1 200
		4 deleted  Q2 1`)
}

func TestYieldedMessageFreesItsSlot(t *testing.T) {
	c := polls(1, "H", "L")
	c.Policy.Kind = policy.Yield
	c.Timing.AttributesLag = 5 * time.Second // shows H1 for so long after it has gone
	c.Classes[0].InitialBacklog = 1
	c.Classes[1].InitialBacklog = 2
	c.Classes[1].Queue.VisibilityTimeout = 6 * time.Second
	_, happened := watch(t, c)
	expect(t, happened, "received yielded called visible", `
		0 received H1 1
		0 called   H1 1
		1 received L1 1
		1 yielded  L1 1
		1 received L2 1
		1 yielded  L2 1
		7 visible  L1 1
		7 visible  L2 1
		7 received L1 2
		7 called   L1 2
		8 received L2 2
		8 called   L2 2`)
}

// A slot that waits for a message and sees it become a dead letter instead
// goes on waiting, in its turn.
func TestDeadLettersDoNotDisturbWaitingSlots(t *testing.T) {
	c := polls(4, "Q")
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 15*time.Second, 1
	c.Classes[0].Arrivals = work([2]float64{1, 60}, [2]float64{2, 60}, [2]float64{3, 1}, [2]float64{18, 1})
	run, happened := watch(t, c)
	expect(t, happened, "dead_lettered", `
		16 dead_lettered Q1 1
		17 dead_lettered Q2 1`)
	if k := run.Classes[0]; k.Completed != 4 {
		t.Errorf("%d tasks completed, want all 4: the first two by workers that had them all the time", k.Completed)
	}
}

// The same for the pollers of a mapping; and the long poll ends when it would
// have ended.
func TestDeadLettersDoNotProlongALongPoll(t *testing.T) {
	c := plainAWS("Q")
	c.Classes[0].Mapping.MaximumConcurrency = 2
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 15*time.Second, 1
	c.Classes[0].Arrivals = work([2]float64{1, 60})
	c.Horizon, c.Drain = 30*time.Second, Drain{}
	run, happened := watch(t, c)
	expect(t, happened, "dead_lettered", "16 dead_lettered Q1 1")
	if got := run.Usage[SQSReceive][CauseDeadLetter]; got != 1 {
		t.Errorf("%d polls ended after a dead letter, want that of the other poller at 20 s", got)
	}
}

// In the ideal profile calls may still be given a latency; a message that
// comes while a slot has passed its queue is not forgotten.
func TestIdealSlotMissesNothingDuringItsSweep(t *testing.T) {
	c := shared(1, "H", "L")
	c.Timing.SQSReceive = always(time.Second)
	c.Classes[0].Arrivals = sendAt(1.5)
	_, happened := watch(t, c)
	expect(t, happened, "received", "3 received H1 1")
}

// TestLowFirst: with 1 every sweep begins at the lowest class, and with 0.5
// about every second one.
func TestLowFirst(t *testing.T) {
	first := func(p float64) int {
		c := shared(1, "A", "B")
		c.Worker.LowFirst = p
		c.Classes[0].InitialBacklog, c.Classes[1].InitialBacklog = 1000, 1000
		c.Horizon, c.Drain = 1000*time.Second, Drain{}
		run, _ := watch(t, c)
		return int(run.Classes[1].Completed)
	}
	// The first message goes to whoever is asked first when the service starts.
	if none, half, all := first(0), first(0.5), first(1); none > 0 || all < 999 || half < 440 || half > 560 {
		t.Errorf("of 1,000 messages served, class B had %d with 0, %d with 0.5, %d with 1", none, half, all)
	}
}
