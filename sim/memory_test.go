package sim

import (
	"testing"
	"unsafe"
)

// These tests hold what no order of events shows: where events are kept, and
// how much memory that takes.

func TestEmptyEngineIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Engine{}); size > 10<<10 {
		t.Errorf("an engine without events takes %d bytes, want 10 KiB or less", size)
	}
}

// TestChunksGrowByAnEighth: few allocations, and little memory for nothing.
func TestChunksGrowByAnEighth(t *testing.T) {
	const n = 1000 * chunkLen // in few slots, so nearly all chunks are full
	e := new(Engine)
	allocs := testing.AllocsPerRun(1, func() {
		*e = Engine{}
		for i := range int64(n) {
			e.Schedule(1<<40+i, Arrive, 0, 0, 0)
		}
	})
	if allocs > 100 {
		t.Errorf("%v allocations for %d events, want 100 or fewer", allocs, n)
	}
	e.Reset()
	chunks := 0
	for c := e.queue.free; c != nil; c = c.next {
		chunks++
	}
	if most := 1000*9/8 + 100; chunks < 1000 || chunks > most {
		t.Errorf("%d chunks for %d full ones, want at most %d", chunks, 1000, most)
	}
}

// TestFewEventsNeedNoSlot: up to few are sorted in, wherever they lie, and what
// comes after them as well.
func TestFewEventsNeedNoSlot(t *testing.T) {
	e := new(Engine)
	for i := range int64(few) {
		e.Schedule(1<<i, Arrive, 0, 0, 0)
	}
	e.Next(Forever)
	for range nearLen - few + 1 {
		if e.queue.levels != 0 || e.queue.top != uint(e.queue.n) {
			t.Fatalf("%d of %d events are in near", e.queue.top, e.queue.n)
		}
		e.Schedule(1<<20, Arrive, 0, 0, 0)
	}
}

// TestSmallSlotIsSorted: the next slot goes into near whole if it is small, and
// is spread over lower levels if it is not.
func TestSmallSlotIsSorted(t *testing.T) {
	for _, c := range []struct{ events, near int }{{small, small - 1}, {small + 1, 0}} {
		e := new(Engine)
		for i := range int64(c.events) {
			e.Schedule(1<<30+i<<10, Arrive, 0, 0, 0)
		}
		e.Next(Forever)
		if int(e.queue.top) != c.near {
			t.Errorf("%d events in the next slot: %d are in near after the first, want %d", c.events, e.queue.top, c.near)
		}
	}
}
