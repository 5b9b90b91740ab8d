package model

import (
	"testing"
	"time"
)

// Five pollers at the start are what a mapping has; only a lower maximum
// concurrency makes them fewer, which is an assumption.
func TestFewPollersAreTouchedBelowFive(t *testing.T) {
	for n, want := range map[int]bool{4: true, 5: false} {
		c := lone()
		c.Classes[0].Mapping.MaximumConcurrency = n
		w := newWorld(&c, Options{})
		if got := w.touched&(1<<touchFewPollers) != 0; got != want {
			t.Errorf("maximum concurrency %d: touched %v, want %v", n, got, want)
		}
	}
}

// The limit of a mapping without a maximum concurrency is no rule about
// over-pulling.
func TestOverpullIsTouchedUnderMaximumConcurrency(t *testing.T) {
	for n, want := range map[int]bool{0: false, 10: true} {
		c := lone()
		c.Classes[0].Mapping.MaximumConcurrency = n
		w := newWorld(&c, Options{})
		m := w.mappings[0]
		m.active, m.limit = m.most, m.most
		m.awake()
		if got := w.touched&(1<<touchNoOverpull) != 0; got != want {
			t.Errorf("maximum concurrency %d: touched %v, want %v", n, got, want)
		}
	}
}

// A batch that grows poll by poll is billed for what each poll brought.
func TestReceivesOfAGrowingBatchAreBilledOneByOne(t *testing.T) {
	c := plainAWS("Q")
	c.Classes[0].Payload = 64 << 10
	c.Classes[0].Mapping.BatchSize, c.Classes[0].Mapping.BatchWindow = 3, 10*time.Second
	c.Classes[0].Mapping.MaximumConcurrency = 2
	c.Classes[0].Arrivals = sendAt(1, 2, 2, 3, 4)
	c.Horizon, c.Drain = 9*time.Second, Drain{}
	run, happened := watch(t, c)
	expect(t, happened, "called", `
		4 called Q1 1
		5 called Q3 1
		6 called Q5 1`)
	if got := total(&run.Usage, SQSReceive); got != 5 {
		t.Errorf("%d receives of 64 KiB are billed, want 5: one for each message", got)
	}
}

// The next try of a throttled batch would come as its messages are visible
// again: it is not made.
func TestNoTryAtTheEndOfTheVisibility(t *testing.T) {
	c := busyFunction()
	c.Classes[1].Queue.VisibilityTimeout = 15 * time.Second
	c.Horizon, c.Drain = 17*time.Second, Drain{}
	_, happened := watch(t, c)
	expect(t, pick(happened, "throttled", "visible"), "throttled visible", `
		1  throttled B1 1
		2  throttled B1 1
		4  throttled B1 1
		8  throttled B1 1
		16 visible   B1 1
		16 throttled B1 2`)
}

// How the pauses between tries grow is an assumption only where one is not the
// first: it has doubled, or is cut.
func TestRetryPausesAreTouchedWhereTheyGrow(t *testing.T) {
	for _, k := range []struct {
		first, until time.Duration
		want         bool
	}{
		{5 * time.Second, 3 * time.Second, false}, // one throttle, at 1 s
		{5 * time.Second, 7 * time.Second, true},  // another, after which the pause is 10 s
		{retryAtMost, 3 * time.Second, false},
		{retryAtMost + time.Millisecond, 3 * time.Second, true},
	} {
		c := busyFunction()
		c.Timing.ESMRetry = always(k.first)
		c.Classes[1].Queue.VisibilityTimeout = time.Minute
		c.Horizon, c.Drain = 55*time.Second, Drain{}
		w := newWorld(&c, Options{})
		advance(w, k.until)
		if got := w.touched&(1<<touchRetryPauses) != 0; got != k.want {
			t.Errorf("first pause %v, after %v: touched %v, want %v", k.first, k.until, got, k.want)
		}
	}
}

// The rest of a mapping is over when it has lasted as long as it is set.
func TestMappingIsCalmAfterItsRest(t *testing.T) {
	c := lone()
	c.Assumptions.MappingRest = time.Minute
	w := newWorld(&c, Options{})
	m := w.mappings[0]
	m.troubled = 0
	for _, step := range []struct {
		at   time.Duration
		want bool
	}{{time.Minute - 1, false}, {time.Minute, true}} {
		advance(w, step.at)
		if got := m.calm(); got != step.want {
			t.Errorf("calm at %v: %v, want %v", step.at, got, step.want)
		}
	}
}

// A mapping that has shrunk comes back to its base when a receive leaves
// messages behind, and not for a message alone.
func TestReceiveWakesTheMappingIfMoreIsThere(t *testing.T) {
	for n, want := range map[int]int{1: 2, 2: 5} {
		c := plainAWS("Q")
		c.Classes[0].InitialBacklog = n
		w := newWorld(&c, Options{})
		m := w.mappings[0]
		for m.active > 0 {
			m.park(int32(m.active - 1))
		}
		m.limit, m.ramping = 2, true
		m.receive(m.unpark())
		if m.limit != want {
			t.Errorf("%d messages, one received: %d batches allowed, want %d", n, m.limit, want)
		}
	}
}

// What a batch was for is the most useful thing that any of its messages was,
// in whatever order they come.
func TestCauseOfABatchIsItsMostUseful(t *testing.T) {
	c := plainAWS("Q")
	w := newWorld(&c, Options{})
	m := w.mappings[0]
	for _, causes := range [][]Cause{
		{CauseWork, CauseYield}, {CauseYield, CauseWork}, {CauseYield, CauseRetry}, {CauseRetry, CauseYield},
		{CauseOrphan, CauseWork, CauseOrphan},
	} {
		p := m.poller(m.unpark())
		*p = poller{batch: make([]delivery, len(causes)), done: make([]bool, len(causes))}
		best := causes[0]
		for i, cause := range causes {
			m.result(int32(len(m.pollers)-1), i, true, cause)
			if usefulness(cause) > usefulness(best) {
				best = cause
			}
		}
		if p.best != best {
			t.Errorf("a batch of %v was for %v, want %v", causes, p.best, best)
		}
	}
}
