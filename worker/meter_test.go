package worker

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model/policy"
)

// gauges writes down levels.
type gauges struct {
	unmetered
	said []string
}

func (g *gauges) Age(class int, age time.Duration) {
	g.said = append(g.said, fmt.Sprintf("age %d %v", class, age))
}
func (g *gauges) Depth(class int, visible, inFlight int64) {
	g.said = append(g.said, fmt.Sprintf("depth %d %d %d", class, visible, inFlight))
}
func (g *gauges) Took(class int, d time.Duration) {
	g.said = append(g.said, fmt.Sprintf("took %d %v", class, d))
}

func TestLevelsAreMetered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := newStub(t), &gauges{}
		s.look = func(context.Context, int) (int64, int64, policy.Status) { return 0, 7, policy.OK }
		s.call = func(context.Context, Task) Answer { time.Sleep(3 * time.Second); return Answer{Output: "1"} }
		h := s.handler(func(c *Config) { c.Meter = g })
		if got := invoke(t, h, time.Minute, message("a", 1)); got != "[]" {
			t.Error(got)
		}
		if got := fmt.Sprint(g.said); got != "[age 1 1s depth 0 0 7 took 1 3s]" {
			t.Error(got)
		}
		s.look = func(context.Context, int) (int64, int64, policy.Status) { return 0, 7, policy.Throttled }
		g.said = nil
		invoke(t, h, time.Minute, message("b", 1))
		if got := fmt.Sprint(g.said); got != "[age 1 1s took 1 3s]" {
			t.Error(got, "a look that failed tells no depth")
		}
		g.said = nil
		ahead := message("c", 0)
		ahead.Sent = time.Now().Add(time.Minute) // SQS's clock is ahead of ours
		invoke(t, h, time.Minute, ahead)
		if got := fmt.Sprint(g.said); got != "[age 0 0s took 0 3s]" {
			t.Error(got)
		}
	})
}

// TestCounts goes through what a worker counts, with a message of each fate.
func TestCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.beat = func(_ context.Context, token string) policy.Status {
			if token == "token-orphan" {
				return policy.Gone
			}
			return policy.OK
		}
		s.answer = func(_ context.Context, token string) policy.Status {
			if token == "token-late" {
				return policy.Gone
			}
			return policy.OK
		}
		s.call = func(_ context.Context, task Task) Answer {
			status := map[string]policy.Status{"token-rejected": policy.Rejected, "token-failed": policy.Failed, "token-timeout": policy.TimedOut}[task.Token]
			return Answer{Status: status, Output: "1"}
		}
		s.look = func(context.Context, int) (int64, int64, policy.Status) { return 1, 0, policy.OK }
		h := s.handler(func(c *Config) { c.Policy.CheckToken, c.Policy.EscalateAt = true, 5 })
		yielded, escalated := message("yielded", 1), message("escalated", 1)
		escalated.Receive = 5
		var batch []Message
		for _, id := range []string{"ok", "ok", "orphan", "late", "rejected", "rejected", "failed", "timeout", "failed"} {
			batch = append(batch, message(id, 0))
		}
		batch = append(batch, yielded, escalated)
		if got := invoke(t, h, time.Hour, batch...); got != "[rejected rejected failed timeout failed yielded]" {
			t.Error(got)
		}
		want := map[Measure]int64{
			Receives: 11, Yields: 1, Escalated: 1, Calls: 9, Rejected: 2, Errors: 2, Timeouts: 1, OrphanCalls: 2, DuplicateCalls: 2,
			Completed: 3, Orphans: 1, GivenBack: 5,
		}
		if fmt.Sprint(s.counted) != fmt.Sprint(want) {
			t.Errorf("counted\n%v, want\n%v", s.counted, want)
		}
	})
}

// A call that timed out is one call without use, whether or not its task has
// ended when that is told.
func TestCallWithoutUseCountsOnce(t *testing.T) {
	for _, c := range []struct {
		call policy.Status
		task policy.Status
		want int64
	}{{policy.TimedOut, policy.Gone, 1}, {policy.TimedOut, policy.OK, 1}, {policy.OK, policy.Gone, 1}, {policy.OK, policy.OK, 0}} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub(t)
			s.call = func(context.Context, Task) Answer { return Answer{Status: c.call, Output: "1"} }
			s.answer = func(context.Context, string) policy.Status { return c.task }
			h := s.handler(func(c *Config) { c.Policy.OnError = policy.FailTask })
			invoke(t, h, time.Minute, message("a", 0))
			if got := s.counted[OrphanCalls]; got != c.want {
				t.Errorf("%+v: %d orphan calls", c, got)
			}
		})
	}
}

func TestHistoryForgets(t *testing.T) {
	var h history
	for i := range remembered + 10 {
		if h.note(fmt.Sprint(i)) {
			t.Fatal("called before", i)
		}
	}
	if !h.note(fmt.Sprint(remembered)) || !h.note("10") || h.note("9") {
		t.Error("the last calls are remembered, and no others")
	}
	if len(h.called) != remembered {
		t.Errorf("%d calls are remembered", len(h.called))
	}
}
