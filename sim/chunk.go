package sim

// chunkLen is a compromise: with a million pending, chunks of 128 cost a quarter
// less time than chunks of 32, and longer ones waste more in a small queue.
const chunkLen = 128

// chunk holds events from its last place down to its first. Copied as it is, it
// has those of equal keys in the order in which near wants them: later ones
// first.
//
// All chunks of a ladder are of one size and go back to one free list, so a slot
// wastes less than one, however many events it has seen.
type chunk struct {
	events [chunkLen]Event
	next   *chunk
}

// slot is a first-in-first-out list of chunks. The zero value is empty.
type slot struct {
	head, tail *chunk
	room       uint32 // unused places in tail
	left       uint32 // unread places in head
}

// extend gives s an empty chunk at its tail.
func (q *ladder) extend(s *slot) {
	if q.free == nil {
		q.grow()
	}
	c := q.free
	q.free, c.next = c.next, nil
	if s.head == nil {
		s.head, s.left = c, chunkLen
	} else {
		s.tail.next = c
	}
	s.tail, s.room = c, chunkLen
}

// take removes the first event of s, which is not empty.
func (q *ladder) take(s *slot) Event {
	c := s.head
	s.left--
	ev := c.events[s.left%chunkLen]
	switch {
	case c == s.tail && s.left == s.room:
		q.release(c, c)
		*s = slot{}
	case s.left == 0:
		s.head, s.left = c.next, chunkLen
		q.release(c, c)
	}
	return ev
}

// release puts the chunks from head to tail on the free list.
func (q *ladder) release(head, tail *chunk) {
	tail.next = q.free
	q.free = head
}

// grow makes chunks, an eighth of those there are: few allocations, little idle.
func (q *ladder) grow() {
	block := make([]chunk, max(4, q.chunks/8))
	q.chunks += len(block)
	for i := range block {
		q.release(&block[i], &block[i])
	}
}
