package worker

import (
	"context"
	"time"

	"penstock/model/policy"
)

// patience is how long a call of AWS may take, retries of its client included:
// an answer that comes later is of no use, and a slot is worth more.
const patience = 20 * time.Second

// reply is what came of a question.
type reply struct {
	ev     policy.Event
	answer *Answer // of the legacy system; nil: it was not asked
}

// ask puts a question beside the loop and hands the reply to the policy, unless
// the work has gone on without it.
func (d *driver) ask(w *work, question func(ctx context.Context) reply) {
	w.asked++
	n := w.asked
	d.beside(func() func() {
		r := question(w.ctx)
		return func() {
			if !d.at(w) || w.asked != n {
				return
			}
			if r.answer != nil {
				w.answer = *r.answer
			}
			d.step(w.slot, r.ev)
		}
	})
}

func (d *driver) look(w *work, class int) {
	d.ask(w, func(ctx context.Context) reply {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		visible, inFlight, status := d.ports.Queues.Look(ctx, class)
		return reply{ev: policy.Event{Kind: policy.Looked, Queue: class, Visible: visible, InFlight: inFlight, Status: status}}
	})
}

func (d *driver) check(w *work) {
	d.ask(w, func(ctx context.Context) reply {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return reply{ev: policy.Event{Kind: policy.TokenChecked, Status: d.ports.Tasks.Beat(ctx, w.task.Token)}}
	})
}

func (d *driver) call(w *work, timeout time.Duration) {
	d.ask(w, func(ctx context.Context) reply {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		began := time.Now()
		a := d.ports.Legacy.Call(ctx, w.task)
		d.cfg.Meter.Took(w.m.Class, time.Since(began))
		if a.Status != policy.OK {
			d.cfg.Log.Warn("the legacy system did not do it", "class", w.task.Class, "message", w.m.ID, "execution", w.task.Execution,
				"key", w.task.Key, "code", a.Code, "detail", a.Detail)
		}
		return reply{policy.Event{Kind: policy.CallAnswered, Status: a.Status, RetryAfter: a.RetryAfter}, &a}
	})
}

// tell answers the token, no sooner than after a pause.
func (d *driver) tell(w *work, success bool, after time.Duration) {
	a := w.answer
	d.ask(w, func(ctx context.Context) reply {
		ev := policy.Event{Kind: policy.CallbackAnswered, Status: policy.Unclear}
		if !pause(ctx, after) {
			return reply{ev: ev}
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if success {
			ev.Status = d.ports.Tasks.Succeed(ctx, w.task.Token, a.Output)
		} else {
			ev.Status = d.ports.Tasks.Fail(ctx, w.task.Token, errorName(a.Status), cause(&a))
		}
		return reply{ev: ev}
	})
}

// The names of the errors that a task fails with, for the Retry and Catch of a
// state machine.
const (
	ErrorRejected = "Penstock.Rejected"   // the legacy system refused the call
	ErrorFailed   = "Penstock.Failed"     // it failed, perhaps after some work
	ErrorTimedOut = "Penstock.TimedOut"   // it did not answer in time
	ErrorDead     = "Penstock.DeadLetter" // the message was received too often
)

func errorName(s policy.Status) string {
	switch s {
	case policy.Rejected:
		return ErrorRejected
	case policy.TimedOut:
		return ErrorTimedOut
	}
	return ErrorFailed
}

// longestCause bounds the cause of a failed task, bytes (Step Functions API,
// SendTaskFailure: 32,768 characters).
const longestCause = 32 << 10

// cause says in words why a task failed.
func cause(a *Answer) string {
	text := a.Detail
	if text == "" {
		text = "the legacy system gave no reason"
	}
	return text[:min(len(text), longestCause)]
}

// setAlarm hands in HeartbeatDue later, while the work lasts.
func (d *driver) setAlarm(w *work, after time.Duration) {
	w.alarm = time.AfterFunc(after, func() {
		due := func() {
			if d.at(w) && !w.leaving {
				d.step(w.slot, policy.Event{Kind: policy.HeartbeatDue})
			}
		}
		select {
		case d.posts <- due:
		case <-w.ctx.Done():
		}
	})
}

// beat keeps the task alive. What it is answered changes nothing: a call that
// has begun is worth its end.
func (d *driver) beat(w *work) {
	d.beside(func() func() {
		ctx, cancel := context.WithTimeout(w.ctx, patience)
		defer cancel()
		d.ports.Tasks.Beat(ctx, w.task.Token)
		return nil
	})
}
