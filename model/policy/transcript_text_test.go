package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// epoch is time 0 of a transcript; a deadline of the zero time means none, so
// it must not be that.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// testPauses draws 7 s and 11 s, to be told apart from what is configured.
func testPauses() Draws {
	return Draws{
		Yield: func() time.Duration { return 7 * time.Second },
		Retry: func() time.Duration { return 11 * time.Second },
	}
}

// testConfig is what a line "config" without arguments means.
func testConfig() Config {
	return Config{
		Kind: Yield, Look: LookVisible, EscalateAt: 8, YieldFor: Remaining, RetryFor: Remaining,
		OnError: GiveBack, OnRejected: GiveBack, CallTimeout: 30 * time.Second,
		Visibility: []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute},
	}
}

// arguments are the words "key=value" of one line.
type arguments struct {
	t      *testing.T
	line   int
	fields []string
}

func (a arguments) get(key, otherwise string) string {
	for _, f := range a.fields {
		if v, ok := strings.CutPrefix(f, key+"="); ok {
			return v
		}
	}
	return otherwise
}

func (a arguments) span(key, otherwise string) time.Duration {
	return duration(a.t, a.line, a.get(key, otherwise))
}

func (a arguments) number(key string, otherwise int) int {
	n, err := strconv.Atoi(a.get(key, strconv.Itoa(otherwise)))
	if err != nil {
		a.t.Fatalf("line %d: %v", a.line, err)
	}
	return n
}

// known stops at a word that nobody reads: a slip there would hide a case.
func (a arguments) known(keys ...string) {
	for _, f := range a.fields {
		if key, _, _ := strings.Cut(f, "="); !slices.Contains(keys, key) {
			a.t.Fatalf("line %d: unknown word %q", a.line, f)
		}
	}
}

func duration(t *testing.T, line int, text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("line %d: %v", line, err)
	}
	return d
}

func (a arguments) config() Config {
	a.known("classes", "slots", "reserve", "weight", "due", "age_step", "receive_step",
		"kind", "look", "look_cache", "escalate_at", "yield_for", "check_token", "heartbeat", "retry_for", "on_error", "on_rejected")
	c := testConfig()
	c.Kind = Kind(a.get("kind", string(c.Kind)))
	c.Look = LookMode(a.get("look", string(c.Look)))
	c.LookCache = a.span("look_cache", "0s")
	c.EscalateAt = a.number("escalate_at", c.EscalateAt)
	c.YieldFor = PauseMode(a.get("yield_for", string(c.YieldFor)))
	c.CheckToken = a.get("check_token", "no") == "yes"
	c.Heartbeat = a.span("heartbeat", "0s")
	c.RetryFor = PauseMode(a.get("retry_for", string(c.RetryFor)))
	c.OnError = Outcome(a.get("on_error", string(c.OnError)))
	c.OnRejected = Outcome(a.get("on_rejected", string(c.OnRejected)))
	c.Visibility = c.Visibility[:a.number("classes", len(c.Visibility))]
	c.Slots = a.number("slots", 0)
	c.AgeStep, c.ReceiveStep = a.span("age_step", "0s"), a.number("receive_step", 0)
	c.Reserve, c.Weight = a.numbers("reserve"), a.numbers("weight")
	for _, d := range a.list("due") {
		c.Deadline = append(c.Deadline, duration(a.t, a.line, d))
	}
	return c
}

// list is a word "key=a,b,c"; nil without it.
func (a arguments) list(key string) []string {
	if v := a.get(key, ""); v != "" {
		return strings.Split(v, ",")
	}
	return nil
}

func (a arguments) numbers(key string) (all []int) {
	for _, text := range a.list(key) {
		n, err := strconv.Atoi(text)
		if err != nil {
			a.t.Fatalf("line %d: %v", a.line, err)
		}
		all = append(all, n)
	}
	return all
}

// events are the words for events; "reset" and "idle?" are no events but what
// a driver may do besides.
var events = map[string]EventKind{
	"received": Received, "looked": Looked, "checked": TokenChecked, "answered": CallAnswered,
	"callback": CallbackAnswered, "heartbeat": HeartbeatDue, "deadline": DeadlineNear, "stopping": Stopping,
	"free": SlotFree, "empty": PollEmpty,
}

var statuses = map[string]Status{
	"ok": OK, "gone": Gone, "throttled": Throttled, "unclear": Unclear,
	"rejected": Rejected, "failed": Failed, "timeout": TimedOut,
}

// happen hands one event in and returns the actions in words; a panic is one.
func happen(p *Policy, at time.Time, word string, a arguments) (said []string) {
	defer func() {
		if r := recover(); r != nil {
			said = append(said, fmt.Sprint("panic: ", r))
		}
	}()
	switch word {
	case "reset":
		p.Reset()
		return nil
	case "idle?":
		return []string{fmt.Sprint(p.Idle())}
	}
	for _, action := range p.Step(at, a.event(word), nil) {
		said = append(said, words(action))
	}
	return said
}

func (a arguments) event(word string) Event {
	a.known("slot", "class", "receive", "first", "deadline", "queue", "visible", "inflight", "status", "retry_after", "sent")
	kind, ok := events[word]
	status, known := statuses[a.get("status", "ok")]
	if !ok || !known {
		a.t.Fatalf("line %d: unknown event or status", a.line)
	}
	ev := Event{
		Kind: kind, Slot: a.number("slot", 0), Class: a.number("class", 0), Receive: a.number("receive", 1),
		First: a.get("first", "yes") == "yes", Queue: a.number("queue", 0), Visible: int64(a.number("visible", 0)),
		InFlight: int64(a.number("inflight", 0)), Status: status, RetryAfter: a.span("retry_after", "0s"),
		Sent: epoch.Add(a.span("sent", "0s")),
	}
	if at := a.get("deadline", ""); at != "" {
		ev.Deadline = epoch.Add(duration(a.t, a.line, at))
	}
	return ev
}

var actionWords = [...]string{
	Look: "look", CheckToken: "check", Call: "call", Succeed: "succeed", Fail: "fail", Alarm: "alarm", Beat: "beat",
	Extend: "extend", Escalate: "escalate", Pass: "pass", Return: "return", Delete: "delete", Drop: "drop", Receive: "receive",
}

// words writes an action with every field that is set.
func words(a Action) string {
	s := actionWords[a.Kind]
	if a.Slot != 0 {
		s += fmt.Sprintf(" slot=%d", a.Slot)
	}
	if a.Kind == Look || a.Kind == Receive {
		s += fmt.Sprintf(" queue=%d", a.Queue)
	}
	if a.Pause != "" {
		s += fmt.Sprintf(" pause=%s", a.Pause)
	}
	if a.For != 0 || a.Pause == Drawn {
		s += fmt.Sprintf(" for=%v", a.For)
	}
	return s
}
