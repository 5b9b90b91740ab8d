package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// fakeQueue is a standard queue: messages that are hidden for a while when they
// are received, and go to the dead-letter queue when that has happened too often.
type fakeQueue struct {
	c       *cloud
	class   int
	cfg     model.Queue
	all     []*stored
	waiting []*waiter // long polls, the oldest first
	sent    int
	history []counted
}

// stored is a message in a queue.
type stored struct {
	name     string // of the task, with the attempt
	body     string
	sent     time.Time
	rank     int64 // the smallest is received first
	receives int
	hidden   bool
	until    time.Duration // hidden until then
	gone     bool
}

// counted is what GetQueueAttributes would show from a time on, were it not late.
type counted struct {
	at              time.Duration
	visible, hidden int64
}

// waiter is a ReceiveMessage that waits.
type waiter struct {
	most int
	got  chan []Message
}

func (q *fakeQueue) send(name, body string) {
	q.sent++
	q.all = append(q.all, &stored{name: name, body: body, sent: time.Now(), rank: int64(time.Since(q.c.start))})
	q.changed()
}

// changed serves whoever waits, and writes the counts down.
func (q *fakeQueue) changed() {
	q.settle()
	q.count()
	for len(q.waiting) > 0 {
		got := q.take(q.waiting[0].most)
		if len(got) == 0 {
			return
		}
		q.waiting[0].got <- got
		q.waiting = q.waiting[1:]
	}
}

func (q *fakeQueue) count() {
	n := counted{at: q.c.now()}
	for _, m := range q.all {
		if m.hidden {
			n.hidden++
		} else {
			n.visible++
		}
	}
	q.history = append(q.history, n)
}

// take receives up to most visible messages.
func (q *fakeQueue) take(most int) (got []Message) {
	for len(got) < most {
		var m *stored
		for _, s := range q.all {
			if !s.hidden && (m == nil || s.rank < m.rank) {
				m = s
			}
		}
		if m == nil {
			break
		}
		if q.cfg.MaxReceiveCount > 0 && m.receives >= q.cfg.MaxReceiveCount {
			q.c.note("dead_lettered %s %d", m.name, m.receives)
			q.c.graves = append(q.c.graves, m.body)
			q.drop(m)
			continue
		}
		m.receives++
		q.c.note("received %s %d", m.name, m.receives)
		q.hide(m, q.cfg.VisibilityTimeout)
		got = append(got, Message{
			ID: m.name, Receipt: fmt.Sprintf("%s %d", m.name, m.receives), Body: m.body,
			Class: q.class, Receive: m.receives, Sent: m.sent.Truncate(time.Millisecond),
		})
	}
	q.count()
	return got
}

// hide hides a message for d from now; 0 shows it.
func (q *fakeQueue) hide(m *stored, d time.Duration) {
	if d == 0 {
		q.show(m)
		return
	}
	m.hidden, m.until = true, q.c.now()+d
	q.c.later(d, q.changed)
}

// settle shows the messages whose visibility timeouts have run out: whoever asks
// at that very instant finds them.
func (q *fakeQueue) settle() {
	for {
		var first *stored
		for _, m := range q.all {
			if m.hidden && m.until <= q.c.now() && (first == nil || m.until < first.until) {
				first = m
			}
		}
		if first == nil {
			return
		}
		q.show(first)
	}
}

// show makes a message visible again: in its old place, from the third receive
// on at the back.
func (q *fakeQueue) show(m *stored) {
	m.hidden = false
	q.c.note("visible %s %d", m.name, m.receives)
	if m.receives >= 3 {
		m.rank = int64(q.c.now())
	}
}

func (q *fakeQueue) drop(m *stored) {
	m.gone = true
	q.all = slices.DeleteFunc(q.all, func(s *stored) bool { return s == m })
	q.count()
}

