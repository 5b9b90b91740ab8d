package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model/policy"
)

// The timelines below were worked out by hand from the rules of SQS, Lambda
// and Step Functions, each for a situation small enough to follow on paper.
// Nothing in them is random: every line has to be there, at its instant, in
// its place, and no other line of the same kinds.

// shared is a service with so many slots for all classes.
func shared(slots int, classes ...string) Config {
	c := plain(classes...)
	c.Worker.Driver, c.Worker.Concurrency = DriverPoller, slots
	return c
}

// dedicated is a function in which every class has one place of its own, taken
// from the queue only when it is free.
func dedicated(classes ...string) Config {
	c := plain(classes...)
	for i := range c.Classes {
		c.Classes[i].Mapping.MaximumConcurrency = 1
	}
	return c
}

// yielding is dedicated, with a worker that hides a message for so long when a
// higher queue has visible messages.
func yielding(pause time.Duration, classes ...string) Config {
	c := dedicated(classes...)
	c.Policy.Kind = policy.Yield
	c.Policy.YieldFor = Pause{Mode: policy.Drawn, Dist: always(pause)}
	return c
}

// timeline is one case: a scenario and all that happens in it, of some kinds
// of events and to some classes.
type timeline struct {
	name    string
	config  func() Config
	classes string // those that are compared; "": all
	events  string
	want    string
}

func TestTimelines(t *testing.T) {
	all := slices.Concat(priorityTimelines, queueTimelines, taskTimelines, systemTimelines)
	for _, c := range all {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			_, happened := watch(t, c.config())
			if c.classes != "" {
				happened = slices.DeleteFunc(happened, func(h Happening) bool {
					return !slices.Contains(strings.Fields(c.classes), h.Class)
				})
			}
			expect(t, happened, c.events, c.want)
		})
	}
}
