package model

import (
	"testing"
	"time"
)

// Tasks whose messages are dead letters wait for their timeout, but nobody will
// ever work on them: they are open, and no backlog.
func TestDeadLettersAreNoBacklog(t *testing.T) {
	c := orders()
	c.Horizon, c.Drain = 4*time.Hour, Drain{}
	c.Legacy.Outages = []Outage{{Kind: "down", For: 2 * time.Hour}}
	for i := range c.Classes {
		c.Classes[i].Queue.MaxReceiveCount = 2
		c.Classes[i].Queue.VisibilityTimeout = time.Minute
	}
	run, _ := Simulate(&c, Options{})
	dead := int64(0)
	for _, k := range run.Classes {
		dead += k.DeadLettered
	}
	if dead < 10_000 {
		t.Fatalf("only %d dead letters", dead)
	}
	if last := run.Backlog[4]; last > 100 {
		t.Errorf("a backlog of %d at the end, with the system idle and %d dead letters", last, dead)
	}
}
