package plan

import (
	"context"
	"errors"
	"testing"
	"time"

	"penstock/model"
)

// TestBrokenInvariantTellsTheTasksLastEvents: the run is repeated with a trace,
// and what happened last to the task comes with the error.
func TestBrokenInvariantTellsTheTasksLastEvents(t *testing.T) {
	runs := 0
	breaks := func(_ *model.Config, opt model.Options) (model.Run, bool) {
		runs++
		if opt.Trace != nil {
			for i := range 2 * lastEvents {
				opt.Trace(&model.Happening{At: time.Duration(i), Event: "received", Class: "A", ID: 7})
				opt.Trace(&model.Happening{At: time.Duration(i), Event: "received", Class: "A", ID: 8})
				opt.Trace(&model.Happening{At: time.Duration(i), Event: "received", Class: "B", ID: 7})
			}
		}
		panic(&model.Broken{Rule: "a task ends once", Class: "A", ID: 7})
	}
	c := verified()
	c.Replications = 1
	_, err := execute(context.Background(), &c, nil, Options{}, breaks)
	var e *InternalError
	if !errors.As(err, &e) || runs != 2 || len(e.Last) != lastEvents {
		t.Fatalf("%d runs, %v", runs, err)
	}
	for i, h := range e.Last {
		if h.ID != 7 || h.Class != "A" || h.At != time.Duration(lastEvents+i) {
			t.Errorf("event %d is %+v", i, h)
		}
	}
}
