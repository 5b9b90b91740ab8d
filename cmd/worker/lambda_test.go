package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"penstock/worker/fake"
)

// inLambda is a scenario whose worker is a function of two classes.
const inLambda = `
[[class]]
name = "HIGH"
[class.queue]
visibility_timeout = "1m"
max_receive_count = 5
[[class]]
name = "NORMAL"
[class.queue]
visibility_timeout = "1m"
max_receive_count = 5
[worker]
driver = "lambda"
concurrency = 4
timeout = "10s"
call_timeout = "8s"
[policy]
kind = "yield"
escalate_at = 4
`

// function is a worker behind a Runtime API, with the queues and the legacy
// system that it uses.
type function struct {
	*runtimeAPI
	site         *site
	high, normal string
	dead         string // of NORMAL
	mu           sync.Mutex
	calls        []string // bodies that the legacy system was sent
	legacy       func(w http.ResponseWriter, r *http.Request)
}

func newFunction(t *testing.T) *function {
	t.Helper()
	f := &function{site: fakeSite(t), legacy: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `"done"`) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a short one shows in the test
		f.mu.Lock()
		f.calls = append(f.calls, string(body))
		answer := f.legacy
		f.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	var highDead string
	f.high, highDead = f.site.queue(t, "high", time.Minute, 5)
	f.normal, f.dead = f.site.queue(t, "normal", time.Minute, 5)
	file := f.site.scenario(t, inLambda, server.URL, f.high, highDead, f.normal, f.dead)
	f.runtimeAPI = newRuntime(t, func(address string) *process {
		return start(t, nil, "AWS_LAMBDA_RUNTIME_API="+address, "PENSTOCK_SCENARIO="+file, "AWS_REGION=us-east-1")
	})
	return f
}

func (f *function) answerWith(legacy func(w http.ResponseWriter, r *http.Request)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.legacy = legacy
}

func (f *function) called() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.calls, " ")
}

// task makes a task and the body of its message.
func (f *function) task(n int) (token, body string) {
	token = f.site.fake.Steps.StartTask(0, 0)
	return token, fmt.Sprintf(`{"token":%q,"execution":"execution-%d","state":"Order","input":%d}`, token, n, n)
}

func failures(ids ...string) string {
	for i := range ids {
		ids[i] = `{"itemIdentifier":"` + ids[i] + `"}`
	}
	return `{"batchItemFailures":[` + strings.Join(ids, ",") + `]}`
}

func expect(t *testing.T, got outcome, response string) {
	t.Helper()
	if got != (outcome{response: response}) {
		t.Errorf("the invocation came to %+v, want the response %s", got, response)
	}
}

// A batch that is done: every token is answered, nothing is listed, and the
// deleting is left to the mapping.
func TestLambdaDone(t *testing.T) {
	f := newFunction(t)
	var tokens []string
	var bodies []string
	for n := range 3 {
		token, body := f.task(n)
		tokens, bodies = append(tokens, token), append(bodies, body)
	}
	got := f.invoke(batch(t, record("a", f.high, bodies[0]), record("b", f.high, bodies[1]), record("c", f.high, bodies[2])), 10*time.Second)
	expect(t, got, failures())
	t.Logf("cold start, from exec to the first response with three calls in it: %v", f.cold.Round(time.Millisecond))
	for _, token := range tokens {
		if s := f.site.fake.Steps.Task(token); s.Status != fake.Succeeded || s.Output != `"done"` {
			t.Errorf("a task is %+v", s)
		}
	}
	if f.called() != "0 1 2" || f.site.requests.count("DeleteMessage 200") != 0 {
		t.Errorf("calls %s, %d deletes", f.called(), f.site.requests.count("DeleteMessage 200"))
	}
	begun := time.Now()
	_, body := f.task(3)
	expect(t, f.invoke(batch(t, record("d", f.high, body)), 10*time.Second), failures())
	t.Logf("the second invocation, warm: %v", time.Since(begun).Round(time.Millisecond))
	if f.starts != 1 {
		t.Errorf("%d environments for two invocations", f.starts)
	}
}

// A yield lists its id and is no error.
func TestLambdaYields(t *testing.T) {
	f := newFunction(t)
	f.site.send(t, f.high, "higher work")
	token, body := f.task(0)
	expect(t, f.invoke(batch(t, record("low", f.normal, body)), 10*time.Second), failures("low"))
	if f.called() != "" || f.site.fake.Steps.Task(token).Status != fake.Running {
		t.Errorf("calls %q, task %+v", f.called(), f.site.fake.Steps.Task(token))
	}
}

// A batch is answered message by message: one is done, one failed, one is
// poison, one an orphan.
func TestLambdaPartialBatch(t *testing.T) {
	f := newFunction(t)
	f.answerWith(func(w http.ResponseWriter, r *http.Request) {
		if f.called() == "1" {
			fmt.Fprint(w, `{"ok":true}`)
			return
		}
		http.Error(w, "broken", http.StatusInternalServerError)
	})
	good, goodBody := f.task(1)
	bad, badBody := f.task(2)
	orphan, orphanBody := f.task(3)
	f.site.fake.Steps.Abort(orphan)
	got := f.invoke(batch(t, record("good", f.normal, goodBody), record("bad", f.normal, badBody), record("poison", f.normal, `{"token":`), record("orphan", f.normal, orphanBody)), 10*time.Second)
	expect(t, got, failures("bad"))
	if s := f.site.fake.Steps; s.Task(good).Status != fake.Succeeded || s.Task(bad).Status != fake.Running || f.called() != "1 2" {
		t.Errorf("good %+v, bad %+v, calls %s", s.Task(good), s.Task(bad), f.called())
	}
	if d := f.site.depth(t, f.dead); d != "1+0" {
		t.Errorf("in the dead-letter queue: %s", d)
	}
}

