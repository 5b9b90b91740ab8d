package fake

import (
	"context"
	"slices"
	"time"
)

// move is one task that moves dead letters back.
type move struct {
	handle, source, destination string
	speed                       int // messages a second; 0: as fast as the fake can
	toMove, moved               int
	status, reason              string
	started                     time.Time
}

// MoveInput starts a task.
type MoveInput struct {
	SourceArn, DestinationArn    string
	MaxNumberOfMessagesPerSecond *int // 1 to 500
}

// MoveHandle names a task.
type MoveHandle struct{ TaskHandle string }

// StartMessageMoveTask begins to move the messages of a dead-letter queue, to
// the destination or back to where each came from, at even distances. One task
// of a queue may run at a time.
func (s *SQS) StartMessageMoveTask(_ context.Context, in MoveInput) (MoveHandle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	source := s.byARN(in.SourceArn)
	if source == nil || in.DestinationArn != "" && s.byARN(in.DestinationArn) == nil {
		return MoveHandle{}, refuse("ResourceNotFoundException", "The resource that you specified for the SourceArn or DestinationArn parameter doesn't exist.")
	}
	speed := orElse(in.MaxNumberOfMessagesPerSecond, 0)
	if in.MaxNumberOfMessagesPerSecond != nil && (speed < 1 || speed > 500) {
		return MoveHandle{}, refuse("InvalidParameterValue", "Value %d for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500.", speed)
	}
	feeds := false
	for _, q := range s.queues {
		feeds = feeds || q.set.deadLetters == source.arn
	}
	if !feeds {
		return MoveHandle{}, refuse("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
	}
	if slices.ContainsFunc(s.moves, func(m *move) bool { return m.source == source.arn && m.status == "RUNNING" }) {
		return MoveHandle{}, &Error{Code: "UnsupportedOperation", Query: "AWS.SimpleQueueService.UnsupportedOperation", Message: "There is already a task running. Only one active task is allowed for a source queue arn at a given time."}
	}
	now := time.Now()
	source.wake(now)
	m := &move{handle: "move-" + s.id(), source: source.arn, destination: in.DestinationArn, speed: speed, toMove: len(source.ready.list), status: "RUNNING", started: now}
	s.moves = append(s.moves, m)
	s.schedule(m)
	return MoveHandle{m.handle}, nil
}

// schedule lets the next message of a task follow the last at its distance.
func (s *SQS) schedule(m *move) {
	distance := time.Millisecond
	if m.speed > 0 {
		distance = time.Second / time.Duration(m.speed)
	}
	time.AfterFunc(distance, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.step(m, time.Now()); m.status == "RUNNING" {
			s.schedule(m)
		}
	})
}

// step moves one message. It becomes a new one: with a new id, sent now, never
// received.
func (s *SQS) step(m *move, now time.Time) {
	source := s.byARN(m.source)
	if m.status == "CANCELLING" {
		m.status = "CANCELLED"
		return
	}
	if source == nil {
		m.status, m.reason = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
		return
	}
	source.wake(now)
	if len(source.ready.list) == 0 {
		m.status = "COMPLETED"
		return
	}
	old := source.ready.list[0]
	to := m.destination
	if to == "" {
		to = old.source
	}
	destination := s.byARN(to)
	if destination == nil {
		m.status, m.reason = "FAILED", "CouldNotDetermineMessageSource"
		return
	}
	source.remove(old)
	destination.put(&message{id: s.id(), body: old.body, sum: old.sum, attributes: old.attributes, sent: now}, now)
	destination.stir(now)
	m.moved++
}

// ListMovesInput names the dead-letter queue.
type ListMovesInput struct {
	SourceArn  string
	MaxResults *int // 1 to 10; nil: 1
}

// MoveState is how far a task is.
type MoveState struct {
	TaskHandle, Status, FailureReason, SourceArn, DestinationArn string `json:",omitempty"`
	ApproximateNumberOfMessagesMoved                             int64
	ApproximateNumberOfMessagesToMove                            int64
	StartedTimestamp                                             int64
}

// ListMovesOutput are the tasks, the newest first.
type ListMovesOutput struct{ Results []MoveState }

// ListMessageMoveTasks tells of the latest tasks of a queue. Only of a running
// one is the handle told.
func (s *SQS) ListMessageMoveTasks(_ context.Context, in ListMovesInput) (ListMovesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byARN(in.SourceArn) == nil {
		return ListMovesOutput{}, refuse("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	var out ListMovesOutput
	for _, m := range slices.Backward(s.moves) {
		if m.source != in.SourceArn || len(out.Results) == orElse(in.MaxResults, 1) {
			continue
		}
		state := MoveState{Status: m.status, FailureReason: m.reason, SourceArn: m.source, DestinationArn: m.destination,
			ApproximateNumberOfMessagesMoved: int64(m.moved), ApproximateNumberOfMessagesToMove: int64(m.toMove), StartedTimestamp: m.started.UnixMilli()}
		if m.status == "RUNNING" {
			state.TaskHandle = m.handle
		}
		out.Results = append(out.Results, state)
	}
	return out, nil
}

// CancelOutput says how many messages had been moved.
type CancelOutput struct{ ApproximateNumberOfMessagesMoved int64 }

// CancelMessageMoveTask stops a task; what was moved stays moved.
func (s *SQS) CancelMessageMoveTask(_ context.Context, in MoveHandle) (CancelOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.moves {
		if m.handle == in.TaskHandle && m.status == "RUNNING" {
			m.status = "CANCELLING"
			return CancelOutput{int64(m.moved)}, nil
		}
	}
	return CancelOutput{}, refuse("ResourceNotFoundException", "Task does not exist, or is not running.")
}
