package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tooth is a deliberate bug: one place of the simulator, and what is put there
// instead. It stands for bugs of its kind, and chaos has to find it.
type tooth struct {
	name     string
	file     string // from the root of the module
	was      string // must be there exactly once
	becomes  string
	within   int    // seeds within which it is found
	expected string // part of what is said
}

var teeth = []tooth{
	{"a delete after the message has gone takes whichever has its place", "model/queue.go",
		"if m.gen != h.gen {\n\t\treturn false", "if m.state == msgFree {\n\t\treturn false", 200, ""},
	{"a stale event brings a message back", "model/queue.go",
		"if m.state != msgFlight || m.timed != timed {", "if m.state != msgFlight {", 50, ""},
	{"receives are not counted", "model/queue.go", "m.receives++\n", "", 10, ""},
	{"a message is dead-lettered one receive early", "model/queue.go",
		"m.receives >= int32(q.cfg.MaxReceiveCount)", "m.receives+1 >= int32(q.cfg.MaxReceiveCount)", 10, "receives are used up"},
	{"an old token is answered", "model/steps.go", "t.state != taskWaiting || t.token != token", "t.state != taskWaiting", 100, ""},
	{"one invocation too many", "model/function.go", "f.running >= f.cfg.Concurrency", "f.running > f.cfg.Concurrency", 30, "cap"},
	{"one call too many in the backlog", "model/legacy.go", "l.backlog >= l.most[s.class].at(receive)", "l.backlog > l.most[s.class].at(receive)", 50, "legacy system"},
	{"a class lines up one receive early", "model/backloglimit.go", "receive >= b.until", "receive+1 >= b.until", 500, "legacy system"},
	{"a class keeps its own longer line", "model/backloglimit.go", "return b.then", "return max(b.most, b.then)", 1500, "waits only where its class may"},
	{"a class never lines up", "model/backloglimit.go", "b.until > 0 && receive >= b.until", "b.until > 0 && receive < 0", 500, "refuses when it is full"},
	{"a limiter lets one call too many through", "model/bucket.go", "(b.size-n)*b.interval", "(b.size-n+1)*b.interval", 100, "rate limit"},
	{"a lane of timeouts stops while others wait", "sim/lane.go", "if ok {\n\t\t\tl.arm(at)", "if ok && l.len%7 != 3 {\n\t\t\tl.arm(at)", 10, ""},
	{"the event queue takes what is far for near", "sim/ladder.go", "q.limit = low + 1<<(level*digitBits) - 1", "q.limit = low + 1<<(level*digitBits) + 1<<30", 50, ""},
	{"a yield deletes", "model/worker.go", "s.released = true", "s.released = a.Kind != policy.Pass", 30, "no message is deleted"},
	{"a retry has no timeout", "model/steps.go",
		"c.timeout.Add(id, now+int64(s.w.cfg.StepFunctions.Timeout))", "if t.attempt == 1 {\n\t\tc.timeout.Add(id, now+int64(s.w.cfg.StepFunctions.Timeout))\n\t}", 500, ""},
	{"timeouts outlive their task", "model/outcome.go", "c.timeout.Remove(id)\n", "", 10, ""},
	{"a killed invocation keeps its place", "model/function.go",
		"f.rest(id)\n\tf.w.mappings[e.class].crashed", "f.rest(id)\n\tf.running++\n\tf.w.mappings[e.class].crashed", 500, ""},
	{"a killed slot stays taken", "model/crash.go", "s.w.vacate(id)", "", 100, ""},
	{"a payload is billed in chunks of 128 KiB", "model/queue.go", "(bytes+65535)/65536", "(bytes+131071)/131072", 50, "billed calls"},
	{"escalation comes one receive late", "model/policy/decide.go", "s.receive >= p.cfg.EscalateAt", "s.receive > p.cfg.EscalateAt", 50, "escalate_at"},
	{"a throttled answer counts as given", "model/policy/decide.go", "case OK, Gone:\n\t\ts.stage = idle\n\t\treturn append(dst, Action{Kind: Delete", "case OK, Gone, Throttled:\n\t\ts.stage = idle\n\t\treturn append(dst, Action{Kind: Delete", 50, "no message is deleted"},
	{"a poller that found nothing stops", "model/mapping.go", "default:\n\t\t\tm.poll(id)", "default:", 100, "drains"},
	{"a slot whose receive was empty stops", "model/crash.go", "s.w.step(id, policy.Event{Kind: policy.PollEmpty})", "_ = policy.PollEmpty", 200, "drains"},
	{"a heartbeat extends the task's timeout", "model/steps.go", "c.heartbeat.Remove(d.task)\n",
		"c.heartbeat.Remove(d.task)\n\t\tc.timeout.Remove(d.task)\n\t\tc.timeout.Add(d.task, now+int64(s.w.cfg.StepFunctions.Timeout))\n", 200, "timeout"},
	{"a part of the latency is counted twice", "model/steps.go", "t.since, t.part = now, part", "t.part = part", 10, "parts"},
	{"nobody hears a Retry-After", "model/policy/decide.go", "if ev.RetryAfter > 0 {", "if ev.RetryAfter > time.Hour {", 500, "Retry-After"},
	{"a drawn pause undercuts Retry-After", "model/policy/decide.go", "max(p.draws.Retry(), ev.RetryAfter)", "p.draws.Retry()", 200, "Retry-After"},
	{"a look is kept for too long", "model/policy/decide.go", "age < p.cfg.LookCache", "age < 3*p.cfg.LookCache", 200, "look_cache"},
	{"a look from before the clock was put back is fresh", "model/policy/decide.go", "age >= 0 && age <", "age <", 600, "look"},
	{"weights are not heeded", "model/policy/rank.go", "unit / int64(p.cfg.Weight[class])", "unit / int64(1|p.cfg.Weight[class]&0)", 1500, "weights"},
	{"a slot that is kept is given away", "model/policy/rank.go", "free -= max(0, p.cfg.Reserve[c]-n)", "free -= max(0, p.cfg.Reserve[c]-n-1)", 2000, "kept"},
	{"an extension lasts to the next heartbeat only", "model/policy/decide.go", "For: p.cfg.Visibility[s.class]}", "For: p.cfg.Heartbeat}", 50, "heartbeat"},
}

// TestTeeth puts each bug into the simulator, one at a time, and lets chaos find
// it.
func TestTeeth(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the simulator once for each bug")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, bug := range teeth {
		t.Run(strings.ReplaceAll(bug.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			said := bug.hunt(t, root)
			if !strings.Contains(said, bug.expected) {
				t.Errorf("found by another rule than %q: %s", bug.expected, said)
			}
			t.Log(said)
		})
	}
}

// hunt builds the simulator with the bug and returns what chaos says of it.
func (b *tooth) hunt(t *testing.T, root string) string {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(b.file))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(b.was)); n != 1 {
		t.Fatalf("%s has %d times %q: the bug has lost its place", b.file, n, b.was)
	}
	dir := t.TempDir()
	broken, overlay, binary := filepath.Join(dir, "broken.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "hunt")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{file: broken}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{broken: bytes.Replace(text, []byte(b.was), []byte(b.becomes), 1), overlay: replace} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const patience = 5 * time.Minute // a bug may make a run endless; chaos is to notice
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", binary, "./testdata/hunt")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the bug does not compile: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, binary, strconv.Itoa(b.within)).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 4 {
		t.Fatalf("not found within %d seeds: %v\n%.2000s", b.within, err, out)
	}
	return strings.TrimSpace(string(out))
}
