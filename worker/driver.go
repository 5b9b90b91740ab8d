package worker

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"penstock/model/policy"
	"penstock/worker/journal"
)

// driver is what the service and the handler share. One goroutine, that of the
// loop, owns it and the policy: it hands the policy what happened, and does what
// it decides. What takes time is done by goroutines beside the loop, whose
// results come back to it as functions on one channel.
type driver struct {
	cfg     *Config
	ports   Ports
	policy  *policy.Policy
	journal *journal.Journal
	base    context.Context // of what must be done even for work that was cut off
	posts   chan func()
	over    chan struct{} // closed when nobody reads posts any more
	running sync.WaitGroup
	// helpers are goroutines of a service that wait for something to do. The stack
	// of each has grown to what the SDK of AWS needs; growing it anew for every
	// call would make the calls a fourth dearer. nil: every call has a goroutine
	// of its own, so that none is left when a handler's environment is frozen.
	helpers chan func() func()

	works    []*work // by slot; nil: no message
	stepping *work   // whose event the policy decides on; nil: none
	now      time.Time
	drawn    journal.Drawn
	actions  []policy.Action
	past     history
	deletes  bool // the driver itself deletes what is done

	poll  func(slot int, a policy.Action) // does a Receive
	ended func(w *work, kept bool)        // told when the work on a message is over
}

// work is the work on one message.
type work struct {
	slot     int
	m        Message
	task     Task
	since    time.Time       // from when SQS counts its 12 h, or earlier
	ctx      context.Context // of calls that end with the work
	cancel   context.CancelFunc
	asked    int           // counts questions: an answer to an earlier one is stale
	leaving  bool          // it is being deleted or given back
	cut      bool          // it was abandoned: the policy knows nothing of its end
	answer   Answer        // of the legacy system
	unsure   bool          // an answer of the token may have had effect
	alarm    *time.Timer   // nil: none
	changing chan struct{} // closed when the latest change of visibility has ended; nil: there was none
}

// newDriver returns a driver. name tells policies of one process apart.
func newDriver(cfg *Config, ports Ports, name string, slots int) *driver {
	d := &driver{
		cfg: cfg, ports: ports, base: context.Background(), posts: make(chan func()), over: make(chan struct{}),
		works: make([]*work, slots),
	}
	d.journal = journal.New(cfg.Log, name, cfg.Policy)
	d.policy = policy.New(cfg.Policy, d.draws())
	return d
}

// begin takes up a message in a slot. Its calls end with ctx.
func (d *driver) begin(ctx context.Context, slot int, m Message, since time.Time) *work {
	w := &work{slot: slot, m: m, since: since}
	w.ctx, w.cancel = context.WithCancel(ctx)
	d.works[slot] = w
	d.cfg.Meter.Count(Receives, m.Class, 1)
	d.cfg.Meter.Age(m.Class, max(0, time.Since(m.Sent))) // clocks differ
	return w
}

// receive hands the policy a message that a slot has, unless nobody can work on
// it.
func (d *driver) receive(w *work, first bool, deadline time.Time) {
	task, err := ParseBody(w.m.Body)
	if err != nil {
		d.bury(w, err.Error())
		return
	}
	w.task = task
	w.task.Class, w.task.Receive = d.cfg.Classes[w.m.Class], w.m.Receive
	d.step(w.slot, policy.Event{
		Kind: policy.Received, Class: w.m.Class, Receive: w.m.Receive, Sent: w.m.Sent, First: first, Deadline: deadline,
	})
}

// step lets the policy decide, writes it down and does it. An action that ends
// the work on a message is always the last, so that a step for the next message
// may follow from inside it.
func (d *driver) step(slot int, ev policy.Event) {
	ev.Slot = slot
	d.now = now()
	w := d.works[slot]
	d.stepping, d.drawn = w, journal.Drawn{}
	d.actions = d.policy.Step(d.now, ev, d.actions[:0])
	d.stepping = nil
	message := ""
	if w != nil {
		message = w.m.ID
	}
	d.journal.Write(d.now, ev, d.actions, d.drawn, message)
	d.meter(w, ev)
	for _, a := range d.actions {
		d.do(w, a)
	}
}

// do does one thing that the policy wants.
func (d *driver) do(w *work, a policy.Action) {
	switch a.Kind {
	case policy.Receive:
		d.poll(a.Slot, a)
	case policy.Look:
		d.look(w, a.Queue)
	case policy.CheckToken:
		d.check(w)
	case policy.Call:
		d.call(w, a.For)
	case policy.Succeed, policy.Fail:
		d.tell(w, a.Kind == policy.Succeed, a.For)
	case policy.Alarm:
		d.setAlarm(w, a.For)
	case policy.Beat:
		d.beat(w)
	case policy.Extend:
		d.extend(w, a.For)
	case policy.Escalate:
		d.cfg.Meter.Count(Escalated, w.m.Class, 1)
	case policy.Pass, policy.Return:
		d.giveBack(w, a)
	case policy.Delete, policy.Drop:
		d.finish(w, a.Kind)
	default:
		panic(fmt.Sprintf("worker: unknown action %d", a.Kind))
	}
}

// end ends the work on a message and lets the slot's owner go on. kept says
// that the message is still in its queue.
func (d *driver) end(w *work, kept bool) {
	if w.alarm != nil {
		w.alarm.Stop()
	}
	w.cancel()
	d.works[w.slot] = nil
	d.ended(w, kept)
}

// at reports whether a slot still works on the message.
func (d *driver) at(w *work) bool { return d.works[w.slot] == w }

// beside runs f in a goroutine, and what it returns in the loop; nil: nothing.
func (d *driver) beside(f func() func()) {
	d.running.Add(1)
	select {
	case d.helpers <- f:
	default:
		go d.help(f)
	}
}

// help runs f, and then what else there is to do.
func (d *driver) help(f func() func()) {
	d.assist(f)
	if d.helpers == nil {
		return
	}
	for f := range d.helpers {
		d.assist(f)
	}
}

func (d *driver) assist(f func() func()) {
	defer d.running.Done()
	if then := d.guarded(f); then != nil {
		select {
		case d.posts <- then:
		case <-d.over:
		}
	}
}

// guarded runs f, and brings a panic to the loop, where it belongs.
func (d *driver) guarded(f func() func()) (then func()) {
	defer func() {
		if bad := recover(); bad != nil {
			stack := debug.Stack()
			then = func() { panic(fmt.Sprintf("%v\n%s", bad, stack)) }
		}
	}()
	return f()
}

// now returns the time as the policy sees it: the wall clock alone, for it is
// what the journal can hold, and a replay must see what the policy saw.
func now() time.Time { return time.Now().Round(0).UTC() }
