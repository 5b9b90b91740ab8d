package fake

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// machine is a state machine of one state, which sends a message with a token
// and waits: the only kind that the fake can run.
type machine struct {
	arn, state string
	task       stateTask
}

// stateTask is the state, in the Amazon States Language with JSONPath.
type stateTask struct {
	Type, Resource                   string
	Parameters                       struct{ QueueUrl string }
	TimeoutSeconds, HeartbeatSeconds int
	Retry                            []retrier
	End                              bool
	parameters                       any // as they stand, with their paths
}

type retrier struct {
	ErrorEquals     []string
	IntervalSeconds *float64
	BackoffRate     *float64
	MaxAttempts     *int
	MaxDelaySeconds float64
	JitterStrategy  string
}

type execution struct {
	arn, name, status string
	machine           *machine
	input, output     string
	failure, cause    string
	started, ended    time.Time
	attempts          []int // by retrier
	token             string
	waiting           *time.Timer // for a retry
}

// MachineInput creates a state machine.
type MachineInput struct{ Name, Definition string }

// MachineOutput is where it is.
type MachineOutput struct {
	StateMachineArn string  `json:"stateMachineArn"`
	CreationDate    float64 `json:"creationDate"`
}

const waitForToken = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"

// CreateStateMachine reads a definition. What the fake cannot run it refuses.
func (s *Steps) CreateStateMachine(_ context.Context, in MachineInput) (MachineOutput, error) {
	var definition struct {
		StartAt string
		States  map[string]json.RawMessage
	}
	m := &machine{arn: fmt.Sprintf("arn:aws:states:%s:%s:stateMachine:%s", s.sqs.region, s.sqs.account, in.Name)}
	err := json.Unmarshal([]byte(in.Definition), &definition)
	if err == nil {
		m.state = definition.StartAt
		var parts struct{ Parameters any }
		if err = json.Unmarshal(definition.States[m.state], &m.task); err == nil {
			err = json.Unmarshal(definition.States[m.state], &parts)
			m.task.parameters = parts.Parameters
		}
	}
	t := m.task
	switch {
	case err != nil:
		return MachineOutput{}, refuse("InvalidDefinition", "%v", err)
	case len(definition.States) != 1 || t.Type != "Task" || t.Resource != waitForToken || !t.End:
		return MachineOutput{}, refuse("InvalidDefinition", "the fake runs one Task state of resource %s that is the end", waitForToken)
	case t.HeartbeatSeconds > 0 && t.TimeoutSeconds > 0 && t.HeartbeatSeconds >= t.TimeoutSeconds:
		return MachineOutput{}, refuse("InvalidDefinition", "HeartbeatSeconds must be smaller than TimeoutSeconds")
	case slices.ContainsFunc(t.Retry, func(r retrier) bool { return r.JitterStrategy == "FULL" }):
		return MachineOutput{}, refuse("InvalidDefinition", "the fake has no jitter")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machines[m.arn] = m
	return MachineOutput{m.arn, seconds(time.Now())}, nil
}

// seconds is how AWS JSON writes an instant.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ExecutionInput starts or names an execution.
type ExecutionInput struct {
	StateMachineArn, Name, Input string
	ExecutionArn                 string
	Error, Cause                 string // StopExecution
}

// StartOutput names the execution.
type StartOutput struct {
	ExecutionArn string  `json:"executionArn"`
	StartDate    float64 `json:"startDate"`
}

// StartExecution begins an execution, which sends its message at once.
func (s *Steps) StartExecution(_ context.Context, in ExecutionInput) (StartOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.machines[in.StateMachineArn]
	if m == nil {
		return StartOutput{}, refuse("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", in.StateMachineArn)
	}
	if in.Input == "" {
		in.Input = "{}"
	}
	if !json.Valid([]byte(in.Input)) {
		return StartOutput{}, refuse("InvalidExecutionInput", "Invalid State Machine Execution Input")
	}
	s.ids++
	name := in.Name
	if name == "" {
		name = fmt.Sprintf("00000000-0000-4000-a000-%012x", s.ids)
	}
	e := &execution{
		arn:  strings.Replace(m.arn, ":stateMachine:", ":execution:", 1) + ":" + name,
		name: name, status: Running, machine: m, input: in.Input, started: time.Now(), attempts: make([]int, len(m.task.Retry)),
	}
	if s.executions[e.arn] != nil {
		return StartOutput{}, refuse("ExecutionAlreadyExists", "Execution Already Exists: '%s'", e.arn)
	}
	s.executions[e.arn] = e
	s.attempt(e)
	return StartOutput{e.arn, seconds(e.started)}, nil
}

// attempt enters the state: a new token, and a message with it.
func (s *Steps) attempt(e *execution) {
	t := e.machine.task
	e.token = s.token()
	filled, err := e.fill(t.parameters)
	if err != nil {
		e.finish(TaskState{Status: Failed, Error: "States.Runtime", Cause: err.Error()})
		return
	}
	body := ""
	switch b := filled.(map[string]any)["MessageBody"].(type) {
	case string:
		body = b
	default:
		text, _ := json.Marshal(b) // it was read from JSON
		body = string(text)
	}
	s.start(e.token, time.Duration(t.TimeoutSeconds)*time.Second, time.Duration(t.HeartbeatSeconds)*time.Second, func(how TaskState) { s.settle(e, how) })
	if _, err := s.sqs.SendMessage(context.Background(), SendInput{QueueUrl: t.Parameters.QueueUrl, MessageBody: body}); err != nil {
		s.tasks[e.token].end(TaskState{Status: Failed, Error: "SQS.AmazonSQSException", Cause: err.Error()})
	}
}

// fill replaces what ends in ".$" by what its path names.
func (e *execution) fill(template any) (any, error) {
	switch x := template.(type) {
	case map[string]any:
		out := make(map[string]any)
		for key, value := range x {
			name, isPath := strings.CutSuffix(key, ".$")
			var err error
			if path, ok := value.(string); isPath && ok {
				out[name], err = e.lookUp(path)
			} else {
				out[key], err = e.fill(value)
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(x))
		for i := range x {
			var err error
			if out[i], err = e.fill(x[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return template, nil
}

func (e *execution) lookUp(path string) (any, error) {
	switch path {
	case "$$.Task.Token":
		return e.token, nil
	case "$$.Execution.Id":
		return e.arn, nil
	case "$$.Execution.Name":
		return e.name, nil
	case "$$.State.Name":
		return e.machine.state, nil
	}
	var value any
	if err := json.Unmarshal([]byte(e.input), &value); err != nil {
		return nil, err
	}
	for _, name := range strings.Split(path, ".")[1:] {
		members, _ := value.(map[string]any) // what is no object has no members
		inside, ok := members[name]
		if !ok {
			return nil, fmt.Errorf("the path %q could not be found in the input %q", path, e.input)
		}
		value = inside
	}
	return value, nil
}

// settle goes on after a task: to the end, or to the next attempt.
func (s *Steps) settle(e *execution, how TaskState) {
	if e.status != Running {
		return
	}
	if how.Status == Failed || how.Status == TimedOut {
		for i, r := range e.machine.task.Retry {
			if !r.catches(how) {
				continue
			}
			if e.attempts[i] >= orElse(r.MaxAttempts, 3) {
				break
			}
			pause := r.pause(e.attempts[i])
			e.attempts[i]++
			e.waiting = time.AfterFunc(pause, func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				if e.status == Running {
					s.attempt(e)
				}
			})
			return
		}
	}
	e.finish(how)
}

// catches reports whether the first names of a retrier cover the error.
func (r retrier) catches(how TaskState) bool {
	return slices.ContainsFunc(r.ErrorEquals, func(name string) bool {
		return name == "States.ALL" || name == how.Error || name == "States.TaskFailed" && how.Status == Failed ||
			name == "States.HeartbeatTimeout" && how.Status == TimedOut
	})
}

// pause is how long the retrier waits before attempt n, from 0.
func (r retrier) pause(n int) time.Duration {
	interval, rate := 1.0, 2.0
	if r.IntervalSeconds != nil {
		interval = *r.IntervalSeconds
	}
	if r.BackoffRate != nil {
		rate = *r.BackoffRate
	}
	s := interval * math.Pow(rate, float64(n))
	if r.MaxDelaySeconds > 0 {
		s = min(s, r.MaxDelaySeconds)
	}
	return time.Duration(s * float64(time.Second))
}

func (e *execution) finish(how TaskState) {
	e.status, e.output, e.failure, e.cause, e.ended = how.Status, how.Output, how.Error, how.Cause, time.Now()
}

// ExecutionState is how an execution stands.
type ExecutionState struct {
	ExecutionArn    string   `json:"executionArn"`
	StateMachineArn string   `json:"stateMachineArn"`
	Name            string   `json:"name"`
	Status          string   `json:"status"`
	Input           string   `json:"input"`
	Output          string   `json:"output,omitempty"`
	Error           string   `json:"error,omitempty"`
	Cause           string   `json:"cause,omitempty"`
	StartDate       float64  `json:"startDate"` // seconds since 1970
	StopDate        *float64 `json:"stopDate,omitempty"`
}

// DescribeExecution tells how an execution stands.
func (s *Steps) DescribeExecution(_ context.Context, in ExecutionInput) (ExecutionState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.executions[in.ExecutionArn]
	if e == nil {
		return ExecutionState{}, refuse("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", in.ExecutionArn)
	}
	out := ExecutionState{ExecutionArn: e.arn, StateMachineArn: e.machine.arn, Name: e.name, Status: e.status, Input: e.input,
		Output: e.output, Error: e.failure, Cause: e.cause, StartDate: seconds(e.started)}
	if e.status != Running {
		stop := seconds(e.ended)
		out.StopDate = &stop
	}
	return out, nil
}

// StopOutput is when the execution was stopped.
type StopOutput struct {
	StopDate float64 `json:"stopDate"`
}

// StopExecution aborts an execution and its task. Its message stays in the
// queue.
func (s *Steps) StopExecution(_ context.Context, in ExecutionInput) (StopOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.executions[in.ExecutionArn]
	if e == nil {
		return StopOutput{}, refuse("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", in.ExecutionArn)
	}
	if e.status == Running {
		e.finish(TaskState{Status: Aborted, Error: in.Error, Cause: in.Cause})
		s.tasks[e.token].end(TaskState{Status: Aborted})
		if e.waiting != nil {
			e.waiting.Stop()
		}
	}
	return StopOutput{seconds(e.ended)}, nil
}
