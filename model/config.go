// Package model is the simulated world: Step Functions executions, SQS queues,
// Lambda event source mappings or a polling service, and the slow legacy
// system behind them, wired on the engine of package sim. A Config goes in, a
// Run comes out; the same Config, seed and replication always give the same
// Run.
package model

import (
	"time"

	"penstock/model/policy"
)

// Config is a scenario: everything that a run depends on. Package scenarios
// reads it from TOML; Default and DefaultClass give the documented defaults.
// Durations are exact; rates are per second.
type Config struct {
	Name        string
	Description string
	Seed        uint64
	Study       Study
	Horizon     time.Duration // arrivals stop here; > 0
	Drain       Drain
	Warmup      Warmup
	// Replications is the number of independent runs; 0 leaves it to Precision.
	Replications int
	Precision    Precision

	Classes       []Class // in order of priority, the first is the highest
	Worker        Worker
	Policy        Policy
	StepFunctions StepFunctions
	Legacy        Legacy
	Timing        Timing
	Faults        Faults `json:",omitzero"`
	Assumptions   Assumptions
	Prices        Prices
	Asserts       []Assert
	References    []Reference `json:",omitempty"`
	Tune          []Knob
	Minimize      string // what the planner minimises: "cost" or a metric path
	Tournament    Tournament
}

// Study says what question the runs answer.
type Study string

// A terminating study watches a day, a burst or an outage from start to end; a
// steady study watches the long run and throws the warm-up away.
const (
	Terminating Study = "terminating"
	Steady      Study = "steady"
)

// Drain says how long a run goes on after the horizon, when nothing arrives.
type Drain struct {
	UntilEmpty bool          // go on until every task has ended
	For        time.Duration // otherwise: this long; 0 cuts at the horizon
}

// Warmup is the opening part of a steady study that is not counted.
type Warmup struct {
	Auto bool          // measure it by MSER-5
	For  time.Duration // otherwise: this long
}

// Precision asks for as many replications as the half-widths need.
type Precision struct {
	Confidence      float64 // of every interval, in (0,1)
	Mean            float64 // relative half-width of means
	Tail            float64 // relative half-width of p90, p95, p99 and of largest values
	MaxReplications int
	// A half-width of no more than the floor of its unit is always narrow
	// enough; 0: only the relative one counts.
	TimeFloor  time.Duration
	ShareFloor float64
	CountFloor float64 // tasks, calls, slots, or times per message
}

// Class is one priority class: its work, its queue and what it is promised.
type Class struct {
	Name           string
	Payload        int64 // bytes of one message
	InitialBacklog int   // tasks whose messages are visible at time 0
	Service        *Dist // overrides Legacy.Service; nil: does not
	Patience       *Dist `json:",omitempty"` // a task whose legacy call has not begun by then is given up; nil: none is
	YieldFor       *Dist `json:",omitempty"` // overrides Policy.YieldFor for this class; nil: does not
	RetryFor       *Dist `json:",omitempty"` // overrides Policy.RetryFor for this class; nil: does not
	LegacyBacklog  *int  `json:",omitempty"` // overrides Legacy.Backlog for calls of this class; nil: does not
	// LegacyBacklogUntil is the receive count from which on LegacyBacklog no longer
	// holds, and Legacy.Backlog does again: a worker that tries for a place, and
	// lines up for one with a message that has come back often enough. 0: never;
	// else LegacyBacklog is set.
	LegacyBacklogUntil int `json:",omitempty"`

	Reserve  int           // policy "reserve": slots kept for the class
	Weight   int           // policy "weighted": share of the service, relative to the others
	Deadline time.Duration // policy "deadline": from the send within which to be served; 0: not given

	Arrivals  []Arrivals
	Queue     Queue
	Mapping   Mapping
	Objective Objective
}

// Queue is an SQS standard queue.
type Queue struct {
	VisibilityTimeout    time.Duration // 0 to 12 h (SQS CreateQueue)
	MaxReceiveCount      int           // 1 to 1000; 0: no dead-letter queue
	Retention            time.Duration // 60 s to 14 d
	Delay                time.Duration // 0 to 15 min
	DuplicateProbability float64       // per receive, 0..1
}

