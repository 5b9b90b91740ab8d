package chaos

import "penstock/model"

// struck takes a fault that struck the work on a message.
func (w *watcher) struck(m *messageBook, d *deliveryBook, h *model.Happening) {
	switch h.Fault {
	case "duplicate":
		m.visible = true // it was received, and has stayed in line
	case "early_visibility":
		d.early = true
	case "delete_fails", "delete_late":
		d.undeleted = true
	case "kill":
		d.killed = true
		if d.open {
			w.legacy.leave(d)
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
// before may die up to one call later, and a poisoned task is so for ever.
func (w *watcher) timely(h *model.Happening) {
	until := w.cfg.Faults.Until
	switch h.Fault {
	case "poison":
		return
	case "kill":
		until += w.cfg.Worker.CallTimeout + 1
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
