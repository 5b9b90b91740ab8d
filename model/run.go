package model

import "time"

// Run is what one replication measured. Times are in seconds, counts are of
// tasks (callback tasks of executions, their retries included) that arrived
// after the warm-up. It holds no pointer into the world that made it.
type Run struct {
	Replication int
	End         time.Duration // where the run stopped
	Counted     time.Duration // from the end of the warm-up to End
	Metered     time.Duration // what Usage covers: from the end of the warm-up to the horizon, or to the last message if that is later
	Drained     bool          // every task had ended
	Events      int64         // engine events handled

	Classes []ClassRun
	Worker  WorkerRun
	Legacy  LegacyRun
	Steps   StepsRun
	Usage   Usage
	Series  Series

	// Backlog is the number of open tasks, and of executions still waiting to
	// start, but for those whose message is lost already, at 0, 1/4, 1/2, 3/4 and all of the counted time up to the horizon.
	Backlog [5]int64
	// Touched lists the assumptions that the run's course depended on, by the
	// names of their switches, in the order of the struct Assumptions.
	Touched []string
	// LogHash is the hash of every event that the run handled, in order.
	LogHash uint64
}

// ClassRun is what one class met in one run. The outcomes Completed to
// Unfinished are exclusive and add up to Arrived.
type ClassRun struct {
	Arrived, Completed, Failed, TimedOut, DeadLettered, Expired, Unfinished int64

	Latency          Sample // every task: to its end, or to the end of the run (a lower bound) if unfinished
	LatencyCompleted Sample // completed tasks
	Wait             Sample // completed tasks: from the send to the start of the legacy call that completed it
	// LegacyWait is how long the call that completed a task waited inside the legacy
	// system before its work began, 0 for one that began at once; over completed
	// tasks, and only where MayLineUp.
	LegacyWait Sample
	// Parts are the means, over every task, of where its latency went. They
	// add up to Latency.Mean.
	Parts [NumParts]float64

	Receives       int64 // of messages, by worker or poller
	Yields         int64
	Escalated      int64   // tasks processed because their receive count reached EscalateAt
	DuplicateCalls int64   // legacy calls accepted for a task beyond its first
	Oldest         float64 // largest age of an undeleted message
	DepthMax       int64   // most messages visible or delayed at a time
	FlightMax      int64   // most messages in flight at a time
	Open           int64   // tasks that had not ended when the run did: their latency is a lower bound
	Sent           int64   // messages
	Waited         int64   // completed tasks whose legacy call did not begin at the instant of the send
	MayLineUp      bool    // calls of the class can wait inside the legacy system
	LegacyWaited   int64   // completed tasks whose call did; 0 where none may
	DepthMean      float64 // messages visible or delayed, over time
	FlightMean     float64 // messages in flight, over time
	VisibleShare   float64 // share of the time in which at least one message was visible
	LettersMean    float64 // messages in the dead-letter queue, over time
}

// Sample sums up one run's observations of a time.
type Sample struct {
	N                             int64
	Mean, P50, P90, P95, P99, Max float64 // seconds; 0 if N is 0
	SD                            float64 // standard deviation, seconds; 0 if N is less than 2
	Hist                          []int64 // observations by HistBin
	// Batches are what was observed in each of Options.Batches equal parts of the
	// counted time; what ended after the horizon is in the last.
	Batches []Sample
}

// The parts of a latency, in the order of the result's wait_parts.
const (
	PartQueued    = iota // visible or delayed in the queue
	PartYielded          // hidden after the worker gave way
	PartThrottled        // held by a poller, or hidden, because the function was at its cap
	PartBackoff          // hidden after a failed call, or between attempts of the task
	PartColdStart        // waiting for INIT
	PartLegacy           // the legacy call
	PartCallback         // from the legacy answer to the token's
	PartOther            // latencies of AWS calls, and what is left
	NumParts             // number of parts
)

// PartNames are the keys of wait_parts.
func PartNames() [NumParts]string {
	return [NumParts]string{"queued", "yielded", "throttled", "backoff", "cold_start", "legacy", "callback", "other"}
}

// WorkerRun is what the function, or the service, did.
type WorkerRun struct {
	Invocations     int64
	Throttles       int64
	ColdStarts      int64
	Timeouts        int64   // invocations killed at the function's timeout
	Busy            float64 // share of the slots, 0..1, time-weighted
	AtLimit         float64 // share of the time with every slot in use
	ConcurrencyMean float64
	ConcurrencyMax  int64
	IdleMean        float64 // idle environments, provisioned ones apart; driver lambda only
}

// LegacyRun is what the legacy system saw.
type LegacyRun struct {
	Calls        int64 // accepted or refused
	Rejected     int64 // 429, or refused for want of a place
	Errors       int64 // 500s, and calls cut by an outage
	Timeouts     int64 // the client gave up
	OrphanCalls  int64 // calls whose work went on after the client had gone, or whose task had ended
	Utilization  float64
	AtLimit      float64 // share of the time with every place taken
	Idle         float64 // share of the time without a call that is worked on or waits
	Slowed       float64 // share of the time in which calls slow each other down
	InFlightMean float64
	InFlightMax  int64
}

// StepsRun is what Step Functions did.
type StepsRun struct {
	Started           int64
	Retried           int64
	StartDelayMean    float64 // seconds that executions waited for the StartExecution bucket
	StartDelayMax     float64
	CallbacksRefused  int64 // late or repeated answers: TaskTimedOut
	CallbacksThrottle int64
}

// Series are time series for plots: one value a step, the time-weighted mean
// or the largest value over the step.
type Series struct {
	Step   time.Duration
	Depth  [][]float64 // by class: messages visible or delayed, mean
	Flight [][]float64 // by class: messages in flight, mean
	Oldest [][]float64 // by class: age of the oldest undeleted message at the end of the step, seconds
	Busy   []float64   // running invocations or busy slots, mean
	Calls  []float64   // calls in the legacy system, mean
	Peak   []float64   // calls in the legacy system, largest
}
