package fake

import (
	"container/heap"
	"fmt"
	"time"
)

// inFlightLimit is how many messages of a standard queue can be in flight.
const inFlightLimit = 120_000

// longestHidden is how long after a receive a message can stay hidden.
const longestHidden = 12 * time.Hour

// settings are the attributes of a queue that can be set.
type settings struct {
	visibility, retention, delay, wait time.Duration
	largest                            int // bytes
	deadLetters                        string
	maxReceive                         int // 0: no redrive policy
	redrivePolicy                      string
}

// queue is one standard queue. A message is either ready, in an order that is
// about the order of arrival, or hidden until its time: delayed, or in flight.
type queue struct {
	owner             *SQS
	name, url, arn    string
	set               settings
	created, modified time.Time
	purged            time.Time
	messages          map[string]*message // by id
	ready             messageHeap         // by place
	hidden            messageHeap         // by the time at which they come back
	inFlight          int
	places            int64 // the last place that was given
	nextExpiry        time.Time
	polls             []*poll
	alarm             *time.Timer
}

type message struct {
	id, body   string
	sum        string // MD5 of the body
	attributes map[string]Attribute
	sent       time.Time
	first      time.Time // first receive
	received   time.Time // last receive
	receives   int
	until      time.Time // hidden until
	flying     bool      // hidden because it was received
	place      int64
	source     string // ARN of the queue that it was dead-lettered from
	heap       *messageHeap
	index      int
}

// messageHeap is a heap of messages that know where in it they are.
type messageHeap struct {
	list []*message
	less func(a, b *message) bool
}

// Len implements heap.Interface.
func (h *messageHeap) Len() int { return len(h.list) }

// Less implements heap.Interface.
func (h *messageHeap) Less(i, j int) bool { return h.less(h.list[i], h.list[j]) }

// Swap implements heap.Interface.
func (h *messageHeap) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].index, h.list[j].index = i, j
}

// Push implements heap.Interface.
func (h *messageHeap) Push(x any) {
	m := x.(*message)
	m.heap, m.index = h, len(h.list)
	h.list = append(h.list, m)
}

// Pop implements heap.Interface.
func (h *messageHeap) Pop() any {
	m := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	m.heap = nil
	return m
}

func newQueue(owner *SQS, name string, set settings) *queue {
	now := time.Now()
	q := &queue{
		owner: owner, name: name, set: set, created: now, modified: now, messages: make(map[string]*message),
		url: fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", owner.region, owner.account, name),
		arn: fmt.Sprintf("arn:aws:sqs:%s:%s:%s", owner.region, owner.account, name),
	}
	q.ready.less = func(a, b *message) bool { return a.place < b.place }
	q.hidden.less = func(a, b *message) bool { return a.until.Before(b.until) }
	return q
}

// put adds a message: to the ready ones, or hidden where its until lies ahead.
func (q *queue) put(m *message, now time.Time) {
	q.places++
	m.place = q.places
	q.messages[m.id] = m
	q.noteExpiry(m)
	if m.until.After(now) {
		heap.Push(&q.hidden, m)
	} else {
		heap.Push(&q.ready, m)
	}
}

// remove takes a message away, wherever it stands.
func (q *queue) remove(m *message) {
	heap.Remove(m.heap, m.index)
	delete(q.messages, m.id)
	if m.flying {
		q.inFlight--
	}
}

// wake brings back what was hidden until now, and drops what is too old.
func (q *queue) wake(now time.Time) {
	for len(q.hidden.list) > 0 && !q.hidden.list[0].until.After(now) {
		q.show(q.hidden.list[0])
	}
	if q.nextExpiry.IsZero() || now.Before(q.nextExpiry) {
		return
	}
	q.nextExpiry = time.Time{}
	for _, m := range q.messages {
		if now.Before(m.sent.Add(q.set.retention)) {
			q.noteExpiry(m)
		} else {
			q.remove(m)
		}
	}
}

func (q *queue) noteExpiry(m *message) {
	if at := m.sent.Add(q.set.retention); q.nextExpiry.IsZero() || at.Before(q.nextExpiry) {
		q.nextExpiry = at
	}
}

// show makes a hidden message ready.
func (q *queue) show(m *message) {
	heap.Remove(m.heap, m.index)
	if m.flying {
		m.flying = false
		q.inFlight--
	}
	heap.Push(&q.ready, m)
}

// hide makes a message invisible until then; it counts as in flight.
func (q *queue) hide(m *message, until time.Time) {
	heap.Remove(m.heap, m.index)
	if !m.flying {
		m.flying = true
		q.inFlight++
	}
	m.until = until
	heap.Push(&q.hidden, m)
}

// take receives up to max messages. One that was received maxReceiveCount times
// goes to the dead-letter queue instead, at this attempt. What is returned are
// copies, as the receiver sees them.
func (q *queue) take(now time.Time, max int, visibility time.Duration) []message {
	q.wake(now)
	var taken []message
	for len(taken) < max && len(q.ready.list) > 0 && q.inFlight < inFlightLimit {
		m := q.ready.list[0]
		if dead := q.owner.byARN(q.set.deadLetters); q.set.maxReceive > 0 && m.receives >= q.set.maxReceive && dead != nil {
			q.bury(m, dead, now)
			continue
		}
		m.receives++
		m.received = now
		if m.first.IsZero() {
			m.first = now
		}
		if m.receives >= 3 && (q.set.maxReceive == 0 || q.set.maxReceive > 3) {
			// "SQS moves the message to the back of the queue" (developer guide,
			// dead-letter queues).
			q.places++
			m.place = q.places
		}
		q.hide(m, now.Add(visibility))
		taken = append(taken, *m)
	}
	return taken
}

// bury moves a message to the dead-letter queue. Its id, its age and its
// receive count stay.
func (q *queue) bury(m *message, dead *queue, now time.Time) {
	q.remove(m)
	m.source, m.until = q.arn, time.Time{}
	dead.put(m, now)
	dead.stir(now)
}

// poll is a ReceiveMessage that waits.
type poll struct {
	max        int
	visibility time.Duration
	found      chan []message // with room for one
}

// stir hands out what is ready to the polls that wait, the oldest first, and
// sets the alarm for the next message that comes back.
func (q *queue) stir(now time.Time) {
	for len(q.polls) > 0 {
		p := q.polls[0]
		got := q.take(now, p.max, p.visibility)
		if len(got) == 0 {
			break
		}
		q.polls = q.polls[1:]
		p.found <- got
	}
	if q.alarm != nil {
		q.alarm.Stop()
		q.alarm = nil
	}
	if len(q.polls) == 0 || len(q.hidden.list) == 0 {
		return
	}
	q.alarm = time.AfterFunc(q.hidden.list[0].until.Sub(now), func() {
		q.owner.mu.Lock()
		defer q.owner.mu.Unlock()
		q.stir(time.Now())
	})
}
