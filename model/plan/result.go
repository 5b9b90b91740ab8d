// Package plan runs replications side by side and turns what they measured
// into estimates with intervals: the result that penstock prints, writes and
// checks asserts against.
package plan

import (
	"time"

	"penstock/model"
)

// Estimate is a value with its confidence interval over n replications. Value
// is nil, and Why says why, where the sample cannot carry a figure; Low and
// High are nil where it cannot carry an interval.
type Estimate struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	N     int      `json:"n"`
	Why   string   `json:"why,omitempty"`

	// growing is set where there is no value yet, and more replications would
	// give one.
	growing bool
}

// Result is the outcome of a study, in the form of result.json. Times are in
// seconds, money in USD, shares in 0..1.
type Result struct {
	Scenario     string  `json:"scenario"`
	Seed         uint64  `json:"seed"`
	ConfigHash   string  `json:"config_hash"`
	LogHash      string  `json:"log_hash"` // hash of every event of every replication
	Version      string  `json:"version"`
	Study        string  `json:"study"`
	Replications int     `json:"replications"`
	Confidence   float64 `json:"confidence"`
	WarmupS      float64 `json:"warmup_s"` // cut from the start of each run; 0 in terminating studies
	HorizonS     float64 `json:"horizon_s"`
	Verdict      string  `json:"verdict"`     // "stable", "saturated" or "undecided"
	VerdictWhy   string  `json:"verdict_why"` // one sentence with its figures
	// BacklogGrowth is the rate at which open tasks become more, tasks/s over the
	// last three quarters of the counted time; negative where they become fewer.
	BacklogGrowth Estimate `json:"backlog_growth"`

	// Classes is keyed by class name; encoding/json writes maps in order of
	// their keys, so ClassOrder keeps the order of priority.
	Classes    map[string]*Class `json:"classes"`
	ClassOrder []string          `json:"class_order"`

	Worker        Worker   `json:"worker"`
	Legacy        Legacy   `json:"legacy"`
	StepFunctions Steps    `json:"stepfunctions"`
	Cost          Cost     `json:"cost"`
	Asserts       []Assert `json:"asserts"`
	Objectives    []Assert `json:"objectives"`
	Twin          Twin     `json:"twin"`
	// Assumptions are the switches that the runs depended on.
	Assumptions []Assumption `json:"assumptions"`
	Warnings    []string     `json:"warnings,omitempty"`
	// Precision is nil where the scenario fixes the number of replications.
	Precision *Precision `json:"precision,omitempty"`

	// Plots carries what the figures need and result.json does not.
	Plots Plots `json:"-"`
}

// Class holds the estimates of one class; counts are tasks per replication.
type Class struct {
	Arrived      Estimate `json:"arrived"`
	Completed    Estimate `json:"completed"`
	Failed       Estimate `json:"failed"`
	TimedOut     Estimate `json:"timed_out"`
	DeadLettered Estimate `json:"dead_lettered"`
	Expired      Estimate `json:"expired"`
	Unfinished   Estimate `json:"unfinished"`

	FailedShare       Estimate `json:"failed_share"`        // of the tasks that arrived
	DeadLetteredShare Estimate `json:"dead_lettered_share"` // likewise
	TimedOutShare     Estimate `json:"timed_out_share"`     // likewise

	Latency          Quantiles `json:"latency"`
	LatencyCompleted Quantiles `json:"latency_completed"`
	Wait             Waits     `json:"wait"`
	// LegacyWait is how long the call that completed a task waited inside the legacy
	// system before its work began, 0 for those that began at once. It is a part of
	// WaitParts.Legacy, and none where no call of the class can wait there.
	LegacyWait LegacyWaits `json:"legacy_wait"`
	WaitParts  Parts       `json:"wait_parts"`

	ReceivesPerMessage Estimate `json:"receives_per_message"`
	YieldsPerMessage   Estimate `json:"yields_per_message"`
	Waited             Estimate `json:"waited"`            // share of completed tasks whose legacy call did not begin at the instant of the send
	LegacyWaited       Estimate `json:"legacy_waited"`     // share of completed tasks whose call waited inside the legacy system; none as for LegacyWait
	Escalated          Estimate `json:"escalated"`         // share of tasks
	DuplicateCalls     Estimate `json:"duplicate_calls"`   // calls per replication beyond the first of each task
	Oldest             Estimate `json:"oldest"`            // largest age of a message, seconds
	DepthMean          Estimate `json:"depth_mean"`        // messages waiting, over time
	DepthMax           Estimate `json:"depth_max"`         // most messages waiting at a time
	InFlightMean       Estimate `json:"in_flight_mean"`    // messages in flight, over time
	InFlightMax        Estimate `json:"in_flight_max"`     // most messages in flight at a time
	DeadLettersMean    Estimate `json:"dead_letters_mean"` // messages in the dead-letter queue, over time; 0 where there is no such queue
	VisibleShare       Estimate `json:"visible_share"`     // share of the time in which a message is visible: what a worker that looks sees
	// LatencyIsLowerBound is set where some tasks were still open at the end of
	// a run: their latency ran to that end.
	LatencyIsLowerBound bool `json:"latency_is_lower_bound,omitempty"`
}

// Quantiles are the estimates of a latency, in seconds. P50 to P99 of a
// terminating study are those of a typical replication: medians over the
// replications, with an interval between order statistics. Where six
// replications or more are needed for it and there are fewer, or where the
// replications differ too much (Why says so), and in a steady study, they are
// means over the replications, as everything else is.
type Quantiles struct {
	Mean Estimate `json:"mean"`
	P50  Estimate `json:"p50"`
	P90  Estimate `json:"p90"`
	P95  Estimate `json:"p95"`
	P99  Estimate `json:"p99"`
	Max  Estimate `json:"max"`
}

