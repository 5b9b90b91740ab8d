package model

import "time"

// notBegun is the number of messages that a redrive has left before it begins.
const notBegun = -1

// bury keeps a dead-lettered message for a later redrive, if there will be one.
func (q *queue) bury(m *message) {
	if q.w.faults != nil && len(q.w.faults.cfg.Redrives) > 0 {
		q.dead = append(q.dead, *m)
	}
}

// onRedrive sends the oldest dead letter back, and sees to the next of those that
// were there when the redrive began. A redriven message is a new one: its
// receive count, age and retention start again, while its token may have ended
// long ago. (SQS Developer Guide, dead-letter queue redrive, which bills the
// calls that it makes.)
func (q *queue) onRedrive(i int64) {
	left := &q.w.faults.redrives[i][q.class]
	if *left == notBegun {
		*left = len(q.dead)
	}
	if *left == 0 || len(q.dead) == 0 { // another redrive may have been faster
		return
	}
	*left--
	m := q.dead[0]
	q.dead = q.dead[1:]
	q.w.usage.Add(SQSReceive, CauseDeadLetter, q.chunks)
	q.w.audit.made.Add(SQSReceive, CauseDeadLetter, q.chunks)
	q.w.usage.Add(SQSSend, CauseDeadLetter, q.chunks)
	q.w.usage.Add(SQSDelete, CauseDeadLetter, 1)
	q.w.audit.made.Add(SQSDelete, CauseDeadLetter, 1)
	if q.w.trace != nil {
		h := q.w.emit("redriven", q.class)
		h.ID, h.Attempt = m.job, int(m.attempt)
		q.w.trace(h)
	}
	if t := q.w.steps.alive(q.class, m.task, m.token); t != nil {
		q.w.steps.reprieve(t)
		q.w.steps.part(q.class, t, PartQueued)
	}
	rate := q.w.faults.cfg.Redrives[i].Rate
	q.w.after(time.Duration(float64(time.Second)/rate), evRedrive, q.class, i)
	q.send(message{job: m.job, service: m.service, task: m.task, token: m.token, attempt: m.attempt})
}
