package model

import "time"

// Happening is one line of a trace: something that happened to a task, its
// message or its call. Fields that do not apply are zero.
type Happening struct {
	At      time.Duration // since the start of the run
	Event   string        // "started", "sent", "received", "looked", …
	Class   string
	ID      int64 // the task's number within its class, from 1
	Attempt int   // of the task, from 1; each has its own message and token
	Receive int   // receive count of the message

	Queue    string // looked: the queue looked at
	Visible  int64  // looked
	InFlight int64  // looked
	Status   string // answered: "200", "429", "500", "refused", "timeout"
	Accepted bool   // callback
	Outcome  string // finished: as in the result
	Stale    bool   // deleted: with an old receipt handle, to no effect
	Cold     bool   // called: the environment was started for this invocation
	Env      int    // the environment or slot at work, from 1
}

// Options are what a caller may choose about one run without changing what
// happens in it.
type Options struct {
	Replication int
	Warmup      time.Duration       // cut from the start; tasks that arrive in it are not counted
	Trace       func(*Happening)    // watches; must not keep the pointer
	Unchecked   bool                // leave the invariants unchecked
	Cancelled   func() bool         // asked now and then; true abandons the run
	Progress    func(share float64) // told now and then how much of the horizon is done, 0..1
}
