package plan

import (
	"context"
	"errors"
	"strings"
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

// A panic anywhere in the simulated world is reported like a broken invariant:
// which run, when in it, and what happened last, whosever it was.
func TestPanicTellsWhenAndWhatWasBefore(t *testing.T) {
	runs := 0
	falls := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		runs++
		for i := range 2 * lastEvents {
			at := time.Duration(i) * time.Second
			if opt.Log != nil {
				opt.Log(model.LoggedEvent{At: int64(at)})
			}
			if opt.Trace != nil {
				opt.Trace(&model.Happening{At: at, Event: "received", Class: "A", ID: int64(i)})
			}
		}
		panic("index out of range")
	}
	c := verified()
	c.Replications = 1
	_, err := execute(context.Background(), &c, nil, Options{}, falls)
	var e *InternalError
	if !errors.As(err, &e) || runs != 2 || len(e.Last) != lastEvents {
		t.Fatalf("%d runs, %v", runs, err)
	}
	if want := ", replication 0, at 23s: internal failure: index out of range"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error %q, want …%q", err, want)
	}
	if first, last := e.Last[0].ID, e.Last[lastEvents-1].ID; first != lastEvents || last != 2*lastEvents-1 {
		t.Errorf("the last events are %d to %d", first, last)
	}
	if !strings.Contains(string(e.Stack), "broken_test.go") {
		t.Errorf("the stack does not lead to the panic:\n%s", e.Stack)
	}
}

// A broken invariant of a class brings the last events of that class.
func TestBrokenInvariantOfAClass(t *testing.T) {
	breaks := func(_ *model.Config, opt model.Options) (model.Run, bool) {
		if opt.Trace != nil {
			opt.Trace(&model.Happening{Class: "A", ID: 1})
			opt.Trace(&model.Happening{Class: "B", ID: 2})
		}
		panic(&model.Broken{Rule: "nothing vanishes", Class: "B", At: time.Minute})
	}
	c := verified()
	_, err := execute(context.Background(), &c, nil, Options{}, breaks)
	var e *InternalError
	if !errors.As(err, &e) || len(e.Last) != 1 || e.Last[0].ID != 2 || e.At != time.Minute {
		t.Fatalf("%+v", e)
	}
	if n := strings.Count(err.Error(), "1m0s"); n != 1 {
		t.Errorf("the time stands there %d times: %v", n, err)
	}
}

// The run that fails is the one that is repeated, also where a study varies its
// scenario.
func TestTheFailingScenarioIsRepeated(t *testing.T) {
	c := verified()
	varied := c
	varied.Name, varied.Seed = "varied", 77
	s := &study{cfg: &c, simulate: func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if opt.Log != nil {
			opt.Log(model.LoggedEvent{At: int64(cfg.Seed)})
		}
		panic("oh")
	}}
	out := s.one(&varied, model.Options{}, nil, func() bool { return false })
	if e := out.err.(*InternalError); e.Scenario != "varied" || e.Seed != 77 || e.At != 77 {
		t.Errorf("%v", e)
	}
}
