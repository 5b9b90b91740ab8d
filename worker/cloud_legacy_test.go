package worker

import (
	"context"
	"time"

	"penstock/model/policy"
)

// fakeLegacy is the slow system: so many calls at a time, no backlog, a limit on
// the calls of a window, hours in which it is down or answers with errors.
type fakeLegacy struct {
	c      *cloud
	calls  []*legacyCall
	window int64 // the fixed window that used counts
	used   int
}

// legacyCall is a call that the system works on, whether its client waits or not.
type legacyCall struct {
	name   string
	answer chan string
	over   bool
}

func (l *fakeLegacy) outage(kind string) bool {
	for _, o := range l.c.cfg.Legacy.Outages {
		if now := l.c.now(); o.Kind == kind && now >= o.At && now < o.At+o.For {
			return true
		}
	}
	return false
}

// refuses reports whether the system takes no call now, and how it says so.
func (l *fakeLegacy) refuses() string {
	if l.outage("down") {
		return "refused"
	}
	if limit := l.c.cfg.Legacy.RateLimit; limit.Kind == "fixed-window" {
		if w := int64(l.c.now() / limit.Window); w != l.window {
			l.window, l.used = w, 0
		}
		if float64(l.used) >= limit.Rate*limit.Window.Seconds() {
			return "429"
		}
		l.used++
	}
	if len(l.calls) >= l.c.cfg.Legacy.Concurrency {
		return "503"
	}
	return ""
}

// goDown cuts off every call when an outage begins.
func (l *fakeLegacy) goDown() {
	for _, call := range l.calls {
		call.over = true
		call.answer <- "cut"
	}
	l.calls = nil
}

func (l *fakeLegacy) done(call *legacyCall, answer string) {
	if call.over {
		return
	}
	call.over = true
	for i := range l.calls {
		if l.calls[i] == call {
			l.calls = append(l.calls[:i], l.calls[i+1:]...)
			break
		}
	}
	call.answer <- answer
}

// Call is an HTTP call.
func (c *cloud) Call(ctx context.Context, t Task) Answer {
	c.mu.Lock()
	a := c.steps.byToken[t.Token]
	c.note("called %s", a.name)
	answer := c.legacy.refuses()
	call := &legacyCall{name: a.name, answer: make(chan string, 1)}
	if answer == "" {
		answer = "200"
		if c.legacy.outage("errors") {
			answer = "500"
		}
		c.legacy.calls = append(c.legacy.calls, call)
		c.later(a.service, func() { c.legacy.done(call, answer) })
		c.mu.Unlock()
		select {
		case answer = <-call.answer:
		case <-ctx.Done():
			answer = "timeout"
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	c.note("answered %s %s", a.name, answer)
	if t.Class != c.cfg.Classes[a.class].Name {
		c.note("class %s", t.Class)
	}
	switch answer {
	case "200":
		return Answer{Status: policy.OK, Code: 200, Output: string(t.Input)}
	case "timeout":
		return Answer{Status: policy.TimedOut, Detail: "no answer"}
	case "500", "cut":
		return Answer{Status: policy.Failed, Detail: answer}
	case "429":
		return Answer{Status: policy.Rejected, Code: 429, RetryAfter: c.cfg.Legacy.RateLimit.RetryAfter.Round(time.Second), Detail: answer}
	}
	return Answer{Status: policy.Rejected, Detail: answer}
}
