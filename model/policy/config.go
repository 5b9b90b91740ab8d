// Package policy holds the decisions of the worker: which queue a polling
// service asks next, whether a received message is processed, given way or given
// back, and in which order the calls for it are made. It is the same code in the
// simulator and in production, so it does no I/O, reads no clock, starts no
// goroutine and draws no random number of its own: Step takes what happened and
// returns what is to be done.
package policy

import "time"

// Kind is the rule by which a worker treats classes of unequal priority.
type Kind string

// The policies. What each does depends on who hands out the messages. A Lambda
// environment has been given one and can only look at the other queues and give
// way; a polling service chooses which queue it asks next.
const (
	None     Kind = "none"     // process whatever comes
	Yield    Kind = "yield"    // look at the higher queues first, and give way
	Reserve  Kind = "reserve"  // keep slots free for classes; polling service only
	Weighted Kind = "weighted" // serve the classes in the ratio of their weights
	Aging    Kind = "aging"    // who has waited long is served as a higher class
	Deadline Kind = "deadline" // least time left first
)

// LookMode says what counts as work in a higher queue.
type LookMode string

// LookVisible counts messages that wait; LookInFlight counts those that some
// worker or poller holds as well.
const (
	LookVisible  LookMode = "visible"
	LookInFlight LookMode = "visible+inflight"
)

// PauseMode says how long a message that goes back stays hidden.
type PauseMode string

// The modes.
const (
	Remaining  PauseMode = "remaining"   // let the visibility timeout run out
	RetryAfter PauseMode = "retry-after" // what the legacy system asked for, else Remaining
	Drawn      PauseMode = "drawn"       // a duration from the Draw given to New
)

// Outcome says what becomes of a message whose legacy call went wrong.
type Outcome string

// GiveBack lets the queue deliver the message again; FailTask answers the
// token with SendTaskFailure and deletes the message.
const (
	GiveBack Outcome = "retry"
	FailTask Outcome = "fail"
)

// Config is what a policy is built from.
type Config struct {
	Kind       Kind
	Look       LookMode
	LookCache  time.Duration // reuse one look for this long; 0: never
	EscalateAt int           // from this receive count on, process anyway; 0: never
	YieldFor   PauseMode     // Remaining or Drawn
	CheckToken bool          // ask whether the task is alive before calling
	Heartbeat  time.Duration // beat and extend this often during a call; 0: never
	RetryFor   PauseMode
	OnError    Outcome
	OnRejected Outcome

	// YieldForClass and RetryForClass are the modes of the classes that have one
	// of their own, highest class first; "" or beyond their end: the one above.
	YieldForClass, RetryForClass []PauseMode

	// Slots is the number of slots of a polling service; 0: the policy runs in a
	// Lambda execution environment.
	Slots int

	// What the classes are given, highest first, one value for each class; nil
	// unless the kind reads it.
	Reserve  []int           // Reserve: slots kept for the class, 0 or more
	Weight   []int           // Weighted: at least 1
	Deadline []time.Duration // Deadline: time from the send within which to be served, > 0

	AgeStep     time.Duration // Aging: each raises a message by one class; 0: age does not
	ReceiveStep int           // Aging: so many receives raise it by one class; 0: receives do not

	CallTimeout time.Duration   // the client's timeout on one legacy call
	Visibility  []time.Duration // visibility timeout of each class's queue, highest class first
}

// yieldFor returns the mode for yielded messages of a class.
func (c *Config) yieldFor(class int) PauseMode { return modeOf(c.YieldForClass, class, c.YieldFor) }

// retryFor returns the mode for messages of a class whose call went wrong.
func (c *Config) retryFor(class int) PauseMode { return modeOf(c.RetryForClass, class, c.RetryFor) }

func modeOf(own []PauseMode, class int, all PauseMode) PauseMode {
	if class < len(own) && own[class] != "" {
		return own[class]
	}
	return all
}