// Waits are the estimates of the wait, in seconds: from the send of the message,
// or from its redrive, to the legacy call that completed its task.
type Waits struct {
	Mean Estimate `json:"mean"`
	SD   Estimate `json:"sd"` // standard deviation over the completed tasks of a replication
	P50  Estimate `json:"p50"`
	P90  Estimate `json:"p90"`
	P95  Estimate `json:"p95"`
	P99  Estimate `json:"p99"`
}

// LegacyWaits are the estimates of the wait inside the legacy system, in seconds.
type LegacyWaits struct {
	Mean Estimate `json:"mean"`
	P50  Estimate `json:"p50"`
	P90  Estimate `json:"p90"`
	P95  Estimate `json:"p95"`
	P99  Estimate `json:"p99"`
}

// Parts are the mean seconds that a task spends in each part of its latency.
type Parts struct {
	Queued    Estimate `json:"queued"`
	Yielded   Estimate `json:"yielded"`
	Throttled Estimate `json:"throttled"`
	Backoff   Estimate `json:"backoff"`
	ColdStart Estimate `json:"cold_start"`
	Legacy    Estimate `json:"legacy"`
	Callback  Estimate `json:"callback"`
	Other     Estimate `json:"other"`
}

// Worker holds the estimates of the function or the service.
type Worker struct {
	Invocations     Estimate `json:"invocations"`
	Throttles       Estimate `json:"throttles"`
	ColdStarts      Estimate `json:"cold_starts"`
	Timeouts        Estimate `json:"timeouts"`
	ColdStartShare  Estimate `json:"cold_start_share"` // of the invocations
	Busy            Estimate `json:"busy"`
	AtLimit         Estimate `json:"at_limit"` // share of the time with every slot in use
	ConcurrencyMean Estimate `json:"concurrency_mean"`
	ConcurrencyMax  Estimate `json:"concurrency_max"`
	IdleMean        Estimate `json:"idle_mean"` // idle environments, provisioned ones apart; none where a service polls
}

// Legacy holds the estimates of the legacy system.
type Legacy struct {
	Calls         Estimate `json:"calls"`
	Rejected      Estimate `json:"rejected"`
	Errors        Estimate `json:"errors"`
	Timeouts      Estimate `json:"timeouts"`
	OrphanCalls   Estimate `json:"orphan_calls"`
	RejectedShare Estimate `json:"rejected_share"` // of the calls
	Utilization   Estimate `json:"utilization"`
	AtLimit       Estimate `json:"at_limit"` // share of the time with every place taken
	Idle          Estimate `json:"idle"`     // share of the time in which no call is worked on or waits
	Slowed        Estimate `json:"slowed"`   // share of the time in which calls slow each other down
	InFlightMean  Estimate `json:"in_flight_mean"`
	InFlightMax   Estimate `json:"in_flight_max"`
}

// Steps holds the estimates of Step Functions.
type Steps struct {
	Started            Estimate `json:"started"`
	Retried            Estimate `json:"retried"`
	StartDelayMean     Estimate `json:"start_delay_mean"`
	StartDelayMax      Estimate `json:"start_delay_max"`
	CallbacksRefused   Estimate `json:"callbacks_refused"`
	CallbacksThrottled Estimate `json:"callbacks_throttled"`
}

// Cost is the bill of one replication, of the month that it stands for, and
// of a thousand completed tasks.
type Cost struct {
	Total                Estimate   `json:"total"`
	Monthly              Estimate   `json:"monthly"`
	PerThousandCompleted Estimate   `json:"per_thousand_completed"`
	Book                 string     `json:"book"`
	Items                []CostItem `json:"items"`
}

// CostItem is one line of the bill.
type CostItem struct {
	Service  string   `json:"service"`
	Item     string   `json:"item"`
	Cause    string   `json:"cause"`
	Quantity Estimate `json:"quantity"`
	UnitUSD  float64  `json:"unit_usd"`
	USD      Estimate `json:"usd"`
}

// Assert is the verdict on one condition.
type Assert struct {
	Metric  string   `json:"metric"`
	Op      string   `json:"op"`
	Bound   float64  `json:"bound"`
	Value   Estimate `json:"value"`
	Outcome string   `json:"outcome"`       // "met", "not met" or "undecided"
	Why     string   `json:"why,omitempty"` // where the outcome needs a reason
}

// Assumption is an open rule of AWS that the runs depended on.
type Assumption struct {
	ID   string `json:"id"`   // its row in the table of rules
	Name string `json:"name"` // its switch in [assumptions], else its key in the scenario, else its ID
	// Setting is as used; "fixed" for a rule that no key sets.
	Setting string `json:"setting"`
	Rule    string `json:"rule"`  // one sentence
	Grade   string `json:"grade"` // "C" or "D"
}

// Plots is what the figures are drawn from, summed or averaged over the
// replications.
type Plots struct {
	Step    time.Duration
	Horizon time.Duration
	Depth   [][]Band // by class, then step
	Flight  [][]Band
	Oldest  [][]Band
	Busy    []Band
	Calls   []Band
	Peak    []Band // calls in the legacy system, largest of each step
	// Most is what the queues of each class reached in any replication: a mean
	// over a step does not show it.
	Most      []Extremes
	Latency   [][]int64 // by class: counts by model.HistBound, all replications
	Slots     int       // worker concurrency
	LegacyCap int       // legacy concurrency
	Config    *model.Config
}

// Extremes are the largest values of one class's queue at any instant.
type Extremes struct {
	Depth, Flight, Oldest float64 // messages, messages, seconds
}

// Band is the mean over replications and the range they span.
type Band struct{ Mean, Min, Max float64 }
