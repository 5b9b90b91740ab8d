package model

import (
	"testing"
	"time"
)

// Rules of the pollers of an event source mapping, one test each.

// flood is a queue with n messages at time 0 that take an hour each, in front
// of a function with room for all.
func flood(n int) Config {
	c := plainAWS("Q")
	c.Worker.Concurrency = 100_000
	c.Legacy.Concurrency, c.Legacy.Service = 100_000, always(time.Hour)
	c.Classes[0].Queue.VisibilityTimeout = 6 * time.Hour
	c.Classes[0].InitialBacklog = n
	return c
}

// Rule: ESM-01
func TestFivePollersAtTheStart(t *testing.T) {
	c := flood(100)
	w := newWorld(&c, Options{})
	advance(w, 0)
	if n := w.function.running; n != 5 {
		t.Errorf("%d batches at once at the start, want 5", n)
	}
}

// Rule: ESM-13
func TestFewerPollersAtTheStartUnderMaximumConcurrency(t *testing.T) {
	c := flood(100)
	c.Classes[0].Mapping.MaximumConcurrency = 3
	w := newWorld(&c, Options{})
	advance(w, time.Minute)
	if n := w.function.running; n != 3 {
		t.Errorf("%d batches at once, want 3", n)
	}
}

// Rule: ESM-02, ESM-03, ESM-05
func TestRampOf300AMinuteUpTo1250(t *testing.T) {
	c := flood(3000)
	w := newWorld(&c, Options{})
	for _, step := range []struct {
		at   time.Duration
		want int
	}{{time.Minute, 305}, {2 * time.Minute, 605}, {248 * time.Second, 1245}, {249 * time.Second, 1250}, {20 * time.Minute, 1250}} {
		advance(w, step.at)
		if n := w.function.running; n != step.want {
			t.Errorf("at %v: %d batches at once, want %d", step.at, n, step.want)
		}
	}
}

// Rule: ESM-04
func TestRampStopsWhenTheQueueIsEmpty(t *testing.T) {
	c := flood(17)
	w := newWorld(&c, Options{})
	advance(w, 10*time.Second)
	if n := w.mappings[0].limit; n > 20 {
		t.Errorf("17 messages raised the limit to %d", n)
	}
}

// Rule: ESM-10
func TestRampStopsAtMaximumConcurrency(t *testing.T) {
	c := flood(3000)
	c.Classes[0].Mapping.MaximumConcurrency = 42
	w := newWorld(&c, Options{})
	advance(w, 10*time.Minute)
	if n := w.function.running; n != 42 {
		t.Errorf("%d batches at once, want 42", n)
	}
}

// emptyReceives is how many empty receives an idle mapping is billed in 100 s:
// each of its pollers asks at 0, 20, 40, 60 and 80 s, and hears nothing 20 s on.
func emptyReceives(t *testing.T, change func(*Config)) int64 {
	t.Helper()
	c := plainAWS("Q")
	c.Horizon = 100 * time.Second
	change(&c)
	run, _ := watch(t, c)
	return run.Usage[SQSReceive][CauseEmpty]
}

// Rule: SQS-09, ESM-07, ESM-08, ESM-14
func TestIdlePollersLongPollAndShrink(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   int64
	}{
		{"5 pollers shrink to 2", func(*Config) {}, 5 + 2 + 2 + 2},
		{"5 pollers shrink to what is assumed", func(c *Config) { c.Assumptions.IdlePollers = 4 }, 5 + 4 + 4 + 4},
		{"no shrink with maximum concurrency", func(c *Config) { c.Classes[0].Mapping.MaximumConcurrency = 50 }, 4 * 5},
		{"no shrink, and never more than maximum concurrency", func(c *Config) { c.Classes[0].Mapping.MaximumConcurrency = 3 }, 4 * 3},
		{"the ideal profile polls for nothing", func(c *Config) { c.Timing = IdealTiming() }, 0},
		{"a poll that has not ended costs nothing yet", func(c *Config) { c.Horizon = 20 * time.Second }, 0},
	} {
		if got := emptyReceives(t, c.change); got != c.want {
			t.Errorf("%s: %d empty receives, want %d", c.name, got, c.want)
		}
	}
}

