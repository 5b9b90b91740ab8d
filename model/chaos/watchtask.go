package chaos

import (
	"math"
	"time"

	"penstock/model"
)

// taskBook is what is known of one task.
type taskBook struct {
	started  time.Duration
	attempts []*attemptBook
	outcome  string // "": open
}

// attemptBook is one attempt of a task, with the one message that it sends.
type attemptBook struct {
	begun     time.Duration
	over      string // why no token waits any more; "": it waits
	overAt    time.Duration
	by        *deliveryBook // whose answer ended it
	escalated bool
	message   *messageBook
}

func (t *taskBook) last() *attemptBook { return t.attempts[len(t.attempts)-1] }

func (w *watcher) started(k *classBook, h *model.Happening) {
	if k.tasks[h.ID] != nil {
		w.fail("a task starts once", "%s", w.name(h))
		return
	}
	k.tasks[h.ID] = &taskBook{started: h.At, attempts: []*attemptBook{{begun: h.At}}}
}

// task takes what happens to a task.
func (w *watcher) task(k *classBook, t *taskBook, h *model.Happening) {
	if t.outcome != "" {
		w.fail("nothing happens to a task that has ended", "%s of %s, which had %s", h.Event, w.name(h), t.outcome)
		return
	}
	a := t.last()
	switch h.Event {
	case "sent":
		w.sent(k, t, a, h)
	case "retried":
		w.retried(t, a, h)
	case "task_timed_out":
		w.over(a, h)
		full := a.begun + w.cfg.StepFunctions.Timeout
		if h.At != full && k.cfg.Patience == nil {
			w.fail("a task times out at its timeout", "%s at %v, due at %v", w.name(h), h.At, full)
		}
	case "heartbeat_missed":
		w.over(a, h)
		beat := w.cfg.StepFunctions.Heartbeat
		if beat == 0 || h.At < a.begun+beat {
			w.fail("a heartbeat is missed after its time", "%s at %v, begun at %v, heartbeat %v", w.name(h), h.At, a.begun, beat)
		}
	case "finished":
		w.finished(k, t, a, h)
	}
}

// over notes that the token of an attempt is dead.
func (w *watcher) over(a *attemptBook, h *model.Happening) {
	if a.over != "" {
		w.fail("an attempt ends once", "%s: %s, after %s", w.name(h), h.Event, a.over)
	}
	a.over, a.overAt = h.Event, h.At
}

func (w *watcher) sent(k *classBook, t *taskBook, a *attemptBook, h *model.Happening) {
	switch {
	case h.Attempt != len(t.attempts):
		w.fail("every attempt sends its own message", "%s is sent in attempt %d", w.name(h), len(t.attempts))
	case a.message != nil:
		w.fail("a message is sent once", "%s", w.name(h))
	case a.over != "":
		w.fail("no message is sent for a dead token", "%s after %s", w.name(h), a.over)
	}
	a.message = &messageBook{sent: h.At, preloaded: h.At == 0 && h.ID <= int64(k.cfg.InitialBacklog)}
	a.message.visible = k.cfg.Queue.Delay == 0 || a.message.preloaded
}

func (w *watcher) retried(t *taskBook, a *attemptBook, h *model.Happening) {
	r := &w.cfg.StepFunctions.Retry
	n := len(t.attempts)
	if n > r.MaxAttempts {
		w.fail("a task is retried no more often than max_attempts", "%s is retry %d of %d", w.name(h), n, r.MaxAttempts)
	}
	if a.over == "" {
		w.fail("only a failed attempt is retried", "%s while its token waits", w.name(h))
	}
	pause := w.pauseBefore(n)
	took := h.At - a.overAt
	if took > pause || r.Jitter == "none" && took != pause {
		w.fail("a retry comes after its interval", "%s came %v after the attempt failed, want %v (jitter %s)", w.name(h), took, pause, r.Jitter)
	}
	t.attempts = append(t.attempts, &attemptBook{begun: h.At})
	if h.Attempt != len(t.attempts) {
		w.fail("attempts count up by one", "%s is attempt %d", w.name(h), len(t.attempts))
	}
}

// pauseBefore returns the longest pause before retry n, from 1.
func (w *watcher) pauseBefore(n int) time.Duration {
	r := &w.cfg.StepFunctions.Retry
	s := r.Interval.Seconds() * math.Pow(r.Backoff, float64(n-1))
	if r.MaxDelay > 0 {
		s = min(s, r.MaxDelay.Seconds())
	}
	return time.Duration(math.Round(min(s, 1e10) * 1e9))
}

// finished checks that a task's outcome is what happened to its last attempt.
func (w *watcher) finished(k *classBook, t *taskBook, a *attemptBook, h *model.Happening) {
	if a.over == "" || a.overAt != h.At {
		w.fail("a task ends when its last attempt does", "%s ends as %s, its attempt is %q since %v", w.name(h), h.Outcome, a.over, a.overAt)
	}
	good := false
	lost := ""
	if a.message != nil {
		lost = a.message.gone
	}
	clock := a.over == "task_timed_out" || a.over == "heartbeat_missed"
	switch h.Outcome {
	case "completed":
		good = a.over == "answered" && (w.blurred || a.by.status == "200")
	case "failed":
		good = a.over == "answered" && (w.blurred || a.by.status != "200")
	case "timed_out":
		good = clock && lost != "dead_lettered" && lost != "retention_expired"
	case "dead_lettered":
		good = clock && lost == "dead_lettered"
	case "expired":
		good = clock && lost == "retention_expired"
	}
	if !good {
		w.fail("the outcome of a task is what happened to it", "%s ends as %s after %s, its message %q", w.name(h), h.Outcome, a.over, lost)
	}
	// A task that nobody waits for any longer is stopped, not tried again.
	stopped := k.cfg.Patience != nil && a.over == "task_timed_out"
	if left := w.cfg.StepFunctions.Retry.MaxAttempts + 1 - len(t.attempts); left > 0 && h.Outcome != "completed" && !stopped {
		w.fail("a failed attempt is retried while retries are left", "%s ends as %s with %d left", w.name(h), h.Outcome, left)
	}
	t.outcome = h.Outcome
	k.sums.outcomes[h.Outcome]++
	k.sums.latency += h.At - t.started
	for _, a := range t.attempts {
		if a.escalated {
			k.sums.escalated++
			break
		}
	}
	if h.Outcome == "completed" && a.by != nil {
		k.sums.wait += a.by.called - a.by.sent
		k.sums.called += a.by.answered - a.by.called
	}
}
