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
)

// deliver receives these messages, one at each poll, and nothing after them.
func deliver(messages ...Message) func(context.Context, int, time.Duration) ([]Message, error) {
	return func(ctx context.Context, _ int, long time.Duration) ([]Message, error) {
		if len(messages) == 0 {
			return nil, wait(ctx, max(long, time.Second))
		}
		m := messages[0]
		messages = messages[1:]
		return []Message{m}, nil
	}
}

// TestReceiveErrors: a queue that cannot be received from delays no other, is
// asked again at growing intervals, and never in a loop.
func TestReceiveErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		polls := [2]int{}
		broken := true
		n := 0
		s.receive = func(ctx context.Context, class int, long time.Duration) ([]Message, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			polls[class]++
			if class == 0 && broken {
				return nil, errors.New("QueueDoesNotExist")
			}
			if class == 1 && n < 100 {
				n++
				return []Message{message(fmt.Sprint(n), 1)}, nil
			}
			s.mu.Unlock()
			err := wait(ctx, long)
			s.mu.Lock()
			return nil, err
		}
		s.call = func(context.Context, Task) Answer { time.Sleep(time.Second); return Answer{Output: "1"} }
		stop := s.start1(nil)
		time.Sleep(100*time.Second + time.Millisecond)
		synctest.Wait()
		if got := s.count(Completed); got != 100 {
			t.Errorf("%d of 100 calls of a second each in 100 s, while the other queue was broken", got)
		}
		if polls[0] < 8 || polls[0] > 14 {
			t.Errorf("the broken queue was asked %d times in 100 s", polls[0])
		}
		s.mu.Lock()
		broken = false
		s.mu.Unlock()
		time.Sleep(20 * time.Second) // the longest time it is left alone, and a bit
		synctest.Wait()
		s.mu.Lock()
		before := polls[0]
		s.mu.Unlock()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if polls[0] < before+5 {
			t.Errorf("a queue that works again is asked %d times in 20 s", polls[0]-before)
		}
		failures := s.counted[Trouble]
		if logged := strings.Count(s.logged(), "QueueDoesNotExist"); logged != int(failures) || failures < 8 {
			t.Errorf("counted %d, logged %d times", failures, logged)
		}
		s.mu.Unlock()
		if err := stop(); err != nil {
			t.Error(err)
		}
		s.mu.Lock()
	})
}

func TestAllQueuesBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		polls := 0
		s.receive = func(context.Context, int, time.Duration) ([]Message, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			polls++
			return nil, errors.New("no such host")
		}
		stop := s.start1(func(c *Config) { c.Policy.Slots = 10 })
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		// Ten slots, and 16 s between two tries of each of two queues: some 80 tries,
		// and each by no more than all slots.
		if polls < 60 || polls > 1000 {
			t.Errorf("%d polls in ten minutes", polls)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestShortTroubles: many slots that meet one failure are one failure, and what
// is over is forgotten.
func TestShortTroubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.receive = func(ctx context.Context, _ int, long time.Duration) ([]Message, error) {
			if at := time.Since(s.start); at < 100*time.Millisecond || at >= time.Minute && at < time.Minute+2*time.Second {
				return nil, errors.New("InternalError")
			}
			return nil, wait(ctx, max(long, time.Second))
		}
		stop := s.start1(func(c *Config) { c.Policy.Slots = 10 })
		time.Sleep(30 * time.Second)
		if log := s.logged(); strings.Count(log, `"times":`) != 2 || strings.Count(log, `"times":1,`) != 2 {
			t.Errorf("ten slots met one failure of two queues: %s", log)
		}
		time.Sleep(60 * time.Second)
		if log := s.logged(); strings.Count(log, `"times":1,`) < 3 {
			t.Errorf("the failures of the second minute go on from the first: %s", log)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestDeleteIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		fails := 2
		s.delete = func(context.Context, Message) error {
			if fails--; fails >= 0 {
				return errors.New("InternalError")
			}
			return nil
		}
		again := message("b", 0)
		again.Receive = 2
		s.receive = deliver(message("a", 0), message("b", 0), again)
		stop := s.start1(nil)
		time.Sleep(2 * time.Second)
		s.expect(`0s call "a"`, "0s delete a", "0s succeed token-a {}", "500ms delete a", "1.5s call \"b\"", "1.5s delete a", "1.5s delete b", "1.5s succeed token-b {}",
			"1.5s call \"b\"", "1.5s delete b", "1.5s succeed token-b {}")
		if s.count(DeletesFailed) != 0 || s.count(DuplicateCalls) != 1 {
			t.Error(s.counted)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestDeleteThatFailsForGood: the message comes back; its task has ended.
func TestDeleteThatFailsForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		broken := true
		s.delete = func(context.Context, Message) error {
			if broken {
				return errors.New("InternalError")
			}
			return nil
		}
		s.answer = func(context.Context, string) policy.Status {
			if time.Since(s.start) > 0 {
				broken = false
				return policy.Gone
			}
			return policy.OK
		}
		again := message("a", 0)
		again.Receive = 2
		s.receive = deliver(message("a", 0), again)
		stop := s.start1(nil)
		time.Sleep(3 * time.Second)
		s.expect(`0s call "a"`, "0s delete a", "0s succeed token-a {}", "500ms delete a", "1.5s call \"a\"", "1.5s delete a", "1.5s delete a", "1.5s succeed token-a {}")
		if s.count(DeletesFailed) != 1 || s.count(OrphanCalls) != 1 || s.count(Completed) != 1 || !strings.Contains(s.logged(), "could not be deleted") {
			t.Error(s.counted)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestExtendOfWhatIsGone: an extension that fails is told while its message is
// worked on, and is no trouble any more when that is deleted.
func TestExtendOfWhatIsGone(t *testing.T) {
	for took, want := range map[time.Duration]int64{time.Second: 1, 3 * time.Second: 0} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub(t)
			s.hide = func(context.Context, Message, time.Duration) error {
				time.Sleep(took)
				return errors.New("MessageNotInflight")
			}
			s.delete = func(context.Context, Message) error {
				time.Sleep(2 * time.Second)
				return nil
			}
			s.call = func(context.Context, Task) Answer {
				time.Sleep(12 * time.Second)
				return Answer{Output: "1"}
			}
			s.receive = deliver(message("a", 0))
			stop := s.start1(func(c *Config) { c.Policy.Heartbeat = 10 * time.Second })
			time.Sleep(20 * time.Second)
			if got := s.count(Trouble); got != want {
				t.Errorf("an extension that fails after %v: %d times told as trouble\n%s", took, got, s.logged())
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLateExtend: an extension that is slow never undoes the back-off that was
// decided after it.
func TestContractLateExtend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		var hidden atomic.Int64
		s.hide = func(ctx context.Context, _ Message, d time.Duration) error {
			took := time.Duration(0)
			if d == time.Minute { // the extension
				took = 3 * time.Second
			}
			if err := wait(ctx, took); err != nil {
				return err
			}
			hidden.Store(int64(d)) // SQS obeys the last that arrives
			s.say("hidden for %v", d)
			return nil
		}
		s.call = func(context.Context, Task) Answer {
			time.Sleep(11 * time.Second)
			return Answer{Status: policy.Rejected, RetryAfter: 7 * time.Second}
		}
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) { c.Policy.Heartbeat = 10 * time.Second })
		time.Sleep(20 * time.Second)
		if got := time.Duration(hidden.Load()); got != 7*time.Second {
			t.Errorf("hidden for %v, not for what the legacy system asked", got)
		}
		s.expect(`0s call "a"`, "10s beat token-a", "10s hide a 1m0s", "13s hidden for 1m0s", "13s hidden for 7s", "13s hide a 7s")
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestPausesAreThoseOfSQS(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked time.Duration // Retry-After
		drawn time.Duration
		held  time.Duration // the call takes so long
		want  time.Duration
	}{
		{"rounded up", 1500 * time.Millisecond, 0, 0, 2 * time.Second},
		{"at once", 0, 0, 0, 0},
		{"drawn, rounded", 0, 1499 * time.Millisecond, 0, time.Second},
		{"longer than 12 h", 20 * time.Hour, 0, 0, 12*time.Hour - 5*time.Second},
		{"12 h from the receive", 12 * time.Hour, 0, time.Hour + 500*time.Millisecond, 11*time.Hour - 6*time.Second},
		{"drawn, 12 h from the receive", 0, 12 * time.Hour, time.Hour, 11*time.Hour - 5*time.Second},
		{"a drawn pause below zero", 0, -time.Hour, 0, 0},
		{"more than 12 h after the receive", 0, time.Hour, 13 * time.Hour, -1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub(t)
			s.call = func(context.Context, Task) Answer {
				time.Sleep(c.held)
				return Answer{Status: policy.Rejected, RetryAfter: c.asked}
			}
			s.receive = deliver(message("a", 0))
			stop := s.start1(func(cfg *Config) {
				cfg.Policy.RetryFor, cfg.Policy.CallTimeout = policy.Drawn, 100*time.Hour
				cfg.Draws.Retry = func(int) time.Duration { return c.drawn }
			})
			time.Sleep(c.held + time.Second/2)
			if c.want < 0 {
				s.expect(`0s call "a"`)
			} else {
				s.expect(`0s call "a"`, fmt.Sprintf("%v hide a %v", c.held, c.want))
			}
			if drew := fmt.Sprintf(`"drew_retry":"%v"`, max(0, c.want)); c.drawn != 0 && !strings.Contains(s.logged(), drew) {
				t.Errorf("%s: the policy decided on another draw than %s: %s", c.name, drew, s.logged())
			}
			if err := stop(); err != nil {
				t.Error(c.name, err)
			}
		})
	}
}

// TestLongCalls: no extension reaches beyond 12 h from the receive, and after
// that there is none.
func TestLongCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(context.Context, Task) Answer { time.Sleep(17 * time.Hour); return Answer{Output: "1"} }
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) {
			c.Policy.CallTimeout, c.Policy.Heartbeat = 20*time.Hour, 4*time.Hour
			c.Policy.Visibility = []time.Duration{5 * time.Hour, 5 * time.Hour}
		})
		time.Sleep(17*time.Hour + time.Second)
		s.expect(`0s call "a"`, "4h0m0s beat token-a", "4h0m0s hide a 5h0m0s", "8h0m0s beat token-a", "8h0m0s hide a 3h59m55s", "12h0m0s beat token-a", "16h0m0s beat token-a", "17h0m0s delete a", "17h0m0s succeed token-a 1")
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestLastExtension: less than a second before the end there is none, for to hide
// a message for no time would show it.
func TestLastExtension(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.call = func(context.Context, Task) Answer { time.Sleep(12 * time.Hour); return Answer{Output: "1"} }
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) {
			c.Policy.CallTimeout, c.Policy.Heartbeat = 20*time.Hour, 12*time.Hour-5500*time.Millisecond
		})
		time.Sleep(12*time.Hour + time.Second/2)
		s.expect(`0s call "a"`, "11h59m54.5s beat token-a", "12h0m0s delete a", "12h0m0s succeed token-a 1")
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnswersAreRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		answers := []policy.Status{policy.Throttled, policy.Unclear, policy.Gone}
		s.answer = func(context.Context, string) policy.Status {
			defer func() { answers = answers[1:] }()
			return answers[0]
		}
		s.call = func(context.Context, Task) Answer {
			return Answer{Status: policy.Failed, Detail: strings.Repeat("x", 40<<10)}
		}
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) { c.Policy.OnError = policy.FailTask })
		time.Sleep(time.Second)
		fail := "fail token-a Penstock.Failed: " + strings.Repeat("x", 32<<10)
		s.expect(`0s call "a"`, "0s "+fail, "200ms "+fail, "600ms delete a", "600ms "+fail)
		if s.count(Failed) != 1 || s.count(OrphanCalls) != 0 { // the unclear answer was ours
			t.Error(s.counted)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestPoisonInAService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		poison, worse := message("p", 0), message("q", 0)
		poison.Body, worse.Body = "{}", "{}"
		s.bury = func(_ context.Context, m Message, _ string) error {
			if m.ID == "q" {
				return ErrNoDeadLetterQueue
			}
			return nil
		}
		s.receive = deliver(poison, worse, message("a", 0))
		stop := s.start1(nil)
		time.Sleep(time.Second / 2)
		s.expect("0s bury p: the body has no token: nobody can be told that the task is done", "0s bury q: the body has no token: nobody can be told that the task is done",
			`0s call "a"`, "0s delete a", "0s delete p", "0s succeed token-a {}")
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestSparesAreGivenBack: a slot works on one message. What a queue hands out
// besides goes back at once.
func TestSparesAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		first := true
		s.receive = func(ctx context.Context, _ int, long time.Duration) ([]Message, error) {
			if first {
				first = false
				return []Message{message("a", 0), message("b", 0)}, errors.New("and an error")
			}
			return nil, wait(ctx, max(long, time.Second))
		}
		stop := s.start1(nil)
		time.Sleep(time.Second / 2)
		s.expect(`0s call "a"`, "0s delete a", "0s hide b 0s", "0s succeed token-a {}")
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestStopWhileSQSIsDown: what cannot be given back is said.
func TestStopWhileSQSIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.hide = func(ctx context.Context, _ Message, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }
		s.call = func(ctx context.Context, _ Task) Answer { <-ctx.Done(); return Answer{Status: policy.TimedOut} }
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) { c.Policy.CallTimeout = time.Hour })
		time.Sleep(time.Second)
		if err := stop(); err == nil || !strings.Contains(err.Error(), "1 messages could not be given back") {
			t.Error("a message that was not given back, and not a word of it:", err)
		}
		if d := time.Since(s.start); d < 11*time.Second || d > 16*time.Second {
			t.Errorf("stopped after %v", d)
		}
	})
}

