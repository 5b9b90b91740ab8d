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
