package model

import (
	"fmt"
	"time"
)

// Happening is one line of a trace: something that happened to a task, its
// message or its call. Fields that do not apply are zero.
type Happening struct {
	At      time.Duration // since the start of the run
	Event   string        // "started", "sent", "received", "looked", …
	Class   string
	ID      int64 // the task's number within its class, from 1
	Attempt int   // of the task, from 1; each has its own message and token
	Receive int   // receive count of the message

	Queue    string        // looked: the queue looked at
	Visible  int64         // looked
	InFlight int64         // looked
	Status   string        // answered: "200", "429", "500", "503", "refused", "cut" (by an outage), "timeout"
	Accepted bool          // callback
	Outcome  string        // finished: as in the result
	Stale    bool          // deleted, visibility_changed: to no effect, the receipt handle being an old one or the time too long
	Hidden   time.Duration // visibility_changed: from now on
	Cold     bool          // called: the environment was started for this invocation
	Env      int           // looked, yielded, called: the environment or slot at work, from 1
	Fault    string        // fault: which one struck
}

// Options are what a caller may choose about one run without changing what
// happens in it.
type Options struct {
	Replication int
	Warmup      time.Duration    // cut from the start; tasks that arrive in it are not counted
	Batches     int              // parts of the counted time for batch means; 0 or 1: none
	Trace       func(*Happening) // watches; must not keep the pointer
	// Log is told of every event of the engine before it is handled: its time in
	// ns, its kind and its two values.
	Log       func(LoggedEvent)
	Unchecked bool                // leave the invariants unchecked
	Cancelled func() bool         // asked now and then; true abandons the run
	Progress  func(share float64) // told now and then how much of the horizon is done, 0..1
}

// LoggedEvent is one event of the engine. Two runs are the same if and only if
// they handle the same events in the same order.
type LoggedEvent struct {
	At   int64 // ns since the start of the run
	B    int64
	Kind int32
	A    int32
}

// String names the event.
func (e LoggedEvent) String() string {
	return fmt.Sprintf("%v %s %d %d", time.Duration(e.At), kindName(e.Kind), e.A, e.B)
}
