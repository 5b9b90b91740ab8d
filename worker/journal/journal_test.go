package journal

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"penstock/model/policy"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 123456789, time.UTC)

func testConfig() policy.Config {
	return policy.Config{
		Kind: policy.Yield, Look: policy.LookVisible, EscalateAt: 3, YieldFor: policy.Drawn, RetryFor: policy.Drawn, CheckToken: true,
		OnError: policy.GiveBack, OnRejected: policy.GiveBack, Heartbeat: 10 * time.Second,
		CallTimeout: 30 * time.Second, Visibility: []time.Duration{time.Minute, 2 * time.Minute},
	}
}

// worker is a policy that writes a journal.
type worker struct {
	cfg     policy.Config
	policy  *policy.Policy
	journal *Journal
	drawn   Drawn
}

func newWorker(log *slog.Logger, name string, cfg policy.Config) *worker {
	w := &worker{cfg: cfg}
	n := 0
	pause := func() time.Duration { n++; return time.Duration(n) * 7 * time.Second } // never the same twice
	w.policy = policy.New(cfg, policy.Draws{
		Yield:    func() time.Duration { w.drawn.HasYield, w.drawn.Yield = true, pause(); return w.drawn.Yield },
		Retry:    func() time.Duration { w.drawn.HasRetry, w.drawn.Retry = true, pause(); return w.drawn.Retry },
		LowFirst: func() bool { n++; w.drawn.HasLowFirst, w.drawn.LowFirst = true, n%3 == 0; return w.drawn.LowFirst },
	})
	w.journal = New(log, name, cfg)
	return w
}

func (w *worker) step(after time.Duration, ev policy.Event) {
	w.drawn = Drawn{}
	now := epoch.Add(after)
	w.journal.Write(now, ev, w.policy.Step(now, ev, nil), w.drawn, "a message")
}

// life is some work of a Lambda environment, whose looks differ by day.
func (w *worker) life(day int) {
	at := time.Duration(day) * time.Hour
	deadline := epoch.Add(at + time.Minute)
	w.step(at, policy.Event{Kind: policy.Received, Class: 1, Receive: 1, Sent: epoch, First: true, Deadline: deadline})
	w.step(at, policy.Event{Kind: policy.Looked, Queue: 0, Visible: 1, InFlight: 2})
	w.step(at+time.Second, policy.Event{Kind: policy.Received, Class: 1, Receive: 2, Sent: epoch, First: true, Deadline: deadline})
	w.step(at+time.Second, policy.Event{Kind: policy.Looked, Queue: 0})
	w.step(at+2*time.Second, policy.Event{Kind: policy.TokenChecked, Status: policy.Unclear})
	w.step(at+12*time.Second, policy.Event{Kind: policy.HeartbeatDue})
	w.step(at+13*time.Second, policy.Event{Kind: policy.CallAnswered, Status: policy.Rejected, RetryAfter: 90 * time.Second})
	w.step(at+15*time.Second, policy.Event{Kind: policy.Received, Class: 1, Receive: 3, Sent: epoch, First: true, Deadline: deadline})
	w.step(at+15*time.Second, policy.Event{Kind: policy.Looked, Queue: 0, Visible: 5})
	w.step(at+16*time.Second, policy.Event{Kind: policy.TokenChecked})
	w.step(at+17*time.Second, policy.Event{Kind: policy.CallAnswered})
	w.step(at+18*time.Second, policy.Event{Kind: policy.CallbackAnswered, Status: policy.Throttled})
	w.step(at+19*time.Second, policy.Event{Kind: policy.CallbackAnswered})
	w.step(at+20*time.Second, policy.Event{Kind: policy.DeadlineNear})
}

const lifeSteps = 14

// polls is some work of a service with three slots.
func (w *worker) polls(day int) {
	at := time.Duration(day) * time.Hour
	for slot := range 3 {
		w.step(at, policy.Event{Kind: policy.SlotFree, Slot: slot})
	}
	w.step(at+time.Second, policy.Event{Kind: policy.PollEmpty, Slot: 1})
	w.step(at+time.Second, policy.Event{Kind: policy.Received, Slot: 2, Class: 1, Receive: 1, Sent: epoch.Add(-time.Hour), First: true})
	w.step(at+2*time.Second, policy.Event{Kind: policy.TokenChecked, Slot: 2, Status: policy.Gone})
}

