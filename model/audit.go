package model

import (
	"fmt"
	"time"

	"penstock/sim"
)

// Broken is an invariant that did not hold: a fault of the simulator, never of
// the scenario. Simulate panics with it, for no figure of such a run is worth
// anything.
type Broken struct {
	Rule   string        // what should have held
	Detail string        // what was found
	At     time.Duration // since the start of the run
	Class  string        // "": no class in particular
	ID     int64         // of the task within its class; 0: none in particular
}

// Error names the rule, the place and the figures.
func (b *Broken) Error() string {
	s := fmt.Sprintf("broken invariant at %v: %s: %s", b.At, b.Rule, b.Detail)
	if b.ID > 0 {
		s += fmt.Sprintf(" (task %d of %s)", b.ID, b.Class)
	} else if b.Class != "" {
		s += fmt.Sprintf(" (class %s)", b.Class)
	}
	return s
}

// broken stops the run. class < 0 and id 0 mean none in particular.
func (w *world) broken(class int32, id int64, rule, format string, args ...any) {
	b := &Broken{Rule: rule, Detail: fmt.Sprintf(format, args...), At: time.Duration(w.engine.Now()), ID: id}
	if class >= 0 {
		b.Class = w.cfg.Classes[class].Name
	}
	panic(b)
}

// flow is a place that things enter and leave. It holds Little's law in its
// exact form: the area under the number present is the sum of all stays, to the
// nanosecond. The zero value is an empty place; it is not reset by a warm-up.
type flow struct {
	off    bool
	level  sim.Level
	n      int64
	stays  span
	warmup span // area under the level that is no longer in the figures
}

func (f *flow) enter(now int64) {
	if f.off {
		return
	}
	f.n++
	f.level.Set(now, f.n)
}

// leave notes that something that had come at since goes.
func (f *flow) leave(now, since int64) {
	if f.off {
		return
	}
	f.n--
	f.level.Set(now, f.n)
	f.stays.add(now - since)
}

// stay adds what something present at the end of the run has stayed so far.
func (f *flow) stay(now, since int64) {
	f.n--
	f.stays.add(now - since)
}

// area returns the area under a level up to now.
func area(l *sim.Level, now int64) span {
	hi, lo := l.Area(now)
	return span{hi, lo}
}

// audit is what the world checks itself by, in every run. It only reads what
// the entities do: a run without it takes the same course.
type audit struct {
	off     bool
	queues  []flow // messages, by class
	tasks   flow   // callback tasks
	running flow   // invocations, or slots in use
	calls   flow   // legacy calls at work
	present flow   // those, and those that wait there
	pace    pace   // of the calls that pass the rate limit
	made    Usage  // requests when they were made, by meter; causes are not known then
	arrived []int64
	ended   []int64
	// By class: receives, and the receive counts of messages when they went. A
	// count that shrank, or skipped one, would leave them apart.
	receives []int64
	counted  []int64
}

func newAudit(w *world) audit {
	n := len(w.cfg.Classes)
	a := audit{off: w.opt.Unchecked, queues: make([]flow, n), arrived: make([]int64, n), ended: make([]int64, n), pace: newPace(&w.cfg.Legacy.RateLimit), receives: make([]int64, n), counted: make([]int64, n)}
	for i := range a.queues {
		a.queues[i].off = a.off
	}
	a.tasks.off, a.running.off, a.calls.off, a.present.off = a.off, a.off, a.off, a.off
	return a
}

// population checks that no message has vanished from a queue, or appeared.
func (w *world) population(q *queue) {
	if n := w.audit.queues[q.class].n; !w.audit.off && n != q.visible+q.inFlight+q.late {
		w.broken(q.class, 0, "every message is visible, in flight or delayed",
			"%d are in the queue, but %d visible, %d in flight and %d delayed", n, q.visible, q.inFlight, q.late)
	}
}

// within checks that a cap holds.
func (w *world) within(n, limit int64, what string) {
	if n > limit && !w.audit.off {
		w.broken(-1, 0, "nothing runs beyond a cap", "%d %s, at most %d", n, what, limit)
	}
}

// conclude checks, at the end of a run, what holds over all of it.
func (w *world) conclude() {
	if w.audit.off {
		return
	}
	w.remaining()
	live := int64(0)
	for i := range w.queues {
		class := int32(i)
		live += w.queues[i].visible + w.queues[i].inFlight + w.queues[i].late
		if n := w.queues[i].line.length(); n != w.queues[i].visible {
			w.broken(class, 0, "every visible message stands in line", "%d are visible, %d stand in line", w.queues[i].visible, n)
		}
		if n, counted := w.audit.receives[i], w.audit.counted[i]; n != counted {
			w.broken(class, 0, "a receive count grows by one at each receive", "%d receives, counts of %d in all", n, counted)
		}
		if n, there := w.queues[i].letters.Value(), w.queues[i].lettersLeft(); n != there {
			w.broken(class, 0, "a dead letter is there until it is redriven", "%d are counted, %d are there", n, there)
		}
		w.littles(class, &w.audit.queues[i], "messages in the queue")
		w.reported(class, &w.audit.queues[i], "messages in the queue", &w.queues[i].depth, &w.queues[i].held)
		w.accounts(class)
	}
	if live != w.live {
		w.broken(-1, 0, "every message is in a queue", "%d messages are alive, %d in the queues", w.live, live)
	}
	w.littles(-1, &w.audit.tasks, "open tasks")
	w.littles(-1, &w.audit.running, "running invocations")
	w.littles(-1, &w.audit.calls, "legacy calls at work")
	w.reported(-1, &w.audit.running, "running invocations", &w.busy().Level)
	w.reported(-1, &w.audit.calls, "legacy calls at work", &w.legacy.busy.Level)
	w.littles(-1, &w.audit.present, "legacy calls, at work or waiting")
	w.reported(-1, &w.audit.present, "legacy calls, at work or waiting", &w.legacy.present.Level)
	underway := w.underway()
	for _, m := range [...]Meter{SQSSend, SQSReceive, SQSDelete, SQSAttributes, SQSVisibility, LambdaRequests, StatesTransitions} {
		if made, billed := total(&w.audit.made, m)+total(&underway, m), total(&w.usage, m); made != billed {
			w.broken(-1, 0, "every request made is billed once", "%d of %s %s were made, %d billed", made, m.Service(), m.Item(), billed)
		}
	}
}

