package chaos

import "penstock/model"

// struck takes a fault that struck the work on a message.
func (w *watcher) struck(m *messageBook, d *deliveryBook, h *model.Happening) {
	switch h.Fault {
	case "duplicate":
		m.visible, d.stayed = true, true // it was received, and has stayed in line
	case "early_visibility":
		d.early = true
	case "delete_fails", "delete_late":
		d.undeleted = true
	case "kill":
		d.killed = true
		if d.open {
			w.legacy.leave(d)
			w.legacy.unsure = w.legacy.unsure || d.called == h.At // it may have been refused at once
		}
	case "callback_throttled", "callback_ambiguous":
		d.excused = true
	case "call_hangs":
		if d.open {
			w.legacy.vanish(d)
		}
	case "call_lies":
		d.lies = true
	case "call_errors", "poison":
	default:
		w.fail("every fault has a name", "%s: %q", w.name(h), h.Fault)
	}
}

// timely checks that no fault strikes in the calm. A worker that was struck
// before may die up to one call later, a poisoned task is so for ever, and a new
// policy cuts a polling service off whenever it is deployed.
func (w *watcher) timely(h *model.Happening) {
	until := w.cfg.Faults.Until
	switch h.Fault {
	case "poison":
		return
	case "kill":
		until += w.cfg.Worker.CallTimeout + 1
		for _, change := range w.cfg.Faults.Policies {
			if change.At == h.At && w.cfg.Worker.Driver == model.DriverPoller {
				return
			}
		}
	}
	if w.cfg.Faults.Until > 0 && h.At >= until {
		w.fail("no fault strikes in the calm", "%s of %s, calm from %v on", h.Fault, w.name(h), w.cfg.Faults.Until)
	}
}

// redriven checks that only a dead letter is sent back, as a new message.
func (w *watcher) redriven(k *classBook, a *attemptBook, h *model.Happening) {
	m := a.message
	if m.gone != "dead_lettered" {
		w.fail("only a dead letter is redriven", "%s, %q", w.name(h), m.gone)
		return
	}
	a.message = &messageBook{sent: h.At, visible: k.cfg.Queue.Delay == 0, former: append(m.former, m.receives...)}
	if a.message.former == nil {
		a.message.former = []*deliveryBook{}
	}
}

// blur takes what happens to the work on a message once the trace has not shown
// whose work it is: before or after a redrive. What holds for tokens and deletes
// still has to hold.
func (w *watcher) blur(a *attemptBook, h *model.Happening) {
	switch h.Event {
	case "callback":
		if h.Accepted && a.over != "" {
			w.fail("no token is answered twice with effect", "%s, %s at %v", w.name(h), a.over, a.overAt)
		}
		if h.Accepted {
			a.over, a.overAt = "answered", h.At
		}
	case "escalated":
		a.escalated = a.escalated || a.over == ""
	case "deleted":
		if a.over == "" {
			w.fail("no message is deleted while its task waits for an answer", "%s", w.name(h))
		}
		if !h.Stale {
			a.message.gone, a.message.goneAt = "deleted", h.At
		}
	case "fault":
		if n := len(a.message.receives); n > 0 && h.Receive == n {
			a.message.visible = a.message.visible || h.Fault == "duplicate"
			last := a.message.receives[n-1]
			last.early = last.early || h.Fault == "early_visibility"
		}
	}
}
