package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// behind is a task of 6 s and one of 1 s behind it, in front of one slot.
func behind() Config {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 6}, [2]float64{1, 1})
	return c
}

// TestTaskTimeoutCountsTheQueueWait, and what comes after it is refused.
//
// Rule: SFN-01, SFN-07
func TestTaskTimeoutCountsTheQueueWait(t *testing.T) {
	c := behind()
	c.StepFunctions.Timeout = 5500 * time.Millisecond
	run, all := watch(t, c)
	expect(t, all, "task_timed_out called callback finished deleted", `
		0   called A1 1
		5.5 task_timed_out A1
		5.5 finished A1 timed_out
		6   callback A1 1 refused
		6   deleted A1 1
		6   called A2 1
		6.5 task_timed_out A2
		6.5 finished A2 timed_out
		7   callback A2 1 refused
		7   deleted A2 1`)
	if run.Steps.CallbacksRefused != 2 || run.Classes[0].TimedOut != 2 || run.Classes[0].Completed != 0 {
		t.Errorf("%+v, %d timed out", run.Steps, run.Classes[0].TimedOut)
	}
}

// TestHeartbeatsDoNotExtendTheTimeout.
//
// Rule: SFN-02
func TestHeartbeatsDoNotExtendTheTimeout(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 10})
	c.Policy.Heartbeat = time.Second
	c.StepFunctions.Timeout, c.StepFunctions.Heartbeat = 7*time.Second, 3*time.Second
	_, all := watch(t, c)
	expect(t, all, "task_timed_out heartbeat_missed callback", `
		7  task_timed_out A1
		10 callback A1 1 refused`)
}

// TestHeartbeatsKeepATaskAlive: without them it ends HeartbeatSeconds after its
// start, with them it completes.
//
// Rule: SFN-03
func TestHeartbeatsKeepATaskAlive(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 10})
	c.StepFunctions.Heartbeat = 3 * time.Second
	_, all := watch(t, c)
	expect(t, all, "heartbeat_missed finished callback", `
		3  heartbeat_missed A1
		3  finished A1 timed_out
		10 callback A1 1 refused`)
	c.Policy.Heartbeat = 2 * time.Second
	_, all = watch(t, c)
	expect(t, all, "heartbeat_missed finished", `10 finished A1 completed`)
}

// TestTokenCheckIsAHeartbeat: it starts the clock afresh, and the wait before it
// counts from the start of the task.
//
// Rule: SFN-06
func TestTokenCheckIsAHeartbeat(t *testing.T) {
	c := shared(1, "A")
	c.Policy.CheckToken = true
	c.StepFunctions.Heartbeat = 3 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 2.9}, [2]float64{0, 2.9}, [2]float64{1, 1})
	_, all := watch(t, c)
	expect(t, all, "called heartbeat_missed finished deleted", `
		0   called A1 1
		2.9 finished A1 completed
		2.9 deleted A1 1
		2.9 called A2 1
		4   heartbeat_missed A3
		4   finished A3 timed_out
		5.8 finished A2 completed
		5.8 deleted A2 1
		5.8 deleted A3 1`)
}

// TestSendTaskFailureEndsTheTask: failed at once, the message deleted.
//
// Rule: SFN-15, SFN-16
func TestSendTaskFailureEndsTheTask(t *testing.T) {
	c := behind()
	c.Policy.OnError = policy.FailTask
	c.Legacy.ErrorRate = 1
	run, all := watch(t, c)
	expect(t, all, "answered finished deleted", `
		6 answered A1 1 500
		6 finished A1 failed
		6 deleted A1 1
		7 answered A2 1 500
		7 finished A2 failed
		7 deleted A2 1`)
	k := run.Classes[0]
	if k.Failed != 2 || k.Latency.Mean != 6 || k.LatencyCompleted.N != 0 || k.Wait.N != 0 {
		t.Errorf("%d failed, latency %v, completed %d", k.Failed, k.Latency.Mean, k.LatencyCompleted.N)
	}
}

