package model

import (
	"testing"
	"time"
)

// Every throttled invocation is counted.
func TestThrottlesAreCounted(t *testing.T) {
	run, happened := watch(t, busyFunction())
	if n := int64(len(pick(happened, "throttled"))); n == 0 || run.Worker.Throttles != n {
		t.Errorf("%d throttles counted, %d happened", run.Worker.Throttles, n)
	}
}

// What a killed invocation had still to do is not done for the next message of
// its environment.
func TestHeartbeatsOfAKilledInvocationAreStale(t *testing.T) {
	c := dedicated("A")
	c.Worker.Timeout, c.Worker.CallTimeout = 25*time.Second, 30*time.Second
	c.Policy.Heartbeat = 10 * time.Second
	c.Classes[0].Queue.VisibilityTimeout = time.Minute
	c.Classes[0].Arrivals = work([2]float64{0, 100}, [2]float64{1, 9.5})
	c.Horizon, c.Drain = 59*time.Second, Drain{}
	run, happened := watch(t, c)
	expect(t, happened, "called finished", `
		0    called   A1 1
		25   called   A2 1
		34.5 finished A2 completed`)
	if got := run.Usage[SQSVisibility]; got[CauseRetry] != 2 || got[CauseWork] != 0 {
		t.Errorf("%d changes of visibility for the killed call, %d for one of 9.5 s; want 2 and none", got[CauseRetry], got[CauseWork])
	}
}

// The later messages of a batch are given back where their calls might not end
// before the invocation is killed; the first one is called in any case.
func TestLateMessagesOfABatchAreGivenBack(t *testing.T) {
	c := dedicated("A")
	c.Worker.Timeout, c.Worker.CallTimeout = 60*time.Second, 30*time.Second
	c.Classes[0].Mapping.BatchSize, c.Classes[0].Mapping.BatchWindow = 3, time.Second
	c.Classes[0].Queue.VisibilityTimeout = 100 * time.Second
	c.Classes[0].Arrivals = work([2]float64{0, 29}, [2]float64{0, 2}, [2]float64{0, 3})
	_, happened := watch(t, c)
	expect(t, happened, "called visible", `
		0   called  A1 1
		29  called  A2 1
		100 visible A3 1
		101 called  A3 2`)
}
