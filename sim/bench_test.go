package sim

import (
	"container/heap"
	"fmt"
	"math"
	"runtime"
	"testing"
)

// law is how far ahead events are scheduled, in ns.
type law struct {
	name string
	next func(s *Stream) int64
}

func laws() []law {
	return []law{
		{"exp", func(s *Stream) int64 { return int64(s.ExpFloat64() * 1e9) }},
		{"constant", func(*Stream) int64 { return 1e9 }},
		{"ties", func(s *Stream) int64 { return int64(s.ExpFloat64()*10) * 1e8 }},
		{"half-zero", func(s *Stream) int64 {
			if x := s.Uint64(); x&1 == 0 {
				return int64(x >> 33)
			}
			return 0
		}},
		{"pareto", func(s *Stream) int64 { return int64(1e6 * math.Pow(1-s.Float64(), -1/1.1)) }},
	}
}

// delays are drawn beforehand: the queue is measured, not the draw. They are few
// enough to stay in the nearest cache.
func delays(l law) *[1024]int64 {
	var d [1024]int64
	s := NewStream(1, 0, l.name)
	for i := range d {
		d[i] = l.next(s)
	}
	return &d
}

// pointers is the queue that most simulators in Go have.
type pointers []*ordered

type ordered struct {
	Event
	seq int64
}

func (p pointers) Len() int { return len(p) }
func (p pointers) Less(i, j int) bool {
	return p[i].key < p[j].key || p[i].key == p[j].key && p[i].seq < p[j].seq
}
func (p pointers) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *pointers) Push(x any)   { *p = append(*p, x.(*ordered)) }
func (p *pointers) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// start spreads the first events over the span that the law keeps busy, so that
// the queue is in its steady state early.
func start(d *[1024]int64, s *Stream) int64 {
	return int64(s.Float64() * float64(d[s.Uint64()%1024]))
}

func holdLadder(b *testing.B, l law, n int) {
	d, s := delays(l), NewStream(1, 0, "start")
	before := heapBytes()
	e := new(Engine)
	for i := range n {
		e.Schedule(start(d, s), Arrive, 0, int32(i), 0)
	}
	for range min(2*n, 1e7) {
		ev, _ := e.Next(Forever)
		e.Schedule(ev.At()+d[s.Uint64()%1024], Arrive, 0, ev.A, 0)
	}
	if n == 1e6 {
		defer func() { b.ReportMetric(float64(heapBytes()-before)/float64(n), "B/pending"); runtime.KeepAlive(e) }()
	}
	b.ReportAllocs()
	for b.Loop() {
		ev, _ := e.Next(Forever)
		e.Schedule(ev.At()+d[s.Uint64()%1024], Arrive, 0, ev.A, 0)
	}
}

func holdHeap(b *testing.B, l law, n int) {
	d, s := delays(l), NewStream(1, 0, "start")
	before := heapBytes()
	q := new(pointers)
	seq := int64(0)
	push := func(key int64, a int32) {
		seq++
		heap.Push(q, &ordered{Event{key, 0, a, 0}, seq})
	}
	for i := range n {
		push(start(d, s), int32(i))
	}
	for range min(2*n, 1e5) {
		ev := heap.Pop(q).(*ordered)
		push(ev.key+d[s.Uint64()%1024], ev.A)
	}
	if n == 1e6 {
		defer func() { b.ReportMetric(float64(heapBytes()-before)/float64(n), "B/pending"); runtime.KeepAlive(q) }()
	}
	b.ReportAllocs()
	for b.Loop() {
		ev := heap.Pop(q).(*ordered)
		push(ev.key+d[s.Uint64()%1024], ev.A)
	}
}

func heapBytes() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkHold takes the next event and schedules one, with a constant number
// pending.
func BenchmarkHold(b *testing.B) {
	exp := laws()[0]
	for power, n := 1, 10; power <= 7; power, n = power+1, n*10 {
		b.Run(fmt.Sprintf("ladder/1e%d", power), func(b *testing.B) { holdLadder(b, exp, n) })
		b.Run(fmt.Sprintf("container-heap/1e%d", power), func(b *testing.B) { holdHeap(b, exp, n) })
	}
}

// BenchmarkHoldLaw does the same with other laws of delays.
func BenchmarkHoldLaw(b *testing.B) {
	for _, l := range laws()[1:] {
		for _, n := range []int{1e3, 1e5} {
			b.Run(fmt.Sprintf("%s/ladder/%d", l.name, n), func(b *testing.B) { holdLadder(b, l, n) })
			b.Run(fmt.Sprintf("%s/container-heap/%d", l.name, n), func(b *testing.B) { holdHeap(b, l, n) })
		}
	}
}

