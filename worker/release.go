package worker

import (
	"context"
	"errors"
	"time"

	"penstock/model/policy"
)

// extend hides the message for longer while its call lasts, as long as SQS lets
// it.
func (d *driver) extend(w *work, to time.Duration) {
	if hideable(w, d.now) >= time.Second {
		d.change(w.ctx, w, to, nil)
	}
}

// giveBack leaves the message to its queue: hidden for the rest of its
// visibility timeout, or as long as the policy says.
func (d *driver) giveBack(w *work, a policy.Action) {
	w.asked++ // no answer counts any more
	w.leaving = true
	if a.Kind == policy.Pass {
		d.cfg.Meter.Count(Yields, w.m.Class, 1)
	} else {
		d.cfg.Meter.Count(GivenBack, w.m.Class, 1)
	}
	if a.Pause != policy.Drawn {
		d.end(w, true)
		return
	}
	d.change(d.base, w, a.For, func() { d.end(w, true) })
}

// change hides the message until d from now, in whole seconds and no longer than
// SQS allows, and then does what follows in the loop. The changes of one message
// take effect in the order in which they were decided: each waits for the end of
// the one before, or a late extension would undo a back-off.
func (d *driver) change(ctx context.Context, w *work, to time.Duration, then func()) {
	to = min(wholeSeconds(to), hideable(w, d.now).Truncate(time.Second))
	before, done := w.changing, make(chan struct{})
	w.changing = done
	d.beside(func() func() {
		defer close(done)
		if before != nil {
			<-before
		}
		var err error
		if to >= 0 {
			limited, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			err = d.ports.Queues.Hide(limited, w.m, to)
		}
		return func() { d.changed(w, err, then) }
	})
}

// changed goes on after a change of visibility. That an extension failed whose
// message was deleted or given back meanwhile is no trouble.
func (d *driver) changed(w *work, err error, then func()) {
	if !d.at(w) {
		return
	}
	if err != nil && (then != nil || !w.leaving) {
		d.trouble(w, "the visibility timeout could not be changed: the message comes back when it runs out", err)
	}
	if then != nil {
		then()
	}
}

// finish ends the work on a message that is done, or was nobody's any more.
func (d *driver) finish(w *work, kind policy.ActionKind) {
	w.asked++
	w.leaving = true
	if kind == policy.Drop {
		d.cfg.Meter.Count(Orphans, w.m.Class, 1)
	}
	d.remove(w)
}

// remove deletes the message, or leaves that to whoever handed it in.
func (d *driver) remove(w *work) {
	if !d.deletes {
		d.end(w, false)
		return
	}
	d.beside(func() func() {
		gone := d.tryDelete(w)
		return func() {
			if d.at(w) {
				d.end(w, !gone)
			}
		}
	})
}

// A delete that fails is tried again deleteTries-1 times, after deletePause and
// twice that each time. After that the message comes back, and its task is found
// to have ended.
const (
	deleteTries = 3
	deletePause = 500 * time.Millisecond
)

func (d *driver) tryDelete(w *work) (gone bool) {
	ctx, cancel := context.WithTimeout(d.base, patience)
	defer cancel()
	var err error
	for try := range deleteTries {
		if try > 0 && !pause(ctx, deletePause<<(try-1)) {
			break
		}
		if err = d.ports.Queues.Delete(ctx, w.m); err == nil {
			return true
		}
	}
	d.cfg.Meter.Count(DeletesFailed, w.m.Class, 1)
	d.trouble(w, "the message could not be deleted: it comes back, and is deleted then", err)
	return false
}

// bury takes a message out of the way that nobody can work on: to the
// dead-letter queue, with the reason. Where none is known, or it does not take
// the message, the message goes back, and its receive count takes it there.
func (d *driver) bury(w *work, reason string) {
	w.leaving = true
	d.cfg.Meter.Count(Poisoned, w.m.Class, 1)
	d.beside(func() func() {
		ctx, cancel := context.WithTimeout(d.base, patience)
		defer cancel()
		err := d.ports.Queues.Bury(ctx, w.m, reason)
		switch {
		case d.cfg.DryRun:
			d.cfg.Log.Warn("poison message: it would be sent to the dead-letter queue", "class", d.cfg.Classes[w.m.Class], "message", w.m.ID, "reason", reason)
		case err == nil:
			d.cfg.Log.Warn("poison message: sent to the dead-letter queue", "class", d.cfg.Classes[w.m.Class], "message", w.m.ID, "reason", reason)
		case errors.Is(err, ErrNoDeadLetterQueue):
			d.cfg.Log.Warn("poison message: left to its receive count, for no dead-letter queue is known", "class", d.cfg.Classes[w.m.Class], "message", w.m.ID, "receive", w.m.Receive, "reason", reason)
		default:
			d.trouble(w, "poison message: the dead-letter queue did not take it, it comes back: "+reason, err)
		}
		return func() {
			switch {
			case !d.at(w):
			case err == nil:
				d.remove(w)
			default:
				d.end(w, true)
			}
		}
	})
}

// trouble notes that a call of SQS for a message failed.
func (d *driver) trouble(w *work, what string, err error) {
	d.cfg.Meter.Count(Trouble, w.m.Class, 1)
	d.cfg.Log.Error(what, "class", d.cfg.Classes[w.m.Class], "message", w.m.ID, "receive", w.m.Receive, "error", err)
}
