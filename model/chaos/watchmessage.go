package chaos

import (
	"time"

	"penstock/model"
)

// messageBook is one message in its queue.
type messageBook struct {
	sent      time.Duration
	preloaded bool // there before the run began: no delay
	visible   bool // in line, as far as the trace shows; a delay that passed is not seen
	standing  bool // … and counted as such in its class
	since     time.Duration
	due       time.Duration // of a message in flight: when it is visible again
	receives  []*deliveryBook
	former    []*deliveryBook // receives before a redrive: somebody may still hold one
	gone      string          // "": it is there
	goneAt    time.Duration
}

// deliveryBook is one receive of a message, and what the worker did with it.
type deliveryBook struct {
	at, sent time.Duration // of the receive, and of the message
	receive  int
	looks    int // higher queues found empty, in order
	busy     bool
	yielded  bool
	high     bool // escalated
	called   time.Duration
	calling  bool // a call was made
	open     bool // … and not answered
	ghost    bool // … and the legacy system may have ended it all the same
	answered time.Duration
	status   string
	changed  bool // its visibility, when it was given back
	stale    bool // … to no effect, the last time
	working  bool // a slot of a polling service is taken by it
	answers  int  // of the token
	deleted  int
	env      int
	// Faults that struck it.
	early, killed, lies bool
	stayed              bool // in line, although received
	excused             bool // an answer or a check of the token was thrown away
	undeleted           bool // a delete had no effect, or not yet
}

// done reports whether a worker has nothing more to do with the message.
func (d *deliveryBook) done() bool { return d.deleted > 0 || d.yielded || d.killed || d.undeleted }

// message takes what happens to a message, or to the work on it.
func (w *watcher) message(k *classBook, t *taskBook, h *model.Happening) {
	if h.Attempt < 1 || h.Attempt > len(t.attempts) || t.attempts[h.Attempt-1].message == nil {
		w.fail("a message is sent before anything happens to it", "%s of %s", h.Event, w.name(h))
		return
	}
	a := t.attempts[h.Attempt-1]
	m := a.message
	switch h.Event {
	case "received":
		w.received(k, m, h)
		return
	case "redriven":
		w.redriven(k, a, h)
		return
	case "visible", "dead_lettered", "retention_expired":
		if h.Receive != len(m.receives) {
			w.fail("receive counts only grow, one by one", "%s of %s, received %d times", h.Event, w.name(h), len(m.receives))
		}
		w.queued(k, m, h)
		return
	}
	d, alone := m.delivery(h)
	w.blurred = w.blurred || !alone
	if w.blurred {
		w.blur(a, h)
		return
	}
	if d == nil {
		w.fail("work follows a receive", "%s of %s, received %d times", h.Event, w.name(h), len(m.receives))
		return
	}
	if d.done() && h.Event != "deleted" && h.Event != "fault" && h.Event != "yielded" && h.Event != "visibility_changed" {
		w.fail("nothing is done with a message after it was deleted or given back, or its worker killed", "%s of %s", h.Event, w.name(h))
	}
	switch h.Event {
	case "deleted":
		w.deleted(a, d, h)
	case "looked":
		w.looked(k, d, h)
	case "yielded":
		w.yielded(k, d, h)
	case "escalated":
		w.escalated(a, d, h)
	case "called":
		w.called(k, a, d, h)
	case "answered":
		w.answered(k, m, d, h)
	case "callback":
		w.callback(a, d, h)
	case "fault":
		w.struck(m, d, h)
	case "visibility_changed":
		w.hidden(k, a, d, h)
	case "throttled":
		if d.calling {
			w.fail("a throttled batch was not worked on", "%s", w.name(h))
		}
	}
	if d.done() || d.calling && !d.open {
		w.leaves(k, d)
	}
}

// delivery returns the receive that an event belongs to, or nil. After a redrive
// the count starts again, while somebody may still work on a receive from
// before: it is the one that the event fits. The second result is false if it
// fits both.
func (m *messageBook) delivery(h *model.Happening) (*deliveryBook, bool) {
	var all, fit []*deliveryBook
	for _, life := range [][]*deliveryBook{m.receives, m.former} {
		for i := len(life); i > 0; i-- {
			d := life[i-1]
			if d.receive != h.Receive {
				continue
			}
			all = append(all, d)
			if d.fits(h.Event) {
				fit = append(fit, d)
			}
		}
	}
	switch {
	case len(fit) > 0:
		return fit[0], len(fit) == 1
	case len(all) > 0:
		return all[0], true
	}
	return nil, true
}

// fits reports whether an event can be the next of the work on a receive.
func (d *deliveryBook) fits(event string) bool {
	switch event {
	case "answered":
		return d.open && !d.killed
	case "callback":
		return d.calling && !d.open && !d.done()
	case "deleted":
		return d.deleted == 0
	case "fault", "visibility_changed":
		return d.deleted == 0 && !d.killed
	}
	return !d.calling && !d.done()
}

