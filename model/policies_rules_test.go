package model

import (
	"fmt"
	"testing"
	"time"

	"penstock/model/policy"
)

// What the policies do in the simulated world, under both drivers.

// Rule: SQS-45
func TestReceivedMessageTellsItsAge(t *testing.T) {
	c := polls(1, "A")
	w := newWorld(&c, Options{})
	ev := w.receivedEvent(0, &delivery{receipt: 3, sent: int64(1234*time.Millisecond + 999*time.Microsecond)}, true, 0)
	if got := ev.Sent.Sub(w.time(0)); got != 1234*time.Millisecond || ev.Receive != 3 || !ev.Deadline.IsZero() {
		t.Errorf("sent at %v, receive %d, deadline %v", got, ev.Receive, ev.Deadline)
	}
}

// backlogged is a scenario in which every class has work all the time.
func backlogged(c Config) Config {
	for i := range c.Classes {
		c.Classes[i].InitialBacklog = 5000
	}
	c.Horizon, c.Drain = 20*time.Minute, Drain{}
	return c
}

// TestWeightedServiceServesByWeight: the shares of a service that is drowning
// are the weights.
func TestWeightedServiceServesByWeight(t *testing.T) {
	for _, profile := range []string{"aws", "ideal"} {
		c := backlogged(polls(4, "A", "B", "C"))
		if profile == "ideal" {
			c = backlogged(shared(4, "A", "B", "C"))
		}
		c.Policy.Kind = policy.Weighted
		run, _ := watch(t, weights(c, 5, 3, 2))
		sharesOf(t, profile, &run, 0.005, 0.5, 0.3, 0.2)
	}
}

func weights(c Config, w ...int) Config {
	for i := range c.Classes {
		c.Classes[i].Weight = w[i]
	}
	return c
}

// sharesOf compares the shares of the completed tasks.
func sharesOf(t *testing.T, what string, run *Run, within float64, want ...float64) {
	t.Helper()
	all := 0.0
	for i := range run.Classes {
		all += float64(run.Classes[i].Completed)
	}
	if all < 1000 {
		t.Fatalf("%s: only %v tasks completed", what, all)
	}
	for i, w := range want {
		if got := float64(run.Classes[i].Completed) / all; got < w-within || got > w+within {
			t.Errorf("%s: class %d has a share of %.3f of %v tasks, want %.3f", what, i, got, all, w)
		}
	}
}

// TestWeightedFunctionServesByWeight: the environments of a function do not know
// of each other, and yet each keeps to the weights.
func TestWeightedFunctionServesByWeight(t *testing.T) {
	c := backlogged(plainAWS("A", "B", "C"))
	c.Timing = DefaultTiming()
	c.Policy.Kind, c.Worker.Concurrency = policy.Weighted, 6
	c.Policy.YieldFor = Pause{Mode: policy.Drawn, Dist: always(2 * time.Second)}
	for i := range c.Classes {
		c.Classes[i].Mapping.MaximumConcurrency = 6
	}
	run, _ := watch(t, weights(c, 5, 3, 2))
	sharesOf(t, "function", &run, 0.03, 0.5, 0.3, 0.2)
}

// TestReservedSlotsStayFree: however much of a class waits, the slots that are
// kept for another are never taken by it, and that one's messages begin at once.
func TestReservedSlotsStayFree(t *testing.T) {
	for _, profile := range []string{"aws", "ideal"} {
		c := polls(3, "H", "L")
		if profile == "ideal" {
			c = shared(3, "H", "L")
		}
		c.Policy.Kind = policy.Reserve
		c.Classes[0].Reserve = 1
		c.Classes[0].Arrivals = work([2]float64{5.25, 1}, [2]float64{30.5, 1}, [2]float64{30.5, 1})
		c.Classes[1].Arrivals = work([2]float64{0, 20}, [2]float64{0, 20}, [2]float64{0, 20}, [2]float64{0, 20}, [2]float64{0, 20})
		run, happened := watch(t, c)
		// The kept slot is the first of two for H; the other comes when L2 ends.
		got := pick(happened, "called")
		var lines string
		for _, h := range got {
			lines += fmt.Sprintf("%v %s%d ", h.At, h.Class, h.ID)
		}
		want := "0s L1 0s L2 5.25s H1 20s L3 20s L4 30.5s H2 31.5s H3 40s L5 "
		if profile == "aws" { // L2 comes while all other slots wait for H in a long poll
			want = "0s L1 2s L2 5.25s H1 20s L3 22s L4 30.5s H2 31.5s H3 40s L5 "
		}
		if lines != want {
			t.Errorf("%s: called %s, want %s", profile, lines, want)
		}
		if run.Worker.ConcurrencyMax != 3 {
			t.Errorf("%s: up to %d slots at work", profile, run.Worker.ConcurrencyMax)
		}
	}
}

// TestAgingOfAFunction: a message gives way while it is young, and goes ahead at
// the age of a step without any receive count being reached.
func TestAgingOfAFunction(t *testing.T) {
	c := plainAWS("H", "L")
	c.Policy.Kind, c.Policy.AgeStep = policy.Aging, 25*time.Second
	c.Worker.Concurrency = 2
	c.Classes[0].InitialBacklog = 100
	for i := range c.Classes {
		c.Classes[i].Mapping.MaximumConcurrency = 2
		c.Classes[i].Queue.VisibilityTimeout = 10 * time.Second
	}
	c.Legacy.Service = always(2 * time.Second)
	c.Worker.Concurrency = 4 // 2 for each, so that L is never throttled
	c.Classes[1].Arrivals = sendAt(1)
	_, happened := watch(t, c)
	expect(t, ofClass(happened, "L"), "yielded called", `
		1  yielded L1 1
		11 yielded L1 2
		21 yielded L1 3
		31 called  L1 4`)
}