func logged(write func(log *slog.Logger)) *bytes.Buffer {
	var b bytes.Buffer
	write(slog.New(slog.NewJSONHandler(&b, nil)))
	return &b
}

func service() policy.Config {
	cfg := testConfig()
	cfg.Kind, cfg.Slots = policy.None, 3
	return cfg
}

func TestJournalReplays(t *testing.T) {
	log := logged(func(log *slog.Logger) {
		a, b := newWorker(log, "a", testConfig()), newWorker(log, "b", service())
		for day := range 3 {
			log.Info("another line", "policy", "a")
			a.life(day)
			if day == 0 {
				b.polls(0)
			}
		}
		b.step(4*time.Hour, policy.Event{Kind: policy.Stopping})
		b.step(4*time.Hour, policy.Event{Kind: policy.PollEmpty, Slot: 1})
	})
	noise := "START RequestId: 1 \"policy\":\n{\"policy\": {\n{\"msg\":\"stop\",\"policy\":\"a\"}\n2026-01-01T00:00:00Z stream\t" + strings.Replace(log.String(), "\n", "\n\n{\"msg\":\"step\"}\n", 1)
	if n := strings.Count(noise, `"message":"a message"`); n != 3*lifeSteps+8 {
		t.Errorf("%d lines name the message", n)
	}
	r, err := Replay(strings.NewReader(noise), nil)
	if err != nil || r.Difference != nil || r.Policies != 2 || r.Steps != 3*lifeSteps+8 || r.Others != 8 || r.Cut || len(r.Late) > 0 || r.Skipped > 0 {
		t.Errorf("replayed as %+v, %+v, %v", r, r.Difference, err)
	}
	if drawn := strings.Count(noise, `"drew_yield"`) + strings.Count(noise, `"drew_retry"`); r.Drawn != drawn || drawn == 0 {
		t.Errorf("%d drawn pauses, %d of them told", drawn, r.Drawn)
	}
}

// TestJournalHoldsEveryEvent: what is written is read back, whatever the event.
func TestJournalHoldsEveryEvent(t *testing.T) {
	for kind := policy.Received; kind <= policy.PollEmpty; kind++ {
		ev := policy.Event{Kind: kind, Slot: 2}
		switch kind {
		case policy.Received:
			ev.Class, ev.Receive, ev.Sent, ev.First, ev.Deadline = 1, 7, epoch.Add(-time.Hour), true, epoch.Add(time.Minute)
		case policy.Looked:
			ev.Queue, ev.Visible, ev.InFlight, ev.Status = 1, 1<<40, 3, policy.Throttled
		case policy.TokenChecked, policy.CallbackAnswered:
			ev.Status = policy.Gone
		case policy.CallAnswered:
			ev.Status, ev.RetryAfter = policy.TimedOut, 1500*time.Millisecond
		}
		drawn := Drawn{HasYield: true, HasRetry: true, HasLowFirst: true, Retry: time.Nanosecond, LowFirst: kind%2 == 0}
		log := logged(func(log *slog.Logger) { New(log, "a", testConfig()).Write(epoch, ev, nil, drawn, "") })
		_, text, _ := strings.Cut(log.String(), "\n")
		l, ok, err := parse([]byte(text))
		if !ok || err != nil {
			t.Fatalf("%s: %v %v", text, ok, err)
		}
		s, err := l.step(2)
		if strings.Contains(text, `"message":`) {
			t.Errorf("%s: there is no message", text)
		}
		if err != nil || s.event != ev || s.drawn != drawn || !s.now.Equal(epoch) {
			t.Errorf("%s: read as %+v, %v", text, s, err)
		}
	}
	if StatusName(policy.TimedOut) != "timeout" || ActionName(policy.Receive) != "receive" || EventName(10) != "10" {
		t.Error("names")
	}
}