// Rule: ESM-07
func TestShrunkPollersComeBackWithWork(t *testing.T) {
	c := flood(0)
	c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", At: 10 * time.Minute, Count: 100}}
	w := newWorld(&c, Options{})
	advance(w, 5*time.Minute)
	if n := w.mappings[0].active; n != 2 {
		t.Errorf("%d pollers when idle, want 2", n)
	}
	advance(w, 10*time.Minute)
	if n := w.function.running; n != 5 {
		t.Errorf("%d batches at once when work comes, want 5", n)
	}
}

// Rule: ESM-06
func TestPollersAreCutBackToFiveAfterABurst(t *testing.T) {
	c := flood(500)
	c.Legacy.Service = always(30 * time.Second)
	c.Classes[0].Mapping.MaximumConcurrency = 50
	w := newWorld(&c, Options{})
	advance(w, 30*time.Minute)
	if n := w.mappings[0].active; n != 5 {
		t.Errorf("%d pollers when idle again, want 5", n)
	}
}

// Rule: ESM-12
func TestMaximumConcurrencyReadsNoFurther(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.Concurrency = 3
	c.Classes[0].Mapping.MaximumConcurrency = 3
	c.Classes[0].Queue.MaxReceiveCount = 1
	c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 4}}
	c.Horizon = 5 * time.Minute
	w := newWorld(&c, Options{})
	w.play()
	run := w.result()
	if most := w.queues[0].held.Max(); most != 3 || run.Worker.ConcurrencyMax != 3 {
		t.Errorf("up to %d messages held and %d invocations at once, want 3 and 3", most, run.Worker.ConcurrencyMax)
	}
	k := run.Classes[0]
	if run.Worker.Throttles != 0 || k.Receives != k.Arrived || k.Completed != k.Arrived {
		t.Errorf("%d throttles, %d receives, %d of %d completed", run.Worker.Throttles, k.Receives, k.Completed, k.Arrived)
	}
}

// Rule: ESM-39
func TestProvisionedPollers(t *testing.T) {
	c := flood(3000)
	c.Classes[0].Mapping.ProvisionedPollers = PollerRange{Min: 3, Max: 20}
	w := newWorld(&c, Options{})
	advance(w, 0)
	if n := w.function.running; n != 30 {
		t.Errorf("%d batches at once of 3 pollers at the start, want 30", n)
	}
	advance(w, 5*time.Second)
	if n := w.function.running; n < 30+5*15 || n > 30+5*17 {
		t.Errorf("%d batches at once after 5 s, want about 1,000 a minute more than 30", n)
	}
	advance(w, 5*time.Minute)
	if n := w.function.running; n != 200 {
		t.Errorf("%d batches at once of 20 pollers at most, want 200", n)
	}
}

// The hour is billed at 3 pollers while idle; a poller's ten loops do not all
// poll an empty queue.
//
// Rule: ESM-42
func TestIdleProvisionedPollersAreBilled(t *testing.T) {
	c := plainAWS("Q")
	c.Classes[0].Mapping.ProvisionedPollers = PollerRange{Min: 3, Max: 20}
	run, _ := watch(t, c)
	if got := run.Usage[MappingPollers][CauseStandby]; got != 3*3600 {
		t.Errorf("billed %d poller·seconds, want %d", got, 3*3600)
	}
}

// A provisioned poller sends ten polls a second at most, so each of its ten
// loops one: work that takes no time is held to that.
//
// Rule: ESM-40
func TestProvisionedPollersPollTenTimesASecond(t *testing.T) {
	c := flood(3000)
	c.Legacy.Service = Dist{}
	c.Classes[0].Mapping.ProvisionedPollers = PollerRange{Min: 2, Max: 2}
	w := newWorld(&c, Options{})
	advance(w, 10*time.Second-1)
	if n := w.classes[0].receives; n != 10*2*10 {
		t.Errorf("2 pollers received %d messages in 10 s, want 200", n)
	}
}

