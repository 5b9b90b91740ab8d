// Package legacy serves the [legacy] table of a scenario over HTTP: the slow
// system that the simulator has, for real workers to call.
//
// It is not a second implementation. Every call is handed to the entity of the
// simulator, model.LegacySystem, whose clock is set by the real one; so places,
// backlog, service times, slow-down, rate limits, errors, hangs and outages are
// the table's to the letter.
package legacy

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// The headers that a call may have: the class, whose name has to be one of the
// scenario's and is the highest by default; the idempotency key, by which calls
// for one task are told; and the receive count of the message that the call is
// for, which legacy_backlog_until asks for: without it, the number of the call
// among those with its key stands in.
const (
	ClassHeader   = "X-Penstock-Class"
	KeyHeader     = "Idempotency-Key"
	ReceiveHeader = "X-Penstock-Receive"
)

// largestBody is the most that a call may carry: more than Step Functions can
// send, 256 KiB.
const largestBody = 1 << 20

// Server answers calls as the scenario's legacy system would. Make it with New;
// it is an http.Handler.
//
// A POST, PUT, PATCH or DELETE to any path is a call. Its answer is 200 with a
// short JSON object; 429, with Retry-After where the table has one; 500; 503
// where the backlog is full or the system is down; none where the call hangs.
// A call that an outage cuts off loses its connection. A repeated idempotency
// key changes nothing of that: like most systems of its kind it knows no such
// keys and does the work again, as the simulated one does. But the repeats are
// counted, and the work of a task is the same each time.
type Server struct {
	cfg   *model.Config
	speed float64
	start time.Time

	mu      sync.Mutex
	system  *model.LegacySystem
	timer   *time.Timer
	open    map[int32]*ticket // calls without an answer
	ended   []model.LegacyAnswer
	keys    keys
	classes []ClassCounters
	down    bool
	closed  bool
	turned  chan struct{} // tells that down has changed
}

// ticket is one call on its way.
type ticket struct {
	number int32
	class  int
	task   int64
	try    int32
	taken  time.Duration
	answer chan model.LegacyAnswer // gets one
}

// New returns a server whose time, and so its outages, begins now. The scenario
// must have passed Validate. With a speed of 60 it goes through an hour of the
// scenario in a minute: service times and Retry-After are shorter by that.
func New(cfg *model.Config, speed float64) *Server {
	s := &Server{
		cfg: cfg, speed: speed, start: time.Now(), system: model.NewLegacySystem(cfg),
		open: map[int32]*ticket{}, keys: newKeys(len(cfg.Classes), mostKeys), classes: make([]ClassCounters, len(cfg.Classes)),
		turned: make(chan struct{}, 1),
	}
	s.timer = time.AfterFunc(time.Hour, s.tick)
	s.tick()
	return s
}

// Close stops the clock. Calls without an answer lose their connection.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.timer.Stop()
	for _, t := range s.open {
		t.answer <- model.LegacyAnswer{Status: policy.Failed}
	}
	clear(s.open)
}

// now returns the scenario's time.
func (s *Server) now() time.Duration {
	return time.Duration(float64(time.Since(s.start)) * s.speed)
}

// tick lets happen what is due, and sleeps until the next.
func (s *Server) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
}

// advance brings the system up to the present, hands its answers out and sets
// the timer. The caller holds the lock.
func (s *Server) advance() {
	if s.closed {
		return
	}
	now := s.now()
	s.ended = s.system.Advance(now, s.ended[:0])
	for _, a := range s.ended {
		t := s.open[a.Call]
		delete(s.open, a.Call)
		s.classes[t.class].count(a)
		t.answer <- a
	}
	if down := s.system.State().Down; down != s.down {
		s.down = down
		select {
		case s.turned <- struct{}{}:
		default: // told already
		}
	}
	if next, ok := s.system.Next(); ok {
		wait := min(math.Ceil(float64(next-now)/s.speed), float64(time.Hour))
		s.timer.Reset(time.Duration(wait))
	}
}

// take hands a call to the system. The receive count of its message is 0 where
// the call does not tell it.
func (s *Server) take(class int, key string, receive int32) *ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	t := &ticket{class: class, taken: s.now(), answer: make(chan model.LegacyAnswer, 1)}
	if s.closed {
		t.answer <- model.LegacyAnswer{Status: policy.Failed}
		return t
	}
	k := s.keys.of(class, key, t.taken)
	k.tries++
	t.task, t.try = k.task, k.tries
	if receive == 0 {
		receive = t.try
	}
	t.number = s.system.Call(class, t.task, t.try, receive)
	s.open[t.number] = t
	s.classes[class].Calls++
	s.advance() // a refusal comes at once
	if refused := s.open[t.number] != t && t.refused(); !refused {
		s.classes[class].repeat(s.keys.accept(k, t.taken))
	}
	return t
}