// A legacy system that hangs: the function answers before its deadline, with
// what it has not done.
func TestLambdaDeadline(t *testing.T) {
	f := newFunction(t)
	f.answerWith(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, first := f.task(1)
	_, second := f.task(2)
	expect(t, f.invoke(batch(t, record("a", f.high, first), record("b", f.high, second)), 3*time.Second), failures("a", "b"))
	f.answerWith(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1") })
	expect(t, f.invoke(batch(t, record("a", f.high, first)), 10*time.Second), failures())
	if f.starts != 1 {
		t.Errorf("%d environments", f.starts)
	}
}

// A function that does not answer at all is killed, and its message done by the
// next environment: a second call with the same key.
func TestLambdaKilled(t *testing.T) {
	f := newFunction(t)
	var (
		mu   sync.Mutex
		keys []string
	)
	f.answerWith(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		first := len(keys) == 1
		mu.Unlock()
		if first { // the whole process stands still from here
			_ = f.running.cmd.Process.Signal(syscall.SIGSTOP)
			<-r.Context().Done() // no answer: the signal may come after it
			return
		}
		fmt.Fprint(w, "1")
	})
	token, body := f.task(1)
	if got := f.invoke(batch(t, record("a", f.high, body)), 2*time.Second); got != (outcome{killed: true}) {
		t.Fatalf("the invocation came to %+v", got)
	}
	if f.site.fake.Steps.Task(token).Status != fake.Running {
		t.Error("the task has ended")
	}
	expect(t, f.invoke(batch(t, record("a", f.high, body)), 10*time.Second), failures())
	if f.starts != 2 || len(keys) != 2 || keys[0] != keys[1] || keys[0] == "" {
		t.Errorf("%d environments called with the keys %q", f.starts, keys)
	}
}

// Whatever is no batch of the function's queues comes back whole, with a
// reason.
func TestLambdaStrangeEvents(t *testing.T) {
	f := newFunction(t)
	_, body := f.task(1)
	stranger := record("a", "https://sqs/123456789012/stranger", body)
	bare := record("b", f.high, body)
	bare.Attributes = nil
	nameless := record("", f.high, body)
	for _, c := range []struct{ payload, want string }{
		{batch(t, stranger), "which is no queue of a class in [deploy.queues]"},
		{batch(t, bare), "message b came with the ApproximateReceiveCount"},
		{batch(t, nameless), "has no id"},
		{`{"Records":"none"}`, "cannot unmarshal"},
	} {
		if got := f.invoke(c.payload, 10*time.Second); got.response != "" || !strings.Contains(got.failure, c.want) {
			t.Errorf("%s came to %+v", c.payload, got)
		}
	}
	if f.called() != "" {
		t.Errorf("calls %s", f.called())
	}
	expect(t, f.invoke(`{}`, 10*time.Second), failures())
}

// A function that cannot start says why: in its log, and to Lambda.
func TestLambdaDoesNotStart(t *testing.T) {
	f := newFunction(t)
	f.launch = func(address string) *process {
		return start(t, nil, "AWS_LAMBDA_RUNTIME_API="+address, "PENSTOCK_SCENARIO=/nowhere.toml", "AWS_REGION=us-east-1")
	}
	if got := f.invoke(`{}`, 5*time.Second); !got.exited || f.running.exit(t) != 3 || !strings.Contains(f.running.log.String(), "no file /nowhere.toml") {
		t.Errorf("%+v, exit code %d:\n%s", got, f.running.exit(t), f.running.log)
	}
	if len(f.initial) != 1 || !strings.Contains(f.initial[0], "no file /nowhere.toml") {
		t.Errorf("Lambda was told %q", f.initial)
	}
}

// A panic in a call keeps the message at hand and those after it; what was done
// before stays done, and the environment lives on. The function is this test's
// own binary, whose legacy system panics (panic_test.go).
func TestLambdaPanic(t *testing.T) {
	f := newFunction(t)
	itself, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	launch := f.launch(strings.TrimPrefix(f.server.URL, "http://")) // for its environment
	launch.kill()
	f.launch = func(string) *process {
		return startProgram(t, itself, nil, append(launch.cmd.Env, "PENSTOCK_TEST_PANIC=2")...)
	}
	var bodies []string
	for n := 1; n <= 3; n++ {
		_, body := f.task(n)
		bodies = append(bodies, body)
	}
	expect(t, f.invoke(batch(t, record("a", f.high, bodies[0]), record("b", f.high, bodies[1]), record("c", f.high, bodies[2])), 10*time.Second), failures("b", "c"))
	expect(t, f.invoke(batch(t, record("c", f.high, bodies[2])), 10*time.Second), failures())
	if f.called() != "1 3" || f.starts != 1 || !strings.Contains(f.running.log.String(), "the legacy system of the test panics") {
		t.Errorf("calls %s, %d environments:\n%s", f.called(), f.starts, f.running.log)
	}
}
