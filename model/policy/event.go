package policy

import "time"

// EventKind says what a worker observed.
type EventKind uint8

// The events. Each concerns one slot: one message being worked on.
const (
	Received         EventKind = iota // a message arrived in a free slot
	Looked                            // the counts of a queue came back
	TokenChecked                      // the liveness check of the token came back
	CallAnswered                      // the legacy call ended
	CallbackAnswered                  // SendTaskSuccess or SendTaskFailure came back
	HeartbeatDue                      // the alarm asked for by an Alarm action went off
	DeadlineNear                      // the invocation is about to run out of time
	Stopping                          // the worker is shutting down; Slot is not used
	SlotFree                          // a slot of a polling service has nothing to do; ends its poll, if it has one
	PollEmpty                         // a slot's ReceiveMessage came back without a message
)

// Status is what an answer said.
type Status uint8

// The statuses. Which of them an event can carry is said at each.
const (
	OK        Status = iota // Looked, TokenChecked: alive, CallAnswered: 2xx, CallbackAnswered: accepted
	Gone                    // TokenChecked, CallbackAnswered: the task has ended (TaskTimedOut, TaskDoesNotExist, InvalidToken)
	Throttled               // Looked, TokenChecked, CallbackAnswered: over a quota
	Unclear                 // Looked, TokenChecked, CallbackAnswered: no usable answer, it may or may not have had effect
	Rejected                // CallAnswered: refused before any work was done (429, 503, connection refused)
	Failed                  // CallAnswered: failed after work may have been done (500)
	TimedOut                // CallAnswered: the client's timeout passed
)

// Event is one observation. Only the fields named for its kind are read.
type Event struct {
	Kind EventKind
	Slot int // >= 0, chosen by the driver; one message at a time

	// Received.
	Class    int       // 0 is the highest
	Receive  int       // ApproximateReceiveCount, from 1
	Sent     time.Time // SentTimestamp, which SQS gives in milliseconds
	First    bool      // the first message of its invocation, or alone
	Deadline time.Time // when the invocation is killed; zero: never

	// Looked.
	Queue    int   // the class whose queue was looked at
	Visible  int64 // ApproximateNumberOfMessages
	InFlight int64 // ApproximateNumberOfMessagesNotVisible

	// Looked, TokenChecked, CallAnswered, CallbackAnswered.
	Status Status

	// CallAnswered.
	RetryAfter time.Duration // as the answer asked; 0: it did not
}

// ActionKind says what a worker is to do.
type ActionKind uint8

// The actions. Look to Fail are answered by an event; Pass to Drop end the
// work on the slot's message. Receive is answered by Received or PollEmpty.
const (
	Look       ActionKind = iota // ask for the counts of Queue; answered by Looked
	CheckToken                   // SendTaskHeartbeat as a liveness check; answered by TokenChecked
	Call                         // call the legacy system, giving up after For; answered by CallAnswered
	Succeed                      // SendTaskSuccess, no sooner than For from now; answered by CallbackAnswered
	Fail                         // SendTaskFailure, no sooner than For from now; answered by CallbackAnswered
	Alarm                        // hand in HeartbeatDue after For
	Beat                         // SendTaskHeartbeat during a call; not answered
	Extend                       // ChangeMessageVisibility to For from now; not answered
	Escalate                     // note that the message goes ahead although a higher class has work
	Pass                         // yield: give way to a higher class; hidden as Pause and For say
	Return                       // give the message back; hidden as Pause and For say
	Delete                       // delete the message, its task is answered
	Drop                         // delete the message, its task had ended before
	Receive                      // ReceiveMessage of one message of Queue, with a WaitTimeSeconds of For
)

// Action is one thing to do. Only the fields named for its kind are set.
type Action struct {
	Kind  ActionKind
	Slot  int
	Queue int           // Look, Receive
	For   time.Duration // Call, Succeed, Fail, Alarm, Extend, Receive; Pass and Return with Pause Drawn
	Pause PauseMode     // Pass, Return: Remaining (do nothing) or Drawn (ChangeMessageVisibility to For)
}