// TestRefusalsAreLogged: whoever looks why messages come back finds what the
// legacy system said.
func TestRefusalsAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.receive = deliver(message("a", 1))
		s.call = func(context.Context, Task) Answer {
			return Answer{Status: policy.Failed, Code: 400, Detail: "no such order"}
		}
		stop := s.start1(nil)
		time.Sleep(time.Minute)
		stop()
		if log := s.log.String(); !strings.Contains(log, `"code":400`) || !strings.Contains(log, "no such order") {
			t.Errorf("the log says\n%s", log)
		}
	})
}

// TestStopDuringAnExtension: an extension that hangs is cut off with its work,
// or it would keep the message from being given back.
func TestStopDuringAnExtension(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.hide = func(ctx context.Context, _ Message, d time.Duration) error {
			if d == 0 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}
		s.call = func(ctx context.Context, _ Task) Answer { <-ctx.Done(); return Answer{Status: policy.TimedOut} }
		s.receive = deliver(message("a", 0))
		stop := s.start1(func(c *Config) {
			c.Policy.CallTimeout, c.Policy.Heartbeat, c.Shutdown = time.Hour, 10*time.Second, 2*time.Second
		})
		time.Sleep(9 * time.Second)
		if err := stop(); err != nil || time.Since(s.start) != 11*time.Second {
			t.Errorf("stopped after %v: %v", time.Since(s.start), err)
		}
		s.expect(`0s call "a"`, "10s beat token-a", "10s hide a 1m0s", "11s hide a 0s")
	})
}
