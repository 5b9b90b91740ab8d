package model

import (
	"container/heap"

	"penstock/sim"
)

// idlers are the idle environments of a function, provisioned ones apart. They
// say which of them takes the next invocation, and reclaim those whose lifetime
// has ended.
type idlers struct {
	w     *world
	cells []idler // by seat
	last  int32   // the one used last, at the end of the line; none: nobody is idle
	byAge bool    // the one made last is reused first, not the one used last
	heap  []int32 // all of them, the one made last at the top; kept only where byAge
	count sim.Level

	law  sampler   // of lifetimes
	same *sim.Lane // lifetimes that are all the same end in the order in which they began; nil: they are not
}

// idler is what is kept of the environment on one seat.
type idler struct {
	idle         bool
	older, newer int32  // neighbours in the line: idle for longer, for shorter; none at its ends
	place        int32  // in the heap
	number       int    // of the environment
	spells       uint64 // how often it has been idle
	ends         int64  // of its lifetime
	due          int64  // when its pending event comes, or sim.Forever+1: there is none
}

func newIdlers(w *world) idlers {
	p := idlers{w: w, last: none, byAge: w.cfg.Assumptions.EnvironmentReuse == "newest"}
	p.law = newSampler(w.cfg.Worker.IdleLifetime, w.stream("worker.idle"))
	if p.law.rand == nil {
		p.same = sim.NewLane(&w.engine, sim.Finish, evIdle, 0)
	}
	return p
}

// add lets an environment rest until it is taken or its lifetime ends.
func (p *idlers) add(id int32, number int) {
	for int(id) >= len(p.cells) {
		p.cells = append(p.cells, idler{due: sim.Forever + 1})
	}
	now, c := p.w.engine.Now(), &p.cells[id]
	if c.number != number {
		c.number, c.spells = number, 0
	}
	c.idle, c.older, c.newer = true, p.last, none
	if p.last != none {
		p.cells[p.last].newer = id
	}
	p.last = id
	if p.byAge {
		c.place = int32(len(p.heap))
		p.heap = append(p.heap, id)
		heap.Fix(p, int(c.place))
	}
	p.count.Add(now, 1)
	if p.same != nil {
		p.same.Add(id, now+int64(p.law.value))
		return
	}
	c.spells++
	c.ends = min(now+int64(p.law.job(uint64(c.number), c.spells)), sim.Forever)
	p.watch(id)
}

// watch makes sure that an event comes when the lifetime ends, or before: most
// environments are taken before that, so the pending event of an earlier spell
// serves the later ones.
func (p *idlers) watch(id int32) {
	if c := &p.cells[id]; c.ends < c.due {
		c.due = c.ends
		p.w.engine.Schedule(c.ends, sim.Finish, evReclaim, id, 0)
	}
}

// take picks the environment for the next invocation, or none.
func (p *idlers) take() int32 {
	if p.count.Value() == 0 {
		return none
	}
	p.w.touch(touchIdleLifetime)
	if p.count.Value() > 1 {
		p.w.touch(touchReuse)
	}
	id := p.last
	if p.byAge {
		id = p.heap[0]
	}
	if p.same != nil {
		p.same.Remove(id)
	}
	p.remove(id)
	return id
}

func (p *idlers) remove(id int32) {
	c := &p.cells[id]
	c.idle = false
	if c.older != none {
		p.cells[c.older].newer = c.newer
	}
	if c.newer != none {
		p.cells[c.newer].older = c.older
	} else {
		p.last = c.older
	}
	if p.byAge {
		heap.Remove(p, int(c.place))
	}
	p.count.Add(p.w.engine.Now(), -1)
}

// expired returns the next environment whose lifetime, one and the same for
// all, has ended, until it returns none.
func (p *idlers) expired() int32 {
	id, ok := p.same.Due(p.w.engine.Now())
	if !ok {
		return none
	}
	p.remove(id)
	return id
}

// due is told that an event of a seat has come, and reports whether its
// environment's lifetime has ended.
func (p *idlers) due(id int32) bool {
	now, c := p.w.engine.Now(), &p.cells[id]
	if c.due != now { // an earlier one was scheduled later on, and has come
		return false
	}
	c.due = sim.Forever + 1
	switch {
	case !c.idle:
		return false
	case c.ends > now:
		p.watch(id)
		return false
	}
	p.remove(id)
	return true
}

// Len, Less, Swap, Push and Pop make it a container/heap.
func (p *idlers) Len() int { return len(p.heap) }
func (p *idlers) Less(i, j int) bool {
	return p.cells[p.heap[i]].number > p.cells[p.heap[j]].number
}
func (p *idlers) Swap(i, j int) {
	h := p.heap
	h[i], h[j] = h[j], h[i]
	p.cells[h[i]].place, p.cells[h[j]].place = int32(i), int32(j)
}
func (p *idlers) Push(any) { panic("model: idlers grow by add") }
func (p *idlers) Pop() any { p.heap = p.heap[:len(p.heap)-1]; return nil }
