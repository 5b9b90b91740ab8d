package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// Each fault on its own, as often as it can be, so that what it does is seen.

// faulty is one task at 0 s that takes 10 s, under a visibility timeout of 60 s
// and with a legacy timeout of 20 s, and the faults given.
func faulty(f Faults) Config {
	c := plain("Q")
	c.Classes[0].Arrivals = sendAt(0)
	c.Classes[0].Queue.VisibilityTimeout = time.Minute
	c.Legacy.Service = always(10 * time.Second)
	c.Worker.CallTimeout = 20 * time.Second
	c.Policy.CheckToken = true
	c.Faults = f
	return c
}

func TestFaultEmptyReceive(t *testing.T) {
	c := faulty(Faults{EmptyReceive: 0.9})
	c.Timing = Timing{Profile: "aws", SQSReceive: always(time.Second), ESMRetry: always(time.Second)}
	c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 30, nil
	run, all := watch(t, c)
	empty := int64(len(pick(all, "fault")))
	if got := run.Usage[SQSReceive][CauseEmpty]; empty < 20 || got < empty || run.Classes[0].Completed != 30 {
		t.Errorf("%d empty receives struck, %d billed, %d tasks completed", empty, got, run.Classes[0].Completed)
	}
}

// TestFaultEmptyReceiveStrikesWhereSomeWait: a receive that is struck finds
// nothing, and one that would find nothing anyway is not struck.
func TestFaultEmptyReceiveStrikesWhereSomeWait(t *testing.T) {
	for _, driver := range []Driver{DriverLambda, DriverPoller} {
		c := faulty(Faults{EmptyReceive: 1, Until: 200 * time.Second})
		c.Worker.Driver, c.Worker.Concurrency = driver, 5
		c.Timing = Timing{Profile: "aws", SQSReceive: always(time.Second), ESMRetry: always(time.Second)}
		run, all := watch(t, c)
		expect(t, all, "received", "200 received Q1 1")
		if struck := len(pick(all, "fault")); struck < 900 || run.Worker.Invocations != 1 { // five pollers, or slots
			t.Errorf("%s: struck %d times in 200 s; %d invocations", driver, struck, run.Worker.Invocations)
		}
		c.Classes[0].Arrivals = sendAt(100)
		_, all = watch(t, c)
		if struck := pick(all, "fault"); len(struck) > 0 {
			t.Errorf("%s: struck at %v, where nothing waits but pollers", driver, struck[0].At)
		}
	}
}

// TestFaultEmptyReceiveKeepsTheWindow: as long as there are messages to be had, a
// batch in hand waits no longer than its window and the receive call on its way
// then, though that returns nothing.
func TestFaultEmptyReceiveKeepsTheWindow(t *testing.T) {
	c := faulty(Faults{EmptyReceive: 0.9})
	c.Timing = Timing{Profile: "aws", SQSReceive: always(time.Second), ESMRetry: always(time.Second)}
	c.Legacy.Service, c.Legacy.Concurrency = always(0), 1000
	c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 300, nil
	c.Classes[0].Mapping = Mapping{BatchSize: 100, BatchWindow: 3 * time.Second}
	_, all := watch(t, c)
	received, last := map[int64]time.Duration{}, time.Duration(0)
	for _, h := range pick(all, "received") {
		received[h.ID], last = h.At, h.At
	}
	watched := 0
	for _, h := range pick(all, "called") {
		if h.At > last {
			continue
		}
		watched++
		if held := h.At - received[h.ID]; held > 4*time.Second {
			t.Errorf("message %d in hand for %v", h.ID, held)
		}
	}
	if watched < 100 {
		t.Errorf("%d messages were called for in time to be watched", watched)
	}
}

func TestFaultShortReceive(t *testing.T) {
	c := faulty(Faults{ShortReceive: 1})
	c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 40, nil
	c.Classes[0].Mapping.BatchSize = 10
	run, all := watch(t, c)
	if strikes := len(pick(all, "fault")); strikes < 4 || run.Worker.Invocations < 5 || run.Classes[0].Completed != 40 {
		t.Errorf("%d receives cut short, %d invocations, %d completed", strikes, run.Worker.Invocations, run.Classes[0].Completed)
	}
}

func TestFaultDuplicate(t *testing.T) {
	c := faulty(Faults{Duplicate: 1, Until: time.Second})
	c.Classes[0].Queue.MaxReceiveCount = 3
	_, all := watch(t, c)
	expect(t, all, "received fault called dead_lettered", `
		0 received Q1 1
		0 fault Q1 1
		0 received Q1 2
		0 fault Q1 2
		0 received Q1 3
		0 fault Q1 3
		0 dead_lettered Q1 3
		0 called Q1 1
		0 called Q1 2
		0 called Q1 3`)
}