// lettersLeft counts the dead letters again: those that are kept, or all that
// there have been where nothing takes them away.
func (q *queue) lettersLeft() int64 {
	if q.keepsLetters() {
		return int64(len(q.dead))
	}
	return q.deadLetters
}

// restart begins at the end of the warm-up what is held against figures that
// begin there: the areas under the levels, and the count of requests. What was
// made and not billed before will be billed, and what was billed before will be
// made.
func (a *audit) restart(w *world) {
	now := w.engine.Now()
	for i := range a.queues {
		a.queues[i].warmup = area(&a.queues[i].level, now)
	}
	for _, f := range [...]*flow{&a.running, &a.calls, &a.present} {
		f.warmup = area(&f.level, now)
	}
	a.made = w.unbilled()
	for m, causes := range w.underway() {
		for c, n := range causes {
			a.made[m][c] -= n
		}
	}
}

// effect checks an answer that is about to have effect: it is for the task's
// present attempt, and the first with its token. The tokens of a class count up.
func (w *world) effect(class int32, d *delivery, t *task) {
	if w.audit.off {
		return
	}
	if d.job != t.job || d.attempt != t.attempt {
		w.broken(class, t.job, "an answer has effect on the attempt that it is for", "the answer of attempt %d of task %d has effect on attempt %d of task %d", d.attempt, d.job, t.attempt, t.job)
	}
	if d.token <= t.answered {
		w.broken(class, t.job, "no token is answered twice with effect", "token %d, after %d", d.token, t.answered)
	}
	t.answered = d.token
}

// whole checks that all of the latency of a task that ends, or is cut off, now
// has been booked to its parts.
func (w *world) whole(class int32, t *task) {
	if latency := w.engine.Now() - t.start; t.booked != latency && !w.audit.off {
		w.broken(class, t.job, "the parts of a latency add up to it", "%v in parts, a latency of %v", time.Duration(t.booked), time.Duration(latency))
	}
}

// accounts checks what became of the tasks of a class, and of their time.
func (w *world) accounts(class int32) {
	st := &w.classes[class]
	sum := int64(0)
	for _, n := range st.outcomes {
		sum += n
	}
	if sum != st.arrived {
		w.broken(class, 0, "the outcomes add up to what arrived", "%d outcomes of %d tasks", sum, st.arrived)
	}
	open := w.steps.openOf(class)
	if w.audit.arrived[class] != w.audit.ended[class]+open {
		w.broken(class, 0, "every task is open or has ended", "%d arrived, %d ended, %d are open", w.audit.arrived[class], w.audit.ended[class], open)
	}
	var parts span
	for _, p := range st.parts {
		parts.sum(p)
	}
	if parts != st.latency.sum {
		w.broken(class, 0, "the parts of the latencies add up to them", "%v s in parts, %v s in latencies", parts.seconds(), st.latency.sum.seconds())
	}
}

// littles checks Little's law on one place.
func (w *world) littles(class int32, f *flow, what string) {
	if a := area(&f.level, w.engine.Now()); a != f.stays || f.n != 0 {
		w.broken(class, 0, "the area under a level is the sum of the stays (Little's law)",
			"%s: area %v s, stays %v s, %d unaccounted for", what, a.seconds(), f.stays.seconds(), f.n)
	}
}

// reported checks that the levels which the figures are made of are, together,
// those of the place.
func (w *world) reported(class int32, f *flow, what string, levels ...*sim.Level) {
	now := w.engine.Now()
	sum := f.warmup
	for _, l := range levels {
		sum.sum(area(l, now))
	}
	if a := area(&f.level, now); a != sum {
		w.broken(class, 0, "a level that is reported is that of the place", "%s: area %v s, reported with the warm-up %v s", what, a.seconds(), sum.seconds())
	}
}

// remaining adds the stays, and the counts, of what is still there.
func (w *world) remaining() {
	now := w.engine.Now()
	for i, q := range w.queues {
		for id := range int32(q.slab.all.n) {
			if m := q.slab.all.at(id); m.state != msgFree {
				w.audit.queues[i].stay(now, m.sent)
				w.audit.counted[i] += int64(m.receives)
			}
		}
	}
	for i := range w.steps.classes {
		c := &w.steps.classes[i]
		for id := range int32(c.all.n) {
			if t := c.all.at(id); t.state != taskFree {
				w.audit.tasks.stay(now, t.start)
			}
		}
	}
	for i := range w.seats {
		if s := &w.seats[i]; s.inUse {
			w.audit.running.stay(now, s.taken)
		}
	}
	for i := range w.legacy.calls {
		c := &w.legacy.calls[i]
		if c.present {
			w.audit.present.stay(now, c.came)
		}
		if c.active {
			w.audit.calls.stay(now, c.begun)
		}
	}
}

// total returns what a meter counted for all causes together.
func total(u *Usage, m Meter) int64 {
	n := int64(0)
	for _, k := range u[m] {
		n += k
	}
	return n
}
