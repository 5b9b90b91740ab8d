// Package sim is a discrete-event engine: a virtual clock in integer
// nanoseconds, a queue of pending events, lanes for deadlines of one constant
// delay, named random streams, and two kinds of statistics. It knows nothing of
// what is simulated.
//
// Events run in the order (time, phase, order of scheduling). No draw, no map
// and no wall clock takes part in that order, so a run repeats to the bit. A
// run covers [start, end): what is due exactly at the end does not run.
//
// A model is a loop around Next and a switch on the kind:
//
//	for ev, ok := e.Next(end); ok; ev, ok = e.Next(end) {
//		switch ev.Kind { … }
//	}
//
// Nothing here is safe for use by several goroutines; run whole engines side by
// side instead. A panic with the prefix "sim: " is a bug of the caller.
package sim

import "fmt"

// Engine is a clock and the events that are still to come. The zero value is
// ready: the clock at 0, nothing pending. It must not be copied once used.
type Engine struct {
	now   int64
	never int // events at Forever: no end lies behind them, so they need no place
	queue ladder
}

// NewEngine returns an engine with its clock at 0 and nothing pending.
func NewEngine() *Engine { return new(Engine) }

// Now returns the clock in nanoseconds since the start of the run.
func (e *Engine) Now() int64 { return e.now }

// Pending returns how many events wait, those at Forever included.
func (e *Engine) Pending() int { return e.queue.n + e.never }

// Schedule adds an event at the instant at (nanoseconds, Now to Forever) in
// phase p. Events of the same instant and phase run in the order in which they
// were scheduled.
//
// The instant may be the present one, and the phase earlier than that of the
// event now running: time cannot go back for it, so it runs at this instant
// before everything else that is pending in a later phase. A Finish scheduled
// by an Arrive is the next event.
//
// Schedule panics if at is before Now or after Forever, or p is no phase.
func (e *Engine) Schedule(at int64, p Phase, kind, a int32, b int64) {
	if at < e.now || at >= Forever || p > Sample {
		e.scheduleNever(at, p)
		return
	}
	e.queue.push(Event{key: at<<phaseBits | int64(p), Kind: kind, A: a, B: b}, e.now<<phaseBits)
}

// scheduleNever keeps the rare and the wrong out of the way of Schedule.
func (e *Engine) scheduleNever(at int64, p Phase) {
	if p > Sample {
		panic(fmt.Sprintf("sim: Schedule in unknown phase %d", p))
	}
	if at != Forever {
		panic(fmt.Sprintf("sim: Schedule at %d ns, outside [%d, Forever]", at, e.now))
	}
	e.never++
}

// Next takes the next event due before end (nanoseconds), moves the clock to
// it, and returns it. If there is none it returns false and moves the clock to
// end, or leaves it where it is if end is Forever or later; what is due at end
// or after it stays pending. It panics if end is before Now.
func (e *Engine) Next(end int64) (Event, bool) {
	q := &e.queue
	if q.top == 0 && !q.refill(end) {
		return e.stop(end)
	}
	ev := q.near[(q.top-1)%nearLen]
	if ev.At() >= end {
		return e.stop(end)
	}
	q.top--
	q.n--
	e.now = ev.At()
	return ev, true
}

// Peek returns the instant of the next event in nanoseconds, or false if none is
// pending but those at Forever. It is for a model whose clock is set from
// outside and has to know until when it may sleep; nothing moves. It may have to
// look at many events, so it is no part of a run.
func (e *Engine) Peek() (at int64, ok bool) {
	q := &e.queue
	if q.top > 0 {
		return q.near[(q.top-1)%nearLen].At(), true
	}
	if q.levels == 0 {
		return 0, false
	}
	return q.least() >> phaseBits, true
}

// stop ends a stretch of the run.
func (e *Engine) stop(end int64) (Event, bool) {
	if end < e.now {
		panic(fmt.Sprintf("sim: Next before %d ns, but the clock is at %d ns", end, e.now))
	}
	if end < Forever {
		e.now = end
	}
	return Event{}, false
}

// Reset forgets all events and puts the clock back to 0; the memory is kept for
// the next run. Lanes made for the engine are void: make new ones.
func (e *Engine) Reset() {
	e.now, e.never = 0, 0
	e.queue.reset()
}
