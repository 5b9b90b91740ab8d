package model

import (
	"time"

	"penstock/model/policy"
)

// Faults is what goes wrong besides what [legacy] itself describes: what the
// documentation of AWS allows but nobody plans for, and what workers and their
// clocks do to themselves. Shares are 0..1, each drawn on its own. The zero
// value injects nothing.
type Faults struct {
	Until time.Duration // calm from then on: nothing more is injected; 0: never calm

	EmptyReceive    float64 // of receive calls that would find messages: they return none
	ShortReceive    float64 // of receive calls that may return several: they return fewer
	Duplicate       float64 // of receives: the message stays visible as well
	EarlyVisibility float64 // of receives: the visibility timeout runs out early
	DeleteFails     float64 // of deletes: they have no effect
	DeleteLate      float64 // of deletes: they take effect up to a visibility timeout later

	Kill    float64       // at each step of a worker: it is killed there, or soon after
	Restart time.Duration // from the kill of a polling service to its next start

	CallbackThrottled float64 // of answers and heartbeats of a token: refused by throttling
	CallbackAmbiguous float64 // of answers of a token: the worker learns nothing, half of them have effect

	CallHangs  float64 // of legacy calls: never answered, though the work is done
	CallErrors float64 // of legacy calls: answered 500 after the work
	CallLies   float64 // of legacy calls: answered 503, as if refused, after the work
	Poison     float64 // of tasks: every call for them fails

	ClockAhead  time.Duration // the workers' clock is ahead of the queue's by this
	ClockBehind time.Duration // … behind it; at most one of the two

	Redrives []Redrive      `json:",omitempty"`
	Policies []PolicyChange `json:",omitempty"`
}

// Redrive sends what is in the dead-letter queues back to its queues, as
// StartMessageMoveTask does; with Every it is a job that does so again and again.
type Redrive struct {
	At    time.Duration
	Rate  float64 // messages a second of each queue, at most 500 (SQS); > 0
	Every *Dist   `json:",omitempty"` // from one start to the next; nil: there is only one
	Count int     `json:",omitempty"` // most messages of each queue that one start moves; 0: all that are there
}

// PolicyChange is a new version of the worker. An environment of a function has
// it from its next invocation on; a polling service is started again, and what
// its slots hold comes back when its visibility timeout runs out.
type PolicyChange struct {
	At   time.Duration
	Kind policy.Kind
}

// Any reports whether there is anything to inject.
func (f *Faults) Any() bool {
	for _, share := range f.shares() {
		if share > 0 {
			return true
		}
	}
	return f.ClockAhead != 0 || f.ClockBehind != 0 || len(f.Redrives) > 0 || len(f.Policies) > 0
}

// The faults that strike by chance.
const (
	faultEmptyReceive = iota
	faultShortReceive
	faultDuplicate
	faultEarlyVisibility
	faultDeleteFails
	faultDeleteLate
	faultKill
	faultCallbackThrottled
	faultCallbackAmbiguous
	faultCallHangs
	faultCallErrors
	faultCallLies
	faultPoison
	numFaults
)

// faultName names a fault as scenarios and traces do.
func faultName(fault int) string {
	return [numFaults]string{
		"empty_receive", "short_receive", "duplicate", "early_visibility", "delete_fails", "delete_late", "kill",
		"callback_throttled", "callback_ambiguous", "call_hangs", "call_errors", "call_lies", "poison",
	}[fault]
}

// shares returns how often each fault strikes.
func (f *Faults) shares() [numFaults]float64 {
	return [numFaults]float64{
		f.EmptyReceive, f.ShortReceive, f.Duplicate, f.EarlyVisibility, f.DeleteFails, f.DeleteLate, f.Kill,
		f.CallbackThrottled, f.CallbackAmbiguous, f.CallHangs, f.CallErrors, f.CallLies, f.Poison,
	}
}
