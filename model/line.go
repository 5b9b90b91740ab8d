package model

import "penstock/sim"

// line keeps the visible messages of a queue in order. Almost every message
// joins at the end, and a linked list serves those; a returned message that
// resumes its old place is earlier than the list's tail, and a small heap
// serves those. What goes first is the smaller head of the two. In a line without
// an order everything stands in the heap, at the same place.
type line struct {
	slab       *slab
	head, tail int32
	early      []int32     // heap by order
	places     int64       // the last place given out
	chance     *sim.Stream // picks who goes first; nil: the order does
}

func (l *line) reset() { l.head, l.tail, l.early, l.places = none, none, l.early[:0], 0 }

// join puts a message behind everything that is visible now.
func (l *line) join(id int32) {
	m := l.slab.all.at(id)
	if l.chance != nil {
		m.state = msgEarly
		l.early = append(l.early, id)
		return
	}
	l.places++
	m.order, m.state, m.next, m.prev = l.places, msgVisible, none, l.tail
	if l.tail != none {
		l.slab.all.at(l.tail).next = id
	} else {
		l.head = id
	}
	l.tail = id
}

// rejoin puts a message back at the place that it had before.
func (l *line) rejoin(id int32) {
	m := l.slab.all.at(id)
	m.state = msgEarly
	l.early = append(l.early, id)
	i := len(l.early) - 1
	for i > 0 {
		up := (i - 1) / 2
		if l.place(up) <= l.place(i) {
			break
		}
		l.early[up], l.early[i] = l.early[i], l.early[up]
		i = up
	}
}

func (l *line) place(i int) int64 { return l.slab.all.at(l.early[i]).order }

// first returns the message that goes next, or none. Without an order it is
// another at each call.
func (l *line) first() int32 {
	if n := len(l.early); l.chance != nil && n > 1 {
		i := int(l.chance.Uint64() % uint64(n)) // off by less than 2⁻⁴⁰
		l.early[0], l.early[i] = l.early[i], l.early[0]
	}
	if len(l.early) > 0 && (l.head == none || l.place(0) < l.slab.all.at(l.head).order) {
		return l.early[0]
	}
	return l.head
}

// length counts the messages in line, one by one.
func (l *line) length() int64 {
	n := int64(len(l.early))
	for id := l.head; id != none; id = l.slab.all.at(id).next {
		n++
	}
	return n
}

// leave takes a visible message out of line.
func (l *line) leave(id int32) {
	m := l.slab.all.at(id)
	if m.state == msgEarly {
		l.leaveEarly(id)
		return
	}
	if m.prev != none {
		l.slab.all.at(m.prev).next = m.next
	} else {
		l.head = m.next
	}
	if m.next != none {
		l.slab.all.at(m.next).prev = m.prev
	} else {
		l.tail = m.prev
	}
}

// leaveEarly takes a message out of the heap; nearly always it is the first.
func (l *line) leaveEarly(id int32) {
	i := 0
	for l.early[i] != id {
		i++
	}
	last := len(l.early) - 1
	l.early[i] = l.early[last]
	l.early = l.early[:last]
	if i == last {
		return
	}
	l.sink(i)
	for i > 0 && l.place(i) < l.place((i-1)/2) {
		l.early[i], l.early[(i-1)/2] = l.early[(i-1)/2], l.early[i]
		i = (i - 1) / 2
	}
}

func (l *line) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(l.early); c++ {
			if l.place(c) < l.place(least) {
				least = c
			}
		}
		if least == i {
			return
		}
		l.early[i], l.early[least] = l.early[least], l.early[i]
		i = least
	}
}
