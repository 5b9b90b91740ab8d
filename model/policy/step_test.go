package policy

import (
	"strings"
	"testing"
	"time"
)

// panics runs f and reports what it panicked with.
func panics(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text, _ = r.(string)
		}
	}()
	f()
	return ""
}

// TestNewNeedsDraws: a drawn pause without a func would fail at the first
// yield, hours into a run of production.
func TestNewNeedsDraws(t *testing.T) {
	yield, retry := testConfig(), testConfig()
	yield.YieldFor, retry.RetryFor = Drawn, Drawn
	all := testPauses()
	for _, c := range []struct {
		name   string
		cfg    Config
		pauses Draws
		fails  bool
	}{
		{"no draw needed", testConfig(), Draws{}, false},
		{"yield without", yield, Draws{Retry: all.Retry}, true},
		{"yield with", yield, Draws{Yield: all.Yield}, false},
		{"retry without", retry, Draws{Yield: all.Yield}, true},
		{"retry with", retry, Draws{Retry: all.Retry}, false},
	} {
		if got := panics(func() { New(c.cfg, c.pauses) }); (got != "") != c.fails {
			t.Errorf("%s: panic %q", c.name, got)
		}
	}
}

func TestUnknownEventPanics(t *testing.T) {
	p := New(testConfig(), Draws{})
	if got := panics(func() { p.Step(epoch, Event{Kind: PollEmpty + 1}, nil) }); !strings.HasPrefix(got, "policy: ") {
		t.Errorf("panic %q", got)
	}
}

// TestStepAppends: what is in dst already is the driver's own.
func TestStepAppends(t *testing.T) {
	p := New(testConfig(), Draws{})
	dst := []Action{{Kind: Beat, Slot: 9}}
	got := p.Step(epoch, Event{Kind: Received}, dst)
	if len(got) != 2 || got[0] != dst[0] || got[1].Kind != Call {
		t.Errorf("got %v", got)
	}
	if got := p.Step(epoch, Event{Kind: HeartbeatDue, Slot: 5}, dst); len(got) != 1 {
		t.Errorf("an event without effect: got %v", got)
	}
}

// TestEscalationRestsOnTheReceiveCountAlone: no history, no clock.
func TestEscalationRestsOnTheReceiveCountAlone(t *testing.T) {
	cfg := testConfig()
	cfg.EscalateAt = 4
	for receive := 1; receive < 8; receive++ {
		p := New(cfg, Draws{})
		p.Step(epoch, Event{Kind: Received, Class: 1, Receive: receive}, nil)
		got := p.Step(epoch, Event{Kind: Looked, Visible: 1}, nil)
		if escalates := got[0].Kind == Escalate; escalates != (receive >= 4) {
			t.Errorf("receive %d: %v", receive, got)
		}
	}
}

// oneMessage takes a message of the lowest class through every stage.
func oneMessage(p *Policy, now time.Time, dst []Action) []Action {
	dst = p.Step(now, Event{Kind: Received, Class: 2, Receive: 1, First: true, Deadline: now.Add(time.Minute)}, dst[:0])
	dst = p.Step(now, Event{Kind: Looked, Queue: 0}, dst[:0])
	dst = p.Step(now, Event{Kind: Looked, Queue: 1}, dst[:0])
	dst = p.Step(now, Event{Kind: TokenChecked}, dst[:0])
	dst = p.Step(now, Event{Kind: HeartbeatDue}, dst[:0])
	dst = p.Step(now, Event{Kind: CallAnswered}, dst[:0])
	return p.Step(now, Event{Kind: CallbackAnswered}, dst[:0])
}

func busyConfig() Config {
	cfg := testConfig()
	cfg.CheckToken, cfg.Heartbeat = true, time.Second
	return cfg
}

// TestStepDoesNotAllocate: a run makes millions of decisions.
func TestStepDoesNotAllocate(t *testing.T) {
	p := New(busyConfig(), Draws{})
	dst := make([]Action, 0, 8)
	oneMessage(p, epoch, dst) // makes the slot
	if n := testing.AllocsPerRun(100, func() { dst = oneMessage(p, epoch, dst) }); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
	if dst[0].Kind != Delete {
		t.Errorf("the message ended with %v", dst)
	}
}

// BenchmarkMessage is the cost of all the decisions about one message, seven
// steps, in ns.
func BenchmarkMessage(b *testing.B) {
	p := New(busyConfig(), Draws{})
	dst := make([]Action, 0, 8)
	b.ReportAllocs()
	for b.Loop() {
		dst = oneMessage(p, epoch, dst)
	}
}