// TestSendTaskFailureIsRetried like every other failure, with a new message.
//
// Rule: SFN-09, SFN-15
func TestSendTaskFailureIsRetried(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 1})
	c.Policy.OnError, c.Legacy.ErrorRate = policy.FailTask, 1
	c.StepFunctions.Retry = Retry{MaxAttempts: 2, Interval: 3 * time.Second, Backoff: 2, Jitter: "none"}
	run, all := watch(t, c)
	expect(t, all, "sent called retried deleted finished", `
		0 sent A1
		0 called A1 1
		1 deleted A1 1
		4 retried A1#2
		4 sent A1#2
		4 called A1#2 1
		5 deleted A1#2 1
		11 retried A1#3
		11 sent A1#3
		11 called A1#3 1
		12 finished A1#3 failed
		12 deleted A1#3 1`)
	k := run.Classes[0]
	if k.Arrived != 1 || k.Failed != 1 || k.Sent != 3 || k.DuplicateCalls != 2 || run.Steps.Retried != 2 || k.Latency.Mean != 12 {
		t.Errorf("%+v", k)
	}
	if n := run.Usage[StatesTransitions][CauseRetry]; n != 2 {
		t.Errorf("%d transitions for two retries", n)
	}
}

// TestLateAnswerOfAnOldAttemptIsRefused while the new attempt, with a token of
// its own, is under way: the old message has stayed in the queue.
//
// Rule: SFN-08, SFN-10
func TestLateAnswerOfAnOldAttemptIsRefused(t *testing.T) {
	c := shared(2, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 5})
	c.StepFunctions.Timeout = 3 * time.Second
	c.StepFunctions.Retry = Retry{MaxAttempts: 1, Interval: time.Second, Backoff: 1, Jitter: "none"}
	run, all := watch(t, c)
	expect(t, all, "sent task_timed_out callback finished", `
		0 sent A1
		3 task_timed_out A1
		4 sent A1#2
		5 callback A1 1 refused
		7 task_timed_out A1#2
		7 finished A1#2 timed_out
		9 callback A1#2 1 refused`)
	if k := run.Classes[0]; k.TimedOut != 1 || k.Arrived != 1 || k.Latency.Mean != 7 {
		t.Errorf("%+v", k)
	}
}

// TestNoMessageOfAnEndedAttempt: a send that takes longer than the task may
// last finds it gone.
func TestNoMessageOfAnEndedAttempt(t *testing.T) {
	for _, attempts := range []int{0, 1} {
		c := shared(1, "A")
		c.Classes[0].Arrivals = sendAt(0)
		c.Timing.SQSSend = always(2 * time.Second)
		c.StepFunctions.Timeout = time.Second
		c.StepFunctions.Retry = Retry{MaxAttempts: attempts, Interval: 5 * time.Second, Backoff: 1, Jitter: "none"}
		run, all := watch(t, c)
		expect(t, all, "sent", "")
		if k := run.Classes[0]; k.TimedOut != 1 || k.Sent != 0 {
			t.Errorf("%d retries: %d messages, %d timed out", attempts, k.Sent, k.TimedOut)
		}
	}
}

// TestUnfinishedTasksAreCounted where the run is cut, with the latency they
// have so far.
func TestUnfinishedTasksAreCounted(t *testing.T) {
	c := behind()
	c.Horizon, c.Drain = 5*time.Second, Drain{}
	run, _ := watch(t, c)
	k := run.Classes[0]
	if k.Unfinished != 2 || k.Completed != 0 || k.Arrived != 2 || k.Latency.N != 2 || k.Latency.Mean != 4.5 || k.Latency.Max != 5 || run.Drained {
		t.Errorf("cut at 5 s: %+v", k.Latency)
	}
	c.Drain = Drain{For: 1500 * time.Millisecond}
	run, _ = watch(t, c)
	k = run.Classes[0]
	if k.Unfinished != 1 || k.Completed != 1 || run.End != 6500*time.Millisecond {
		t.Errorf("cut at 6.5 s: %d unfinished, %d completed, end %v", k.Unfinished, k.Completed, run.End)
	}
	c.Drain = Drain{UntilEmpty: true}
	run, _ = watch(t, c)
	if k = run.Classes[0]; k.Unfinished != 0 || k.Completed != 2 || run.End != 7*time.Second || !run.Drained {
		t.Errorf("drained: %d unfinished, %d completed, end %v", k.Unfinished, k.Completed, run.End)
	}
}

