package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// naive is the queue that cannot be wrong: a sorted slice.
type naive struct {
	now    int64
	events []Event
}

func (n *naive) schedule(ev Event) {
	i, _ := slices.BinarySearchFunc(n.events, ev.key, func(x Event, key int64) int {
		if x.key <= key {
			return -1
		}
		return 1
	})
	n.events = slices.Insert(n.events, i, ev)
}

func (n *naive) next(end int64) (Event, bool) {
	if len(n.events) == 0 || n.events[0].At() >= end {
		if end != Forever {
			n.now = end
		}
		return Event{}, false
	}
	ev := n.events[0]
	n.events = n.events[1:]
	n.now = ev.At()
	return ev, true
}

// pair drives an engine and the naive queue alike and compares all they show.
type pair struct {
	t      testing.TB
	engine *Engine
	naive  naive
	serial int64
}

func (p *pair) schedule(at int64, ph Phase) {
	p.serial++
	p.engine.Schedule(at, ph, int32(p.serial), int32(-p.serial), p.serial)
	p.naive.schedule(Event{at<<phaseBits | int64(ph), int32(p.serial), int32(-p.serial), p.serial})
	p.check()
}

func (p *pair) next(end int64) bool {
	got, ok := p.engine.Next(end)
	want, wantOK := p.naive.next(end)
	if got != want || ok != wantOK {
		p.t.Fatalf("Next(%d) = %+v %v, want %+v %v", end, got, ok, want, wantOK)
	}
	p.check()
	return ok
}

func (p *pair) check() {
	if p.engine.Now() != p.naive.now || p.engine.Pending() != len(p.naive.events) {
		p.t.Fatalf("now %d, pending %d; want %d, %d",
			p.engine.Now(), p.engine.Pending(), p.naive.now, len(p.naive.events))
	}
	at, ok := p.engine.Peek()
	if some := len(p.naive.events) > 0 && p.naive.events[0].At() < Forever; ok != some || ok && at != p.naive.events[0].At() {
		p.t.Fatalf("Peek = %d %v; %d events", at, ok, len(p.naive.events))
	}
}

// mostPending is how many events a program may heap up before it has to take
// some.
const mostPending = 1500

// play reads a program of two bytes an operation: what to do, and with what.
func play(t testing.TB, program []byte) {
	p := &pair{t: t, engine: new(Engine)}
	last := int64(0)
	for ; len(program) >= 2; program = program[2:] {
		op, x := program[0], int64(program[1])
		now := p.engine.Now()
		room := Forever - now
		ph := Phase(op>>4) % 3
		if p.engine.Pending() > mostPending { // the naive queue takes time squared
			op = 11
		}
		switch op % 16 {
		case 0, 1: // soon, with ties
			last = now + min(room, x%8)
			p.schedule(last, ph)
		case 2, 3: // any distance, by the power of two
			last = now + min(room, (int64(1)<<(x%61))+x)
			p.schedule(last, ph)
		case 4: // the same instant as the one before
			last = max(now, last)
			p.schedule(last, ph)
		case 5: // zero delay
			p.schedule(now, ph)
		case 6: // a burst over a short time
			for i := range 3 * x {
				p.schedule(now+min(room, i*x%97), Phase(i%3))
			}
		case 7: // a burst of ties
			last = now + min(room, x*x*x)
			for range x {
				p.schedule(last, ph)
			}
		case 8, 9, 10:
			p.next(Forever)
		case 11:
			for range x {
				p.next(Forever)
			}
		case 12: // to a near end
			for end := now + min(room, x); p.next(end); {
			}
		case 13: // to any end
			for end := now + min(room, int64(1)<<(x%61)); p.next(end); {
			}
		case 14: // at the end of an instant, exactly
			for end := max(now, last); p.next(end); {
			}
		case 15:
			if x%16 != 0 {
				p.next(now)
				break
			}
			p.engine.Reset()
			p.naive, last = naive{}, 0
		}
	}
	for p.next(Forever) {
	}
}

func FuzzQueue(f *testing.F) {
	f.Add([]byte("\x02\x05\x02\x30\x08\x00\x00\x01\x0c\xff"))
	f.Add([]byte("\x06\x80\x0b\xff\x07\xc0\x05\x00\x08\x00\x15\x00\x0b\xff"))
	f.Fuzz(func(t *testing.T, program []byte) {
		play(t, program[:min(len(program), 4000)])
	})
}

func TestQueueRandomPrograms(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			program := make([]byte, 2*(10+r.IntN(600)))
			for i := range program {
				program[i] = byte(r.Uint32())
			}
			if seed%2 == 0 { // fewer kinds of operation go deeper into each
				for i := 0; i < len(program); i += 2 {
					program[i] = program[i]&0xf0 | []byte{0, 3, 5, 6, 7, 8, 11, 12}[(uint64(program[i])+seed)%8]
				}
			}
			play(t, program)
		})
	}
}
