package plan

import "sync"

// gate lets so many runs through at a time, over all the studies that share it.
// Those of the study with the lowest rank go first, so that studies end one
// after the other and no place stays empty. A nil *gate is always open.
type gate struct {
	mu      sync.Mutex
	free    int
	waiting []waiter
}

type waiter struct {
	rank int
	open chan struct{}
}

func newGate(places int) *gate { return &gate{free: places} }

// enter waits for a place.
func (g *gate) enter(rank int) {
	if g == nil {
		return
	}
	g.mu.Lock()
	if g.free > 0 {
		g.free--
		g.mu.Unlock()
		return
	}
	w := waiter{rank, make(chan struct{})}
	g.waiting = append(g.waiting, w)
	g.mu.Unlock()
	<-w.open
}

// leave gives the place to the next.
func (g *gate) leave() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.free++
		return
	}
	next := 0
	for i, w := range g.waiting {
		if w.rank < g.waiting[next].rank {
			next = i
		}
	}
	close(g.waiting[next].open)
	g.waiting = append(g.waiting[:next], g.waiting[next+1:]...)
}