// Mapping is the Lambda event source mapping of a class's queue.
type Mapping struct {
	BatchSize          int           // 1 to 10,000; over 10 needs BatchWindow >= 1 s
	BatchWindow        time.Duration // 0 to 300 s
	MaximumConcurrency int           // 2 to 1,000; 0: not set
	ProvisionedPollers PollerRange
}

// PollerRange bounds the pollers of provisioned mode; the zero value means
// standard mode.
type PollerRange struct{ Min, Max int }

// Objective is what a class is promised. Zero times and negative shares mean
// "no promise".
type Objective struct {
	Latency     []Bound // "p95" … in the order of the file
	DeadLetters float64 // largest share of tasks, 0..1; negative: no promise
	TimedOut    float64 // likewise
}

// Bound is the largest allowed value of one latency metric: p50, p90, p95,
// p99, mean, max or oldest.
type Bound struct {
	Metric string
	AtMost time.Duration
}

// Driver is the way in which the worker gets its messages.
type Driver string

// DriverLambda puts a function behind SQS event source mappings; DriverPoller
// is a service that long-polls the queues itself.
const (
	DriverLambda Driver = "lambda"
	DriverPoller Driver = "poller"
)

// Worker is the function, or the service, that runs the policy.
type Worker struct {
	Driver                 Driver
	Concurrency            int   // reserved concurrency, or slots
	ProvisionedConcurrency int   // environments kept warm
	Memory                 int64 // bytes
	Architecture           string
	LowFirst               float64       `json:",omitempty"` // poller: share of the sweeps that begin at the lowest class, 0..1
	Timeout                time.Duration // of one invocation
	CallTimeout            time.Duration // the client's, on one legacy call
	ColdStart              Dist          // INIT time
	IdleLifetime           Dist          // an idle environment is reclaimed after it, each after its own
	LogBytes               int64         // log volume of one invocation, platform lines included
	CPU                    float64       // vCPUs of one polling service, billed as Fargate
}

// Policy is the worker's policy, as the scenario writes it. The decisions
// themselves are package policy's.
type Policy struct {
	Kind       policy.Kind
	Look       policy.LookMode
	LookCache  time.Duration
	EscalateAt int
	YieldFor   Pause
	CheckToken bool
	Heartbeat  time.Duration
	RetryFor   Pause
	OnError    policy.Outcome // of a legacy call that failed or timed out
	OnRejected policy.Outcome // of a legacy call that was refused

	AgeStep     time.Duration // policy "aging": each raises a message by one class; 0: age does not
	ReceiveStep int           // policy "aging": so many receives raise it by one class; 0: receives do not
}

// Pause is how long a message that goes back stays hidden.
type Pause struct {
	Mode policy.PauseMode
	Dist Dist // with policy.Drawn
}

// StepFunctions is the workflow around the callback task.
type StepFunctions struct {
	States    int           // entered per execution, retries apart
	Timeout   time.Duration // TimeoutSeconds of the callback task
	Heartbeat time.Duration // HeartbeatSeconds; 0: none
	Retry     Retry
}

// Retry is the Retry field of the callback task, matching every error.
type Retry struct {
	MaxAttempts int
	Interval    time.Duration
	Backoff     float64
	MaxDelay    time.Duration // 0: none
	Jitter      string        // "none" or "full"
}

// Legacy is the slow system.
type Legacy struct {
	Concurrency int
	Backlog     int // calls it lets wait
	Service     Dist
	Slowdown    Slowdown
	RateLimit   RateLimit
	ErrorRate   float64
	HangRate    float64
	Outages     []Outage
}

// Slowdown says how fast each call advances when n are in progress.
type Slowdown struct {
	Kind     string // "none", "usl", "sharing", "threshold" or "thrash"
	Alpha    float64
	Beta     float64
	Capacity float64
}

// RateLimit refuses calls with 429.
type RateLimit struct {
	Kind       string        // "none", "token-bucket", "fixed-window" or "sliding-window"
	Rate       float64       // per second
	Burst      int           // token bucket only
	Window     time.Duration // windows only
	RetryAfter time.Duration // 0: the answer has no Retry-After
}