// BenchmarkLane sets a deadline, and calls it off before it is due in 15 cases
// of 16, with 1000 set.
func BenchmarkLane(b *testing.B) {
	e := new(Engine)
	l := NewLane(e, Finish, 0, 0)
	const ids, delay = 1000, 1000 * 16
	now, id := int64(0), int32(0)
	b.ReportAllocs()
	for b.Loop() {
		now++
		for _, ok := e.Next(now); ok; _, ok = e.Next(now) {
			for _, ok := l.Due(e.Now()); ok; _, ok = l.Due(e.Now()) {
			}
		}
		if id++; id == ids {
			id = 0
		}
		if id%16 != 0 || !l.Has(id) {
			l.Remove(id)
			l.Add(id, now+delay)
		}
	}
}

// customers is a first-in-first-out queue of times of arrival.
type customers struct {
	ring       [1 << 14]int64
	head, tail uint
}

func (c *customers) push(at int64) { c.ring[c.tail%(1<<14)] = at; c.tail++ }
func (c *customers) pop() int64    { c.head++; return c.ring[(c.head-1)%(1<<14)] }

// station is an M/M/1 queue, rho 0.9, mean service 1 s: what both runs below do
// with a customer, whoever tells them when.
type station struct {
	arrivals, services *Stream
	line               customers
	sojourn            Tally
	inside             Level
}

func newStation() *station {
	return &station{arrivals: NewStream(1, 0, "arrivals"), services: NewStream(1, 0, "services")}
}

func (s *station) gap() int64    { return int64(s.arrivals.ExpFloat64() * (1e9 / 0.9)) }
func (s *station) demand() int64 { return int64(s.services.ExpFloat64() * 1e9) }
func (s *station) arrive(now int64) (first bool) {
	s.line.push(now)
	s.inside.Add(now, 1)
	return s.inside.Value() == 1
}
func (s *station) leave(now int64) (more bool) {
	s.sojourn.Add(float64(now-s.line.pop()) * 1e-9)
	s.inside.Add(now, -1)
	return s.inside.Value() > 0
}

// withEngine serves n customers with an engine.
func withEngine(n int) *station {
	const arrival, departure = 0, 1
	s, e := newStation(), new(Engine)
	e.Schedule(s.gap(), Arrive, arrival, 0, 0)
	for n > 0 {
		ev, _ := e.Next(Forever)
		switch ev.Kind {
		case arrival:
			e.Schedule(ev.At()+s.gap(), Arrive, arrival, 0, 0)
			if s.arrive(ev.At()) {
				e.Schedule(ev.At()+s.demand(), Finish, departure, 0, 0)
			}
		case departure:
			if s.leave(ev.At()) {
				e.Schedule(ev.At()+s.demand(), Finish, departure, 0, 0)
			}
			n--
		}
	}
	return s
}

// withoutEngine serves n customers with the two next times in variables: the
// least that an engine could cost.
func withoutEngine(n int) *station {
	s := newStation()
	arrival, departure := s.gap(), Forever
	for n > 0 {
		if now := arrival; now < departure {
			arrival += s.gap()
			if s.arrive(now) {
				departure = now + s.demand()
			}
			continue
		}
		now := departure
		departure = Forever
		if s.leave(now) {
			departure = now + s.demand()
		}
		n--
	}
	return s
}

// TestMM1 has a closed form and a second implementation to agree with.
func TestMM1(t *testing.T) {
	const n = 4e5
	with, without := withEngine(n), withoutEngine(n)
	if with.sojourn != without.sojourn || with.inside != without.inside {
		t.Errorf("with an engine %+v %+v, without %+v %+v",
			with.sojourn, with.inside, without.sojourn, without.inside)
	}
	if got := with.sojourn.Mean(); math.Abs(got-10) > 1 {
		t.Errorf("mean sojourn %g s, theory 10 s", got)
	}
}

// BenchmarkMM1 serves one customer an iteration.
func BenchmarkMM1(b *testing.B) {
	b.Run("engine", func(b *testing.B) { b.ReportAllocs(); withEngine(b.N) })
	b.Run("floor", func(b *testing.B) { b.ReportAllocs(); withoutEngine(b.N) })
}