// TestDecisionsDiffer: two decisions have the same words only if they are the
// same.
func TestDecisionsDiffer(t *testing.T) {
	seen := map[string]policy.Action{}
	for kind := policy.Look; kind <= policy.Receive; kind++ {
		for _, d := range []time.Duration{0, 1} {
			for _, q := range []int{0, 1} {
				for _, pause := range []policy.PauseMode{"", policy.Remaining, policy.Drawn} {
					a := policy.Action{Kind: kind, For: d, Pause: pause}
					if kind == policy.Look || kind == policy.Receive {
						a.Queue = q
					}
					said := Decision([]policy.Action{{Kind: policy.Beat}, a})
					if other, have := seen[said]; have && other != a {
						t.Errorf("%q means %+v and %+v", said, other, a)
					}
					seen[said] = a
				}
			}
		}
	}
	if got := Decision([]policy.Action{{Kind: policy.Beat}, {Kind: policy.Beat, Slot: 3}}); got != "beat, beat of slot 3" {
		t.Error(got)
	}
}

func TestReplayNamesTheFirstDifference(t *testing.T) {
	log := logged(func(log *slog.Logger) {
		a, b := newWorker(log, "a", testConfig()), newWorker(log, "b", testConfig())
		a.life(0)
		b.life(0)
	})
	for _, c := range []struct {
		name   string
		change func(*policy.Config)
		want   Difference
	}{
		{"yields no more", func(c *policy.Config) { c.Kind = policy.None },
			Difference{Line: 3, Policy: "a", N: 1, Event: "received", Then: "look 0", Now: "check"}},
		{"never escalates", func(c *policy.Config) { c.EscalateAt = 0 },
			Difference{Line: 11, Policy: "a", N: 9, Event: "looked", Then: "escalate, check", Now: "pass drawn 0s, after a draw that was not made then"}},
		{"does not draw", func(c *policy.Config) { c.YieldFor = policy.Remaining },
			Difference{Line: 4, Policy: "a", N: 2, Event: "looked", Then: "pass drawn 7s", Now: "pass remaining"}},
		{"fails the task", func(c *policy.Config) { c.OnRejected = policy.FailTask },
			Difference{Line: 9, Policy: "a", N: 7, Event: "answered", Then: "return drawn 1m30s", Now: "fail"}},
		{"does not check", func(c *policy.Config) { c.CheckToken = false },
			Difference{Line: 6, Policy: "a", N: 4, Event: "looked", Then: "check", Now: "call 30s, alarm 10s"}},
		{"looks once a minute", func(c *policy.Config) { c.LookCache = time.Minute },
			Difference{Line: 5, Policy: "a", N: 3, Event: "received", Then: "look 0", Now: "pass drawn 0s, after a draw that was not made then"}},
	} {
		cfg := testConfig()
		c.change(&cfg)
		r, err := Replay(bytes.NewReader(log.Bytes()), &cfg)
		if err != nil || r.Difference == nil || *r.Difference != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.name, r.Difference, err, c.want)
		}
	}
}

// TestReplayOfAPart: a log that begins in the middle, has a hole or is cut says
// so, and what is there replays.
func TestReplayOfAPart(t *testing.T) {
	whole := logged(func(log *slog.Logger) {
		a := newWorker(log, "a", testConfig())
		a.life(0)
		a.life(1)
	}).String()
	lines := strings.SplitAfter(whole, "\n")
	cfg := testConfig()

	middle := strings.Join(lines[5:], "") // from the fifth step on: the check of a message that came before
	if _, err := Replay(strings.NewReader(middle), nil); err == nil || !strings.Contains(err.Error(), "line 1: the log begins in the middle") {
		t.Errorf("without a configuration: %v", err)
	}
	r, err := Replay(strings.NewReader(middle), &cfg)
	if err != nil || r.Difference != nil || r.Skipped != 3 || r.Steps != 2*lifeSteps-4 || len(r.Late) != 1 || r.Late[0] != (Gap{1, "a", 1, 4}) {
		t.Errorf("from the middle: %+v, %+v, %v", r, r.Difference, err)
	}
	hole := strings.Join(lines[:6], "") + strings.Join(lines[7:], "") // without the sixth step
	r, err = Replay(strings.NewReader(hole), nil)
	if err != nil || r.Difference != nil || r.Skipped != 1 || len(r.Late) != 1 || r.Late[0] != (Gap{7, "a", 6, 6}) {
		t.Errorf("with a hole: %+v, %+v, %v", r, r.Difference, err)
	}
	for cut := len(whole) - 300; cut < len(whole); cut++ {
		r, err = Replay(strings.NewReader(whole[:cut]), nil)
		if err != nil || r.Difference != nil || r.Steps < 2*lifeSteps-4 {
			t.Fatalf("cut at %d: %+v, %+v, %v", cut, r, r.Difference, err)
		}
	}
	r, err = Replay(strings.NewReader(whole[:len(whole)-20]), nil)
	if err != nil || !r.Cut || r.Steps != 2*lifeSteps-1 {
		t.Errorf("cut: %+v, %v", r, err)
	}

	// A difference after a hole may come of what is missing, if the policy
	// remembers anything.
	other := testConfig()
	other.OnRejected = policy.FailTask
	r, _ = Replay(strings.NewReader(middle), &other)
	if r.Difference == nil || r.Difference.Unsure {
		t.Errorf("a policy that remembers nothing: %+v", r.Difference)
	}
	other.LookCache = time.Millisecond
	r, _ = Replay(strings.NewReader(middle), &other)
	if r.Difference == nil || !r.Difference.Unsure {
		t.Errorf("a policy that remembers looks: %+v", r.Difference)
	}
}

