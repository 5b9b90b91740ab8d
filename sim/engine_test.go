package sim

import (
	"math"
	"strings"
	"testing"
	"unsafe"
)

func TestEventSize(t *testing.T) {
	if size := unsafe.Sizeof(Event{}); size != 24 {
		t.Errorf("an event takes %d bytes, want 24", size)
	}
}

func TestEventShowsTimeAndPhase(t *testing.T) {
	for _, at := range []int64{0, 1, 1e9, 1<<59 + 7, Forever - 1} {
		for _, p := range []Phase{Finish, Arrive, Sample} {
			var e Engine
			e.Schedule(at, p, 3, -4, -5)
			ev, ok := e.Next(Forever)
			if !ok || ev.At() != at || ev.Phase() != p || ev.Kind != 3 || ev.A != -4 || ev.B != -5 || e.Now() != at {
				t.Errorf("scheduled at %d in phase %d: %+v %v, clock %d", at, p, ev, ok, e.Now())
			}
		}
	}
}

// planned is an event to schedule; its kind is its place in the table.
type planned struct {
	at int64
	p  Phase
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []planned
		want string // kinds, as letters
	}{
		{"nothing", nil, ""},
		{"by time", []planned{{30, Finish}, {10, Finish}, {20, Finish}}, "bca"},
		{"ties in the order of scheduling", []planned{{5, Arrive}, {5, Arrive}, {5, Arrive}}, "abc"},
		{"phases within an instant", []planned{{5, Sample}, {5, Arrive}, {5, Finish}, {5, Arrive}}, "cbda"},
		{"time before phase", []planned{{6, Finish}, {5, Sample}}, "ba"},
		{"gaps of every size", []planned{{Forever - 1, Finish}, {1 << 60, Finish}, {1, Finish}, {1 << 32, Finish}, {0, Finish}}, "ecdba"},
		{"neighbours across a digit", []planned{{16, Finish}, {15, Sample}, {1 << 58, Finish}, {1<<58 - 1, Sample}}, "badc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := NewEngine()
			for kind, ev := range c.in {
				e.Schedule(ev.at, ev.p, int32(kind), 0, 0)
			}
			if got := run(e, Forever, nil); got != c.want {
				t.Errorf("ran %q, want %q", got, c.want)
			}
		})
	}
}

// run writes down the kinds of all events before end as letters, and lets then
// react to each.
func run(e *Engine, end int64, then func(Event)) string {
	var log strings.Builder
	for ev, ok := e.Next(end); ok; ev, ok = e.Next(end) {
		log.WriteByte('a' + byte(ev.Kind))
		if then != nil {
			then(ev)
		}
	}
	return log.String()
}

// TestEarlierPhaseOfThisInstant: time cannot go back, so what comes too late for
// its phase runs next.
func TestEarlierPhaseOfThisInstant(t *testing.T) {
	for _, crowd := range []int{0, 1, few, small + 1, 2 * nearLen, 5 * chunkLen} {
		e := new(Engine)
		for range crowd {
			e.Schedule(8, Sample, 4, 0, 0)
		}
		e.Schedule(8, Arrive, 0, 0, 0)
		e.Schedule(8, Arrive, 3, 0, 0)
		e.Schedule(9, Finish, 5, 0, 0)
		got := run(e, Forever, func(ev Event) {
			if ev.Kind == 0 {
				e.Schedule(8, Arrive, 3, 0, 0)
				e.Schedule(8, Finish, 1, 0, 0)
				e.Schedule(8, Finish, 2, 0, 0)
			}
		})
		want := "abcdd" + strings.Repeat("e", crowd) + "f"
		if got != want {
			t.Errorf("crowd of %d: ran %q, want %q", crowd, got, want)
		}
	}
}

// TestFlood schedules at the running instant, in an earlier phase, more than any
// buffer holds.
func TestFlood(t *testing.T) {
	const n = 10 * chunkLen
	e := new(Engine)
	for i := range int64(n) {
		e.Schedule(8, Sample, 2, 0, i)
	}
	e.Schedule(8, Arrive, 1, 0, 0)
	e.Next(Forever)
	for i := range int64(n) {
		e.Schedule(8, Arrive, 1, 0, i)
		e.Schedule(8, Finish, 0, 0, i)
	}
	for kind := range int32(3) {
		for i := range int64(n) {
			if ev, _ := e.Next(Forever); ev.Kind != kind || ev.B != i {
				t.Fatalf("event %+v, want kind %d, serial %d", ev, kind, i)
			}
		}
	}
}

