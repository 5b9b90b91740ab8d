package chaos

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// Violation is a rule that a run did not keep, as the watcher saw it.
type Violation struct {
	Rule   string // what should have held
	Detail string // what was found, and when
}

// watcher follows a run through its trace alone, keeps its own books, and holds
// the run against the documented behaviour of SQS, Lambda and Step Functions.
// It knows the scenario and nothing of how the simulator works.
type watcher struct {
	cfg   *model.Config
	sure  certainty
	found []Violation
	hasty bool // the first violation ends the run
	unsure
	blurred bool // whose work an event is of is not known for sure any more
	now     time.Duration
	instant int // lines of trace at now
	classes []*classBook
	byName  map[string]*classBook
	legacy  legacyBook
	service serviceBook
	counts  map[string]int64    // by event
	looks   map[int][]*lookBook // by worker, and class
}

// certainty says which rules are exact in a scenario. Faults are no matter of
// it: the trace names what each one strikes.
type certainty struct {
	policy  bool // one policy for the whole run
	answers bool // no call hangs unseen: a place is taken until the call is answered
}

// unsure collects what is a violation only if nothing unseen happened, such as
// a throttled answer or an invocation that was killed: known at the end.
type unsure struct {
	ifNoThrottle, ifNoKill []Violation
}

// classBook is what is known of one class.
type classBook struct {
	index  int
	cfg    *model.Class
	tasks  map[int64]*taskBook
	counts map[string]int64
	line   int // messages that stand in line, as far as the trace shows
	sums   classSums
}

// inOrder returns the tasks in the order of their numbers, so that the same run
// always fails with the same words.
func (k *classBook) inOrder() []*taskBook {
	all := make([]*taskBook, 0, len(k.tasks))
	for _, id := range slices.Sorted(maps.Keys(k.tasks)) {
		all = append(all, k.tasks[id])
	}
	return all
}

// classSums add up what the result says of a class.
type classSums struct {
	latency   time.Duration // of tasks that ended
	wait      time.Duration // from the send to the call that completed the task
	called    time.Duration // from that call to its answer
	escalated int64
	outcomes  map[string]int64
}

// mostInstant is how many lines of trace one instant may have: a simulator that
// goes round within one event cannot be stopped from outside.
const mostInstant = 1 << 21

func newWatcher(cfg *model.Config) *watcher {
	w := &watcher{cfg: cfg, byName: map[string]*classBook{}, counts: map[string]int64{}, looks: map[int][]*lookBook{}}
	w.sure = certainty{policy: len(cfg.Faults.Policies) == 0, answers: cfg.Legacy.HangRate == 0}
	for i := range cfg.Classes {
		b := &classBook{index: i, cfg: &cfg.Classes[i], tasks: map[int64]*taskBook{}, counts: map[string]int64{},
			sums: classSums{outcomes: map[string]int64{}}}
		w.classes = append(w.classes, b)
		w.byName[b.cfg.Name] = b
	}
	w.legacy, w.service = newLegacyBook(cfg), newServiceBook(cfg)
	return w
}

// mostFound bounds what is kept of one run: after the first violation the books
// may be wrong.
const mostFound = 8

func (w *watcher) fail(rule, format string, args ...any) {
	if len(w.found) < mostFound {
		w.found = append(w.found, w.violation(rule, format, args...))
	}
	if w.hasty {
		panic(&Failure{Rule: w.found[0].Rule, Detail: w.found[0].Detail})
	}
}

func (w *watcher) violation(rule, format string, args ...any) Violation {
	return Violation{rule, fmt.Sprintf("at %v: ", w.now) + fmt.Sprintf(format, args...)}
}

// happens takes one line of the trace.
func (w *watcher) happens(h *model.Happening) {
	if h.At < w.now {
		w.fail("clocks never go back", "%s of %s at %v", h.Event, w.name(h), h.At)
	}
	if h.At > w.now {
		w.legacy.instantOver(w)
		w.instant = 0
	}
	w.now = h.At
	if w.instant++; w.instant > mostInstant {
		panic(&Failure{Rule: "time goes on", Detail: fmt.Sprintf("%d lines of trace at %v, the last %s of %s", w.instant, w.now, h.Event, w.name(h))})
	}
	k := w.byName[h.Class]
	if k == nil {
		w.fail("every event names a class", "%s of class %q", h.Event, h.Class)
		return
	}
	k.counts[h.Event]++
	w.counts[h.Event]++
	if h.Event == "fault" {
		w.counts["fault "+h.Fault]++
		w.timely(h)
		if h.ID == 0 { // it struck a whole receive call
			return
		}
	}
	switch h.Event {
	case "started":
		w.started(k, h)
		return
	case "looked":
		w.remembers(h)
	}
	t := k.tasks[h.ID]
	if t == nil {
		w.fail("a task starts before anything happens to it", "%s of %s", h.Event, w.name(h))
		return
	}
	switch h.Event {
	case "sent", "retried", "task_timed_out", "heartbeat_missed", "finished":
		w.task(k, t, h)
	default:
		w.message(k, t, h)
	}
	if n := h.Attempt; n >= 1 && n <= len(t.attempts) && t.attempts[n-1].message != nil {
		w.stands(k, t.attempts[n-1].message)
	}
	if h.Fault == "kill" {
		w.afresh()
	}
}

func (w *watcher) name(h *model.Happening) string {
	return fmt.Sprintf("%s%d, attempt %d, receive %d", h.Class, h.ID, h.Attempt, h.Receive)
}

// yields reports whether the one policy of the run looks at higher queues and
// gives way.
func (w *watcher) yields() bool { return w.sure.policy && w.cfg.Policy.Kind == policy.Yield }
