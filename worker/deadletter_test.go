package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model/policy"
)

func (s *stub) deadLetters() *DeadLetters {
	s.t.Helper()
	cfg := s.config()
	d, err := NewDeadLetters(Config{Classes: cfg.Classes, Log: cfg.Log, Meter: s}, s, s)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// dead returns a dead letter.
func dead(id string) Message {
	m := message(id, 1)
	m.Receive, m.Sent = 11, time.Now().Add(-90*time.Minute)
	return m
}

const deadCause = `Penstock.DeadLetter: {"age_seconds":5400,"message":"%s","queue":"LOW","receives":11}`

func TestDeadLettersInABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.answer = func(_ context.Context, token string) policy.Status {
			return map[string]policy.Status{"token-gone": policy.Gone, "token-throttled": policy.Throttled, "token-unclear": policy.Unclear}[token]
		}
		poison := dead("poison")
		poison.Body = "?"
		batch := []Message{dead("ok"), dead("gone"), dead("throttled"), dead("unclear"), poison}
		failed, err := s.deadLetters().Handle(t.Context(), batch)
		if got := fmt.Sprint(failed, err); got != "[throttled unclear poison] <nil>" {
			t.Error(got)
		}
		var want []string
		for _, m := range batch[:4] {
			want = append(want, "0s fail token-"+m.ID+" "+fmt.Sprintf(deadCause, m.ID))
		}
		s.expect(append(want, "0s hide poison 1h0m0s")...)
		if s.count(DeadLettered) != 1 || s.count(Poisoned) != 1 {
			t.Error(s.counted)
		}
		if _, err := s.deadLetters().Handle(t.Context(), []Message{dead("a"), {}}); err == nil {
			t.Error("a message without an id")
		}
		cfg := s.config()
		cfg.DryRun = true
		dry, err := NewDeadLetters(cfg, dryQueues{s}, dryTasks{})
		if err != nil {
			t.Fatal(err)
		}
		failed, _ = dry.Handle(t.Context(), []Message{dead("a")})
		if got := fmt.Sprint(failed); got != "[a]" {
			t.Errorf("a dry run: %s", got)
		}
		if !strings.Contains(s.logged(), "its task would be failed") || s.count(DeadLettered) != 1 {
			t.Errorf("a dry run fails a task: %v\n%s", s.counted, s.logged())
		}
		failed, _ = s.deadLetters().Handle(t.Context(), nil)
		if failed == nil {
			t.Error("nil is no list")
		}
	})
}

func TestDeadLettersArePolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		next := deliver(dead("a"), dead("throttled"), dead("b"))
		s.receive = func(ctx context.Context, class int, long time.Duration) ([]Message, error) {
			if class == 0 {
				return nil, errors.New("QueueDoesNotExist")
			}
			return next(ctx, class, long)
		}
		s.answer = func(_ context.Context, token string) policy.Status {
			if token == "token-throttled" {
				return policy.Throttled
			}
			return policy.OK
		}
		s.delete = func(_ context.Context, m Message) error {
			if m.ID == "b" {
				return errors.New("InternalError")
			}
			return nil
		}
		ctx, stop := context.WithTimeout(t.Context(), 90*time.Second)
		defer stop()
		s.deadLetters().Run(ctx)
		if at := time.Since(s.start); at != 90*time.Second {
			t.Errorf("ended at %v", at)
		}
		s.expect("0s delete a", "1s delete b", "0s fail token-a "+fmt.Sprintf(deadCause, "a"), "1s fail token-b "+strings.Replace(fmt.Sprintf(deadCause, "b"), "5400", "5401", 1), "0s fail token-throttled "+fmt.Sprintf(deadCause, "throttled"))
		if n := s.count(Trouble); n < 5 || n > 15 || strings.Count(s.logged(), "QueueDoesNotExist") != int(n) || s.count(DeletesFailed) != 1 {
			t.Errorf("%d errors counted: %v", n, s.counted)
		}
	})
}

// TestDeadLettersOfPoison: a task whose message could not be worked on is told all
// the same, if only the token is right; what nobody can be told of holds up nobody.
func TestDeadLettersOfPoison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		half, poison := dead("half"), dead("poison")
		half.Body, poison.Body = `{"token":"token-half","execution":7}`, `{"token":7}`
		next := deliver(poison, half)
		s.receive = func(ctx context.Context, class int, long time.Duration) ([]Message, error) {
			if class == 0 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return next(ctx, class, long)
		}
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		s.deadLetters().Run(ctx)
		s.expect("0s hide poison 1h0m0s", "0s delete half", "0s fail token-half "+fmt.Sprintf(deadCause, "half"))
	})
}

// TestDeadLettersStop: what was received as the end came is dealt with.
func TestDeadLettersStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		ctx, stop := context.WithCancel(t.Context())
		s.receive = func(_ context.Context, class int, _ time.Duration) ([]Message, error) {
			if class == 0 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			stop()
			return []Message{dead("a")}, ctx.Err()
		}
		s.answer = func(ctx context.Context, _ string) policy.Status {
			if ctx.Err() != nil {
				return policy.Unclear
			}
			return policy.OK
		}
		s.deadLetters().Run(ctx)
		s.expect("0s delete a", "0s fail token-a "+fmt.Sprintf(deadCause, "a"))
		if s.count(Trouble) != 0 {
			t.Error("an end is no error")
		}
	})
}

// TestDeadLettersOutOfTime: Step Functions hangs. What was told is not told
// again, and the invocation ends before it is killed.
func TestDeadLettersOutOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub(t)
		s.answer = func(ctx context.Context, token string) policy.Status {
			if token == "token-first" {
				return policy.OK
			}
			<-ctx.Done()
			return policy.Unclear
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		begun := time.Now()
		failed, err := s.deadLetters().Handle(ctx, []Message{dead("first"), dead("second"), dead("third")})
		if got := fmt.Sprint(failed, err); got != "[second third] <nil>" {
			t.Error(got)
		}
		if took := time.Since(begun); took >= 30*time.Second {
			t.Errorf("answered after %v", took)
		}
	})
}
