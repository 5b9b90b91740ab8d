package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"penstock/model/policy"
)

// What a handler does as its invocation runs out of time: nearEnd before it is
// killed it gives back a message whose call has not begun; lastMoment before, it
// cuts off a call as well and returns, so that the messages that are done are
// deleted. An invocation that is killed reports nothing, and all of its messages
// come back. Of a short invocation it is a tenth and a twentieth.
const (
	nearEnd    = time.Second
	lastMoment = 250 * time.Millisecond
)

// margins are these times of one invocation, zero if it has no end; and from when
// on its messages may have been received.
type margins struct{ deadline, near, last, received time.Time }

// longestWindow is how long a mapping keeps what it has received until the batch
// is full: at most MaximumBatchingWindowInSeconds (API of
// CreateEventSourceMapping).
const longestWindow = 300 * time.Second

func marginsOf(ctx context.Context) margins {
	received := time.Now().Add(-longestWindow)
	deadline, ok := ctx.Deadline()
	if !ok {
		return margins{received: received}
	}
	whole := time.Until(deadline)
	return margins{deadline, deadline.Add(-min(nearEnd, whole/10)), deadline.Add(-min(lastMoment, whole/20)), received}
}

// Handler is the worker as a Lambda function behind event source mappings: one
// for each execution environment.
type Handler struct {
	mu     sync.Mutex // one invocation at a time
	cfg    Config
	ports  Ports
	d      *driver
	lives  int  // policies so far
	over   bool // the work on the message at hand is over
	kept   bool // … and the message stays in its queue
	worked bool // a message of this invocation was worked on
	stale  bool // the policy was left in the middle of work
}

// NewHandler returns a handler. An error says what of the configuration cannot
// work.
func NewHandler(cfg Config, ports Ports) (*Handler, error) {
	if cfg.Policy.Slots != 0 {
		return nil, errors.New("worker: a handler has no slots")
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	h := &Handler{cfg: cfg, ports: ports}
	h.live()
	return h, nil
}

// live begins with a fresh policy.
func (h *Handler) live() {
	h.stale = false
	name := h.cfg.Instance
	if h.lives++; h.lives > 1 {
		name = fmt.Sprintf("%s.%d", name, h.lives)
	}
	h.d = newDriver(&h.cfg, h.ports, name, 1)
	h.d.ended = func(_ *work, kept bool) { h.over, h.kept = true, kept }
}

// Handle works on the messages of one invocation, one after another, and returns
// the ids of those that stay in the queue: its partial batch response. A yield is
// no error. The only error is a batch that cannot be answered so: one with a
// message without id, or of an unknown class. Nothing was done to it then, and
// all of it comes back.
//
// A panic keeps the message at hand and those after it; what was done before
// stays done.
func (h *Handler) Handle(ctx context.Context, batch []Message) (failed []string, err error) {
	if err := answerable(batch, len(h.cfg.Classes)); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	failed = make([]string, 0, len(batch)) // never nil: null would mean that all is done
	at := 0
	defer func() {
		if bad := recover(); bad != nil {
			h.stale = true
			h.cfg.Log.Error("the worker panicked: what is not done is kept", "panic", fmt.Sprint(bad), "stack", string(debug.Stack()))
			failed = append(failed, ids(batch[at:])...)
		}
		h.drain()
	}()
	limits := marginsOf(ctx)
	h.worked = false
	for ; at < len(batch); at++ {
		kept, out := h.one(ctx, batch[at], limits)
		if kept || h.cfg.DryRun {
			failed = append(failed, batch[at].ID)
		}
		if out {
			return append(failed, ids(batch[at+1:])...), nil
		}
	}
	return failed, nil
}

// answerable reports why a partial batch response cannot answer a batch, if it
// cannot.
func answerable(batch []Message, classes int) error {
	for i := range batch {
		switch m := &batch[i]; {
		case m.ID == "":
			return fmt.Errorf("worker: message %d of %d has no id, and could not be kept: the whole batch is", i+1, len(batch))
		case m.Class < 0 || m.Class >= classes:
			return fmt.Errorf("worker: message %s is of class %d, of %d", m.ID, m.Class, classes)
		}
	}
	return nil
}

func ids(batch []Message) (all []string) {
	for i := range batch {
		all = append(all, batch[i].ID)
	}
	return all
}

// one works on one message, and reports whether it stays in its queue, and
// whether the invocation is out of time.
func (h *Handler) one(ctx context.Context, m Message, limits margins) (kept, out bool) {
	var near, last <-chan time.Time
	if !limits.deadline.IsZero() {
		if time.Until(limits.last) <= 0 {
			return true, true
		}
		near, last = time.After(time.Until(limits.near)), time.After(time.Until(limits.last))
	}
	d := h.d
	d.base = ctx
	h.over, h.kept = false, true
	w := d.begin(ctx, 0, m, limits.received)
	d.receive(w, !h.worked, limits.deadline)
	h.worked = h.worked || w.task.Token != "" // a poison message is no work
	for !h.over {
		select {
		case then := <-d.posts:
			then()
		case <-near:
			if !w.leaving {
				d.step(0, policy.Event{Kind: policy.DeadlineNear})
			}
		case <-last:
			h.cfg.Log.Warn("out of time: the call is cut off and the message kept", "class", h.cfg.Classes[m.Class], "message", m.ID)
			h.stale = true
			return true, true
		}
	}
	return h.kept, false
}

// drainAtMost is how long an invocation waits for calls that it has cut off.
const drainAtMost = 100 * time.Millisecond

// drain cuts off what is left of the work and waits for its goroutines: an
// environment is frozen between invocations, and what runs in it then would wake
// at any time. A policy that was left in the middle of work, or with calls that do
// not end, is replaced by a fresh one, as a new environment would have it.
func (h *Handler) drain() {
	d := h.d
	if w := d.works[0]; w != nil {
		if w.alarm != nil {
			w.alarm.Stop()
		}
		w.cancel()
		d.works[0] = nil
	}
	idle := make(chan struct{})
	go func() {
		d.running.Wait()
		close(idle)
	}()
	late := time.NewTimer(drainAtMost)
	defer late.Stop()
	for {
		select {
		case <-d.posts:
			continue
		case <-idle:
		case <-late.C:
			h.stale = true
		}
		break
	}
	if h.stale {
		close(d.over)
		h.live()
	}
}
