package model

import (
	"testing"
	"time"
)

// Rules of batches, one test each.

// batching is a mapping that takes batches, of 1 s work a message.
func batching(size int, window time.Duration) Config {
	c := plainAWS("Q")
	c.Classes[0].Mapping.BatchSize, c.Classes[0].Mapping.BatchWindow = size, window
	return c
}

// Rule: FN-22, ESM-21, ESM-22
func TestBatchIsWorkedOffInOrder(t *testing.T) {
	c := batching(10, 0)
	c.Classes[0].InitialBacklog = 3
	run, happened := watch(t, c)
	expect(t, happened, "called deleted", `
		0 called  Q1 1
		1 called  Q2 1
		2 called  Q3 1
		3 deleted Q1 1
		3 deleted Q2 1
		3 deleted Q3 1`)
	u := run.Usage
	if u[SQSReceive][CauseWork] != 1 || u[SQSDelete][CauseWork] != 1 || u[LambdaRequests][CauseWork] != 1 {
		t.Errorf("billed %d receives, %d deletes, %d requests for one batch, want 1 of each",
			u[SQSReceive][CauseWork], u[SQSDelete][CauseWork], u[LambdaRequests][CauseWork])
	}
}

// Rule: ESM-22
func TestDeletesAreBilledOneByOneIfAssumed(t *testing.T) {
	c := batching(10, 0)
	c.Classes[0].InitialBacklog = 3
	c.Assumptions.BatchDelete = false
	if run, _ := watch(t, c); run.Usage[SQSDelete][CauseWork] != 3 {
		t.Errorf("billed %d deletes, want 3", run.Usage[SQSDelete][CauseWork])
	}
}

// Rule: SQS-37
func TestReceivesAreBilledBy64KiB(t *testing.T) {
	c := batching(10, 0)
	c.Classes[0].Payload = 30 << 10
	c.Classes[0].InitialBacklog = 5
	if run, _ := watch(t, c); run.Usage[SQSReceive][CauseWork] != 3 {
		t.Errorf("billed %d receives for 150 KiB, want 3", run.Usage[SQSReceive][CauseWork])
	}
}

// Rule: ESM-20
func TestBatchHoldsAtMostItsSize(t *testing.T) {
	c := batching(4, 0)
	c.Classes[0].InitialBacklog = 10
	w := newWorld(&c, Options{})
	advance(w, 0)
	if n, held := w.function.running, w.queues[0].inFlight; n != 3 || held != 10 {
		t.Errorf("%d batches hold %d messages, want 4, 4 and 2", n, held)
	}
}

// Rule: ESM-17
func TestFullBatchDoesNotWaitForItsWindow(t *testing.T) {
	c := batching(25, time.Minute)
	c.Classes[0].InitialBacklog = 24
	c.Classes[0].Arrivals = sendAt(7)
	c.Classes[0].Mapping.MaximumConcurrency = 1
	_, happened := watch(t, c)
	first := pick(happened, "called")[0]
	if first.At != 7*time.Second {
		t.Errorf("a batch of 25 started at %v, want 7 s, when the last of it was sent", first.At)
	}
}

// A poll on its way is not called off when the window ends, so at low traffic
// a batch may wait for up to 20 s; the next message ends that wait.
//
// Rule: ESM-18
func TestWindowAtLowTraffic(t *testing.T) {
	c := batching(10, 2*time.Second)
	c.Classes[0].Mapping.MaximumConcurrency = 1
	c.Classes[0].Arrivals = sendAt(1)
	_, happened := watch(t, c)
	expect(t, happened, "received called", `
		1  received Q1 1
		21 called   Q1 1`)
	c.Classes[0].Arrivals = sendAt(1, 2.5, 5)
	_, happened = watch(t, c)
	expect(t, happened, "received called", `
		1   received Q1 1
		2.5 received Q2 1
		5   received Q3 1
		5   called   Q1 1
		6   called   Q2 1
		7   called   Q3 1`)
}

// Rule: ESM-17
func TestWindowInTheIdealProfile(t *testing.T) {
	c := batching(3, 2*time.Second)
	c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
	c.Classes[0].Arrivals = sendAt(1, 2.5, 5, 5.1, 5.2)
	_, happened := watch(t, c)
	expect(t, happened, "received called", `
		1   received Q1 1
		2.5 received Q2 1
		3   called   Q1 1
		4   called   Q2 1
		5   received Q3 1
		5.1 received Q4 1
		5.2 received Q5 1
		5.2 called   Q3 1
		6.2 called   Q4 1
		7.2 called   Q5 1`)
}

// One receive brings ten messages at most; the ideal profile asks again at once.
func TestLargeBatchesInTheIdealProfile(t *testing.T) {
	c := batching(20, 5*time.Second)
	c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
	c.Classes[0].Mapping.MaximumConcurrency = 1
	c.Classes[0].InitialBacklog = 45
	run, happened := watch(t, c)
	called := pick(happened, "called")
	for _, start := range []struct {
		message int
		at      time.Duration
	}{{1, 0}, {21, 20 * time.Second}, {41, 45 * time.Second}} {
		if at := called[start.message-1].At; at != start.at {
			t.Errorf("the batch that message %d begins started at %v, want %v", start.message, at, start.at)
		}
	}
	if run.Worker.Invocations != 3 {
		t.Errorf("%d batches of 45 messages, want 20, 20 and 5", run.Worker.Invocations)
	}
}

