package chaos

import (
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// asked is the rule of Retry-After.
const asked = "a refused message comes back no earlier than Retry-After asks, where the policy keeps to it"

// hiding returns how the policy hides a message of the class whose call went
// wrong. A change of the policy leaves that as it is.
func (w *watcher) hiding(k *classBook) (policy.PauseMode, *model.Dist) {
	if own := k.cfg.RetryFor; own != nil {
		return policy.Drawn, own
	}
	p := &w.cfg.Policy.RetryFor
	return p.Mode, &p.Dist
}

// yielding returns how the policy hides a yielded message of the class.
func (w *watcher) yielding(k *classBook) policy.PauseMode {
	if k.cfg.YieldFor != nil {
		return policy.Drawn
	}
	return w.cfg.Policy.YieldFor.Mode
}

// keepsAway returns how long a call that was refused asks to be left alone, by
// way of a policy that keeps to it; 0: it does not.
func (w *watcher) keepsAway(k *classBook, d *deliveryBook) time.Duration {
	mode, _ := w.hiding(k)
	if d.status != "429" || w.cfg.Policy.OnRejected == policy.FailTask || mode == policy.Remaining {
		return 0
	}
	return w.cfg.Legacy.RateLimit.RetryAfter
}

// hidden checks a change of the visibility: that somebody had a reason for it,
// how long it is, and that it does what SQS says of its handle.
func (w *watcher) hidden(k *classBook, a *attemptBook, d *deliveryBook, h *model.Happening) {
	m := a.message
	beats := w.cfg.Policy.Heartbeat > 0 && d.calling && !d.changed
	mode, _ := w.hiding(k)
	switch {
	case d.open && !beats:
		w.fail("only a heartbeat changes the visibility during a call", "%s, heartbeat %v", w.name(h), w.cfg.Policy.Heartbeat)
	case d.open, beats && d.status == "200":
		w.extended(k, h)
	case d.yielded && !d.changed && w.yielding(k) == policy.Drawn:
		d.changed = true
	case d.status != "" && d.status != "200" && !d.changed && mode != policy.Remaining:
		// An extension may still be on its way; it is the same as any other.
		if late := d.answered + longest(w.cfg.Timing.SQSVisibility); beats && d.answered-d.called >= w.cfg.Policy.Heartbeat && h.Hidden == k.cfg.Queue.VisibilityTimeout && h.At <= late {
			break
		}
		d.changed = true
		w.givenBack(k, d, h, mode)
	case beats && d.status != "":
		w.extended(k, h) // … on its way when the call was answered
	default:
		w.fail("a visibility is changed by a heartbeat, or by giving the message back with a pause", "%s, hidden for %v", w.name(h), h.Hidden)
	}
	w.changes(k, m, d, h)
}

// extended checks what a heartbeat asks for.
func (w *watcher) extended(k *classBook, h *model.Happening) {
	if h.Hidden != k.cfg.Queue.VisibilityTimeout {
		w.fail("a heartbeat hides its message for the visibility timeout", "%s is hidden for %v, the timeout is %v", w.name(h), h.Hidden, k.cfg.Queue.VisibilityTimeout)
	}
}

// givenBack checks the pause of a message whose call went wrong.
func (w *watcher) givenBack(k *classBook, d *deliveryBook, h *model.Happening, mode policy.PauseMode) {
	after := w.keepsAway(k, d)
	switch {
	case h.Hidden < after:
		w.fail(asked, "%s is hidden for %v, asked for %v", w.name(h), h.Hidden, after)
	case mode == policy.RetryAfter && (d.status != "429" || h.Hidden != w.cfg.Legacy.RateLimit.RetryAfter):
		w.fail("retry-after hides for what the legacy system asked, and otherwise changes nothing", "%s after %s is hidden for %v", w.name(h), d.status, h.Hidden)
	}
}

// changes checks the effect of a change.
func (w *watcher) changes(k *classBook, m *messageBook, d *deliveryBook, h *model.Happening) {
	held := m.gone == "" && h.Receive == len(m.receives) && !m.visible
	if w.cfg.Timing.Profile != "ideal" {
		held = held && h.At+h.Hidden <= d.at+12*time.Hour
	}
	known := m.former == nil && k.cfg.Queue.DuplicateProbability == 0
	if known && held == h.Stale {
		w.fail("a change of visibility takes effect while its handle holds the message, up to 12 h", "%s, %q, received %d times, visible %v, hidden for %v, received at %v",
			w.name(h), m.gone, len(m.receives), m.visible, h.Hidden, d.at)
	}
	d.stale = h.Stale
	if !h.Stale {
		m.due, d.early = h.At+h.Hidden, false
	}
}

// heard checks that a message that was refused has been hidden for what the legacy
// system asked by the time it is visible again, unless it was before its worker
// had the time to hide it.
func (w *watcher) heard(k *classBook, d *deliveryBook, h *model.Happening) {
	if w.keepsAway(k, d) > 0 && !d.changed && !w.unforeseen(k, d) && h.At > d.answered+longest(w.cfg.Timing.SQSVisibility) {
		w.ifNoKill = append(w.ifNoKill, w.violation(asked, "%s, refused at %v, comes back at %v by its visibility timeout", w.name(h), d.answered, h.At))
	}
}

// unforeseen reports whether a receive came to an end that its worker had no hand
// in.
func (w *watcher) unforeseen(k *classBook, d *deliveryBook) bool {
	return w.blurred || d.open || d.early || d.killed || d.stayed || k.cfg.Queue.DuplicateProbability > 0
}

// tooSoon checks that a message that is received again was left alone for as
// long as the legacy system asked.
func (w *watcher) tooSoon(k *classBook, m *messageBook, h *model.Happening) {
	n := len(m.receives)
	if n == 0 || w.unforeseen(k, m.receives[n-1]) || !m.receives[n-1].changed {
		return
	}
	d := m.receives[n-1]
	if after := w.keepsAway(k, d); after > 0 && !d.stale && h.At < d.answered+after {
		w.fail(asked, "%s, refused at %v and asked to wait for %v", w.name(h), d.answered, after)
	}
}
