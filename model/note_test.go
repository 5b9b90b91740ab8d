package model

import "testing"

// The slots of a service are numbered from 1 in the trace.
func TestSlotsAreNumberedFromOne(t *testing.T) {
	c := shared(2, "A")
	c.Classes[0].Arrivals = sendAt(0, 0)
	_, happened := watch(t, c)
	called := pick(happened, "called")
	if len(called) != 2 || called[0].Env+called[1].Env != 3 || called[0].Env*called[1].Env != 2 {
		t.Errorf("calls from %+v, want slots 1 and 2", called)
	}
}