func TestFaultEarlyVisibility(t *testing.T) {
	c := faulty(Faults{EarlyVisibility: 1})
	c.Legacy.Service = always(59 * time.Second)
	c.Worker.CallTimeout = time.Hour
	_, all := watch(t, c)
	visible := pick(all, "visible")
	if len(visible) == 0 || visible[0].At <= 0 || visible[0].At >= time.Minute {
		t.Errorf("the message came back %v, want within its minute", visible)
	}
}

func TestFaultDeletes(t *testing.T) {
	_, all := watch(t, faulty(Faults{DeleteFails: 1, Until: 30 * time.Second}))
	expect(t, all, "called received callback deleted fault", `
		0 received Q1 1
		0 called Q1 1
		10 callback Q1 1
		10 fault Q1 1
		60 received Q1 2
		60 deleted Q1 2`)
	c := faulty(Faults{DeleteLate: 1})
	c.Horizon = time.Second
	_, all = watch(t, c)
	late := pick(all, "deleted")
	if len(late) == 0 || late[0].At <= 10*time.Second {
		t.Errorf("deleted %v, want after 10 s", late)
	}
}

func TestFaultKill(t *testing.T) {
	for _, driver := range []Driver{DriverLambda, DriverPoller} {
		c := faulty(Faults{Kill: 1, Until: 200 * time.Second, Restart: 5 * time.Second})
		c.Worker.Driver = driver
		c.Classes[0].Arrivals = sendAt(0, 0, 0, 0)
		c.Worker.Concurrency = 2
		run, all := watch(t, c)
		if kills := len(pick(all, "fault")); kills < 4 || run.Classes[0].Completed != 4 || run.End < 200*time.Second {
			t.Errorf("%s: %d kills, %d completed at %v", driver, kills, run.Classes[0].Completed, run.End)
		}
		for _, h := range pick(all, "callback") {
			if h.At < 200*time.Second {
				t.Errorf("%s: a worker that is killed at each step answered at %v", driver, h.At)
			}
		}
	}
}

func TestFaultCallbacks(t *testing.T) {
	c := faulty(Faults{CallbackThrottled: 1, Until: 30 * time.Second})
	run, all := watch(t, c)
	if run.Classes[0].Completed != 1 || run.Steps.CallbacksThrottle < 7 {
		t.Errorf("%d answers refused, want the check and those up to the 30th second", run.Steps.CallbacksThrottle)
	}
	if cb := pick(all, "finished"); len(cb) != 1 || cb[0].At < 15*time.Second {
		t.Errorf("finished %v", cb)
	}
	// Ambiguous: the worker asks again, and is told that the task has ended, or
	// has its answer taken then. It never ends twice, and no call is repeated.
	for n := range 20 {
		c := faulty(Faults{CallbackAmbiguous: 1, Until: 12 * time.Second})
		c.Seed = uint64(n)
		run, all := watch(t, c)
		if len(pick(all, "called")) != 1 || len(pick(all, "finished")) != 1 || run.Classes[0].Completed != 1 {
			t.Errorf("seed %d:\n%s", n, tell(all))
		}
	}
}

func TestFaultCalls(t *testing.T) {
	for name, c := range map[string]struct {
		faults Faults
		status string
		at     time.Duration
	}{
		"hangs":  {Faults{CallHangs: 1, Until: 30 * time.Second}, "timeout", 20 * time.Second},
		"errors": {Faults{CallErrors: 1, Until: 30 * time.Second}, "500", 10 * time.Second},
		"lies":   {Faults{CallLies: 1, Until: 30 * time.Second}, "503", 10 * time.Second},
		"poison": {Faults{Poison: 1, Until: 30 * time.Second}, "500", 10 * time.Second},
	} {
		config := faulty(c.faults)
		config.Classes[0].Queue.MaxReceiveCount = 3
		run, all := watch(t, config)
		answers := pick(all, "answered")
		if answers[0].Status != c.status || answers[0].At != c.at {
			t.Errorf("%s: answered %s at %v", name, answers[0].Status, answers[0].At)
		}
		poisoned := name == "poison" // of a task sent before the calm, for ever
		if (run.Classes[0].Completed == 1) == poisoned || (run.Classes[0].DeadLettered == 1) != poisoned {
			t.Errorf("%s: %d completed, %d dead-lettered", name, run.Classes[0].Completed, run.Classes[0].DeadLettered)
		}
	}
}