func TestReplayOfWhatCannotBeRead(t *testing.T) {
	whole := logged(func(log *slog.Logger) { newWorker(log, "a", testConfig()).life(0) }).String()
	lines := strings.SplitAfter(whole, "\n")
	one := testConfig()
	one.Visibility = one.Visibility[:1]
	slotted := testConfig()
	slotted.Slots = 3
	for _, c := range []struct {
		name, log string
		cfg       *policy.Config
		want      string
	}{
		{"fewer classes", whole, &one, "line 1: policy a has 2 classes in a function, and the scenario 1 class in a function"},
		{"other slots", whole, &slotted, "line 1: policy a has 2 classes in a function, and the scenario 2 classes in a service of concurrency 3"},
		{"a class too many", lines[1], &one, "line 1: class 1 of a policy that has 1"},
		{"steps out of order", lines[0] + lines[2] + lines[1], nil, "line 3: step 1 of policy a comes after its step 2: sort the log"},
		{"a step twice", lines[0] + lines[1] + lines[1], nil, "line 3: step 1 of policy a comes after its step 1"},
		{"a broken line", lines[0] + strings.Replace(lines[1], `"slot":0`, `"slot":`, 1) + lines[2], nil, "line 2: a step that is no JSON"},
		{"an unknown event", lines[0] + strings.Replace(lines[1], `"received"`, `"conceived"`, 1), nil, `line 2: unknown event "conceived"`},
		{"an unknown status", lines[0] + lines[1] + strings.Replace(lines[2], `"status":"ok"`, `"status":"fine"`, 1), nil, `line 3: unknown status "fine"`},
		{"no time", lines[0] + strings.Replace(lines[1], `"now":"2026`, `"now":"x`, 1), nil, "line 2: now:"},
		{"a slot too many", lines[0] + strings.Replace(lines[1], `"slot":0`, `"slot":99999999`, 1), nil, "line 2: slot 99999999"},
		{"fewer queues", lines[0] + strings.Replace(lines[2], `"queue":0`, `"queue":2`, 1), nil, "line 2: class 2 of a policy that has 2"},
		{"no duration", lines[0] + strings.Replace(lines[2], `"drew_yield":"7s"`, `"drew_yield":"seven"`, 1), nil, `line 2: drew_yield: "seven" is no duration`},
		{"a slot too many by one", lines[0] + strings.Replace(lines[1], `"slot":0`, `"slot":100000`, 1), nil, "line 2: slot 100000"},
		{"a negative slot", lines[0] + strings.Replace(lines[1], `"slot":0`, `"slot":-1`, 1), nil, "line 2: slot -1"},
		{"no config", strings.Replace(lines[0], `"Kind":"yield"`, `"Kind":"weighted"`, 1) + lines[1], nil, "line 1: policy: kind weighted lacks"},
	} {
		if _, err := Replay(strings.NewReader(c.log), c.cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	// An event that the policy cannot get where it stands is a difference too.
	r, err := Replay(strings.NewReader(lines[0]+strings.Replace(lines[1], `"received"`, `"looked"`, 1)), nil)
	if err != nil || r.Difference == nil || !strings.HasPrefix(r.Difference.Now, "nothing: policy:") {
		t.Errorf("an impossible event: %+v, %v", r.Difference, err)
	}
}
