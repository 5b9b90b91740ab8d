// Package worker is the real driver of the policy: the loop that hands
// model/policy what a worker observes, and does what it decides. It knows
// queues, tasks and the legacy system by the three interfaces of this file, so
// that the same loop runs against AWS and against what a test puts there.
package worker

import (
	"context"
	"errors"
	"time"

	"penstock/model/policy"
)

// Message is one message that was received.
type Message struct {
	ID      string
	Receipt string // the handle of this receive
	Body    string
	Class   int       // 0 is the highest
	Receive int       // ApproximateReceiveCount, from 1
	Sent    time.Time // SentTimestamp, which SQS gives in milliseconds
}

// Queues are the queues of all classes, as SQS serves them. Every method may
// be called at the same time as others.
type Queues interface {
	// Receive waits at most wait for a message of the class, and returns none if
	// there is none. A context that ends cuts the wait off; what was received all
	// the same is returned, with or without an error.
	Receive(ctx context.Context, class int, wait time.Duration) ([]Message, error)
	// Look returns ApproximateNumberOfMessages and
	// ApproximateNumberOfMessagesNotVisible; they count only with policy.OK.
	Look(ctx context.Context, class int) (visible, inFlight int64, status policy.Status)
	// Hide makes the message visible again d from now, in whole seconds; 0: at
	// once (ChangeMessageVisibility).
	Hide(ctx context.Context, m Message, d time.Duration) error
	// Delete deletes the message.
	Delete(ctx context.Context, m Message) error
	// Bury sends a copy of the message to the dead-letter queue of its class, with
	// the reason as message attribute PenstockReason, the message's id as
	// PenstockMessage and its receive count as PenstockReceives. The message itself
	// stays where it is. It returns ErrNoDeadLetterQueue if none is known.
	Bury(ctx context.Context, m Message, reason string) error
}

// ErrNoDeadLetterQueue says that a class has no dead-letter queue, or none that
// this worker was told of.
var ErrNoDeadLetterQueue = errors.New("no dead-letter queue is known for this class")

// Redriver sends dead letters back to the queues they came from.
type Redriver interface {
	// Redrive starts to move the dead letters of a class back, at most perSecond a
	// second, 1 to 500 (StartMessageMoveTask, MaxNumberOfMessagesPerSecond), and
	// returns the handle of the task that does it.
	Redrive(ctx context.Context, class, perSecond int) (handle string, err error)
}

// Tasks answers the tokens of waiting tasks, as Step Functions does. A status is
// one of OK, Gone, Throttled and Unclear.
type Tasks interface {
	Beat(ctx context.Context, token string) policy.Status
	Succeed(ctx context.Context, token, output string) policy.Status
	Fail(ctx context.Context, token, name, cause string) policy.Status
}

// Legacy is the slow system.
type Legacy interface {
	// Call does what the task wants and waits for its end, or until ctx ends.
	Call(ctx context.Context, t Task) Answer
}

// Answer is what the legacy system said.
type Answer struct {
	Status     policy.Status // OK, Rejected, Failed or TimedOut
	Code       int           // HTTP status; 0: no answer came
	RetryAfter time.Duration // as it asked; 0: it did not
	Output     string        // JSON, for SendTaskSuccess
	Detail     string        // what went wrong, in words; "" if nothing did
}

// Task is what the body of a message asks for.
type Task struct {
	Token     string // of the callback task
	Execution string // ARN of the execution that waits
	State     string // name of the callback task's state
	Class     string // name of the class that the message came from
	Receive   int    // ApproximateReceiveCount of the message, from 1
	Key       string // idempotency key: the same for every message of one task, its retries included
	Input     []byte // JSON, what the legacy system is sent
}
