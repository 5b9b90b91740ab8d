package sim

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const laneKind, laneArg = 7, 42

// deadline is an entry of the lane that cannot be wrong: a slice in order.
type deadline struct {
	id int32
	at int64
}

// laneRun drives a lane and a slice alike.
type laneRun struct {
	t         *testing.T
	engine    *Engine
	lane      *Lane
	want      []deadline
	fired     int
	shortened bool // a deadline was before an earlier one, since called off
	latest    int64
}

func newLaneRun(t *testing.T) *laneRun {
	e := new(Engine)
	return &laneRun{t: t, engine: e, lane: NewLane(e, Finish, laneKind, laneArg)}
}

func (r *laneRun) find(id int32) int {
	return slices.IndexFunc(r.want, func(d deadline) bool { return d.id == id })
}

func (r *laneRun) add(id int32, at int64) {
	if r.find(id) >= 0 {
		return
	}
	if n := len(r.want); n > 0 {
		at = max(at, r.want[n-1].at)
	}
	r.shortened = r.shortened || at < r.latest
	r.latest = max(r.latest, at)
	r.want = append(r.want, deadline{id, at})
	r.lane.Add(id, at)
}

func (r *laneRun) remove(id int32) {
	i := r.find(id)
	if r.lane.Has(id) != (i >= 0) || r.lane.Remove(id) != (i >= 0) || r.lane.Has(id) {
		r.t.Fatalf("id %d: in the lane or not, Has and Remove got it wrong", id)
	}
	if i >= 0 {
		r.want = slices.Delete(r.want, i, i+1)
	}
}

// handle is the handler of the lane's event; during runs after each deadline.
func (r *laneRun) handle(during func()) {
	now := r.engine.Now()
	for id, ok := r.lane.Due(now); ok; id, ok = r.lane.Due(now) {
		if len(r.want) == 0 || r.want[0] != (deadline{id, now}) {
			r.t.Fatalf("id %d due at %d, want %v", id, now, r.want)
		}
		r.want = r.want[1:]
		r.fired++
		during()
	}
	if len(r.want) > 0 && r.want[0].at <= now {
		r.t.Fatalf("at %d the lane kept %v", now, r.want[0])
	}
}

func (r *laneRun) advance(end int64, during func()) {
	for ev, ok := r.engine.Next(end); ok; ev, ok = r.engine.Next(end) {
		if ev.Kind != laneKind || ev.A != laneArg || ev.Phase() != Finish {
			r.t.Fatalf("strange event %+v", ev)
		}
		r.handle(during)
		r.check()
	}
	if len(r.want) > 0 && r.want[0].at < end {
		r.t.Fatalf("deadline %v missed at %d", r.want[0], end)
	}
}

func (r *laneRun) check() {
	if r.lane.Len() != len(r.want) {
		r.t.Fatalf("length %d, want %d", r.lane.Len(), len(r.want))
	}
	id, at, ok := r.lane.Head()
	if ok != (len(r.want) > 0) || ok && r.want[0] != (deadline{id, at}) {
		r.t.Fatalf("head %d %d %v, want %v", id, at, ok, r.want)
	}
	n := r.engine.Pending()
	if ok && n == 0 || n > 1 && !r.shortened {
		r.t.Fatalf("%d events pending for %d deadlines", n, len(r.want))
	}
}

// play reads a program of two bytes an operation.
func (r *laneRun) play(program []byte) {
	delay := int64(20)
	for ; len(program) >= 2; program = program[2:] {
		x, now := int64(program[1]), r.engine.Now()
		id := int32(x % 37)
		switch program[0] % 8 {
		case 0, 1, 2:
			r.add(id, now+delay)
		case 3:
			r.remove(id)
		case 4:
			r.advance(now+x%64, func() {})
		case 5: // handlers that add, at once or later, and remove
			n := x
			r.advance(now+30, func() {
				if n--; n > 0 {
					r.add(int32(n%37), r.engine.Now()+delay*(n%2))
					r.remove(int32(n * 5 % 37))
				}
			})
		case 6: // all called off
			for id := range int32(37) {
				r.remove(id)
			}
		case 7:
			if x < 64 { // a new delay, maybe shorter
				delay = x
			}
		}
		r.check()
	}
	r.advance(Forever, func() {})
	if len(r.want) > 0 {
		r.t.Fatalf("deadlines %v never came", r.want)
	}
}

func FuzzLane(f *testing.F) {
	f.Add([]byte("\x00\x01\x01\x02\x03\x01\x04\x20\x00\x05\x05\x10"))
	f.Add([]byte("\x00\x01\x06\x00\x07\x05\x00\x02\x04\x30"))
	f.Fuzz(func(t *testing.T, program []byte) { newLaneRun(t).play(program[:min(len(program), 4000)]) })
}