// TestLostMessagesTimeOutOnce: a task whose message is dead-lettered or expired
// is counted as that, and lasts until its timeout.
//
// Rule: SFN-22
func TestLostMessagesTimeOutOnce(t *testing.T) {
	for _, what := range []string{"dead_lettered", "expired"} {
		c := shared(1, "A")
		c.Classes[0].Arrivals = sendAt(0)
		c.Legacy.ErrorRate = 1
		c.Classes[0].Queue.VisibilityTimeout = 40 * time.Second
		c.StepFunctions.Timeout = 10 * time.Minute
		if what == "expired" {
			c.Classes[0].Queue.Retention = time.Minute
		} else {
			c.Classes[0].Queue.MaxReceiveCount = 2
		}
		run, all := watch(t, c)
		last := all[len(all)-1]
		k := run.Classes[0]
		if last.Outcome != what || last.At != 10*time.Minute || k.DeadLettered+k.Expired != 1 || k.TimedOut != 0 || k.Latency.Mean != 600 {
			t.Errorf("%s: %v %v; %+v", what, last.At, last.Outcome, k)
		}
	}
}

// TestRetryForgetsWhatBecameOfTheOldMessage: the outcome is that of the last
// attempt. An old message that is worked on all the same may be dead-lettered
// long after its task has ended, and nobody is told.
func TestRetryForgetsWhatBecameOfTheOldMessage(t *testing.T) {
	c := shared(1, "A")
	c.Classes[0].Arrivals = work([2]float64{0, 1}, [2]float64{0.5, 1000})
	c.Legacy.Outages = []Outage{{At: 0, For: 1500 * time.Millisecond, Kind: "errors"}}
	c.Classes[0].Queue.VisibilityTimeout, c.Classes[0].Queue.MaxReceiveCount = time.Hour, 1
	c.Assumptions.DeadLetterAt = "visible"
	c.Policy.RetryFor = Pause{Mode: policy.Drawn}
	c.StepFunctions.Timeout = 100 * time.Second
	c.StepFunctions.Retry = Retry{MaxAttempts: 1, Interval: time.Second, Backoff: 1, Jitter: "none"}
	_, all := watch(t, c)
	expect(t, all, "dead_lettered finished retried", `
		1 dead_lettered A1 1
		101 retried A1#2
		101.5 retried A2#2
		201 finished A1#2 timed_out
		201.5 finished A2#2 timed_out
		1001 dead_lettered A2 1`)
}

// TestWarmupForgetsRefusedCallbacks as it forgets every other count.
func TestWarmupForgetsRefusedCallbacks(t *testing.T) {
	c := behind()
	c.StepFunctions.Timeout = 5 * time.Second
	run := simulate(t, c, Options{Warmup: 6500 * time.Millisecond})
	if n := run.Steps.CallbacksRefused; n != 1 { // the second, at 7 s
		t.Errorf("%d refused callbacks after the warm-up, want 1", n)
	}
}

// TestAnswerAtTheTaskTimeoutIsInTime, for every task alike: what ends at an
// instant goes before what runs out at it.
func TestAnswerAtTheTaskTimeoutIsInTime(t *testing.T) {
	for _, beat := range []bool{false, true} {
		c := shared(9, "A")
		c.Classes[0].Arrivals = work([2]float64{0, 5}, [2]float64{1, 5}, [2]float64{1, 5}, [2]float64{2.5, 5}, [2]float64{20, 5})
		c.StepFunctions.Timeout = 5 * time.Second
		if beat {
			c.StepFunctions.Timeout, c.StepFunctions.Heartbeat = time.Hour, 5*time.Second
		}
		run, _ := watch(t, c)
		if k := run.Classes[0]; k.Completed != 5 {
			t.Errorf("heartbeat %v: %d completed, %d timed out", beat, k.Completed, k.TimedOut)
		}
	}
}
