package model

import (
	"strconv"
	"time"

	"penstock/sim"
)

// redrive is a job that sends dead letters back, and what it has still to do.
type redrive struct {
	cfg   *Redrive
	every sampler // from one start to the next, if it is repeated
	left  []int   // messages still to be moved, by class
}

func newRedrive(w *world, i int) redrive {
	cfg := &w.cfg.Faults.Redrives[i]
	r := redrive{cfg: cfg, left: make([]int, len(w.cfg.Classes))}
	if cfg.Every != nil {
		r.every = newSampler(*cfg.Every, w.stream("faults.redrive."+strconv.Itoa(i)))
	}
	w.engine.Schedule(int64(cfg.At), sim.Finish, evRedriveStart, int32(i), 0)
	return r
}

// onRedriveStart starts to move what is in the dead-letter queues now. A queue
// from which a redrive is still moving messages goes on with those: SQS refuses a
// second task for it (API Reference, StartMessageMoveTask: one active message
// movement task per queue).
//
// A job that is repeated goes on as long as tasks arrive or are open. After that
// nobody waits for an answer, and letters that fail each time would keep the run
// from ending.
func (f *injector) onRedriveStart(i int32) {
	r := &f.redrives[i]
	for class, q := range f.w.queues {
		if f.moving(class) {
			continue
		}
		r.left[class] = len(q.dead)
		if most := r.cfg.Count; most > 0 {
			r.left[class] = min(r.left[class], most)
		}
		q.onRedrive(int64(i))
	}
	if r.cfg.Every != nil && (f.w.engine.Now() < int64(f.w.cfg.Horizon) || f.w.open > 0) {
		f.w.after(r.every.draw(), evRedriveStart, i, 0)
	}
}

// moving reports whether a redrive has messages of the class still to move.
func (f *injector) moving(class int) bool {
	for i := range f.redrives {
		if f.redrives[i].left[class] > 0 {
			return true
		}
	}
	return false
}

// bury keeps a dead-lettered message for a later redrive, if there will be one.
func (q *queue) bury(m *message) {
	q.letters.Add(q.w.engine.Now(), 1)
	if q.keepsLetters() {
		q.dead = append(q.dead, *m)
	}
}

// keepsLetters reports whether a redrive may ask for dead letters.
func (q *queue) keepsLetters() bool {
	return q.w.faults != nil && len(q.w.faults.cfg.Redrives) > 0
}

// onRedrive sends the oldest dead letter back, and sees to the next of those that
// the redrive has to move. A redriven message is a new one: its
// receive count, age and retention start again, while its token may have ended
// long ago. (SQS Developer Guide, dead-letter queue redrive, which bills the
// calls that it makes.)
func (q *queue) onRedrive(i int64) {
	r := &q.w.faults.redrives[i]
	if r.left[q.class] == 0 { // the dead-letter queue was empty when it started
		return
	}
	r.left[q.class]--
	m := q.dead[0]
	q.dead = q.dead[1:]
	q.letters.Add(q.w.engine.Now(), -1)
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
	if r.left[q.class] > 0 {
		q.w.after(time.Duration(float64(time.Second)/r.cfg.Rate), evRedrive, q.class, i)
	}
	q.send(message{job: m.job, service: m.service, task: m.task, token: m.token, attempt: m.attempt})
}