// refused reports whether a call that has its answer already was refused: its
// work was never begun.
func (t *ticket) refused() bool {
	a := <-t.answer
	t.answer <- a
	return a.Status == policy.Rejected
}

// leave gives a call up whose client has gone, unless its answer was quicker.
func (s *Server) leave(t *ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[t.number] != t {
		return
	}
	s.advance()
	if s.open[t.number] == t {
		s.system.Leave(t.number)
		delete(s.open, t.number)
		s.classes[t.class].Left++
	}
}

// ServeHTTP answers a call, or shows the counters under /admin.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		s.call(w, r)
	default:
		s.Admin().ServeHTTP(w, r)
	}
}

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	class, ok := s.class(r.Header.Get(ClassHeader))
	if !ok {
		http.Error(w, fmt.Sprintf("%s: there is no class %q%s Classes: %s", ClassHeader, r.Header.Get(ClassHeader),
			model.Meant(r.Header.Get(ClassHeader), s.names()), strings.Join(s.names(), ", ")), http.StatusBadRequest)
		return
	}
	key := r.Header.Get(KeyHeader)
	if len(key) > longestKey {
		http.Error(w, fmt.Sprintf("%s: %d bytes are too long: at most %d", KeyHeader, len(key), longestKey), http.StatusBadRequest)
		return
	}
	receive, ok := receiveCount(r.Header.Get(ReceiveHeader))
	if !ok {
		http.Error(w, fmt.Sprintf("%s: %q is no receive count: 1 to %d", ReceiveHeader, r.Header.Get(ReceiveHeader), math.MaxInt32), http.StatusBadRequest)
		return
	}
	// The whole request is there before its work begins; and only then the server
	// notices that the client has gone.
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, largestBody)); err != nil {
		http.Error(w, fmt.Sprintf("the body cannot be read: %v", err), http.StatusRequestEntityTooLarge)
		return
	}
	t := s.take(class, key, receive)
	select {
	case a := <-t.answer:
		s.reply(w, t, a)
	case <-r.Context().Done():
		s.leave(t)
	}
}

// class finds a class by its name; none means the highest.
func (s *Server) class(name string) (int, bool) {
	for i := range s.cfg.Classes {
		if name == "" || s.cfg.Classes[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// receiveCount reads a receive count; 0 if it is left out.
func receiveCount(text string) (count int32, ok bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 10, 32)
	return int32(n), err == nil && n >= 1
}

func (s *Server) names() []string {
	var names []string
	for i := range s.cfg.Classes {
		names = append(names, s.cfg.Classes[i].Name)
	}
	return names
}

// receipt is the body of a 200.
type receipt struct {
	Class   string  `json:"class"`
	Task    int64   `json:"task"`    // number of the key within its class, from 1
	Try     int32   `json:"try"`     // number of the call with that key, from 1
	Seconds float64 `json:"seconds"` // from the call to its answer, in the scenario's time
}

// reply writes how a call ended.
func (s *Server) reply(w http.ResponseWriter, t *ticket, a model.LegacyAnswer) {
	switch a.Code {
	case http.StatusOK:
		s.mu.Lock()
		took := s.now() - t.taken
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(receipt{s.cfg.Classes[t.class].Name, t.task, t.try, took.Round(time.Microsecond).Seconds()}) // whoever has gone needs none
	case http.StatusTooManyRequests:
		if after := s.cfg.Legacy.RateLimit.RetryAfter; after > 0 {
			seconds := math.Ceil(after.Seconds() / s.speed) // whole seconds only (RFC 9110)
			w.Header().Set("Retry-After", strconv.FormatFloat(seconds, 'f', 0, 64))
		}
		http.Error(w, "the rate limit is reached", a.Code)
	case http.StatusInternalServerError:
		http.Error(w, "the work failed", a.Code)
	case http.StatusServiceUnavailable:
		http.Error(w, "every place is taken", a.Code)
	default:
		if a.Status != policy.Rejected {
			panic(http.ErrAbortHandler) // the system went down under the call
		}
		// Connections that are there already when the system goes down are told so;
		// new ones are refused while Serve keeps the door shut.
		w.Header().Set("Connection", "close")
		http.Error(w, "the system is down", http.StatusServiceUnavailable)
	}
}
