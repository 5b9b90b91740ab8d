package plan

import (
	"fmt"
	"runtime/debug"
	"time"

	"penstock/model"
)

// InternalError is a fault of the program itself: an invariant that did not
// hold, or a panic. Where a replication was simulated or billed, the message
// alone is enough to repeat the run.
type InternalError struct {
	Outside     bool // of any run; then the next three say nothing
	Scenario    string
	Seed        uint64
	Replication int
	Cause       any // what was panicked with; a *model.Broken for an invariant
	// At is where the run had come to; Begun is false where it fell before its
	// first event, or came to its end.
	At    time.Duration
	Begun bool
	Stack []byte // where in the code
	// Last is what happened last to the task that a broken invariant names, or in
	// the class, or in the whole run where it names none.
	Last []model.Happening
}

// Error names the run that failed, so that it can be repeated, and when. A
// broken invariant says the time itself.
func (e *InternalError) Error() string {
	if e.Outside {
		return fmt.Sprintf("internal failure: %v", e.Cause)
	}
	where := fmt.Sprintf("scenario %q, seed %d, replication %d", e.Scenario, e.Seed, e.Replication)
	if _, ok := e.Cause.(*model.Broken); !ok && e.Begun {
		where += fmt.Sprintf(", at %v", e.At)
	}
	return fmt.Sprintf("%s: internal failure: %v", where, e.Cause)
}

// guarded turns a panic of work into an error. A goroutine that panics would end
// the program with the exit code for "undecided".
func guarded(work func() error) (err error) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case *InternalError:
			err = cause
		default:
			err = &InternalError{Outside: true, Cause: cause, Stack: debug.Stack()}
		}
	}()
	return work()
}

// lastEvents is how many happenings tell how a run came to its end.
const lastEvents = 12

// internal makes an error of what a run, or its bill, panicked with. It is
// called while the stack still stands.
func (s *study) internal(cfg *model.Config, opt model.Options, cause any) error {
	e := &InternalError{
		Scenario: cfg.Name, Seed: cfg.Seed, Replication: opt.Replication,
		Cause: cause, Stack: debug.Stack(),
	}
	if b, ok := cause.(*model.Broken); ok {
		e.At, e.Begun = b.At, true
	}
	s.repeat(cfg, opt, e)
	return e
}

// repeat runs up to the failure once more, and notes when it is and what
// happened last. Runs repeat, so that no run has to remember.
func (s *study) repeat(cfg *model.Config, opt model.Options, e *InternalError) {
	about := &model.Broken{}
	if b, ok := e.Cause.(*model.Broken); ok {
		about = b
	}
	opt.Progress = nil
	opt.Trace = func(h *model.Happening) {
		if about.Class != "" && h.Class != about.Class || about.ID > 0 && h.ID != about.ID {
			return
		}
		if len(e.Last) == lastEvents {
			e.Last = append(e.Last[:0], e.Last[1:]...)
		}
		e.Last = append(e.Last, *h)
	}
	at, begun := time.Duration(0), false
	opt.Log = func(ev model.LoggedEvent) { at, begun = time.Duration(ev.At), true }
	defer func() {
		if again := recover(); again != nil && !e.Begun { // it failed in the run, not in its bill
			e.At, e.Begun = at, begun
		}
	}()
	s.simulate(cfg, opt)
}
