package chaos

import (
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// looked checks that a look goes to another queue, and under "yield" to a higher
// one.
func (w *watcher) looked(k *classBook, d *deliveryBook, h *model.Happening) {
	q := w.byName[h.Queue]
	switch {
	case q == nil || q == k:
		w.fail("a worker looks at other queues only", "%s looks at %q", w.name(h), h.Queue)
		return
	case w.yields() && q.index > k.index:
		w.fail("a worker that yields looks at higher queues only", "%s looks at %q", w.name(h), h.Queue)
		return
	}
	if h.Visible < 0 || h.InFlight < 0 {
		w.fail("no queue holds fewer than no messages", "%s sees %d and %d", w.name(h), h.Visible, h.InFlight)
	}
	d.busy = w.work(h) > 0
	if !d.busy {
		d.looks++
	}
}

// yielded checks that a worker gives way to something, and not too often.
func (w *watcher) yielded(k *classBook, d *deliveryBook, h *model.Happening) {
	p := &w.cfg.Policy
	if d.yielded || d.calling {
		w.fail("a message is given way with once, and before its call", "%s", w.name(h))
	}
	d.yielded = true
	if !w.yields() {
		if w.sure.policy && p.Kind == policy.None {
			w.fail("policy none never yields", "%s", w.name(h))
		}
		return
	}
	if k.index == 0 {
		w.fail("the highest class never yields", "%s", w.name(h))
	}
	if p.EscalateAt > 0 && h.Receive >= p.EscalateAt {
		w.fail("a message goes ahead from receive escalate_at on", "%s yields, escalate_at is %d", w.name(h), p.EscalateAt)
	}
	if !d.busy && !w.saw(k, h) {
		w.fail("a worker yields to work that it saw, no longer ago than look_cache", "%s in environment %d, look_cache %v", w.name(h), h.Env, p.LookCache)
	}
}

func (w *watcher) escalated(a *attemptBook, d *deliveryBook, h *model.Happening) {
	if n := w.cfg.Policy.EscalateAt; w.yields() && (n == 0 || h.Receive < n) {
		w.fail("a message goes ahead from receive escalate_at on", "%s is escalated, escalate_at is %d", w.name(h), n)
	}
	if d.calling {
		w.fail("a message is escalated before its call", "%s", w.name(h))
	}
	d.high = true
	if a.over == "" {
		a.escalated = true
	}
}

// called checks that a worker may make this call.
func (w *watcher) called(k *classBook, a *attemptBook, d *deliveryBook, h *model.Happening) {
	if d.calling {
		w.fail("one receive makes one call", "%s", w.name(h))
	}
	d.calling, d.open, d.called, d.env = true, true, h.At, h.Env
	if w.yields() && w.cfg.Policy.LookCache == 0 && !d.high && d.looks < k.index {
		w.fail("a worker calls when no higher class has work, or the message is escalated", "%s after %d empty looks of %d", w.name(h), d.looks, k.index)
	}
	if w.cfg.Policy.CheckToken && a.over != "" && !d.excused {
		w.ifNoThrottle = append(w.ifNoThrottle, w.violation("no call is made for a task that is known to have ended", "%s, %s at %v", w.name(h), a.over, a.overAt))
	}
	w.legacy.called(w, k, d, h)
}

// answered checks the answer of a call.
func (w *watcher) answered(k *classBook, m *messageBook, d *deliveryBook, h *model.Happening) {
	if !d.open {
		w.fail("a call is answered once", "%s: %s", w.name(h), h.Status)
		return
	}
	d.open, d.status, d.answered = false, h.Status, h.At
	limit := d.called + w.cfg.Worker.CallTimeout
	if h.At > limit || h.Status == "timeout" && h.At != limit {
		w.fail("a call ends by its timeout", "%s: %s at %v, called at %v, limit %v", w.name(h), h.Status, h.At, d.called, limit)
	}
	refused := h.Status == "429" || h.Status == "503" || h.Status == "refused"
	if refused && h.At != d.called && !d.lies {
		w.fail("a refusal comes at once", "%s: %s at %v, called at %v", w.name(h), h.Status, h.At, d.called)
	}
	w.legacy.answered(w, k, d, h)
}

// callback checks the answer of a token.
func (w *watcher) callback(a *attemptBook, d *deliveryBook, h *model.Happening) {
	d.answers++
	if !d.calling || d.open || d.status == "" {
		w.fail("a token is answered after the call", "%s", w.name(h))
	}
	p := &w.cfg.Policy
	wrong := p.OnError
	if d.status == "429" || d.status == "503" || d.status == "refused" {
		wrong = p.OnRejected
	}
	if d.status != "200" && wrong != policy.FailTask {
		w.fail("a call that went wrong answers no token unless the policy says so", "%s after %s", w.name(h), d.status)
	}
	switch {
	case h.Accepted && a.over != "":
		w.fail("no token is answered twice with effect", "%s, %s at %v", w.name(h), a.over, a.overAt)
	case h.Accepted:
		if full := a.begun + w.cfg.StepFunctions.Timeout; h.At > full {
			w.fail("heartbeats do not extend a task's timeout", "%s is answered at %v, the attempt ended at %v", w.name(h), h.At, full)
		}
		a.over, a.overAt, a.by = "answered", h.At, d
	case a.over == "" && !d.excused:
		w.ifNoThrottle = append(w.ifNoThrottle, w.violation("an answer in time is accepted", "%s", w.name(h)))
	}
}

// legacyBook is what is known of the slow system.
type legacyBook struct {
	slots, backlog int
	present        int // calls accepted, as far as known, and not answered: a lower bound
	ghosts         int // calls whose client has gone: they may still be at work
	left           int // calls that left at this instant
	fresh          []freshCall
	begun, limited int // calls that the limiter let through, and refused, at this instant
	calling        int // calls in progress, seen from the worker
	inEnv          map[int]*deliveryBook
	killed         int // calls that were never answered before their environment made another
	limit          limitBook
	unsure         bool // whether the limiter let a call through is not known
}

// freshCall is a call of the present instant.
type freshCall struct {
	d    *deliveryBook
	name string
	most int // calls that may wait for it to wait as well
}

func newLegacyBook(cfg *model.Config) legacyBook {
	b := legacyBook{slots: cfg.Legacy.Concurrency, backlog: cfg.Legacy.Backlog, inEnv: map[int]*deliveryBook{}}
	for i := range cfg.Classes {
		if own := cfg.Classes[i].LegacyBacklog; own != nil {
			b.backlog = max(b.backlog, *own)
		}
	}
	b.limit = limitBook{cfg: cfg.Legacy.RateLimit, tokens: float64(max(1, cfg.Legacy.RateLimit.Burst))}
	return b
}

func (b *legacyBook) called(w *watcher, k *classBook, d *deliveryBook, h *model.Happening) {
	if old := b.inEnv[h.Env]; old != nil && old.open {
		b.killed++ // only a worker that was killed leaves its call
		b.leave(old)
	}
	b.inEnv[h.Env] = d
	b.calling++
	b.present++
	b.begun++
	b.fresh = append(b.fresh, freshCall{d, w.name(h), b.most(w.cfg, k.cfg, h.Receive)})
	if b.calling > w.cfg.Worker.Concurrency {
		w.ifNoKill = append(w.ifNoKill, w.violation("no more calls run than the worker has slots", "%d at %s, at most %d", b.calling, w.name(h), w.cfg.Worker.Concurrency))
	}
}

// leave takes a call out whose client has gone: it may still be at work.
func (b *legacyBook) leave(d *deliveryBook) {
	d.open = false
	b.calling--
	b.vanish(d)
}

// vanish turns a call into one that may be at work or not.
func (b *legacyBook) vanish(d *deliveryBook) {
	if !d.ghost {
		d.ghost = true
		b.present--
		b.ghosts++
	}
}

func (b *legacyBook) answered(w *watcher, k *classBook, d *deliveryBook, h *model.Happening) {
	b.calling--
	if h.Status == "timeout" {
		b.vanish(d)
		return
	}
	if d.ghost { // it hangs by a fault, and was cut all the same
		return
	}
	b.present--
	if d.lies {
		b.left++
		return
	}
	switch h.Status {
	case "200", "500", "cut":
		b.left++
	case "429":
		b.limited++
		b.begun--
	case "refused":
		b.begun--
	case "503":
		most := b.most(w.cfg, k.cfg, h.Receive)
		// Whatever may be at work, those that left at this very instant included.
		if held := b.present + b.ghosts + b.left; held < b.slots+most {
			w.fail("the legacy system refuses when it is full", "%s is refused with %d calls of %d there", w.name(h), held, b.slots+most)
		}
	}
}

// most returns how many calls may wait for one of a class, at a receive count of
// its message, to wait as well.
func (b *legacyBook) most(cfg *model.Config, k *model.Class, receive int) int {
	own := k.LegacyBacklog
	if own == nil || k.LegacyBacklogUntil != 0 && receive >= k.LegacyBacklogUntil {
		return cfg.Legacy.Backlog
	}
	return *own
}

// lined checks the calls of the present instant that are not refused: those that
// were there before it, and still are, left them room.
func (b *legacyBook) lined(w *watcher) {
	stayed := b.present
	for _, c := range b.fresh {
		if c.d.open && !c.d.ghost {
			stayed--
		}
	}
	for _, c := range b.fresh {
		if c.d.open && !c.d.ghost && stayed >= b.slots+c.most {
			w.ifNoKill = append(w.ifNoKill, w.violation("a call waits only where its class may", "%s is let in behind %d calls, %d places", c.name, stayed, b.slots+c.most))
		}
	}
}

// instantOver checks what holds between two instants.
func (b *legacyBook) instantOver(w *watcher) {
	if w.blurred {
		b.fresh = b.fresh[:0]
		return
	}
	if b.present > b.slots+b.backlog && w.sure.answers {
		w.ifNoKill = append(w.ifNoKill, w.violation("the legacy system takes no more calls than it has places", "%d calls, %d places", b.present, b.slots+b.backlog))
	}
	if w.sure.answers {
		b.lined(w)
	}
	b.fresh = b.fresh[:0]
	if (b.begun > 0 || b.limited > 0) && !b.unsure {
		b.limit.check(w, b.begun, b.limited)
	}
	b.left, b.begun, b.limited = 0, 0, 0
}

// limitBook counts the calls that a rate limit lets through.
type limitBook struct {
	cfg    model.RateLimit
	tokens float64 // token bucket, at the last call
	last   time.Duration
	passed []time.Duration // windows
}

// check holds what passed, and what was refused, at the present instant against
// the limit.
func (l *limitBook) check(w *watcher, passed, refused int) {
	const rule = "a rate limit lets through what it should"
	const grain = 1e-6
	free := 0.0 // calls that could still pass, after those that did
	switch l.cfg.Kind {
	case "none":
		if refused > 0 {
			w.fail(rule, "%d calls refused without a limit", refused)
		}
		return
	case "token-bucket":
		l.tokens = min(float64(max(1, l.cfg.Burst)), l.tokens+float64(l.cfg.Rate*(w.now-l.last).Seconds()))
		l.last = w.now
		l.tokens -= float64(passed)
		free = l.tokens
	case "fixed-window", "sliding-window":
		from := w.now - w.now%l.cfg.Window - 1
		if l.cfg.Kind == "sliding-window" {
			from = w.now - l.cfg.Window
		}
		for len(l.passed) > 0 && l.passed[0] <= from {
			l.passed = l.passed[1:]
		}
		for range passed {
			l.passed = append(l.passed, w.now)
		}
		free = float64(int(l.cfg.Rate*l.cfg.Window.Seconds()+1e-9) - len(l.passed))
	}
	if free < -grain*float64(1+passed) || refused > 0 && free >= 1+grain {
		w.fail(rule, "%s: %d passed and %d were refused at %v, which leaves %.6f", l.cfg.Kind, passed, refused, w.now, free)
	}
}
