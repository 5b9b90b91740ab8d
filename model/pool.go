package model

import (
	"container/heap"
	"math"

	"penstock/sim"
)

// pool advances calls that share the legacy system's power. Each of n calls in
// progress runs at the same speed, so they finish in the order of the virtual
// time at which they will: virtual time runs at that speed, and only the next
// one to finish needs an event.
type pool struct {
	l       *legacy
	items   []poolItem // heap by end, then number
	virtual float64    // ns
	at      int64      // when virtual was right
	speed   float64
	factor  float64 // of a slow outage
	frozen  bool
	number  int64     // of calls so far: ties keep their order
	epoch   int64     // the pending event is stale unless it carries this
	slowed  sim.Level // 1 while calls slow each other down
}

type poolItem struct {
	end    float64 // virtual time, ns
	number int64
	id     int32
}

func newPool(l *legacy) *pool { return &pool{l: l, factor: 1} }

// Len, Less, Swap, Push and Pop make it a container/heap; it holds no more
// calls than the legacy system works on at once.
func (p *pool) Len() int { return len(p.items) }
func (p *pool) Less(i, j int) bool {
	a, b := &p.items[i], &p.items[j]
	return a.end < b.end || a.end == b.end && a.number < b.number
}
func (p *pool) Swap(i, j int) { p.items[i], p.items[j] = p.items[j], p.items[i] }
func (p *pool) Push(any)      { panic("model: pool grows by add") }
func (p *pool) Pop() any      { p.items = p.items[:len(p.items)-1]; return nil }

// add starts a call of so much work, ns at full speed.
func (p *pool) add(id int32, work float64) {
	p.advance()
	if len(p.items) == 0 {
		p.virtual = 0
	}
	p.number++
	p.items = append(p.items, poolItem{p.virtual + work, p.number, id})
	heap.Fix(p, len(p.items)-1)
	p.rearm()
}

// advance brings virtual time up to now.
func (p *pool) advance() {
	now := p.l.w.engine.Now()
	p.virtual += float64(p.speed * float64(now-p.at))
	p.at = now
}

// rearm sets the speed for the calls now in progress and schedules the next to
// finish. Times are rounded up to a nanosecond, so that nothing ends early.
func (p *pool) rearm() {
	n := len(p.items)
	p.slowed.Set(p.at, 0)
	if p.l.cfg.Slowdown.Speed(n) < 1 {
		p.slowed.Set(p.at, 1)
	}
	p.speed = p.rate(n)
	p.epoch++
	if len(p.items) == 0 || p.speed == 0 {
		return
	}
	left := max(0, math.Ceil((p.items[0].end-p.virtual)/p.speed))
	if left < 1<<60 {
		p.l.w.engine.Schedule(p.at+int64(left), sim.Finish, evPool, 0, p.epoch)
	}
}

// rate returns the speed of each of n calls, outages included.
func (p *pool) rate(n int) float64 {
	if p.frozen {
		return 0
	}
	return p.l.cfg.Slowdown.Speed(n) / p.factor
}

// onPool finishes the calls whose time has come.
func (p *pool) onPool(epoch int64) {
	if epoch != p.epoch {
		return
	}
	p.advance()
	const grain = 0.5 // ns: what rounding up may have left over
	for len(p.items) > 0 && p.items[0].end-p.virtual < grain {
		id := p.items[0].id
		heap.Pop(p)
		p.l.done(id)
	}
	p.rearm()
	p.l.fill()
	p.l.count()
}

// slow changes the factor of an outage of kind "slow".
func (p *pool) slow(factor float64) {
	p.advance()
	p.factor = factor
	p.rearm()
}

// freeze stops all work, or lets it go on.
func (p *pool) freeze(on bool) {
	p.advance()
	p.frozen = on
	p.rearm()
}

// clear forgets all calls.
func (p *pool) clear() {
	p.advance()
	p.items = p.items[:0]
	p.rearm()
}