func TestRunIsHalfOpen(t *testing.T) {
	e := new(Engine)
	for kind, at := range []int64{9, 10, 10, 11} {
		e.Schedule(at, Finish, int32(kind), 0, 0)
	}
	for _, c := range []struct {
		end     int64
		want    string
		now     int64
		pending int
	}{
		{0, "", 0, 4},
		{9, "", 9, 4},
		{10, "a", 10, 3},
		{10, "", 10, 3},
		{11, "bc", 11, 1},
		{Forever, "d", 11, 0},
		{Forever, "", 11, 0},
		{500, "", 500, 0},
		{math.MaxInt64, "", 500, 0},
	} {
		got := run(e, c.end, nil)
		if got != c.want || e.Now() != c.now || e.Pending() != c.pending {
			t.Errorf("to %d: ran %q, clock %d, pending %d; want %q, %d, %d",
				c.end, got, e.Now(), e.Pending(), c.want, c.now, c.pending)
		}
	}
}

func TestForeverNeverComes(t *testing.T) {
	e := new(Engine)
	e.Schedule(Forever, Finish, 0, 0, 0)
	e.Schedule(Forever-1, Sample, 1, 0, 0)
	if got := run(e, math.MaxInt64, nil); got != "b" || e.Pending() != 1 || e.Now() != Forever-1 {
		t.Errorf("ran %q, pending %d, clock %d", got, e.Pending(), e.Now())
	}
}

func TestReset(t *testing.T) {
	e := new(Engine)
	for round := range 3 {
		for i := range 3000 {
			e.Schedule(int64(i*i), Arrive, 0, 0, 0)
		}
		e.Schedule(Forever, Arrive, 0, 0, 0)
		run(e, 1e6, nil)
		e.Reset()
		if e.Pending() != 0 || e.Now() != 0 {
			t.Fatalf("round %d: pending %d, clock %d", round, e.Pending(), e.Now())
		}
		if got := run(e, Forever, nil); got != "" {
			t.Fatalf("round %d: %d events outlived Reset", round, len(got))
		}
	}
	e.Reset()
	if allocs := testing.AllocsPerRun(5, func() {
		for i := range 3000 {
			e.Schedule(int64(i*i), Arrive, 0, 0, 0)
		}
		e.Reset()
	}); allocs != 0 {
		t.Errorf("%v allocations after Reset, want the old memory", allocs)
	}
}

func TestPanics(t *testing.T) {
	late := func() *Engine { e := new(Engine); e.Next(100); return e }
	for name, f := range map[string]func(){
		"Schedule in the past":          func() { late().Schedule(99, Sample, 0, 0, 0) },
		"Schedule after Forever":        func() { late().Schedule(Forever+1, Finish, 0, 0, 0) },
		"Schedule in unknown phase 3":   func() { late().Schedule(100, 3, 0, 0, 0) },
		"Schedule, no phase, Forever":   func() { late().Schedule(Forever, 3, 0, 0, 0) },
		"Next before the clock":         func() { late().Next(99) },
		"Next before the clock, crowd":  func() { e := late(); e.Schedule(200, Finish, 0, 0, 0); e.Next(99) },
		"NewLane in unknown phase":      func() { NewLane(late(), 3, 0, 0) },
		"Lane.Add twice":                func() { l := NewLane(late(), Finish, 0, 0); l.Add(1, 200); l.Add(1, 300) },
		"Lane.Add of a negative id":     func() { NewLane(late(), Finish, 0, 0).Add(-1, 200) },
		"Lane.Add before the tail":      func() { l := NewLane(late(), Finish, 0, 0); l.Add(1, 200); l.Add(2, 199) },
		"Lane.Add in the past":          func() { NewLane(late(), Finish, 0, 0).Add(1, 99) },
		"Lane.Add after Forever":        func() { NewLane(late(), Finish, 0, 0).Add(1, Forever+1) },
		"Level below zero":              func() { new(Level).Add(0, -1) },
		"Level back in time":            func() { l := new(Level); l.Set(5, 1); l.Set(4, 1) },
		"Level reset back in time":      func() { l := new(Level); l.Set(5, 1); l.ResetAt(4) },
		"Level asked about a past time": func() { l := new(Level); l.Set(5, 1); l.Mean(4) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "sim: ") {
					t.Errorf("panic %q, want one of sim", text)
				}
			}()
			f()
		})
	}
}

func TestNoAllocations(t *testing.T) {
	for _, l := range laws() {
		for _, n := range []int{1, 10, 100, 20000} {
			e, s := new(Engine), NewStream(1, 0, l.name)
			hold := func() {
				ev, _ := e.Next(Forever)
				e.Schedule(ev.At()+l.next(s), Arrive, 0, 0, 0)
			}
			for range n {
				e.Schedule(l.next(s), Arrive, 0, 0, 0)
			}
			for range 20*n + 1000 {
				hold()
			}
			if allocs := testing.AllocsPerRun(10, func() {
				for range n + 1000 {
					hold()
				}
			}); allocs != 0 {
				t.Errorf("%s, %d pending: %v allocations in %d events", l.name, n, allocs, n+1000)
			}
		}
	}
}
