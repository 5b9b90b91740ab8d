package model

// unbilled returns the requests that have been made and will be billed once the
// fate of the messages that they served is known.
func (w *world) unbilled() Usage {
	var u Usage
	for i := range w.seats {
		s := &w.seats[i]
		u.Add(SQSAttributes, s.cause, s.looks)
		u.Add(SQSVisibility, s.cause, s.changes)
		u.Add(SQSReceive, s.cause, s.receives)
		if s.inUse && w.function != nil {
			u.Add(LambdaRequests, CauseWork, 1)
		}
	}
	for _, m := range w.mappings {
		for i := range m.pollers {
			u.Add(SQSReceive, CauseWork, m.pollers[i].requests)
		}
	}
	return u
}

// underway returns the requests that were billed when they were decided on and
// have not been made yet: deletes on their way, and the transitions of retries
// whose pause has begun.
func (w *world) underway() Usage {
	var u Usage
	for _, m := range w.mappings {
		for i := range m.pollers {
			if p := &m.pollers[i]; p.deleting {
				u.Add(SQSDelete, CauseWork, m.deletes(p))
			}
		}
	}
	if w.service != nil {
		for i := range w.service.slots {
			if w.service.slots[i].asked {
				u.Add(SQSDelete, CauseWork, 1)
			}
		}
	}
	for i := range w.steps.classes {
		c := &w.steps.classes[i]
		for id := range int32(c.all.n) {
			if c.all.at(id).state == taskRetrying {
				u.Add(StatesTransitions, CauseWork, 1)
			}
		}
	}
	return u
}

// settle bills, at the end of a run, the requests whose messages have not met
// their fate, as work.
func (w *world) settle() {
	u := w.unbilled()
	for m := range u {
		for c := range u[m] {
			w.usage[m][c] += u[m][c]
		}
	}
}
