package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model/policy"
	"penstock/worker/journal"
)

// invoke runs a handler on a batch with so much time.
func invoke(t *testing.T, h *Handler, limit time.Duration, batch ...Message) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	failed, err := h.Handle(ctx, batch)
	if err != nil {
		return err.Error()
	}
	if failed == nil {
		t.Error("nil is no list of ids: it would mean that all is done")
	}
	return fmt.Sprint(failed)
}

func TestHandleWorksInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(ctx context.Context, task Task) Answer {
			time.Sleep(time.Second)
			if task.Token == "token-b" {
				return Answer{Status: policy.Failed, Detail: "500"}
			}
			return Answer{Output: string(task.Input)}
		}
		h := s.handler(nil)
		if got := invoke(t, h, time.Minute, message("a", 0), message("b", 0), message("c", 0)); got != "[b]" {
			t.Errorf("failed: %s, want b", got)
		}
		s.expect(`0s call "a"`, `1s call "b"`, `1s succeed token-a "a"`, `2s call "c"`, `3s succeed token-c "c"`)
	})
}

// A mapping may have kept a message for the whole of its batching window since it
// was received: that counts against the 12 h for which it can be hidden.
func TestHandlerHidesNoLongerThanSQSLets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(context.Context, Task) Answer { time.Sleep(time.Minute); return Answer{Status: policy.Rejected} }
		h := s.handler(func(c *Config) {
			c.Policy.RetryFor = policy.Drawn
			c.Draws.Retry = func(int) time.Duration { return 12 * time.Hour }
		})
		if got := invoke(t, h, 15*time.Minute, message("a", 0)); got != "[a]" {
			t.Error(got)
		}
		s.expect("0s call \"a\"", "1m0s hide a 11h53m55s")
	})
}

func TestYieldIsListedAndNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.look = func(context.Context, int) (int64, int64, policy.Status) { return 1, 0, policy.OK }
		h := s.handler(nil)
		if got := invoke(t, h, time.Minute, message("a", 1)); got != "[a]" {
			t.Errorf("a yield: %s", got)
		}
		s.expect("0s look 0")
		h = s.handler(func(c *Config) {
			c.Policy.YieldFor = policy.Drawn
			c.Draws.Yield = func(class int) time.Duration { return time.Duration(class) * 7400 * time.Millisecond }
		})
		if got := invoke(t, h, time.Minute, message("a", 1)); got != "[a]" {
			t.Errorf("a yield: %s", got)
		}
		s.expect("0s hide a 7s", "0s look 0")
		if s.count(Yields) != 2 {
			t.Error("yields", s.counted)
		}
	})
}

func TestBatchesThatCannotBeAnswered(t *testing.T) {
	s := newStub(t)
	h := s.handler(nil)
	if got := invoke(t, h, time.Minute, message("a", 0), message("", 0)); !strings.Contains(got, "message 2 of 2 has no id") {
		t.Error(got)
	}
	if got := invoke(t, h, time.Minute, message("a", 0), message("b", 2)); !strings.Contains(got, "message b is of class 2, of 2") {
		t.Error(got)
	}
	s.expect() // nothing was done
	if got := invoke(t, h, time.Minute); got != "[]" {
		t.Errorf("an empty batch: %s", got)
	}
}

func TestPoisonInABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			bury error
			want string
		}{{nil, "[]"}, {ErrNoDeadLetterQueue, "[p]"}, {errors.New("AccessDenied"), "[p]"}} {
			s := newStub(t)
			s.bury = func(context.Context, Message, string) error { return c.bury }
			poison := message("p", 0)
			poison.Body = "hello"
			// With less time than a call may take, only the first message that can be
			// worked on is.
			if got := invoke(t, s.handler(nil), 20*time.Second, poison, message("a", 0), message("b", 0)); got != strings.Replace(strings.Replace(c.want, "]", " b]", 1), "[ ", "[", 1) {
				t.Errorf("%v: %s", c.bury, got)
			}
			s.expect("0s bury p: the body is not JSON, from byte 1 on", `0s call "a"`, "0s succeed token-a {}")
			if s.count(Poisoned) != 1 || !strings.Contains(s.logged(), "poison message") {
				t.Error(s.counted, s.logged())
			}
		}
	})
}