// The mapping of a higher class gets no slot that another one's poller is
// faster to take again.
//
// Rule: ESM-11
func TestMappingsHaveNoPriority(t *testing.T) {
	c := plainAWS("HIGH", "LOW")
	c.Timing = DefaultTiming()
	c.Worker.Concurrency = 4
	c.Classes[0].Arrivals = []Arrivals{{Kind: "burst", At: 10 * time.Second, Count: 50}}
	c.Classes[1].InitialBacklog = 200
	w := newWorld(&c, Options{})
	advance(w, 30*time.Second)
	if done := w.classes[1].outcomes[outcomeCompleted]; done < 80 {
		t.Errorf("LOW finished %d messages in 30 s at 4 places, although nobody gives way", done)
	}
	if w.function.run.Throttles == 0 {
		t.Error("HIGH was not refused while LOW had all the places")
	}
}

// Pollers beyond what the function may run take messages, are refused, and
// spend receives until messages that no worker ever saw are dead letters. A
// maximum concurrency that fits cures it.
//
// Rule: ESM-34
func TestOverPollingFillsTheDeadLetterQueue(t *testing.T) {
	for reserved, receives := range map[int]int{1: 3, 2: 1} {
		c := plainAWS("Q")
		c.Worker.Concurrency = reserved
		c.Legacy.Service = always(25 * time.Second)
		c.Classes[0].InitialBacklog = 40
		c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 30*time.Second, receives
		run, happened := watch(t, c)
		dead := run.Classes[0].DeadLettered
		if dead < 3 || run.Worker.Throttles == 0 {
			t.Errorf("reserved concurrency %d: %d dead letters, %d throttles", reserved, dead, run.Worker.Throttles)
		}
		called := map[int64]bool{}
		for _, h := range pick(happened, "called") {
			called[h.ID] = true
		}
		for _, h := range pick(happened, "dead_lettered") {
			if called[h.ID] {
				t.Errorf("reserved concurrency %d: message %d was worked on before it became a dead letter", reserved, h.ID)
			}
		}
		c.Worker.Concurrency = 2
		c.Classes[0].Mapping.MaximumConcurrency = 2
		if run, _ := watch(t, c); run.Classes[0].DeadLettered != 0 || run.Worker.Throttles != 0 {
			t.Errorf("with maximum_concurrency: %d dead letters, %d throttles", run.Classes[0].DeadLettered, run.Worker.Throttles)
		}
	}
}

// busyFunction has its one place taken by class A for 100 s.
func busyFunction() Config {
	c := plainAWS("A", "B")
	c.Worker.Concurrency = 1
	c.Classes[0].Arrivals = work([2]float64{0, 100})
	c.Classes[1].Arrivals = work([2]float64{1, 1})
	c.Classes[1].Queue.VisibilityTimeout = 30 * time.Second
	c.Classes[1].Queue.MaxReceiveCount = 2
	return c
}

// Rule: ESM-29, ESM-30, ESM-33
func TestThrottledBatchIsTriedUntilItsVisibilityEnds(t *testing.T) {
	_, happened := watch(t, busyFunction())
	expect(t, pick(happened, "received", "throttled", "visible", "dead_lettered")[1:],
		"received throttled visible dead_lettered", `
		1  received  B1 1
		1  throttled B1 1
		2  throttled B1 1
		4  throttled B1 1
		8  throttled B1 1
		16 throttled B1 1
		31 visible   B1 1
		31 received  B1 2
		31 throttled B1 2
		32 throttled B1 2
		34 throttled B1 2
		38 throttled B1 2
		46 throttled B1 2
		61 visible   B1 2
		61 dead_lettered B1 2`)
}

// Rule: ESM-29
func TestThrottledBatchIsDroppedAtOnceIfAssumed(t *testing.T) {
	c := busyFunction()
	c.Assumptions.ThrottledBatch = "drop"
	_, happened := watch(t, c)
	expect(t, happened, "throttled visible dead_lettered", `
		1  throttled B1 1
		31 visible   B1 1
		31 throttled B1 2
		61 visible   B1 2
		61 dead_lettered B1 2`)
}