// Visibility runs for every message of a batch from its own receive.
//
// Rule: SQS-01
func TestVisibilityRunsWhileTheBatchWaits(t *testing.T) {
	c := batching(10, 2*time.Second)
	c.Classes[0].Mapping.MaximumConcurrency = 1
	c.Classes[0].Queue.VisibilityTimeout = 15 * time.Second
	c.Classes[0].Arrivals = sendAt(1)
	c.Horizon = time.Minute
	_, happened := watch(t, c)
	expect(t, happened[:4], "sent received visible", `
		1  sent     Q1
		1  received Q1 1
		16 visible  Q1 1`)
}

// A poller with part of a batch in hand does not go to rest when the mapping
// shrinks: its messages would lie there until their visibility ended.
func TestPollerWithABatchInHandDoesNotRest(t *testing.T) {
	c := plainAWS("A", "B")
	c.Worker.Concurrency = 1
	c.Classes[0].Arrivals = work([2]float64{0, 600})
	c.Classes[1].Mapping.BatchSize, c.Classes[1].Mapping.BatchWindow = 3, time.Minute
	c.Classes[1].Arrivals = sendAt(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) // two for each poller, and the first has three
	w := newWorld(&c, Options{})
	advance(w, 50*time.Second)
	m := w.mappings[1]
	if m.limit >= 5 {
		t.Fatal("the mapping has not shrunk, so this tests nothing")
	}
	for _, id := range m.parked {
		if n := len(m.pollers[id].batch); n > 0 {
			t.Errorf("a poller rests on %d messages", n)
		}
	}
	if n := m.active; n != 5 {
		t.Errorf("%d pollers at work on five batches", n)
	}
}

// What the handler lists as failed stays in the queue until its visibility
// ends; the rest of the batch is deleted.
//
// Rule: ESM-23, ESM-35
func TestPartialBatchResponse(t *testing.T) {
	c := batching(10, 0)
	c.Classes[0].InitialBacklog = 3
	c.Classes[0].Queue.VisibilityTimeout = 100 * time.Second
	c.Legacy.RateLimit = RateLimit{Kind: "sliding-window", Rate: 0.02, Window: 100 * time.Second} // two in 100 s
	_, happened := watch(t, c)
	expect(t, happened, "answered deleted visible", `
		1   answered Q1 1 200
		2   answered Q2 1 200
		2   answered Q3 1 429
		2   deleted  Q1 1
		2   deleted  Q2 1
		100 visible  Q3 1
		101 answered Q3 2 200
		101 deleted  Q3 2`)
}

// The time that a message spends behind others of its batch is neither cold
// start nor throttling.
func TestWaitingBehindOthersOfTheBatchIsOther(t *testing.T) {
	c := batching(10, 0)
	c.Worker.ColdStart = always(3 * time.Second)
	c.Classes[0].InitialBacklog = 2
	run, _ := watch(t, c)
	p := run.Classes[0].Parts
	if p[PartColdStart] != 3 || p[PartLegacy] != 1 || p[PartOther] != 0.5 {
		t.Errorf("mean parts of two messages in one batch: cold start %v, legacy %v, other %v; want 3, 1 and 0.5",
			p[PartColdStart], p[PartLegacy], p[PartOther])
	}
}

func TestWaitingAfterThrottlesIsOther(t *testing.T) {
	c := plainAWS("A", "B")
	c.Worker.Concurrency = 1
	c.Classes[0].Arrivals = work([2]float64{0, 2.5})
	c.Classes[1].Mapping.BatchSize = 2
	c.Classes[1].Arrivals = work([2]float64{1, 1}, [2]float64{1, 1})
	c.Classes[1].Mapping.MaximumConcurrency = 1
	c.Classes[1].Mapping.BatchWindow = time.Minute
	run, happened := watch(t, c)
	expect(t, happened, "throttled called", `
		0 called    A1 1
		1 throttled B1 1
		1 throttled B2 1
		2 throttled B1 1
		2 throttled B2 1
		4 called    B1 1
		5 called    B2 1`)
	if p := run.Classes[1].Parts; p[PartThrottled] != 3 || p[PartOther] != 0.5 {
		t.Errorf("mean parts: throttled %v, other %v; want 3 and 0.5", p[PartThrottled], p[PartOther])
	}
}

// One receive brings ten messages at most, however large the batch is.
// Rule: SQS-10
func TestReceiveTakesAtMostTen(t *testing.T) {
	c := batching(30, time.Second)
	c.Classes[0].InitialBacklog = 40
	w := newWorld(&c, Options{})
	m := w.mappings[0]
	id := m.unpark()
	for want := 10; want <= 30; want += 10 {
		if m.receive(id); len(m.poller(id).batch) != want {
			t.Errorf("%d messages in the batch, want %d", len(m.poller(id).batch), want)
		}
	}
}
