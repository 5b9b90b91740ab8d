package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// A pause is drawn for each class, task, attempt and receive afresh, and not
// twice alike.
func TestPausesAreDrawnByClassTaskAttemptAndReceive(t *testing.T) {
	c := plain("A", "B")
	c.Policy.YieldFor = Pause{Mode: policy.Drawn, Dist: Dist{Kind: "exponential", Mean: time.Hour}}
	w := newWorld(&c, Options{})
	w.seats = append(w.seats, seat{})
	seen := make(map[time.Duration]bool)
	draws := 0
	for class := range int32(2) {
		for job := range int64(3) {
			for attempt := range uint16(3) {
				for receipt := range int32(3) {
					w.seats[0] = seat{class: class, work: delivery{job: job, attempt: attempt, receipt: receipt}}
					seen[w.pause(w.yieldFor)] = true
					draws++
				}
			}
		}
	}
	if len(seen) != draws {
		t.Errorf("%d different pauses in %d draws", len(seen), draws)
	}
}

// The twelve hours count from the receive: what the work took is gone.
func TestPauseIsCutByTheTimeSinceTheReceive(t *testing.T) {
	c := plainAWS("A")
	c.Worker.Timeout, c.Worker.CallTimeout = 0, 4*time.Hour
	c.Worker.Driver, c.Worker.Concurrency = DriverPoller, 1
	c.Policy.OnError, c.Policy.RetryFor = policy.GiveBack, Pause{Mode: policy.Drawn, Dist: always(20 * time.Hour)}
	c.Legacy.Service, c.Legacy.ErrorRate = always(3*time.Hour), 1
	c.Classes[0].Queue.VisibilityTimeout = 4 * time.Hour
	c.Classes[0].InitialBacklog = 1
	c.Horizon, c.Drain = 13*time.Hour, Drain{}
	_, happened := watch(t, c)
	expect(t, happened, "received answered visible", `
		0     received A1 1
		10800 answered A1 1 500
		43195 visible  A1 1
		43195 received A1 2`)
}

// heartbeating is one slot whose worker beats and extends the visibility of its
// message every 10 s.
func heartbeating(jobs ...[2]float64) Config {
	c := shared(1, "A")
	c.Policy.Heartbeat = 10 * time.Second
	c.Classes[0].Queue.VisibilityTimeout = 15 * time.Second
	c.Classes[0].Arrivals = work(jobs...)
	return c
}

// Each extension hides the message for its visibility timeout anew, so a call
// of any length ends before the message comes back, and each is billed.
func TestHeartbeatsExtendTheVisibility(t *testing.T) {
	run, happened := watch(t, heartbeating([2]float64{0, 45}))
	expect(t, happened, "received answered visible finished", `
		0  received A1 1
		45 answered A1 1 200
		45 finished A1 completed`)
	if got := total(&run.Usage, SQSVisibility); got != 4 {
		t.Errorf("%d changes of visibility are billed, want those at 10, 20, 30 and 40 s", got)
	}
}

// An extension of a visibility timeout of 15 s that is asked for at 10 s comes in
// time if SQS acts on it at 12 s, and too late at 16 s.
//
// Rule: SQS-44
func TestExtensionsTakeTheirTime(t *testing.T) {
	c := heartbeating([2]float64{0, 45})
	c.Horizon, c.Drain = time.Minute, Drain{}
	for latency, want := range map[time.Duration]string{2 * time.Second: "", 6 * time.Second: "\n15 visible A1 1"} {
		c.Timing.SQSVisibility = always(latency)
		_, happened := watch(t, c)
		expect(t, happened, "visible", want)
	}
}

// A heartbeat that was set for one message does not beat for the next.
func TestHeartbeatsOfAnEarlierMessageAreStale(t *testing.T) {
	run, happened := watch(t, heartbeating([2]float64{0, 5}, [2]float64{0, 9.5}, [2]float64{0, 9.5}))
	expect(t, happened, "finished", `
		5    finished A1 completed
		14.5 finished A2 completed
		24   finished A3 completed`)
	if got := total(&run.Usage, SQSVisibility); got != 0 {
		t.Errorf("%d changes of visibility are billed, want none: no call took 10 s", got)
	}
}

// The wait ends with the call that completes the task, and is counted only for
// tasks that started after the warm-up.
func TestWaitCountsFromTheSendToTheCall(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 30}, [2]float64{5, 10}, [2]float64{20, 10}, [2]float64{100, 10})
	run := simulate(t, c, Options{Warmup: 10 * time.Second})
	k := run.Classes[0]
	// Tasks 3 and 4 count: sent at 20 and 100 s, called at 40 and 100 s.
	if k.Wait.N != 2 || k.Wait.Mean != 10 || k.Waited != 1 {
		t.Errorf("%d of %d tasks waited, %v s on average; want 1 of 2, and 10 s", k.Waited, k.Wait.N, k.Wait.Mean)
	}
}

// An extension lasts as long as the visibility timeout, also where that is no
// whole number of seconds; the trace shows it, and a change that comes to nothing.
func TestExtensionsLastAsTheyStand(t *testing.T) {
	c := shared(1, "A")
	c.Policy.Heartbeat = 1200 * time.Millisecond
	c.Legacy.Service = always(3 * time.Second)
	c.Classes[0].Queue.VisibilityTimeout = 1500 * time.Millisecond
	c.Classes[0].InitialBacklog = 1
	var changes []Happening
	run, _ := Simulate(&c, Options{Trace: func(h *Happening) {
		if h.Event == "visibility_changed" {
			changes = append(changes, *h)
		}
	}})
	if run.Classes[0].Receives != 1 || len(changes) != 2 {
		t.Fatalf("%d receives, %+v", run.Classes[0].Receives, changes)
	}
	for i, h := range changes {
		if h.At != time.Duration(i+1)*1200*time.Millisecond || h.Hidden != 1500*time.Millisecond || h.Stale || h.ID != 1 || h.Receive != 1 {
			t.Errorf("%+v", h)
		}
	}
	c.Policy.Heartbeat = 1600 * time.Millisecond // too late
	c.Horizon, c.Drain = 1700*time.Millisecond, Drain{}
	changes = nil
	Simulate(&c, Options{Trace: func(h *Happening) {
		if h.Event == "visibility_changed" {
			changes = append(changes, *h)
		}
	}})
	if len(changes) != 1 || !changes[0].Stale {
		t.Errorf("%+v", changes)
	}
}
