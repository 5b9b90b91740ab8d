// Package fake is SQS and Step Functions in this process, for tests. It answers
// AWS's SDK as AWS would, in AWS JSON 1.0, without a socket: Server.Client goes
// where the SDK expects an HTTP client. All its waiting is by timers and
// channels, so it works in the virtual time of testing/synctest.
//
// It is a reading of AWS's documentation of its own and shares nothing with the
// simulator: what both say is said twice. Where the documentation leaves a
// behaviour open, the reading that is worse for a worker is taken, and the
// comment says so. Left out: FIFO and fair queues, encryption, permissions,
// MD5 sums of attributes; attributes of queues change at once, and counts are
// exact.
package fake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is both services behind one address.
type Server struct {
	SQS   *SQS
	Steps *Steps

	// Inject says what goes wrong with a call, before it is served; nil: nothing
	// does. It is called for one call at a time.
	Inject func(Call) Fault
	// KeepsCutPolls makes a poll go on whose client has hung up, and take a
	// message that nobody will see. AWS does not say what it does.
	KeepsCutPolls bool
	// Skew is how far the Date header of the answers is ahead.
	Skew time.Duration

	mu     sync.Mutex
	counts map[string]int
	calls  int
}

// Call is one call of the API.
type Call struct {
	Operation string // such as "ReceiveMessage"
	Queue     string // the queue's URL; empty for Step Functions
	Number    int    // of this operation on this server, from 1
}

// Fault is what goes wrong with one call. The zero value: nothing.
type Fault struct {
	Before    time.Duration // waits before the call is served
	Code      string        // answers with this error, and does not serve the call
	Status    int           // HTTP status of that answer; 0: 400
	After     time.Duration // waits after the call was served, before the answer
	LoseReply bool          // serves the call and drops the connection
}

// New returns both services, empty.
func New() *Server {
	s := &Server{counts: make(map[string]int)}
	s.SQS = newSQS("us-east-1", "123456789012")
	s.Steps = newSteps(s.SQS)
	return s
}

// Error is an error that AWS answers with.
type Error struct {
	Code    string // as in the API model, such as "QueueDoesNotExist"
	Message string
	Query   string // the code of the older protocol, which the SDK prefers; empty: the same
	Status  int    // of HTTP; 0: 400
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// operation serves one call: body in, answer out.
type operation func(ctx context.Context, body []byte) (any, error)

// serve makes an operation of a method.
func serve[In, Out any](f func(context.Context, In) (Out, error)) operation {
	return func(ctx context.Context, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, refuse("SerializationException", "%v", err)
		}
		return f(ctx, in)
	}
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	f := s.begin(name, body)
	pause(r.Context(), f.Before)
	var answer any
	op, known := s.SQS.operations()[name]
	if !known {
		op, known = s.Steps.operations()[name]
	}
	switch {
	case f.Code != "":
		err = &Error{Code: f.Code, Message: "injected", Status: f.Status}
	case !known:
		err = refuse("UnknownOperationException", "no operation %q", r.Header.Get("X-Amz-Target"))
	default:
		answer, err = op(r.Context(), body)
	}
	pause(r.Context(), f.After)
	if f.LoseReply {
		panic(http.ErrAbortHandler)
	}
	s.write(w, answer, err)
}

// begin counts the call and asks what is to go wrong with it.
func (s *Server) begin(name string, body []byte) Fault {
	var in struct{ QueueUrl string }
	_ = json.Unmarshal(body, &in) // a body that is no JSON has no queue
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.counts[name]++
	if s.Inject == nil {
		return Fault{}
	}
	return s.Inject(Call{Operation: name, Queue: in.QueueUrl, Number: s.counts[name]})
}

// Calls returns how often an operation was called.
func (s *Server) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[operation]
}

func (s *Server) write(w http.ResponseWriter, answer any, err error) {
	s.mu.Lock()
	id := fmt.Sprintf("00000000-0000-4000-8000-%012x", s.calls)
	s.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "application/x-amz-json-1.0")
	h.Set("X-Amzn-Requestid", id)
	h.Set("Date", time.Now().Add(s.Skew).UTC().Format(http.TimeFormat))
	if err != nil {
		refusal := asError(err)
		if refusal.Query != "" {
			h.Set("X-Amzn-Query-Error", refusal.Query+";Sender")
		}
		w.WriteHeader(refusal.Status)
		answer = map[string]string{"__type": "com.amazonaws#" + refusal.Code, "message": refusal.Message}
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func asError(err error) Error {
	e, ok := err.(*Error)
	if !ok {
		return Error{Code: "InternalFailure", Message: err.Error(), Status: 500}
	}
	out := *e
	if out.Status == 0 {
		out.Status = 400
	}
	return out
}

// pause waits, unless the client hangs up before.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