// TestOutOfTime: what has not begun is given back a second before the end, a
// call is cut off a quarter of a second before, and what is done stays done.
func TestOutOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		hang := func(ctx context.Context) { <-ctx.Done() }
		s.look = func(ctx context.Context, _ int) (int64, int64, policy.Status) { hang(ctx); return 0, 0, policy.Unclear }
		h := s.handler(func(c *Config) { c.Policy.CallTimeout = time.Second })
		if got := invoke(t, h, 15*time.Second, message("a", 0), message("b", 1), message("c", 0)); got != "[b]" {
			t.Errorf("a look that hangs: %s", got)
		}
		if at := time.Since(s.start); at != 14*time.Second {
			t.Errorf("given back at %v", at)
		}
		s.expect(`0s call "a"`, "0s look 0", "0s succeed token-a {}", `14s call "c"`, "14s succeed token-c {}")

		s.start = time.Now()
		s.call = func(ctx context.Context, task Task) Answer {
			if task.Token == "token-b" {
				hang(ctx)
				return Answer{Status: policy.TimedOut}
			}
			return Answer{Output: "1"}
		}
		h = s.handler(func(c *Config) { c.Policy.Heartbeat = 9 * time.Second })
		if got := invoke(t, h, 31*time.Second, message("a", 0), message("b", 0), message("c", 0)); got != "[b c]" {
			t.Errorf("a call that hangs: %s", got)
		}
		if at := time.Since(s.start); at != 30*time.Second {
			t.Errorf("cut off at %v", at) // by its own timeout
		}
		s.expect(`0s call "a"`, `0s call "b"`, "0s succeed token-a 1", "9s beat token-b", "9s hide b 1m0s", "18s beat token-b", "18s hide b 1m0s", "27s beat token-b", "27s hide b 1m0s")

		s.start = time.Now()
		if got := invoke(t, h, 21*time.Second, message("b", 0), message("c", 0)); got != "[b c]" {
			t.Errorf("a call that hangs: %s", got)
		}
		if at := time.Since(s.start); at != 20750*time.Millisecond {
			t.Errorf("cut off at %v", at) // a quarter of a second before the end
		}
		s.expect(`0s call "b"`, "9s beat token-b", "9s hide b 1m0s", "18s beat token-b", "18s hide b 1m0s")

		// The environment goes on with a fresh policy, and no alarm of the old work
		// goes off in it.
		s.start = time.Now()
		s.call = func(ctx context.Context, task Task) Answer { time.Sleep(10 * time.Second); return Answer{Output: "1"} }
		if got := invoke(t, h, 21*time.Second, message("d", 0)); got != "[]" {
			t.Errorf("after it: %s", got)
		}
		s.expect(`0s call "d"`, "9s beat token-d", "9s hide d 1m0s", "10s succeed token-d 1")
		if names := strings.Count(s.logged(), `"policy":"test.2"`); names == 0 {
			t.Error("the fresh policy has no name of its own")
		}
	})
}

// TestShortInvocations: of an invocation of a second, the margins are a part.
func TestShortInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.look = func(context.Context, int) (int64, int64, policy.Status) {
			time.Sleep(500 * time.Millisecond)
			return 0, 0, policy.OK
		}
		if got := invoke(t, s.handler(nil), time.Second, message("a", 1)); got != "[]" {
			t.Error(got)
		}
		s.start = time.Now()
		s.look = func(ctx context.Context, _ int) (int64, int64, policy.Status) {
			<-ctx.Done()
			return 0, 0, policy.Unclear
		}
		if got := invoke(t, s.handler(nil), time.Second, message("a", 1)); got != "[a]" || time.Since(s.start) != 900*time.Millisecond {
			t.Error(got, time.Since(s.start))
		}
	})
}

func TestPanicKeepsWhatIsNotDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(_ context.Context, task Task) Answer {
			if task.Token == "token-b" {
				panic("a bug")
			}
			return Answer{Output: "1"}
		}
		h := s.handler(nil)
		if got := invoke(t, h, time.Minute, message("a", 0), message("b", 0), message("c", 0)); got != "[b c]" {
			t.Errorf("a panic: %s", got)
		}
		if log := s.logged(); !strings.Contains(log, "a bug") || !strings.Contains(log, "handler_test.go") {
			t.Error("the log does not show where:", log)
		}
		s.expect(`0s call "a"`, `0s call "b"`, "0s succeed token-a 1")
		if got := invoke(t, h, time.Minute, message("c", 0)); got != "[]" {
			t.Errorf("after it: %s", got)
		}
	})
}

