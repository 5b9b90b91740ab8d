package worker

import "time"

// Measure names something that a worker counts. The names are those of
// penstock's reports, so that what was predicted and what is can be held
// against each other.
type Measure string

// What a worker counts, for each class.
const (
	Receives       Measure = "receives"        // messages received
	Yields         Measure = "yields"          // messages given way with
	Escalated      Measure = "escalated"       // messages processed although a higher class had work
	Calls          Measure = "calls"           // legacy calls
	Rejected       Measure = "rejected"        // … refused before any work: 429, 503, no connection
	Errors         Measure = "errors"          // … that failed
	Timeouts       Measure = "timeouts"        // … given up by the client
	OrphanCalls    Measure = "orphan_calls"    // … whose work went on without a client, or whose task had ended
	DuplicateCalls Measure = "duplicate_calls" // … for a task that this process had called for before, not refused then
	Completed      Measure = "completed"       // tasks answered with success
	Failed         Measure = "failed"          // tasks answered with failure
	Orphans        Measure = "orphans"         // messages dropped before a call: their task had ended
	Poisoned       Measure = "poisoned"        // messages that nobody can work on
	GivenBack      Measure = "given_back"      // messages given back: a call went wrong, or there was no time
	Trouble        Measure = "aws_errors"      // calls of SQS that failed
	DeletesFailed  Measure = "deletes_failed"  // messages that could not be deleted, and come again
	DeadLettered   Measure = "dead_lettered"   // dead letters whose task was told
)

// Meter is told what a worker does. Its methods are called by many goroutines
// and must not block.
type Meter interface {
	// Count adds n to a measure of a class.
	Count(m Measure, class int, n int64)
	// Age tells how old a message of a class was when it was received: now less
	// its SentTimestamp. CloudWatch's own age metric forgets messages that were
	// received three times.
	Age(class int, age time.Duration)
	// Depth tells how many messages of a class are visible and in flight, as
	// GetQueueAttributes counts them.
	Depth(class int, visible, inFlight int64)
	// Took tells how long a legacy call took.
	Took(class int, d time.Duration)
}

// unmetered measures nothing.
type unmetered struct{}

func (unmetered) Count(Measure, int, int64) {}
func (unmetered) Age(int, time.Duration)    {}
func (unmetered) Depth(int, int64, int64)   {}
func (unmetered) Took(int, time.Duration)   {}
