package model

import (
	"fmt"
	"strings"
)

// What AWS leaves open and a run may touch: first the switches, in the order
// of the struct Assumptions, then the assumed latencies of calls, then rules
// that stand under another key of the scenario or under none.
const (
	touchQueueOrder = iota
	touchBackOfQueue
	touchDeadLetterAt
	touchStaleDelete
	touchRetention
	touchReservedRate
	touchThrottledBatch
	touchMappingBackoff
	touchMappingRest
	touchIdlePollers
	touchBatchDelete
	touchStartTransition
	touchStartQueue
	touchReuse

	touchSend
	touchReceive
	touchDelete
	touchAttributes
	touchVisibility
	touchLag
	touchCallback
	touchInvoke
	touchRetry

	touchDuplicates
	touchLateHandle
	touchColdStart
	touchIdleLifetime
	touchLog
	touchRampGrain
	touchNoOverpull
	touchFewPollers
	touchPollerWait
	touchRetryPauses
	touchPassiveReturn
	touchOrphanMessage
	touchLostToken
	touchFreeAnswers
	touchTransitionsAtOnce
	touchHistory
	numTouches
)

// touchNames are the names of the above: a switch of [assumptions], a key of
// [timing] with its table, or a rule's number in the table of package rules.
func touchNames() [numTouches]string {
	var names [numTouches]string
	var a Assumptions
	for i, s := range a.Switches() {
		names[i] = s.Name
	}
	copy(names[touchSend:], []string{
		"timing.sqs_send", "timing.sqs_receive", "timing.sqs_delete", "timing.sqs_attributes", "timing.sqs_visibility",
		"timing.attributes_lag", "timing.sfn_callback", "timing.lambda_invoke", "timing.esm_retry",
	})
	copy(names[touchDuplicates:], []string{
		"SQS-23", "SQS-32", "FN-16", "FN-18", "FN-26",
		"ESM-05", "ESM-12", "ESM-13", "ESM-14", "ESM-31", "ESM-35",
		"SFN-10", "SFN-22", "SFN-20", "SFN-26", "SFN-29",
	})
	return names
}

// touch notes that the course of the run depended on an assumption.
func (w *world) touch(a int) { w.touched |= 1 << a }

// Switch is an assumption's name in [assumptions] and its setting.
type Switch struct{ Name, Setting string }

// Switches returns every assumption with its setting, in the order of the
// struct.
func (a *Assumptions) Switches() []Switch {
	return []Switch{
		{"queue_order", a.QueueOrder},
		{"back_of_queue", fmt.Sprint(a.BackOfQueue)},
		{"dead_letter_at", a.DeadLetterAt},
		{"stale_delete", a.StaleDelete},
		{"retention_in_flight", a.RetentionInFlight},
		{"reserved_rate_limit", fmt.Sprint(a.ReservedRateLimit)},
		{"throttled_batch", a.ThrottledBatch},
		{"mapping_backoff", a.MappingBackoff},
		{"mapping_rest", DurationText(a.MappingRest)},
		{"idle_pollers", fmt.Sprint(a.IdlePollers)},
		{"batch_delete", fmt.Sprint(a.BatchDelete)},
		{"start_transition", fmt.Sprint(a.StartTransition)},
		{"start_queue", fmt.Sprint(a.StartQueue)},
		{"environment_reuse", a.EnvironmentReuse},
	}
}

// Touchable returns the names of everything that AWS leaves open and a run may
// depend on, in the order in which Run.Touched lists them.
func Touchable() []string {
	names := touchNames()
	return names[:]
}

// touchedNames returns the names of the assumptions that the run touched. The
// ideal profile assumes no latency: what it has was set by the user.
func (w *world) touchedNames() []string {
	var names []string
	for i, name := range touchNames() {
		if w.touched&(1<<i) != 0 && !(w.ideal && strings.HasPrefix(name, "timing.")) {
			names = append(names, name)
		}
	}
	return names
}
