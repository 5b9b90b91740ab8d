package sim

import "fmt"

// Lane holds deadlines that all lie the same delay after they were set, such as
// a visibility timeout or an idle lifetime. They come in order, so they stand in
// a line and need no place in the queue: one event, armed for the head, serves
// them all. Most deadlines are called off before they are due, and in a lane
// that costs a few stores.
//
// An id is in the lane at most once; ids should be small, as a slab index is,
// for the lane keeps 16 bytes for each up to the largest. Make it with NewLane.
type Lane struct {
	engine  *Engine
	cells   []cell // cells[0] is the joint of the ring: its next is the head, its prev the tail
	armed   int64  // when the pending event is due, or unarmed, or firing
	len     int
	kind, a int32
	phase   Phase
}

// cell is the place of id i, at index i+1.
type cell struct {
	at         int64
	prev, next int32 // cell indexes; prev is absent if the id is not in the lane
}

const (
	absent  = -1
	unarmed = Forever + 1 // later than every deadline
	firing  = -1          // the event is out and its handler at work: it arms when done
)

// NewLane returns an empty lane on e. When its head is due the engine hands out
// Event{Kind: kind, A: a} in phase p, and the handler asks Due whose deadline it
// is. It panics if p is no phase.
func NewLane(e *Engine, p Phase, kind, a int32) *Lane {
	if p > Sample {
		panic(fmt.Sprintf("sim: NewLane in unknown phase %d", p))
	}
	return &Lane{engine: e, cells: make([]cell, 1), armed: unarmed, kind: kind, a: a, phase: p}
}

// Add puts id, 0 or more, at the tail with a deadline at the instant at
// (nanoseconds, to Forever). It panics if id is negative or in the lane
// already, or if at is before Now or before the tail's deadline.
func (l *Lane) Add(id int32, at int64) {
	if id < 0 || l.Has(id) {
		panic(fmt.Sprintf("sim: Lane.Add of id %d, negative or in the lane already", id))
	}
	tail := l.cells[0].prev // the joint of an empty lane, whose instant is 0
	if at < l.engine.now || at > Forever || at < l.cells[tail].at {
		panic(fmt.Sprintf("sim: Lane.Add at %d ns, out of order at %d ns", at, l.engine.now))
	}
	for int(id)+1 >= len(l.cells) {
		l.cells = append(l.cells, cell{prev: absent})
	}
	c := id + 1
	l.cells[c] = cell{at: at, prev: tail}
	l.cells[tail].next = c
	l.cells[0].prev = c
	l.len++
	if at < l.armed { // else an event is pending that is early enough
		l.arm(at)
	}
}

// Remove takes id out and reports whether it was in. The event armed for it
// stays, finds it gone, and moves on to the head of its day: that is cheaper
// than finding it in the queue.
func (l *Lane) Remove(id int32) bool {
	if !l.Has(id) {
		return false
	}
	c := &l.cells[id+1]
	l.cells[c.prev].next = c.next
	l.cells[c.next].prev = c.prev
	c.prev = absent
	l.len--
	return true
}

// Has reports whether id is in the lane.
func (l *Lane) Has(id int32) bool {
	return id >= 0 && int(id)+1 < len(l.cells) && l.cells[id+1].prev != absent
}

// Due takes the head out and returns it if its deadline is now (nanoseconds) or
// before. It is for the handler of the lane's event and no one else, which must
// call it until it returns false: only then the lane arms itself for its new
// head. In between the handler may add and remove.
func (l *Lane) Due(now int64) (id int32, ok bool) {
	if l.armed <= now {
		l.armed = firing
	}
	id, at, ok := l.Head()
	if ok && at <= now {
		l.Remove(id)
		return id, true
	}
	if l.armed == firing {
		l.armed = unarmed
		if ok {
			l.arm(at)
		}
	}
	return 0, false
}

// Head returns the id whose deadline is next and that deadline in nanoseconds,
// or false if the lane is empty.
func (l *Lane) Head() (id int32, at int64, ok bool) {
	head := l.cells[0].next
	if head == 0 {
		return 0, 0, false
	}
	return head - 1, l.cells[head].at, true
}

// Len returns how many ids are in the lane.
func (l *Lane) Len() int { return l.len }

// arm schedules the one event of the lane.
func (l *Lane) arm(at int64) {
	l.armed = at
	l.engine.Schedule(at, l.phase, l.kind, l.a, 0)
}
