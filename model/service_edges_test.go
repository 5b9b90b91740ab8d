package model

import (
	"testing"
	"time"
)

// A receive that only moved a message to the dead-letter queue is billed as
// that, and each message that a slot took is one invocation.
func TestPollsOfAServiceThatMeetADeadLetter(t *testing.T) {
	c := polls(2, "Q")
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = 15*time.Second, 1
	c.Classes[0].Arrivals = work([2]float64{1, 60})
	c.Horizon, c.Drain = 59*time.Second, Drain{}
	run, happened := watch(t, c)
	expect(t, happened, "dead_lettered", "16 dead_lettered Q1 1")
	if got := run.Usage[SQSReceive][CauseDeadLetter]; got != 1 {
		t.Errorf("%d polls ended after a dead letter, want that of the waiting slot", got)
	}
	if run.Worker.Invocations != 1 {
		t.Errorf("%d messages taken, want 1", run.Worker.Invocations)
	}
}

// What is kept ready is billed from the end of the warm-up to the horizon.
func TestStandbyIsBilledWithoutTheWarmup(t *testing.T) {
	c := polls(1, "Q")
	c.Horizon = time.Hour
	c.Worker.CPU = 0.25
	run, _ := Simulate(&c, Options{Warmup: 20 * time.Minute})
	if got := run.Usage[FargateCPU][CauseStandby]; got != 250*40*60 {
		t.Errorf("%d thousandths of a vCPU-second, want 250 for 40 minutes", got)
	}
}

// Ten loops are one provisioned poller; a part of ten is one as well.
func TestPollersOfProvisionedModeAreRoundedUp(t *testing.T) {
	c := lone()
	c.Classes[0].Mapping.MaximumConcurrency = 0
	c.Classes[0].Mapping.ProvisionedPollers.Min, c.Classes[0].Mapping.ProvisionedPollers.Max = 2, 200
	m := newWorld(&c, Options{}).mappings[0]
	for limit, want := range map[int]int64{0: 2, 20: 2, 21: 3, 30: 3, 31: 4, 5000: 200} {
		m.limit = limit
		m.countUnits()
		if got := m.units.Value(); got != want {
			t.Errorf("%d loops: %d pollers, want %d", limit, got, want)
		}
	}
}

// A mapping that may not grow plans no growth.
func TestNoRampAtTheLimit(t *testing.T) {
	c := lone()
	m := newWorld(&c, Options{}).mappings[0]
	for _, room := range []int{0, 1} {
		m.ramping, m.limit = false, m.most-room
		m.ramp()
		if m.ramping != (room > 0) {
			t.Errorf("%d below the limit: growth planned %v", room, m.ramping)
		}
	}
}

// When no message is left and nothing will arrive, the long polls under way are
// billed as they end, each of them, and no others follow, though a task still
// waits for its timeout.
func TestLastLongPollsAreBilled(t *testing.T) {
	c := polls(3, "Q")
	c.Classes[0].Arrivals = sendAt(1)
	c.Classes[0].Queue.MaxReceiveCount, c.Classes[0].Queue.VisibilityTimeout = 1, 2*time.Second
	c.Legacy.Outages = []Outage{{At: 0, For: time.Hour, Kind: "down"}}
	c.Horizon = 30 * time.Second
	run, _ := watch(t, c)
	if run.Classes[0].DeadLettered != 1 {
		t.Fatalf("%+v", run.Classes[0])
	}
	if got := run.Usage[SQSReceive][CauseEmpty]; got != 3+3+3 {
		t.Errorf("%d empty receives, want of each slot a short one, and long ones that end in 20 s and 40 s or a little later", got)
	}
}
