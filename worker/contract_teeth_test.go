package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// teeth are deliberate bugs of the driver: one place, and what is put there
// instead. The contract has to find each.
var teeth = []struct{ name, file, was, becomes string }{
	{"an extension may overtake a back-off", "release.go", "if before != nil {\n\t\t\t<-before\n\t\t}", "_ = before"},
	{"a message is hidden twice", "release.go", "d.change(d.base, w, a.For, func() { d.end(w, true) })",
		"d.change(d.base, w, a.For, nil)\n\td.change(d.base, w, a.For, func() { d.end(w, true) })"},
	{"a message is hidden a second too long", "release.go", "min(wholeSeconds(to),", "min(wholeSeconds(to)+time.Second,"},
	{"a pause is not carried out", "release.go", "if a.Pause != policy.Drawn {", "if true {"},
	{"a yielded message is acknowledged", "release.go", "if a.Pause != policy.Drawn {\n\t\td.end(w, true)", "if a.Pause != policy.Drawn {\n\t\td.end(w, a.Kind != policy.Pass)"},
	{"the message is deleted before its token is answered", "driver.go", "case policy.Succeed, policy.Fail:\n", "case policy.Succeed, policy.Fail:\n\t\tgo d.tryDelete(w)\n"},
	{"the alarm is dropped", "driver.go", "d.setAlarm(w, a.For)", "_ = w"},
	{"the receive count is lost", "driver.go", "Receive: w.m.Receive", "Receive: 1"},
	{"a message is as old as its receive", "driver.go", "Sent: w.m.Sent", "Sent: now()"},
	{"the deadline is not told", "driver.go", "First: first, Deadline: deadline,", "First: first,"},
	{"every call succeeds", "driver.go", "a.Kind == policy.Succeed", "true"},
	{"Retry-After is ignored", "ask.go", "RetryAfter: a.RetryAfter}", "RetryAfter: 0}"},
	{"the wrong class is looked at", "ask.go", "d.ports.Queues.Look(ctx, class)", "d.ports.Queues.Look(ctx, w.m.Class)"},
	{"visible and in flight are swapped", "ask.go", "Visible: visible, InFlight: inFlight", "Visible: inFlight, InFlight: visible"},
	{"a stale answer counts", "ask.go", "if !d.at(w) || w.asked != n {", "if !d.at(w) || n < 0 {"},
	{"an answer is repeated at once", "ask.go", "if !pause(ctx, after) {", "if !pause(ctx, 0) {"},
	{"a call has no timeout", "ask.go", "context.WithTimeout(ctx, timeout)", "context.WithTimeout(ctx, time.Hour)"},
	{"a token that is gone is alive", "ask.go", "Status: d.ports.Tasks.Beat(ctx, w.task.Token)", "Status: d.ports.Tasks.Beat(ctx, w.task.Token) * 0"},
	{"heartbeats are for the queue only", "ask.go", "d.ports.Tasks.Beat(ctx, w.task.Token)\n\t\treturn nil", "_ = ctx\n\t\treturn nil"},
	{"every message is the first of its batch", "handler.go", "d.receive(w, !h.worked,", "d.receive(w, true,"},
	{"an invocation forgets the one before", "handler.go", "h.worked = false\n", "h.worked = false\n\th.live()\n"},
	{"a kept message is not listed", "handler.go", "if kept || h.cfg.DryRun {", "if kept && h.cfg.DryRun {"},
	{"the wrong queue is polled", "service.go", "Receive(ctx, a.Queue, wait)", "Receive(ctx, 0, wait)"},
	{"every poll is a short one", "service.go", "wait := a.For\n", "wait := a.For * 0\n"},
	{"a slot stops at an empty poll", "service.go", "if len(got) == 0 {\n\t\ts.idle(slot, policy.PollEmpty)", "if len(got) == 0 {\n\t\ts.active--"},
	{"polls go on after the shutdown", "service.go", "polls, cut := context.WithCancel(ctx)", "polls, cut := context.WithCancel(context.WithoutCancel(ctx))"},
	{"the policy does not learn of the shutdown", "service.go", "s.d.step(0, policy.Event{Kind: policy.Stopping})", ""},
	{"what has not begun is not given back", "service.go", "if w != nil && !w.leaving {\n\t\t\ts.d.step", "if w == nil {\n\t\t\ts.d.step"},
	{"what runs is not cut off", "service.go", "s.d.abandon()", ""},
	{"what runs is cut off at once", "service.go", "time.After(s.d.cfg.Shutdown)", "time.After(0)"},
}

// TestTeeth puts each bug into the driver, one at a time, and lets the contract
// find it.
func TestTeeth(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the driver once for each bug")
	}
	for _, bug := range teeth {
		t.Run(strings.ReplaceAll(bug.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			binary := withBug(t, bug.file, bug.was, bug.becomes)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			out, err := exec.CommandContext(ctx, binary, "-test.run", "^TestContract", "-test.failfast", "-test.timeout", "20s").CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("not found: %v\n%.2000s", err, out)
			}
			t.Logf("%.300s", out)
		})
	}
}

// withBug builds the tests of this package with one place of the driver changed.
func withBug(t *testing.T, name, was, becomes string) (binary string) {
	t.Helper()
	file, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(was)); n != 1 {
		t.Fatalf("%s has %d times %q: the bug has lost its place", name, n, was)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, name), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{file: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{changed: bytes.Replace(text, []byte(was), []byte(becomes), 1), overlay: replace} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary = filepath.Join(dir, "contract.test")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("the bug does not compile: %v\n%s", err, out)
	}
	return binary
}
