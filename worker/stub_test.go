package worker

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"penstock/model/policy"
)

// stub is an outside world in which every call is a function that a test may
// replace, takes no time, succeeds, and is written down.
type stub struct {
	t       *testing.T
	start   time.Time
	mu      sync.Mutex
	said    []string
	counted map[Measure]int64
	log     lockedBuffer

	receive func(ctx context.Context, class int, wait time.Duration) ([]Message, error)
	look    func(ctx context.Context, class int) (int64, int64, policy.Status)
	hide    func(ctx context.Context, m Message, d time.Duration) error
	delete  func(ctx context.Context, m Message) error
	bury    func(ctx context.Context, m Message, reason string) error
	beat    func(ctx context.Context, token string) policy.Status
	answer  func(ctx context.Context, token string) policy.Status
	call    func(ctx context.Context, t Task) Answer
}

// lockedBuffer may be read while a worker writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newStub(t *testing.T) *stub {
	return &stub{t: t, start: time.Now(), counted: map[Measure]int64{}}
}

func (s *stub) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, fmt.Sprintf("%v ", time.Since(s.start))+fmt.Sprintf(format, args...))
}

// expect compares what was said since the last time. At one instant the order is
// open: there it is the alphabet's.
func (s *stub) expect(want ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	at := func(line string) time.Duration {
		text, _, _ := strings.Cut(line, " ")
		d, _ := time.ParseDuration(text)
		return d
	}
	order := func(a, b string) int { return cmp.Or(cmp.Compare(at(a), at(b)), strings.Compare(a, b)) }
	slices.SortStableFunc(s.said, order)
	slices.SortStableFunc(want, order)
	for i := range max(len(want), len(s.said)) {
		if i >= len(want) || i >= len(s.said) || want[i] != s.said[i] {
			s.t.Errorf("got\n%q\nwant\n%q", s.said, want)
			break
		}
	}
	s.said = nil
}

func (s *stub) count(m Measure) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counted[m]
}

func (s *stub) Count(m Measure, _ int, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted[m] += n
}
func (s *stub) Age(int, time.Duration)  {}
func (s *stub) Depth(int, int64, int64) {}
func (s *stub) Took(int, time.Duration) {}

// logged returns the log so far.
func (s *stub) logged() string { return s.log.String() }

func (s *stub) Receive(ctx context.Context, class int, long time.Duration) ([]Message, error) {
	if s.receive == nil {
		return nil, wait(ctx, long)
	}
	return s.receive(ctx, class, long)
}

func (s *stub) Look(ctx context.Context, class int) (int64, int64, policy.Status) {
	s.say("look %d", class)
	if s.look == nil {
		return 0, 0, policy.OK
	}
	return s.look(ctx, class)
}

func (s *stub) Hide(ctx context.Context, m Message, d time.Duration) error {
	s.say("hide %s %v", m.ID, d)
	if s.hide == nil {
		return nil
	}
	return s.hide(ctx, m, d)
}

func (s *stub) Delete(ctx context.Context, m Message) error {
	s.say("delete %s", m.ID)
	if s.delete == nil {
		return nil
	}
	return s.delete(ctx, m)
}

func (s *stub) Bury(ctx context.Context, m Message, reason string) error {
	s.say("bury %s: %s", m.ID, reason)
	if s.bury == nil {
		return nil
	}
	return s.bury(ctx, m, reason)
}

func (s *stub) Beat(ctx context.Context, token string) policy.Status {
	s.say("beat %s", token)
	if s.beat == nil {
		return policy.OK
	}
	return s.beat(ctx, token)
}

func (s *stub) Succeed(ctx context.Context, token, output string) policy.Status {
	s.say("succeed %s %s", token, output)
	if s.answer == nil {
		return policy.OK
	}
	return s.answer(ctx, token)
}

func (s *stub) Fail(ctx context.Context, token, name, cause string) policy.Status {
	s.say("fail %s %s: %s", token, name, cause)
	if s.answer == nil {
		return policy.OK
	}
	return s.answer(ctx, token)
}

func (s *stub) Call(ctx context.Context, t Task) Answer {
	s.say("call %s", t.Input)
	if s.call == nil {
		return Answer{Output: "{}"}
	}
	return s.call(ctx, t)
}

// config is of two classes that yield, with every message at most 30 s in a call.
func (s *stub) config() Config {
	return Config{
		Policy: policy.Config{
			Kind: policy.Yield, Look: policy.LookVisible, YieldFor: policy.Remaining, RetryFor: policy.RetryAfter,
			OnError: policy.GiveBack, OnRejected: policy.GiveBack, CallTimeout: 30 * time.Second,
			Visibility: []time.Duration{time.Minute, time.Minute},
		},
		Classes: []string{"HIGH", "LOW"}, Shutdown: 10 * time.Second, Instance: "test",
		Log: slog.New(slog.NewJSONHandler(&s.log, nil)), Meter: s,
	}
}

func (s *stub) handler(change func(*Config)) *Handler {
	s.t.Helper()
	cfg := s.config()
	if change != nil {
		change(&cfg)
	}
	h, err := NewHandler(cfg, Ports{s, s, s})
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// start runs a service of one slot, and returns what stops it.
func (s *stub) start1(change func(*Config)) (stop func() error) {
	s.t.Helper()
	cfg := s.config()
	cfg.Policy.Kind, cfg.Policy.Slots = policy.None, 1
	if change != nil {
		change(&cfg)
	}
	service, err := NewService(cfg, Ports{s, s, s})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- service.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// message returns a message whose task's input is its id.
func message(id string, class int) Message {
	return Message{
		ID: id, Receipt: "receipt-" + id, Class: class, Receive: 1, Sent: time.Now().Add(-time.Second),
		Body: fmt.Sprintf(`{"token": "token-%s", "execution": "execution-%s", "state": "Call", "input": %q}`, id, id, id),
	}
}
