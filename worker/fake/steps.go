package fake

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Steps is Step Functions: callback tasks and their tokens, and executions of
// state machines of one state that waits for a token. Its methods are the
// operations of its API, as with SQS, and a few by which a test makes tasks of
// its own and sees how they ended.
type Steps struct {
	mu         sync.Mutex
	sqs        *SQS
	tasks      map[string]*task // by token
	machines   map[string]*machine
	executions map[string]*execution
	ids        int
}

func newSteps(sqs *SQS) *Steps {
	return &Steps{sqs: sqs, tasks: make(map[string]*task), machines: make(map[string]*machine), executions: make(map[string]*execution)}
}

func (s *Steps) operations() map[string]operation {
	return map[string]operation{
		"SendTaskSuccess":    serve(s.SendTaskSuccess),
		"SendTaskFailure":    serve(s.SendTaskFailure),
		"SendTaskHeartbeat":  serve(s.SendTaskHeartbeat),
		"CreateStateMachine": serve(s.CreateStateMachine),
		"StartExecution":     serve(s.StartExecution),
		"DescribeExecution":  serve(s.DescribeExecution),
		"StopExecution":      serve(s.StopExecution),
	}
}

// The states of tasks and executions, as DescribeExecution names those.
const (
	Running   = "RUNNING"
	Succeeded = "SUCCEEDED"
	Failed    = "FAILED"
	TimedOut  = "TIMED_OUT"
	Aborted   = "ABORTED"
)

// TaskState is how a task stands.
type TaskState struct {
	Status       string
	Output       string // of a task that succeeded
	Error, Cause string // of one that failed or timed out
	Started      time.Time
	Ended        time.Time
	Beats        int // heartbeats that were taken
	Refused      int // answers and heartbeats that came after the end
}

type task struct {
	TaskState
	timeout, heartbeat time.Duration // 0: none
	beat               time.Time     // the last, or the start
	alarm              *time.Timer
	done               chan struct{}
	then               func(TaskState) // called at the end, with Steps locked
}

// StartTask makes a task that waits for its token's answer, and returns the
// token. It times out after the timeout, or when no heartbeat has come for as
// long as heartbeat; 0: never.
func (s *Steps) StartTask(timeout, heartbeat time.Duration) (token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token = s.token()
	s.start(token, timeout, heartbeat, nil)
	return token
}

// Task returns how the task of a token stands; its status is empty if there is
// none.
func (s *Steps) Task(token string) TaskState {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tasks[token]; t != nil {
		return t.TaskState
	}
	return TaskState{}
}

// Done returns a channel that is closed when the task ends. It panics where
// there is no such task.
func (s *Steps) Done(token string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tasks[token].done
}

// Abort ends a task as StopExecution does.
func (s *Steps) Abort(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks[token].end(TaskState{Status: Aborted})
}

// Tokens end in a checksum, so that one that was never given out, but could
// have been, can be told from one that is damaged.
func (s *Steps) token() string {
	s.ids++
	return signed(fmt.Sprintf("task %d of this server", s.ids))
}

// UnknownToken returns a token in good shape that no task has.
func UnknownToken() string { return signed("no task") }

func signed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "AQCEAAAAKgAAAAMAAAAAAAAAA" + base64.StdEncoding.EncodeToString([]byte(text+"\x00"+string(sum[:16])))
}

func wellFormed(token string) bool {
	raw, ok := strings.CutPrefix(token, "AQCEAAAAKgAAAAMAAAAAAAAAA")
	plain, err := base64.StdEncoding.DecodeString(raw)
	text, _, found := strings.Cut(string(plain), "\x00")
	return ok && err == nil && found && signed(text) == token
}

func (s *Steps) start(token string, timeout, heartbeat time.Duration, then func(TaskState)) {
	now := time.Now()
	t := &task{TaskState: TaskState{Status: Running, Started: now}, timeout: timeout, heartbeat: heartbeat, beat: now, done: make(chan struct{}), then: then}
	s.tasks[token] = t
	s.watch(t)
}

// watch sets the alarm for the end that comes without an answer.
func (s *Steps) watch(t *task) {
	due := t.due()
	if due.IsZero() {
		return
	}
	t.alarm = time.AfterFunc(time.Until(due), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.Status != Running {
			return
		}
		if time.Now().Before(t.due()) { // a heartbeat came meanwhile
			s.watch(t)
			return
		}
		// A missed heartbeat is reported as States.Timeout too.
		t.end(TaskState{Status: TimedOut, Error: "States.Timeout"})
	})
}

// due is when the task times out if nothing comes; zero: never.
func (t *task) due() (at time.Time) {
	if t.timeout > 0 {
		at = t.Started.Add(t.timeout)
	}
	if missed := t.beat.Add(t.heartbeat); t.heartbeat > 0 && (at.IsZero() || missed.Before(at)) {
		at = missed
	}
	return at
}

func (t *task) end(how TaskState) {
	if t.Status != Running {
		return
	}
	if t.alarm != nil {
		t.alarm.Stop()
	}
	how.Started, how.Beats, how.Ended = t.Started, t.Beats, time.Now()
	t.TaskState = how
	close(t.done)
	if t.then != nil {
		t.then(how)
	}
}

// TokenInput is the input of the three operations that answer a token.
type TokenInput struct {
	TaskToken    string
	Output       string // SendTaskSuccess: JSON
	Error, Cause string // SendTaskFailure
}

// SendTaskSuccess ends a task with its output.
func (s *Steps) SendTaskSuccess(_ context.Context, in TokenInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.running(in.TaskToken)
	if err != nil {
		return Empty{}, err
	}
	if len(in.Output) > 262_144 {
		return Empty{}, tooLong("output", 262_144)
	}
	if !json.Valid([]byte(in.Output)) { // and the task runs on
		return Empty{}, refuse("InvalidOutput", "Invalid Output: 'Invalid JSON'")
	}
	t.end(TaskState{Status: Succeeded, Output: in.Output})
	return Empty{}, nil
}

// SendTaskFailure ends a task with an error.
func (s *Steps) SendTaskFailure(_ context.Context, in TokenInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.running(in.TaskToken)
	switch {
	case err != nil:
		return Empty{}, err
	case len(in.Error) > 256:
		return Empty{}, tooLong("error", 256)
	case len(in.Cause) > 32_768:
		return Empty{}, tooLong("cause", 32_768)
	}
	t.end(TaskState{Status: Failed, Error: in.Error, Cause: in.Cause})
	return Empty{}, nil
}

// SendTaskHeartbeat sets the heartbeat's clock back. The timeout's goes on.
func (s *Steps) SendTaskHeartbeat(_ context.Context, in TokenInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.running(in.TaskToken)
	if err == nil {
		t.beat = time.Now()
		t.Beats++
	}
	return Empty{}, err
}

// running finds the task of a token that can still be answered.
func (s *Steps) running(token string) (*task, error) {
	t := s.tasks[token]
	switch {
	case token == "" || len(token) > 2048:
		return nil, tooLong("taskToken", 2048)
	case t == nil && wellFormed(token):
		return nil, refuse("TaskDoesNotExist", "Task does not exist: '%s'", token)
	case t == nil:
		return nil, refuse("InvalidToken", "Invalid Token: 'Invalid token'")
	case t.Status != Running:
		t.Refused++
		return nil, refuse("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
	}
	return t, nil
}

func tooLong(name string, max int) error {
	return refuse("ValidationException", "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", name, max)
}