// A clock that is an hour ahead finds the end of the invocation past: only the
// first message of the batch is worked on.
func TestFaultClock(t *testing.T) {
	for ahead, want := range map[time.Duration]int64{0: 1, time.Hour: 3} {
		c := faulty(Faults{ClockAhead: ahead})
		c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 3, nil
		c.Classes[0].Mapping.BatchSize = 3
		c.Worker.Timeout = 15 * time.Minute
		if run, _ := watch(t, c); run.Worker.Invocations < want {
			t.Errorf("clock ahead by %v: %d invocations, want %d", ahead, run.Worker.Invocations, want)
		}
	}
	c := faulty(Faults{ClockBehind: time.Minute, Until: time.Hour})
	w := newWorld(&c, Options{})
	if got := w.faults.skew(); got != -time.Minute {
		t.Errorf("skew %v", got)
	}
	advance(w, time.Hour)
	if got := w.faults.skew(); got != 0 {
		t.Errorf("skew %v in the calm", got)
	}
}

// A redriven message is a new one with an old token: its task goes on waiting,
// and is completed.
//
// Rule: SQS-47
func TestFaultRedrive(t *testing.T) {
	c := faulty(Faults{CallErrors: 1, Until: 100 * time.Second, Redrives: []Redrive{{At: 200 * time.Second, Rate: 0.5}}})
	c.Classes[0].Arrivals = sendAt(0, 0, 0)
	c.Classes[0].Queue.MaxReceiveCount = 1
	run, all := watch(t, c)
	expect(t, all, "dead_lettered redriven finished", `
		60 dead_lettered Q1 1
		60 dead_lettered Q2 1
		60 dead_lettered Q3 1
		200 redriven Q1
		202 redriven Q2
		204 redriven Q3
		210 finished Q1 completed
		212 finished Q2 completed
		214 finished Q3 completed`)
	if run.Classes[0].Completed != 3 || run.Usage[SQSSend][CauseDeadLetter] != 3 || run.Usage[SQSDelete][CauseDeadLetter] != 3 {
		t.Errorf("%+v", run.Classes[0])
	}
}

// A redrive moves what is in the queue when it begins, and no message twice.
func TestFaultRedriveEnds(t *testing.T) {
	c := faulty(Faults{CallErrors: 1, Redrives: []Redrive{{At: 200 * time.Second, Rate: 0.001}}})
	c.Classes[0].Arrivals = sendAt(0, 0)
	c.Classes[0].Queue.MaxReceiveCount = 1
	_, all := watch(t, c)
	if n := len(pick(all, "redriven")); n != 2 {
		t.Errorf("%d messages redriven, want 2", n)
	}
}

func TestFaultPolicyChange(t *testing.T) {
	for _, driver := range []Driver{DriverLambda, DriverPoller} {
		c := plain("HIGH", "LOW")
		c.Worker.Driver = driver
		c.Policy.Kind = policy.Yield
		c.Classes[0].InitialBacklog = 100
		c.Classes[0].Mapping.MaximumConcurrency = 2
		c.Worker.Concurrency = 4
		c.Legacy.Service = always(10 * time.Second)
		c.Classes[1].Arrivals = []Arrivals{{Kind: "constant", Rate: 1}}
		c.Classes[1].Queue.VisibilityTimeout = 5 * time.Second
		c.Horizon = 4 * time.Minute
		c.Worker.LowFirst = map[Driver]float64{DriverPoller: 0.5}[driver]
		c.Faults.Policies = []PolicyChange{{At: 100 * time.Second, Kind: policy.None}}
		_, all := watch(t, c)
		before, after := 0, 0
		for _, h := range pick(all, "yielded") {
			if h.At < 100*time.Second {
				before++
			} else if h.At > 100*time.Second {
				after++
			}
		}
		if before == 0 || after > 0 {
			t.Errorf("%s: %d yields before the change, %d after", driver, before, after)
		}
	}
}

// Every kind of event and every fault has a name of its own.
func TestNamesOfKindsAndFaults(t *testing.T) {
	seen := map[string]bool{}
	for kind := range evSwitch + 1 {
		seen[kindName(kind)] = true
	}
	for fault := range numFaults {
		seen["fault "+faultName(fault)] = true
	}
	if len(seen) != int(evSwitch)+1+numFaults || seen[""] || seen["fault "] {
		t.Errorf("%d names", len(seen))
	}
}