// TestNothingRunsBetweenInvocations: an environment is frozen then.
func TestNothingRunsBetweenInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		var running atomic.Int32
		s.beat = func(ctx context.Context, _ string) policy.Status {
			running.Add(1)
			<-ctx.Done()
			running.Add(-1)
			return policy.Unclear
		}
		s.hide = func(ctx context.Context, _ Message, _ time.Duration) error {
			running.Add(1)
			<-ctx.Done()
			running.Add(-1)
			return ctx.Err()
		}
		s.call = func(context.Context, Task) Answer { time.Sleep(5 * time.Second); return Answer{Output: "1"} }
		h := s.handler(func(c *Config) { c.Policy.Heartbeat = 4 * time.Second })
		if got := invoke(t, h, time.Minute, message("a", 0)); got != "[]" {
			t.Error(got)
		}
		if running.Load() != 0 || time.Since(s.start) != 5*time.Second {
			t.Errorf("%d calls are still running after %v", running.Load(), time.Since(s.start))
		}
		s.expect(`0s call "a"`, "4s beat token-a", "4s hide a 1m0s", "5s succeed token-a 1")
	})
}

// TestCallsThatDoNotEnd: whoever does not heed the end of an invocation does not
// take the messages with it that are done.
func TestCallsThatDoNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(_ context.Context, task Task) Answer {
			if task.Token == "token-b" {
				time.Sleep(time.Hour)
			}
			return Answer{Output: "1"}
		}
		h := s.handler(nil)
		if got := invoke(t, h, time.Minute, message("a", 0), message("b", 0)); got != "[b]" || time.Since(s.start) != time.Minute-150*time.Millisecond {
			t.Error(got, time.Since(s.start))
		}
		s = newStub(t)
		s.beat = func(context.Context, string) policy.Status { time.Sleep(time.Hour); return policy.OK }
		s.call = func(context.Context, Task) Answer { time.Sleep(time.Second); return Answer{Output: "1"} }
		h = s.handler(func(c *Config) { c.Policy.Heartbeat, c.Instance = 900*time.Millisecond, "beats" })
		for range 2 {
			began := time.Now()
			if got := invoke(t, h, time.Minute, message("a", 0)); got != "[]" || time.Since(began) != 1100*time.Millisecond {
				t.Error(got, time.Since(began))
			}
		}
		if !strings.Contains(s.logged(), `"policy":"beats.3"`) {
			t.Error("a policy whose calls do not end is not replaced")
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestDryRunKeepsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		cfg := s.config()
		cfg.DryRun = true
		h, err := NewHandler(cfg, DryRun(Ports{s, s, s}))
		if err != nil {
			t.Fatal(err)
		}
		poison := message("p", 1)
		poison.Body = ""
		if got := invoke(t, h, time.Minute, message("a", 1), poison); got != "[a p]" {
			t.Error(got)
		}
		s.expect("0s look 0")
		if !strings.Contains(s.logged(), `"decided":"delete"`) {
			t.Error("the decisions are not in the log")
		}
		if log := s.logged(); strings.Count(log, `"dry_run":true`) != strings.Count(log, "\n") || strings.Count(log, "poison message: it would be sent") != 1 || strings.Contains(log, ": sent") {
			t.Error(log)
		}
		if r, err := journal.Replay(strings.NewReader(s.logged()), nil); err != nil || r.Difference != nil || r.Steps == 0 {
			t.Errorf("the journal of a dry run does not replay: %v, %+v", err, r.Difference)
		}
		if got := fmt.Sprint(s.counted); got != "map[receives:2]" {
			t.Errorf("what did not happen is measured: %s", got)
		}
	})
}

// TestDryRunMeasures: what still happens.
func TestDryRunMeasures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := newStub(t), &gauges{}
		s.look = func(context.Context, int) (int64, int64, policy.Status) { return 0, 7, policy.OK }
		cfg := s.config()
		cfg.DryRun, cfg.Meter = true, g
		h, err := NewHandler(cfg, DryRun(Ports{s, s, s}))
		if err != nil {
			t.Fatal(err)
		}
		invoke(t, h, time.Minute, message("a", 1))
		if got := fmt.Sprint(g.said); got != "[age 1 1s depth 0 0 7]" {
			t.Error(got)
		}
		dryMeter{s}.Count(Trouble, 0, 1)
		if s.count(Trouble) != 1 {
			t.Error("a call of SQS that failed did fail")
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	s := newStub(t)
	cfg := s.config()
	if _, err := NewService(cfg, Ports{s, s, s}); err == nil {
		t.Error("a service without slots")
	}
	cfg.Policy.Slots = 1
	if _, err := NewHandler(cfg, Ports{s, s, s}); err == nil {
		t.Error("a handler with slots")
	}
	cfg.Classes = cfg.Classes[:1]
	if _, err := NewService(cfg, Ports{s, s, s}); err == nil {
		t.Error("a class without a name")
	}
}