// received checks a receive against the queue's rules.
func (w *watcher) received(k *classBook, m *messageBook, h *model.Happening) {
	q := &k.cfg.Queue
	if h.Receive != len(m.receives)+1 {
		w.fail("receive counts only grow, one by one", "%s after %d receives", w.name(h), len(m.receives))
	}
	if q.MaxReceiveCount > 0 && h.Receive > q.MaxReceiveCount {
		w.fail("a message is received no more often than max_receive_count", "%s, at most %d", w.name(h), q.MaxReceiveCount)
	}
	if m.gone != "" {
		w.fail("no message is received that has gone", "%s, %s at %v", w.name(h), m.gone, m.goneAt)
	}
	first := len(m.receives) == 0
	if first && !m.preloaded && h.At < m.sent+q.Delay {
		w.fail("a delayed message is hidden until its delay has passed", "%s at %v, sent at %v, delay %v", w.name(h), h.At, m.sent, q.Delay)
	}
	if !first && !m.visible && q.DuplicateProbability == 0 {
		w.fail("a received message is hidden until it is visible again", "%s at %v, received last at %v", w.name(h), h.At, m.receives[len(m.receives)-1].at)
	}
	w.tooSoon(k, m, h)
	if h.At > m.sent+q.Retention {
		w.fail("no message is received after its retention", "%s at %v, sent at %v", w.name(h), h.At, m.sent)
	}
	d := &deliveryBook{at: h.At, sent: m.sent, receive: h.Receive}
	m.receives = append(m.receives, d)
	m.visible, m.since, m.due = false, h.At, h.At+q.VisibilityTimeout
	w.takes(k, d, h)
}

// queued checks what the queue does by itself.
func (w *watcher) queued(k *classBook, m *messageBook, h *model.Happening) {
	if m.gone != "" {
		w.fail("nothing happens to a message that has gone", "%s of %s, %s at %v", h.Event, w.name(h), m.gone, m.goneAt)
	}
	switch h.Event {
	case "visible":
		w.visible(k, m, h)
	case "dead_lettered":
		most := k.cfg.Queue.MaxReceiveCount
		if most == 0 || len(m.receives) < most {
			w.fail("a message is dead-lettered when its receives are used up", "%s, limit %d", w.name(h), most)
		}
		if !m.visible && k.cfg.Queue.DuplicateProbability == 0 {
			w.fail("a message in flight is not dead-lettered", "%s", w.name(h))
		}
	case "retention_expired":
		end := m.sent + k.cfg.Queue.Retention
		if h.At < end || h.At > end && w.cfg.Assumptions.RetentionInFlight != "waits" {
			w.fail("a message expires at its retention", "%s at %v, due at %v", w.name(h), h.At, end)
		}
	}
	if h.Event != "visible" {
		m.gone, m.goneAt = h.Event, h.At
	}
}

// visible checks when a message comes back.
func (w *watcher) visible(k *classBook, m *messageBook, h *model.Happening) {
	if len(m.receives) == 0 {
		w.fail("only a received message becomes visible again", "%s", w.name(h))
		return
	}
	d := m.receives[len(m.receives)-1]
	last := d.at
	if m.visible {
		w.fail("a message becomes visible once after a receive", "%s", w.name(h))
	}
	early := d.early && h.At <= m.due
	if !w.blurred && h.At != m.due && !early {
		w.fail("a message is visible again when its visibility timeout has passed", "%s at %v, due at %v", w.name(h), h.At, m.due)
	}
	w.heard(k, d, h)
	if w.cfg.Timing.Profile != "ideal" && h.At > last+12*time.Hour {
		w.fail("no message is hidden for more than 12 h", "%s at %v, received at %v", w.name(h), h.At, last)
	}
	m.visible, m.since = true, h.At
}

// deleted checks that nothing is deleted whose task still waits, and that a
// delete does what SQS says of its handle.
func (w *watcher) deleted(a *attemptBook, d *deliveryBook, h *model.Happening) {
	m := a.message
	d.deleted++
	if d.deleted > 1 {
		w.fail("a message is deleted once by each receive", "%s", w.name(h))
	}
	if a.over == "" {
		w.fail("no message is deleted while its task waits for an answer", "%s", w.name(h))
	}
	if m.former != nil { // the handle may be one from before the redrive
		if !h.Stale {
			m.gone, m.goneAt = "deleted", h.At
		}
		return
	}
	effective := m.gone == "" && (h.Receive == len(m.receives) || w.cfg.Assumptions.StaleDelete == "deletes")
	switch {
	case h.Stale && effective:
		w.fail("a delete with a valid handle deletes", "%s", w.name(h))
	case !h.Stale && !effective:
		w.fail("a delete with an old handle, or of a message that has gone, does nothing", "%s, %q, received %d times", w.name(h), m.gone, len(m.receives))
	}
	if !h.Stale {
		m.gone, m.goneAt = "deleted", h.At
	}
}