// held finds a message by a receipt handle. A handle of an earlier receive finds
// none.
func (q *fakeQueue) held(m Message) *stored {
	for _, s := range q.all {
		if fmt.Sprintf("%s %d", s.name, s.receives) == m.Receipt {
			return s
		}
	}
	return nil
}

// wait lets a call travel, unless its client goes away.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Receive is ReceiveMessage.
func (c *cloud) Receive(ctx context.Context, class int, long time.Duration) ([]Message, error) {
	return c.receive(ctx, class, 1, long)
}

func (c *cloud) receive(ctx context.Context, class, most int, long time.Duration) ([]Message, error) {
	if err := wait(ctx, c.value(c.cfg.Timing.SQSReceive)); err != nil {
		return nil, err
	}
	c.mu.Lock()
	if c.cfg.Worker.Driver == model.DriverPoller {
		c.note("poll")
	}
	if c.receiveFails != nil {
		if err := c.receiveFails(class); err != nil {
			c.mu.Unlock()
			return nil, err
		}
	}
	q := c.queues[class]
	q.changed()
	got := q.take(most)
	if len(got) > 0 || long == 0 {
		c.mu.Unlock()
		return got, nil
	}
	w := &waiter{most, make(chan []Message, 1)}
	q.waiting = append(q.waiting, w)
	c.mu.Unlock()
	var err error
	select {
	case got = <-w.got:
		return got, nil
	case <-time.After(long):
		err = nil
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case got = <-w.got: // in the very moment
		return got, nil
	default:
	}
	if err == nil || !c.deaf { // else the queue has not noticed, and a message it hands out is lost for a while
		q.waiting = slices.DeleteFunc(q.waiting, func(o *waiter) bool { return o == w })
	}
	return nil, err
}

// Look is GetQueueAttributes.
func (c *cloud) Look(ctx context.Context, class int) (visible, inFlight int64, status policy.Status) {
	if wait(ctx, c.value(c.cfg.Timing.SQSAttributes)) != nil {
		return 0, 0, policy.Unclear
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queues[class].changed()
	then := c.now() - c.cfg.Timing.AttributesLag
	var seen counted
	for _, n := range c.queues[class].history {
		if n.at <= then {
			seen = n
		}
	}
	c.note("looked %s %d %d", c.cfg.Classes[class].Name, seen.visible, seen.hidden)
	return seen.visible, seen.hidden, policy.OK
}

// Hide is ChangeMessageVisibility.
func (c *cloud) Hide(ctx context.Context, m Message, d time.Duration) error {
	if err := wait(ctx, c.value(c.cfg.Timing.SQSVisibility)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d%time.Second != 0 || d < 0 || d > 12*time.Hour {
		c.t.Errorf("hidden for %v", d)
	}
	c.note("visibility")
	q := c.queues[m.Class]
	q.changed()
	s := q.held(m)
	if s == nil || !s.hidden {
		return errors.New("ReceiptHandleIsInvalid")
	}
	q.hide(s, d)
	q.changed()
	return nil
}

// Delete is DeleteMessage.
func (c *cloud) Delete(ctx context.Context, m Message) error {
	if err := wait(ctx, c.value(c.cfg.Timing.SQSDelete)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deleteFails != nil && c.deleteFails(m.Receipt) {
		return errors.New("InternalError")
	}
	c.delete(m)
	return nil
}

func (c *cloud) delete(m Message) {
	q := c.queues[m.Class]
	s := q.held(m)
	if s == nil {
		c.note("deleted %s %d stale", m.ID, m.Receive)
		return
	}
	c.note("deleted %s %d", m.ID, m.Receive)
	q.drop(s)
}

// Bury is SendMessage to the dead-letter queue.
func (c *cloud) Bury(ctx context.Context, m Message, reason string) error {
	if err := wait(ctx, c.value(c.cfg.Timing.SQSSend)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note("buried %s %d", m.ID, m.Receive)
	c.graves = append(c.graves, reason)
	return nil
}
