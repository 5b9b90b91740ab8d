package sim

import (
	"math"
	"math/bits"
)

// ladder is a queue of events for a clock that never goes back, a radix ladder.
//
// Far events lie unsorted in slots. The level of a slot is the highest digit
// (base 16) in which an event's key differs from base, and its place there is
// that digit: the farther away, the wider the slot. The first slot of the lowest
// level holds the next events. A small one is sorted into near; a large one is
// spread over the levels below. So an event moves a few times, each time in a
// sequential sweep, where a heap would jump through memory.
//
// Every step keeps equal keys in the order in which they came, so no sequence
// number is stored.
//
// Invariants: base <= every key in a slot, and base's instant is not after the
// clock once Next has returned. Every pending key <= limit is in near, every
// other in a slot.
type ladder struct {
	n     int  // events in near and in the slots
	top   uint // events in near
	limit int64
	base  int64          // the key from which the levels are counted
	near  [nearLen]Event // descending: the next event is near[top-1]

	levels uint16           // which levels hold anything
	digits [levelLen]uint16 // which slots of a level do
	slots  [levelLen][16]slot
	free   *chunk
	chunks int // ever made
}

const (
	digitBits = 4
	levelLen  = 64 / digitBits
	nearLen   = 64 // more would make insertion dear; a power of two spares bounds checks
	few       = 24 // this many or fewer live in near, without slots
	small     = 32 // sorting this many is cheaper than spreading them
)

// push adds ev. now is the key of the clock's instant, the earliest that may
// ever be pushed from here on.
func (q *ladder) push(ev Event, now int64) {
	q.n++
	if ev.key <= q.limit {
		if q.top < nearLen {
			q.insert(ev)
			return
		}
		q.spill(now)
	}
	q.put(ev)
}

// insert sorts ev into near, behind those of the same key.
func (q *ladder) insert(ev Event) {
	i := q.top
	q.top++
	for i > 0 && q.near[(i-1)%nearLen].key <= ev.key {
		q.near[i%nearLen] = q.near[(i-1)%nearLen]
		i--
	}
	q.near[i%nearLen] = ev
}

// put appends ev to its slot.
func (q *ladder) put(ev Event) {
	level := uint(bits.Len64(uint64(ev.key^q.base)|1)-1) / digitBits
	digit := uint(ev.key>>(level*digitBits)) % 16
	s := &q.slots[level][digit]
	if s.room == 0 {
		q.extend(s)
		q.levels |= 1 << level
		q.digits[level] |= 1 << digit
	}
	s.room--
	s.tail.events[s.room%chunkLen] = ev
}

// spill empties near into the slots. The base moves up to the present, not to
// the earliest pending event: something may still be scheduled before that. The
// slots in use stay right, as base and now differ only in digits below theirs.
func (q *ladder) spill(now int64) {
	q.base, q.limit = now, now-1
	for q.top > 0 {
		q.top--
		q.put(q.near[q.top])
	}
}

// refill brings the next events into the empty near. It reports false if none is
// due before the instant end, but not always: a slot that reaches across end is
// sorted as well, so the next event may yet be later.
func (q *ladder) refill(end int64) bool {
	for q.n > few {
		level := uint(bits.TrailingZeros16(q.levels)) % levelLen
		digit := uint(bits.TrailingZeros16(q.digits[level])) % 16
		low := q.base>>(level*digitBits)&^15 | int64(digit)
		low <<= level * digitBits
		if low>>phaseBits >= end {
			return false // and base stays: the clock will not reach low
		}
		s := &q.slots[level][digit]
		if level == 0 { // all of one key, which Next takes at once
			q.near[0], q.top = q.take(s), 1
			q.settle(level, digit)
			return true
		}
		q.base = low
		list := *s
		*s = slot{}
		q.settle(level, digit)
		if list.head == list.tail && chunkLen-list.room <= small {
			q.sort(list)
			q.limit = low + 1<<(level*digitBits) - 1
			return true
		}
		q.spread(list)
	}
	return q.gather()
}

// gather brings everything into near, where a few events are best kept, and
// reports whether there is anything. Going from the farthest slot down, no event
// has to move aside for one of another slot.
func (q *ladder) gather() bool {
	q.limit = math.MaxInt64
	for q.levels != 0 {
		level := uint(bits.Len16(q.levels)-1) % levelLen
		digit := uint(bits.Len16(q.digits[level])-1) % 16
		for s := &q.slots[level][digit]; s.head != nil; {
			q.insert(q.take(s))
		}
		q.settle(level, digit)
	}
	return q.top > 0
}

// sort brings the one chunk of list into the empty near.
func (q *ladder) sort(list slot) {
	q.top = uint(copy(q.near[:], list.head.events[list.room:]))
	q.release(list.head, list.tail)
	for i := uint(1); i < q.top; i++ {
		ev := q.near[i%nearLen]
		j := i
		for j > 0 && q.near[(j-1)%nearLen].key < ev.key {
			q.near[j%nearLen] = q.near[(j-1)%nearLen]
			j--
		}
		q.near[j%nearLen] = ev
	}
}

// least returns the smallest key of the slots, of which one is in use. It is in
// the first slot of the lowest level. What was taken from a slot that is still in
// use had the same key as all the rest of it, and may be read again.
func (q *ladder) least() int64 {
	level := uint(bits.TrailingZeros16(q.levels)) % levelLen
	s := &q.slots[level][uint(bits.TrailingZeros16(q.digits[level]))%16]
	key := int64(math.MaxInt64)
	for c := s.head; c != nil; c = c.next {
		first := uint32(0)
		if c == s.tail {
			first = s.room
		}
		for _, ev := range c.events[first:] {
			key = min(key, ev.key)
		}
	}
	return key
}

// spread moves the events of list to lower levels.
func (q *ladder) spread(list slot) {
	for c := list.head; c != nil; {
		first := 0
		if c == list.tail {
			first = int(list.room)
		}
		for i := chunkLen - 1; i >= first; i-- {
			q.put(c.events[i])
		}
		next := c.next
		q.release(c, c)
		c = next
	}
}

// settle clears the marks of a slot that became empty.
func (q *ladder) settle(level, digit uint) {
	if q.slots[level][digit].head != nil {
		return
	}
	q.digits[level] &^= 1 << digit
	if q.digits[level] == 0 {
		q.levels &^= 1 << level
	}
}

// reset empties the ladder and keeps its chunks.
func (q *ladder) reset() {
	for level := range q.slots {
		for digit := range q.slots[level] {
			if s := &q.slots[level][digit]; s.head != nil {
				q.release(s.head, s.tail)
				*s = slot{}
			}
		}
	}
	q.n, q.top, q.limit, q.base, q.levels = 0, 0, 0, 0, 0
	q.digits = [levelLen]uint16{}
}
