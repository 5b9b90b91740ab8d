package model

// message is one SQS message. A waiting message costs this struct, its task
// and two lane cells, and nothing else; a deleted one costs nothing.
type message struct {
	sent     int64  // when it was sent, ns
	order    int64  // its place in line: smaller goes first
	job      int64  // number of its task within the class, from 1
	service  int64  // legacy service time given by a trace, ns; < 0: drawn
	task     int32  // index of its task, valid while token is
	token    uint32 // the task token that it carries
	gen      uint32 // counts the lives of this slot, so that old handles are told from new
	timed    uint32 // counts changes of visibility, so that old events are told from new
	next     int32  // the one behind it in line, or in the free list
	prev     int32  // the one before it in line
	receives int32
	attempt  uint16 // of the task, from 1
	state    uint8
	flags    uint8
}

// Where a message stands.
const (
	msgFree    uint8 = iota
	msgDelayed       // not yet visible for the first time
	msgVisible       // in line
	msgEarly         // visible, in the heap of those that came back to their old place
	msgFlight        // held by a consumer until its visibility timeout ends
)

const flagRetained uint8 = 1 // retention ran out while in flight

// none is the index of no message, task, seat or call.
const none int32 = -1

// delivery is one receive of one message: its receipt handle, and what the
// consumer learns from its body.
type delivery struct {
	id      int32
	gen     uint32
	receipt int32 // the receive count when it was handed out
	task    int32
	token   uint32
	attempt uint16
	job     int64
	sent    int64
	service int64
	at      int64 // when it was handed out
}

// slab keeps a queue's messages and reuses the places of deleted ones.
type slab struct {
	all  pages[message]
	free int32 // head of the free list, linked by next; none: empty
}

// alloc returns a place for a new message.
func (s *slab) alloc() int32 {
	if s.free != none {
		id := s.free
		s.free = s.all.at(id).next
		return id
	}
	return s.all.grow()
}

// release frees the place of a message and makes its handles stale.
func (s *slab) release(id int32) {
	m := s.all.at(id)
	*m = message{gen: m.gen + 1, timed: m.timed + 1, next: s.free}
	s.free = id
}