// Outage is a spell in which the legacy system fails.
type Outage struct {
	At     time.Duration
	For    time.Duration
	Kind   string // "down", "errors", "slow" or "hang"
	Factor float64
}

// Timing holds the latency of every AWS call. A zero Dist takes no time.
type Timing struct {
	Profile       string // "aws" or "ideal"
	SQSSend       Dist
	SQSReceive    Dist
	SQSDelete     Dist
	SQSAttributes Dist
	SQSVisibility Dist
	AttributesLag time.Duration // age of the counts that GetQueueAttributes shows
	SFNCallback   Dist
	LambdaInvoke  Dist
	ESMRetry      Dist // first pause before a throttled batch is tried again
}

// Prices chooses the price book.
type Prices struct {
	Book     string // the name of a shipped book, or a file
	FreeTier bool
}

// Assert is a condition on the result that decides the exit code.
type Assert struct {
	Metric string // a path into the result
	Op     string // "<=", "<", ">=" or ">"
	Value  float64
	Text   string // the value as written, unit included
}

// Reference is what a metric has to be in the long run, known without any
// simulation: penstock selftest holds the result against it.
type Reference struct {
	Metric string  // a path into the result
	Exact  float64 // seconds where the metric is a time
	Rel    float64 // deviation that is allowed whatever the interval, relative to Exact
	Source string  // formula or solver, in a few words
}

// Knob is a setting that the planner may move.
type Knob struct {
	Key      string
	Min, Max float64
	Values   []string // instead of Min and Max
}

// Tournament ranks policies.
type Tournament struct {
	Policies []string `json:",omitempty"` // each a kind, perhaps with settings: "aging age_step=2m"; none: every kind
	By       string   // "cost": the cost, of those that keep every objective; or a metric path
	Largest  bool     `json:",omitempty"` // the largest value wins, not the smallest
	Within   float64  // difference that does not matter, a share of the best value, in (0,1]
}

// Dist is a distribution of durations. The zero value is the constant 0.
type Dist struct {
	Kind   string // "constant", "exponential", "uniform", "lognormal", "gamma", "erlang", "hyperexponential", "weibull", "pareto", "empirical", "mixture"
	Value  time.Duration
	Mean   time.Duration
	Min    time.Duration
	Max    time.Duration
	Median time.Duration
	P99    time.Duration
	CV     float64
	Shape  float64
	Alpha  float64
	K      int
	File   string
	Column string
	Unit   string
	Sample []time.Duration // empirical: the values of the file
	Parts  []Part
}

// Part is one component of a mixture.
type Part struct {
	Weight float64 // > 0, relative to the others
	Dist   Dist
}

// Arrivals is one source of tasks.
type Arrivals struct {
	Kind string // "poisson", "constant", "renewal", "burst", "schedule", "mmpp", "closed", "trace"

	Rate float64 // poisson, constant: per second
	Gap  Dist    // renewal
	Size int     `json:",omitempty"` // poisson, renewal: tasks that come at once; 0: one

	At    time.Duration // burst: when
	Count int           // burst: how many; poisson, renewal: no more than so many in a run, 0: no end
	Over  time.Duration // burst: evenly spread over this; 0: all at once
	Every time.Duration // burst: again after this; 0: once

	Points []Point       // schedule
	Shape  string        // schedule: "step" or "linear"
	Period time.Duration // schedule: 0: once, the last rate holds on

	States []RateState // mmpp

	Population int  // closed
	Think      Dist // closed

	Trace Trace // trace
}

// Point is a knot of a rate schedule.
type Point struct {
	At   time.Duration
	Rate float64 // per second
}

// RateState is one state of a Markov-modulated Poisson process.
type RateState struct {
	Rate float64       // per second
	Hold time.Duration // mean time in the state, exponential
}

// Trace is recorded arrivals, read by the loader.
type Trace struct {
	File          string
	Column        string
	Format        string        // "counts", "timestamps" or "seconds"
	Bin           time.Duration // counts: width of a bin
	Scale         float64       // counts: every count times this
	ServiceColumn string

	Counts   []float64       // counts: arrivals in each bin, unscaled
	Times    []time.Duration // timestamps, seconds: from the start, never going back
	Services []time.Duration // with ServiceColumn: as long as Times
}
