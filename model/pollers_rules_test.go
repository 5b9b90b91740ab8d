package model

import (
	"testing"
	"time"
)

// A batch of messages of 250 KiB is full at 24: 25 would be more than 6 MB.
//
// Rule: ESM-19
func TestBatchEndsAtSixMegabytes(t *testing.T) {
	c := batching(100, time.Minute)
	c.Classes[0].Payload = 250 << 10
	c.Classes[0].Mapping.MaximumConcurrency = 2
	c.Classes[0].InitialBacklog = 60
	w := newWorld(&c, Options{})
	advance(w, 0)
	if n := w.function.running; n != 2 {
		t.Errorf("%d batches run at once, want the two that 6 MB fill", n)
	}
	for _, p := range w.mappings[0].pollers {
		if len(p.batch) != 24 {
			t.Errorf("a batch holds %d messages, want 24", len(p.batch))
		}
	}
	if c.Timing = IdealTiming(); newWorld(&c, Options{}).function.running != 0 {
		t.Error("the ideal profile knows no 6 MB")
	}
}

// Rule: ESM-05, ESM-41
func TestProvisionedPollersGrowBy1000AMinute(t *testing.T) {
	c := flood(5000)
	c.Classes[0].Mapping.ProvisionedPollers = PollerRange{Min: 2, Max: 500}
	w := newWorld(&c, Options{})
	for _, step := range []struct {
		at   time.Duration
		want int
	}{{time.Second, 36}, {3 * time.Second, 70}, {time.Minute, 1020}, {2 * time.Minute, 2020}} {
		advance(w, step.at)
		if n := w.function.running; n != step.want {
			t.Errorf("%d batches at once after %v, want %d", n, step.at, step.want)
		}
	}
}

// Rule: ESM-43
func TestPollsOfProvisionedPollersAreBilled(t *testing.T) {
	c := plainAWS("Q")
	c.Horizon = 100 * time.Second
	c.Classes[0].Mapping.ProvisionedPollers = PollerRange{Min: 3, Max: 20}
	c.Classes[0].Arrivals = sendAt(50)
	run, _ := watch(t, c)
	if u := run.Usage[SQSReceive]; u[CauseEmpty] < 3*4 || u[CauseWork] != 1 {
		t.Errorf("billed %d empty receives of three pollers in 100 s and %d others, want some and one", u[CauseEmpty], u[CauseWork])
	}
}

// Rule: ESM-31
func TestPausesOfAThrottledBatch(t *testing.T) {
	c := busyFunction()
	c.Classes[0].Arrivals = work([2]float64{0, 200})
	c.Classes[1].Queue.VisibilityTimeout = 150 * time.Second
	c.Classes[1].Queue.MaxReceiveCount = 1
	_, happened := watch(t, c)
	expect(t, happened, "throttled visible", `
		1   throttled B1 1
		2   throttled B1 1
		4   throttled B1 1
		8   throttled B1 1
		16  throttled B1 1
		32  throttled B1 1
		62  throttled B1 1
		92  throttled B1 1
		122 throttled B1 1
		151 visible   B1 1`)
}
