package model

import (
	"testing"
	"time"
)

// What a class has if its scenario says nothing of it: the queue that AWS
// recommends behind a function of one minute, and no objective.
func TestDefaultClass(t *testing.T) {
	k := DefaultClass()
	if k.Queue.VisibilityTimeout != 6*time.Minute || k.Queue.MaxReceiveCount != 10 || k.Queue.Retention != 4*day {
		t.Errorf("queue %+v", k.Queue)
	}
	if k.Objective.DeadLetters != -1 || k.Objective.TimedOut != -1 || len(k.Objective.Latency) != 0 {
		t.Errorf("objective %+v, want none", k.Objective)
	}
}

// The assumed latencies: of the size of calls within a Region, and the lag of
// the counts in seconds.
func TestDefaultTiming(t *testing.T) {
	d := DefaultTiming()
	if d.SQSSend.Value != 20*time.Millisecond || d.SFNCallback.Value != 25*time.Millisecond || d.AttributesLag != 5*time.Second {
		t.Errorf("%+v", d)
	}
}