func TestLaneRandomPrograms(t *testing.T) {
	fired := 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		program := make([]byte, 2*r.IntN(500))
		for i := range program {
			program[i] = byte(r.Uint32())
			if i%2 == 0 && seed%2 == 0 {
				program[i] %= 7 // one delay for all
			}
		}
		run := newLaneRun(t)
		run.play(program)
		fired += run.fired
	}
	if fired < 1000 {
		t.Errorf("only %d deadlines came: the programs test nothing", fired)
	}
}

func TestLaneCancelsLazily(t *testing.T) {
	r := newLaneRun(t)
	for id := range int32(5) {
		r.add(id, 10+int64(id))
	}
	r.remove(0)
	r.remove(1)
	ev, ok := r.engine.Next(Forever) // armed for id 0, gone since
	if !ok || ev.At() != 10 {
		t.Fatalf("event %+v %v, want one at 10", ev, ok)
	}
	if id, ok := r.lane.Due(10); ok {
		t.Fatalf("id %d due", id)
	}
	if ev, ok = r.engine.Next(Forever); !ok || ev.At() != 12 {
		t.Fatalf("event %+v %v, want one at 12", ev, ok)
	}
	if id, ok := r.lane.Due(12); !ok || id != 2 {
		t.Fatalf("id %d %v, want 2", id, ok)
	}
}

// TestLaneEmptiedAndFilled: the event of a deadline called off serves the next.
func TestLaneEmptiedAndFilled(t *testing.T) {
	r := newLaneRun(t)
	r.add(1, 10)
	r.remove(1)
	r.add(2, 15)
	r.check()
	if r.engine.Pending() != 1 {
		t.Errorf("%d events pending, want 1", r.engine.Pending())
	}
	r.advance(Forever, func() {})
	if r.fired != 1 || r.engine.Now() != 15 {
		t.Errorf("%d deadlines came, clock %d", r.fired, r.engine.Now())
	}
}

// TestLaneAskedTooEarly: Due out of turn, and in the handler once more, does no
// harm.
func TestLaneAskedTooEarly(t *testing.T) {
	r := newLaneRun(t)
	r.add(1, 10)
	if id, ok := r.lane.Due(9); ok {
		t.Fatalf("id %d due at 9", id)
	}
	r.add(2, 20)
	r.advance(15, func() {})
	if id, ok := r.lane.Due(15); ok {
		t.Fatalf("id %d due at 15", id)
	}
	r.check()
	r.advance(Forever, func() {})
	if r.fired != 2 {
		t.Errorf("%d deadlines came, want 2", r.fired)
	}
}

// TestLaneAskedBeforeTheFirstInstant: the lane arms itself once for one deadline.
func TestLaneAskedBeforeTheFirstInstant(t *testing.T) {
	r := newLaneRun(t)
	r.add(1, 1)
	if id, ok := r.lane.Due(0); ok {
		t.Fatalf("id %d due at 0", id)
	}
	if n := r.engine.Pending(); n != 1 {
		t.Errorf("%d events pending, want 1", n)
	}
}

// TestLaneToTheEndOfTime: the last instant comes, Forever does not.
func TestLaneToTheEndOfTime(t *testing.T) {
	e := new(Engine)
	l := NewLane(e, Sample, 0, 0)
	l.Add(1, Forever-1)
	l.Add(2, Forever)
	if ev, ok := e.Next(Forever); !ok || ev.At() != Forever-1 || ev.Phase() != Sample {
		t.Fatalf("event %+v %v, want one at %d", ev, ok, Forever-1)
	}
	if id, ok := l.Due(e.Now()); !ok || id != 1 {
		t.Fatalf("id %d %v due, want 1", id, ok)
	}
	if id, ok := l.Due(e.Now()); ok {
		t.Fatalf("id %d due before Forever", id)
	}
	if ev, ok := e.Next(Forever); ok || e.Pending() != 1 || l.Len() != 1 {
		t.Errorf("event %+v %v, pending %d, in the lane %d; want none, 1, 1", ev, ok, e.Pending(), l.Len())
	}
}

func TestLaneNoAllocations(t *testing.T) {
	e := new(Engine)
	l := NewLane(e, Finish, 0, 0)
	round := func() {
		for id := range int32(100) {
			l.Add(id, e.Now()+50)
			l.Remove(id / 2)
			for _, ok := e.Next(e.Now() + 1); ok; _, ok = e.Next(e.Now() + 1) {
			}
			for _, ok := l.Due(e.Now()); ok; _, ok = l.Due(e.Now()) {
			}
		}
		for id := range int32(100) {
			l.Remove(id)
		}
	}
	round()
	if allocs := testing.AllocsPerRun(20, round); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