func ofClass(all []Happening, class string) (some []Happening) {
	for _, h := range all {
		if h.Class == class {
			some = append(some, h)
		}
	}
	return some
}

// TestAgingOfAService: the oldest work of a lower class comes before the highest
// once it has waited for so long, and not before.
func TestAgingOfAService(t *testing.T) {
	c := polls(1, "H", "L")
	c.Policy.Kind, c.Policy.AgeStep = policy.Aging, 10*time.Second
	c.Classes[0].InitialBacklog = 30
	c.Classes[1].Arrivals = sendAt(0.5, 0.6)
	_, happened := watch(t, c)
	var at [3]time.Duration
	for _, h := range ofClass(pick(happened, "called"), "L") {
		at[h.ID] = h.At
	}
	// Nothing is known of L before it is asked for the first time; that is at once.
	if at[1] > 2*time.Second || at[2] < 10*time.Second || at[2] > 32*time.Second {
		t.Errorf("L1 is called at %v, L2 at %v", at[1], at[2])
	}
}

// TestDeadlineOfAService: the class with more time waits while it has more time
// left, and comes first when it has less.
func TestDeadlineOfAService(t *testing.T) {
	c := polls(1, "H", "L")
	c.Policy.Kind = policy.Deadline
	c.Classes[0].Deadline, c.Classes[1].Deadline = 10*time.Second, 40*time.Second
	c.Classes[0].Arrivals = []Arrivals{{Kind: "constant", Rate: 1}}
	c.Classes[1].InitialBacklog = 20
	c.Horizon, c.Drain = 2*time.Minute, Drain{}
	_, happened := watch(t, c)
	first, late := 0, 0
	for _, h := range ofClass(pick(happened, "called"), "L") {
		if h.At < 25*time.Second {
			first++
		}
	}
	for _, h := range pick(happened, "called") {
		if h.Class == "H" && h.At-time.Duration(h.ID)*time.Second > 22*time.Second {
			late++
		}
	}
	if first > 2 || late > 0 {
		t.Errorf("%d of L before their time was short, %d of H later than the 20 calls of L explain", first, late)
	}
}

// A queue with less time for each message goes first; one of which only the
// oldest could have less does not.
//
// Rule: SQS-46
func TestDeadlineOfAFunctionKnowsOnlyCounts(t *testing.T) {
	c := plainAWS("H", "L")
	c.Policy.Kind = policy.Deadline
	c.Worker.Concurrency = 4
	c.Classes[0].Deadline, c.Classes[1].Deadline = 30*time.Second, time.Minute
	c.Classes[0].InitialBacklog = 200
	for i := range c.Classes {
		c.Classes[i].Mapping.MaximumConcurrency = 2
		c.Classes[i].Queue.VisibilityTimeout = 10 * time.Second
	}
	c.Classes[1].Arrivals = sendAt(1)
	_, happened := watch(t, c)
	expect(t, ofClass(happened, "L"), "yielded called", `
		1  yielded L1 1
		11 yielded L1 2
		21 yielded L1 3
		31 called  L1 4`) // 30 s left: no more than anything of H has
}

// TestReservedSlotsStayFreeAtOnce: messages that come into sight at one instant,
// while every slot waits for whatever comes, do not take the kept slots either.
func TestReservedSlotsStayFreeAtOnce(t *testing.T) {
	c := shared(5, "H", "L")
	c.Policy.Kind = policy.Reserve
	c.Classes[0].Reserve = 2
	c.Classes[1].Queue.Delay = 10 * time.Second
	for range 9 {
		c.Classes[1].Arrivals = append(c.Classes[1].Arrivals, work([2]float64{1, 20})...)
	}
	c.Classes[0].Arrivals = work([2]float64{12, 1})
	_, happened := watch(t, c)
	var lines string
	for _, h := range pick(happened, "called") {
		lines += fmt.Sprintf("%v %s%d ", h.At, h.Class, h.ID)
	}
	if want := "11s L1 11s L2 11s L3 12s H1 31s L4 31s L5 31s L6 51s L7 51s L8 51s L9 "; lines != want {
		t.Errorf("called %s, want %s", lines, want)
	}
}

// TestLookOutlivesTheInvocation: a cached look belongs to the execution
// environment: its next invocation uses it, and another environment does not.
func TestLookOutlivesTheInvocation(t *testing.T) {
	c := plain("H", "L")
	c.Policy.Kind, c.Policy.LookCache = policy.Yield, time.Minute
	c.Worker.Concurrency = 1
	c.Classes[1].Arrivals = work([2]float64{0, 1}, [2]float64{10, 1}, [2]float64{20, 1}, [2]float64{70, 1})
	_, all := watch(t, c)
	expect(t, all, "looked", `
		0 looked L1 1 H=0+0
		70 looked L4 1 H=0+0`)
	c.Worker.IdleLifetime = always(5 * time.Second)
	_, all = watch(t, c)
	if looks := len(pick(all, "looked")); looks != 4 {
		t.Errorf("%d looks of four environments", looks)
	}
}
