package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// runtimeAPI is Lambda for one execution environment: it hands invocations to
// the function by the documented Runtime API, and ends a function that does not
// answer in time as Lambda does. (Lambda Developer Guide, Using the Lambda
// runtime API; execution environment life cycle.)
type runtimeAPI struct {
	t       *testing.T
	server  *httptest.Server
	launch  func(address string) *process // starts the function
	running *process
	started time.Time

	mu      sync.Mutex
	next    chan *invocation // what the function fetches
	open    map[string]*invocation
	numbers int
	initial []string // bodies of init/error
	starts  int
	cold    time.Duration // from the start of the process to its first answer
}

// invocation is one call of the function.
type invocation struct {
	id       string
	payload  string
	deadline time.Time
	taken    chan struct{} // closed when the function has fetched it
	answer   chan outcome  // gets one
}

// outcome is what came of an invocation.
type outcome struct {
	response string // body of /response
	failure  string // body of /error
	killed   bool   // no answer in time: the environment is gone
	exited   bool   // the process ended by itself
}

// newRuntime serves the API. launch starts the function with the address.
func newRuntime(t *testing.T, launch func(address string) *process) *runtimeAPI {
	r := &runtimeAPI{t: t, launch: launch, next: make(chan *invocation), open: make(map[string]*invocation)}
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", r.serveNext)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", func(w http.ResponseWriter, q *http.Request) {
		r.settle(w, q, func(body string) outcome { return outcome{response: body} })
	})
	mux.HandleFunc("POST "+base+"invocation/{id}/error", func(w http.ResponseWriter, q *http.Request) {
		r.settle(w, q, func(body string) outcome { return outcome{failure: body} })
	})
	mux.HandleFunc("POST "+base+"init/error", func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body) // a short one shows in the test
		r.mu.Lock()
		r.initial = append(r.initial, string(body))
		r.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	})
	r.server = httptest.NewServer(mux)
	t.Cleanup(r.close)
	return r
}

func (r *runtimeAPI) close() {
	if r.running != nil {
		r.running.kill()
	}
	r.server.CloseClientConnections()
	r.server.Close()
}

func (r *runtimeAPI) serveNext(w http.ResponseWriter, q *http.Request) {
	select {
	case i := <-r.next:
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(i.deadline.UnixMilli()))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:worker")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000")
		h.Set("Content-Type", "application/json")
		close(i.taken)
		_, _ = io.WriteString(w, i.payload) // a function that has gone is noticed by its process
	case <-q.Context().Done():
	}
}

func (r *runtimeAPI) settle(w http.ResponseWriter, q *http.Request, what func(string) outcome) {
	body, _ := io.ReadAll(q.Body) // a short one shows in the test
	r.mu.Lock()
	i := r.open[q.PathValue("id")]
	delete(r.open, q.PathValue("id"))
	if r.cold == 0 {
		r.cold = time.Since(r.started)
	}
	r.mu.Unlock()
	if i == nil {
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	i.answer <- what(string(body))
}

// invoke hands the function a payload, in a fresh environment where there is
// none, and returns what came of it within the function's timeout. Where
// nothing does, the function gets SIGTERM, half a second later SIGKILL, and the
// next invocation a new environment.
func (r *runtimeAPI) invoke(payload string, timeout time.Duration) outcome {
	r.t.Helper()
	r.begin()
	r.numbers++
	i := &invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", r.numbers), payload: payload, taken: make(chan struct{}), answer: make(chan outcome, 1)}
	i.deadline = time.Now().Add(timeout)
	r.mu.Lock()
	r.open[i.id] = i
	r.mu.Unlock()
	select {
	case r.next <- i:
	case <-r.running.done:
		return outcome{exited: true}
	case <-time.After(30 * time.Second):
		r.t.Fatalf("the function does not fetch its invocation:\n%s", r.running.log)
	}
	<-i.taken
	select {
	case o := <-i.answer:
		return o
	case <-r.running.done:
		select {
		case o := <-i.answer: // it answered before
			return o
		default:
			return outcome{exited: true}
		}
	case <-time.After(time.Until(i.deadline)):
		_ = r.running.cmd.Process.Signal(syscall.SIGTERM) // it may just have ended
		select {
		case <-r.running.done:
		case <-time.After(500 * time.Millisecond):
		}
		r.running.kill()
		return outcome{killed: true}
	}
}

// begin starts an environment unless one is there.
func (r *runtimeAPI) begin() {
	if r.running != nil {
		select {
		case <-r.running.done:
		default:
			return
		}
	}
	r.starts++
	r.started = time.Now()
	r.running = r.launch(strings.TrimPrefix(r.server.URL, "http://"))
}

// batch is the event of a mapping.
func batch(t *testing.T, records ...events.SQSMessage) string {
	t.Helper()
	text, err := json.Marshal(events.SQSEvent{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// record is a message as a mapping hands it over.
func record(id, queue, body string) events.SQSMessage {
	now := time.Now().UnixMilli()
	return events.SQSMessage{
		MessageId: id, ReceiptHandle: "handle-" + id, Body: body, EventSource: "aws:sqs", AWSRegion: "us-east-1",
		EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:" + queue[strings.LastIndex(queue, "/")+1:],
		Attributes:     map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": fmt.Sprint(now), "ApproximateFirstReceiveTimestamp": fmt.Sprint(now), "SenderId": "x"},
	}
}