// Rule: ESM-32
func TestThrottledBatchRunsWhenThereIsRoom(t *testing.T) {
	c := busyFunction()
	c.Classes[0].Arrivals = work([2]float64{0, 5})
	_, happened := watch(t, c)
	expect(t, happened, "throttled called", `
		0 called    A1 1
		1 throttled B1 1
		2 throttled B1 1
		4 throttled B1 1
		8 called    B1 1`)
}

// After throttles and errors a mapping shrinks batch by batch, to 2 and no
// further, and grows again after a calm minute.
//
// Rule: ESM-25, ESM-26
func TestMappingShrinksAfterThrottles(t *testing.T) {
	for _, c := range []struct {
		backoff string
		want    int
	}{{"shrink", 2}, {"none", 5}} {
		cfg := flood(100)
		cfg.Worker.Concurrency = 1
		cfg.Classes[0].Queue.VisibilityTimeout = 20 * time.Second
		cfg.Assumptions.MappingBackoff = c.backoff
		w := newWorld(&cfg, Options{})
		advance(w, 50*time.Second)
		if m := w.mappings[0]; c.backoff == "shrink" && m.limit != c.want || m.limit < c.want || m.active < c.want {
			t.Errorf("mapping_backoff %q: %d batches allowed after throttles, %d at work, want %d", c.backoff, m.limit, m.active, c.want)
		}
		if m := w.mappings[0]; c.backoff == "shrink" && m.active > c.want {
			t.Errorf("%d batches at work, new messages notwithstanding, want %d", m.active, c.want)
		}
	}
}

// Rule: ESM-25
func TestMappingShrinksAfterTimeouts(t *testing.T) {
	c := flood(100)
	c.Worker.Timeout = 20 * time.Second
	w := newWorld(&c, Options{})
	advance(w, 19*time.Second)
	before := w.mappings[0].limit
	advance(w, 25*time.Second)
	if after := w.mappings[0].limit; after >= before {
		t.Errorf("%d batches allowed before the first timeouts, %d after", before, after)
	}
}

// Rule: ESM-27
func TestMappingGrowsAgainAfterACalmMinute(t *testing.T) {
	c := flood(5000)
	c.Worker.Concurrency = 10
	w := newWorld(&c, Options{})
	advance(w, 10*time.Minute)
	if n := w.mappings[0].limit; n > 11 {
		t.Errorf("%d batches allowed by a function that refuses the 11th", n)
	}
	c.Worker.Concurrency = 100_000 // somebody raises the cap
	advance(w, 20*time.Minute)
	if n := w.mappings[0].limit; n < 1250 {
		t.Errorf("%d batches allowed ten minutes after the last throttle, want 1250", n)
	}
}

// Yielding is no error: with partial batch responses the mapping does not slow
// down for it.
//
// Rule: ESM-28
func TestYieldsDoNotSlowTheMappingDown(t *testing.T) {
	c := yielding(5*time.Second, "H", "L")
	c.Timing, c.Assumptions = Timing{Profile: "aws", ESMRetry: always(time.Second)}, DefaultAssumptions()
	c.Classes[0].InitialBacklog, c.Classes[0].Mapping.MaximumConcurrency = 10, 2
	c.Classes[1].InitialBacklog, c.Classes[1].Mapping.MaximumConcurrency = 50, 10
	c.Legacy.Service = always(time.Hour)
	w := newWorld(&c, Options{})
	advance(w, 5*time.Minute)
	if m := w.mappings[1]; m.limit < 5 || w.classes[1].yields < 100 {
		t.Errorf("%d batches allowed after %d yields", m.limit, w.classes[1].yields)
	}
}

func TestRetryWithoutAPauseIsRefused(t *testing.T) {
	c := busyFunction()
	c.Timing.ESMRetry = Dist{}
	for _, p := range c.Validate() {
		if p.Key == "timing.esm_retry" && !p.Warning {
			return
		}
	}
	t.Error("a throttled batch may be tried for ever at one instant")
}
