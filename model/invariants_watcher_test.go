package model

import (
	"fmt"
	"math"
	"time"
)

// watcher follows a run through its trace and keeps its own books.
type watcher struct {
	world    *world
	cfg      *Config
	wrong    []string
	last     time.Duration
	counts   map[string]int64 // by "class event"
	messages map[messageKey]*messageBook
	tasks    map[taskKey]*taskBook
}

type taskKey struct {
	class string
	id    int64
}

type messageKey struct {
	taskKey
	attempt int
}

type messageBook struct {
	receives int
	former   int // receives before a redrive: somebody may still hold it from then
	gone     string
}

type taskBook struct {
	attempts int
	outcome  string
	lost     string // as outcome: the message of the last attempt was lost
}

func newWatcher(c *Config) *watcher {
	w := &watcher{cfg: c, counts: map[string]int64{}, messages: map[messageKey]*messageBook{}, tasks: map[taskKey]*taskBook{}}
	opt := Options{Trace: w.happens}
	w.world = newWorld(c, opt)
	return w
}

func (w *watcher) fail(format string, args ...any) {
	if len(w.wrong) < 10 {
		w.wrong = append(w.wrong, fmt.Sprintf("at %v: ", w.last)+fmt.Sprintf(format, args...))
	}
}

// happens checks one line of the trace.
func (w *watcher) happens(h *Happening) {
	if h.At < w.last {
		w.fail("time went back to %v", h.At)
	}
	w.last = h.At
	w.counts[h.Class+" "+h.Event]++
	task := taskKey{h.Class, h.ID}
	switch h.Event {
	case "started", "retried", "task_timed_out", "heartbeat_missed", "finished":
		w.task(task, h)
	case "sent":
		key := messageKey{task, h.Attempt}
		if w.messages[key] != nil {
			w.fail("%v was sent twice", key)
		}
		w.messages[key] = &messageBook{}
	case "fault":
		w.counts["fault "+h.Fault]++
	case "redriven":
		w.redriven(messageKey{task, h.Attempt})
	default:
		w.message(messageKey{task, h.Attempt}, h)
	}
	if w.world != nil { // nil while it is being built
		w.levels()
	}
}

func (w *watcher) task(key taskKey, h *Happening) {
	book := w.tasks[key]
	switch {
	case h.Event == "started":
		if book != nil {
			w.fail("%v started twice", key)
		}
		w.tasks[key] = &taskBook{attempts: 1}
		return
	case book == nil:
		w.fail("%v %s, but never started", key, h.Event)
		return
	case book.outcome != "":
		w.fail("%v %s after it had %s", key, h.Event, book.outcome)
	}
	switch h.Event {
	case "retried":
		book.attempts++
		if book.attempts > w.cfg.StepFunctions.Retry.MaxAttempts+1 {
			w.fail("%v was retried beyond its limit", key)
		}
	case "finished":
		book.outcome = h.Outcome
	}
	if h.Attempt != book.attempts {
		w.fail("%v %s in attempt %d, want %d", key, h.Event, h.Attempt, book.attempts)
	}
}

// redriven checks that only a dead letter comes back, as a new message.
func (w *watcher) redriven(key messageKey) {
	m := w.messages[key]
	if m == nil || m.gone != "dead_lettered" {
		w.fail("%v was redriven, but is no dead letter", key)
		return
	}
	*m = messageBook{former: max(m.former, m.receives)}
	if task := w.tasks[key.taskKey]; key.attempt == task.attempts {
		task.lost = ""
	}
}

func (w *watcher) message(key messageKey, h *Happening) {
	m := w.messages[key]
	if m == nil {
		w.fail("%v %s, but was never sent", key, h.Event)
		return
	}
	queue := false // it happens to the message in its queue
	switch h.Event {
	case "received":
		m.receives++
		queue = true
		if h.Receive != m.receives {
			w.fail("%v carries receive count %d, want %d", key, h.Receive, m.receives)
		}
		if most := w.cfg.Classes[h.Class[0]-'A'].Queue.MaxReceiveCount; most > 0 && m.receives > most {
			w.fail("%v was received %d times, beyond the limit of %d", key, m.receives, most)
		}
	case "visible":
		queue = true
	case "deleted":
		queue = !h.Stale
	case "dead_lettered", "retention_expired":
		queue = true
	}
	if h.Receive > max(m.receives, m.former) || h.Receive < 1 && h.Event != "retention_expired" {
		w.fail("%v %s with receive count %d, after %d receives", key, h.Event, h.Receive, m.receives)
	}
	if !queue {
		return
	}
	if m.gone != "" {
		w.fail("%v %s after it was %s", key, h.Event, m.gone)
	}
	if h.Event != "received" && h.Event != "visible" {
		m.gone = h.Event
	}
	task := w.tasks[key.taskKey]
	if key.attempt == task.attempts && task.attempts == w.cfg.StepFunctions.Retry.MaxAttempts+1 {
		task.lost = map[string]string{"dead_lettered": "dead_lettered", "retention_expired": "expired"}[h.Event]
	}
}

