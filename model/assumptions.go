package model

import "time"

// Assumptions holds one switch for each rule of AWS that its documentation
// leaves open: nobody outside AWS knows, so the user may choose. Every report
// names the ones that its scenario touched, with the setting used.
//
// What each rule says, and how far it is known, stands in package rules.
//
// The zero value is not useful; start from DefaultAssumptions.
type Assumptions struct {
	// QueueOrder: where a returned message with fewer than three receives
	// stands. "sent" puts it back at its place by send time, "visible" behind
	// everything that is visible now. AWS promises best-effort order only: with
	// "random" any visible message may be next, whenever it came.
	QueueOrder string
	// BackOfQueue: from the third receive on a returned message goes behind
	// everything visible. The dead-letter page of the SQS guide limits the rule
	// to queues with maxReceiveCount > 3, the metrics page does not.
	BackOfQueue bool
	// DeadLetterAt: when a message whose receives are used up moves:
	// "next-receive" or "visible". AWS says only that the count must exceed.
	DeadLetterAt string
	// StaleDelete: what a delete with an old receipt handle does after the
	// message was received again: "ignored" or "deletes". The API reference:
	// the call succeeds but the message might not be deleted.
	StaleDelete string
	// RetentionInFlight: whether retention also ends messages in flight:
	// "expires" or "waits" (they expire when they become visible again).
	RetentionInFlight string
	// ReservedRateLimit: the limit of 10 requests a second per unit of
	// concurrency, documented for accounts and provisioned concurrency, also
	// holds for a function's reserved concurrency.
	ReservedRateLimit bool
	// ThrottledBatch: what a poller does with a batch that the function
	// refused: "retry" it with back-off until its visibility ends, or "drop"
	// it at once. AWS documents the retry, not its number or spacing.
	ThrottledBatch string
	// MappingBackoff: how a mapping slows down after throttles and errors:
	// "shrink" (one concurrent batch fewer each time, down to 2, grown back by
	// the ramp) or "none". AWS says "gradually".
	MappingBackoff string
	// MappingRest: how long after its last throttle or error a mapping does not
	// grow. AWS gives no time.
	MappingRest time.Duration
	// IdlePollers: pollers of an idle mapping without maximum concurrency.
	// AWS: it may scale down to 2.
	IdlePollers int
	// BatchDelete: a mapping deletes a batch with one billed request per ten
	// messages; false bills one for each message.
	BatchDelete bool
	// StartTransition: the start of an execution is itself a billed transition.
	StartTransition bool
	// StartQueue: executions refused by the StartExecution bucket are started
	// as soon as it refills, in order; false switches that bucket off.
	StartQueue bool
	// EnvironmentReuse: which idle environment takes the next invocation, where
	// there are several: "last-used" or "newest", the one made last, as SimFaaS
	// (Mahmoudi and Khazaei, CLOSER 2021) has it. AWS says only that they are
	// reused.
	EnvironmentReuse string
}

// DefaultAssumptions returns the settings used by profile "aws".
func DefaultAssumptions() Assumptions {
	return Assumptions{
		QueueOrder:        "sent",
		BackOfQueue:       true,
		DeadLetterAt:      "next-receive",
		StaleDelete:       "ignored",
		RetentionInFlight: "expires",
		ReservedRateLimit: true,
		ThrottledBatch:    "retry",
		MappingBackoff:    "shrink",
		MappingRest:       time.Minute,
		IdlePollers:       2,
		BatchDelete:       true,
		StartTransition:   false,
		StartQueue:        true,
		EnvironmentReuse:  "last-used",
	}
}

// IdealAssumptions returns the settings used by profile "ideal": no quota, no
// retry behind the worker's back, and queues in order of becoming visible.
func IdealAssumptions() Assumptions {
	a := DefaultAssumptions()
	a.QueueOrder = "visible"
	a.BackOfQueue = false
	a.DeadLetterAt = "visible"
	a.StaleDelete = "deletes"
	a.ReservedRateLimit = false
	a.ThrottledBatch = "drop"
	a.MappingBackoff = "none"
	a.StartQueue = false
	return a
}
