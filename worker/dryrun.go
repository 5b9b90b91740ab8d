package worker

import (
	"context"
	"time"

	"penstock/model/policy"
)

// DryRun returns ports that only look and receive: nothing is called, answered,
// deleted, buried or hidden, and all of it is said to have succeeded, so that
// every decision is made and written down. A message that a dry run receives has
// been received all the same: it is hidden for a visibility timeout, and its
// receive count goes up.
func DryRun(p Ports) Ports {
	return Ports{dryQueues{p.Queues}, dryTasks{}, dryLegacy{}}
}

type dryQueues struct{ Queues }

func (dryQueues) Hide(context.Context, Message, time.Duration) error { return nil }
func (dryQueues) Delete(context.Context, Message) error              { return nil }
func (dryQueues) Bury(context.Context, Message, string) error        { return nil }

type dryTasks struct{}

func (dryTasks) Beat(context.Context, string) policy.Status                 { return policy.OK }
func (dryTasks) Succeed(context.Context, string, string) policy.Status      { return policy.OK }
func (dryTasks) Fail(context.Context, string, string, string) policy.Status { return policy.OK }

type dryLegacy struct{}

func (dryLegacy) Call(context.Context, Task) Answer { return Answer{Output: "null"} }

// dryMeter is told of what happens in a dry run, and keeps from the measures
// what only would: that is in the journal.
type dryMeter struct{ Meter }

func (d dryMeter) Count(m Measure, class int, n int64) {
	if m == Receives || m == Trouble {
		d.Meter.Count(m, class, n)
	}
}

func (dryMeter) Took(int, time.Duration) {}