// levels checks that nothing is over its cap, and that every message is
// somewhere.
func (w *watcher) levels() {
	o := w.world
	live := int64(0)
	for _, q := range o.queues {
		live += q.visible + q.inFlight + q.late
	}
	if live != o.live || live < 0 {
		w.fail("%d messages in queues, but %d live", live, o.live)
	}
	if f := o.function; f != nil {
		if f.running > o.cfg.Worker.Concurrency {
			w.fail("%d invocations at once", f.running)
		}
		for i, m := range o.mappings {
			if n := o.cfg.Classes[i].Mapping.MaximumConcurrency; n > 0 && m.active > n {
				w.fail("%d batches at once of class %d", m.active, i)
			}
		}
	} else if o.service.used > o.cfg.Worker.Concurrency {
		w.fail("%d slots busy", o.service.used)
	}
	if l := o.legacy; l.active > o.cfg.Legacy.Concurrency || l.backlog > o.cfg.Legacy.Backlog {
		w.fail("%d calls at work and %d waiting", l.active, l.backlog)
	}
}

// ended checks what is left when the run is over.
func (w *watcher) ended() {
	live := int64(0)
	for _, m := range w.messages {
		if m.gone == "" {
			live++
		}
	}
	if live != w.world.live {
		w.fail("%d messages have not gone, but %d are live", live, w.world.live)
	}
	for i, q := range w.world.queues {
		n := int64(len(q.line.early))
		for id := q.line.head; id != none; id = q.slab.all.at(id).next {
			n++
		}
		if n != q.visible {
			w.fail("class %d: %d messages in line, %d visible", i, n, q.visible)
		}
	}
	for i := range w.world.classes {
		st := &w.world.classes[i]
		var parts span
		for _, p := range st.parts {
			parts.add(int64(p.lo))
			parts.hi += p.hi
		}
		if parts != st.latency.sum {
			w.fail("class %d: the parts are %v, the latency is %v", i, parts, st.latency.sum)
		}
	}
}

// compare checks the Run against the watcher's books.
func (w *watcher) compare(run *Run) {
	outcomes := map[taskKey]int64{}
	for key, book := range w.tasks {
		outcomes[taskKey{key.class + book.outcome, 0}]++
		if book.outcome == "" {
			outcomes[taskKey{key.class + book.lost, 1}]++
		}
	}
	started := int64(0)
	for i := range run.Classes {
		k, name := &run.Classes[i], w.cfg.Classes[i].Name
		n := func(event string) int64 { return w.counts[name+" "+event] }
		ended := func(outcome string) int64 { return outcomes[taskKey{name + outcome, 0}] }
		started += n("started")
		w.same(name+" arrived", k.Arrived, k.Completed+k.Failed+k.TimedOut+k.DeadLettered+k.Expired+k.Unfinished)
		w.same(name+" completed", k.Completed, ended("completed"))
		w.same(name+" failed", k.Failed, ended("failed"))
		w.same(name+" timed out", k.TimedOut, ended("timed_out"))
		w.same(name+" dead-lettered", k.DeadLettered, ended("dead_lettered")+outcomes[taskKey{name + "dead_lettered", 1}])
		w.same(name+" expired", k.Expired, ended("expired")+outcomes[taskKey{name + "expired", 1}])
		w.same(name+" open", k.Open, k.Arrived-n("started")+ended(""))
		w.same(name+" latencies", k.Latency.N, n("started"))
		w.same(name+" latencies of completed", k.LatencyCompleted.N, k.Completed)
		w.same(name+" waits", k.Wait.N, k.Completed)
		w.same(name+" sent", k.Sent, n("sent")+n("redriven"))
		w.same(name+" receives", k.Receives, n("received"))
		w.same(name+" yields", k.Yields, n("yielded"))
		w.sums(name, k)
	}
	w.same("started", run.Steps.Started, started)
	w.same("calls", run.Legacy.Calls, w.total("called"))
	w.same("throttles, at least one message each", min(run.Worker.Throttles, w.total("throttled")), run.Worker.Throttles)
	if run.Worker.ConcurrencyMax > int64(w.cfg.Worker.Concurrency) ||
		max(run.Worker.Busy, run.Worker.AtLimit, run.Legacy.Utilization, run.Legacy.AtLimit) > 1+1e-12 {
		w.fail("concurrency %d, busy %v, utilization %v", run.Worker.ConcurrencyMax, run.Worker.Busy, run.Legacy.Utilization)
	}
	w.bill(run)
}

func (w *watcher) same(what string, got, want int64) {
	if got != want {
		w.fail("%s: %d, want %d", what, got, want)
	}
}

func (w *watcher) total(event string) (n int64) {
	for i := range w.cfg.Classes {
		n += w.counts[w.cfg.Classes[i].Name+" "+event]
	}
	return n
}

// sums checks the times of one class against each other.
func (w *watcher) sums(name string, k *ClassRun) {
	sum := 0.0
	for _, p := range k.Parts {
		sum += p
	}
	if math.Abs(sum-k.Latency.Mean) > 1e-9*max(1, sum) {
		w.fail("%s: the mean parts add up to %v, the mean latency is %v", name, sum, k.Latency.Mean)
	}
	if k.MayLineUp {
		w.same(name+" waits inside the legacy system", k.LegacyWait.N, k.Completed)
	}
	for _, s := range []Sample{k.Latency, k.LatencyCompleted, k.Wait, k.LegacyWait} {
		if !(0 <= s.P50 && s.P50 <= s.P90 && s.P90 <= s.P95 && s.P95 <= s.P99 && s.P99 <= s.Max && s.Mean <= s.Max*(1+1e-12)) {
			w.fail("%s: quantiles out of order: %v %v %v %v %v, mean %v", name, s.P50, s.P90, s.P95, s.P99, s.Max, s.Mean)
		}
		n := int64(0)
		for _, bar := range s.Hist {
			n += bar
		}
		w.same(name+" in the histogram", n, s.N)
	}
}
