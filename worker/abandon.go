package worker

// abandon cuts off all work that is not ending already, and gives the messages
// back at once. A call that was cut off may go on in the legacy system; whoever
// receives its message next repeats it, with the same idempotency key.
func (d *driver) abandon() {
	for _, w := range d.works {
		if w == nil || w.leaving {
			continue
		}
		w.asked++
		w.leaving, w.cut = true, true
		w.cancel()
		d.cfg.Log.Warn("cut off: the message is given back", "class", d.cfg.Classes[w.m.Class], "message", w.m.ID)
		d.cfg.Meter.Count(GivenBack, w.m.Class, 1)
		d.now = now()
		d.change(d.base, w, 0, func() { d.end(w, true) })
	}
}
