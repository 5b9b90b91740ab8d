package model

import (
	"math"
	"testing"
	"time"
)

// lining is a system of one place in which calls of A wait for it, and calls of
// B from the third receive of their message on.
func lining() Config {
	none := 0
	c := shared(9, "A", "B")
	c.Legacy.Concurrency, c.Legacy.Backlog = 1, 5
	c.Classes[1].LegacyBacklog, c.Classes[1].LegacyBacklogUntil = &none, 3
	c.Classes[1].RetryFor = ptrDist(always(3 * time.Second))
	c.Classes[0].Arrivals = work([2]float64{0, 10}, [2]float64{1, 4}, [2]float64{9, 1})
	c.Classes[1].Arrivals = work([2]float64{2, 3})
	return c
}

// TestLinesUpFromAReceiveOn: the call of B is refused twice, and waits the third
// time, behind the call of A that came before it and ahead of the one that came
// after it.
func TestLinesUpFromAReceiveOn(t *testing.T) {
	c := lining()
	run, all := watch(t, c)
	expect(t, all, "called answered", `
		0  called A1 1
		1  called A2 1
		2  called B1 1
		2  answered B1 1 503
		5  called B1 2
		5  answered B1 2 503
		8  called B1 3
		9  called A3 1
		10 answered A1 1 200
		14 answered A2 1 200
		17 answered B1 3 200
		18 answered A3 1 200`)
	a, b := &run.Classes[0], &run.Classes[1]
	if !a.MayLineUp || a.LegacyWaited != 2 || a.LegacyWait.N != 3 || math.Abs(a.LegacyWait.Mean-17.0/3) > 1e-12 || a.LegacyWait.Max != 9 {
		t.Errorf("calls of A: %d of %d waited, %v s on average, %v at most; want 2 of 3, 17/3 and 9", a.LegacyWaited, a.LegacyWait.N, a.LegacyWait.Mean, a.LegacyWait.Max)
	}
	if !b.MayLineUp || b.LegacyWaited != 1 || b.LegacyWait.N != 1 || b.LegacyWait.Mean != 6 {
		t.Errorf("calls of B: %d of %d waited, %v s on average; want 1 of 1, and 6", b.LegacyWaited, b.LegacyWait.N, b.LegacyWait.Mean)
	}
	if a.Parts[PartLegacy] != (17.0+15)/3 || b.Parts[PartLegacy] != 9 {
		t.Errorf("in the legacy call, waits included: %v and %v s; want 32/3 and 9", a.Parts[PartLegacy], b.Parts[PartLegacy])
	}
}

// TestNobodyLinesUp: where no call of a class can wait, no waits are kept.
func TestNobodyLinesUp(t *testing.T) {
	c := lining()
	c.Classes[1].LegacyBacklogUntil = 0
	c.Classes[1].Arrivals = work([2]float64{30, 3})
	run, _ := watch(t, c)
	if b := &run.Classes[1]; !run.Classes[0].MayLineUp || b.MayLineUp || b.LegacyWait.N != 0 || b.Completed != 1 {
		t.Errorf("%+v", b)
	}
	c = lining()
	c.Legacy.Backlog = 0
	run, _ = watch(t, c)
	for i := range run.Classes {
		if k := &run.Classes[i]; k.MayLineUp || k.LegacyWait.N != 0 || k.LegacyWaited != 0 {
			t.Errorf("%+v", k)
		}
	}
}

// TestLineNeedsItsOwnBacklog: a receive from which the class's own backlog no
// longer holds says nothing where it has none.
func TestLineNeedsItsOwnBacklog(t *testing.T) {
	c, own := valid(), 1
	k := &c.Classes[0]
	k.LegacyBacklog, k.LegacyBacklogUntil = &own, 2
	if p := c.Validate(); len(p) != 0 {
		t.Errorf("%v", p)
	}
	for _, n := range []int{-1, 1001} {
		k.LegacyBacklogUntil = n
		if p := c.Validate(); len(p) != 1 || p[0].Key != "class[0].legacy_backlog_until" || p[0].Warning {
			t.Errorf("%d: %v", n, p)
		}
	}
	k.LegacyBacklog, k.LegacyBacklogUntil = nil, 2
	if p := c.Validate(); len(p) != 1 || p[0].Key != "class[0].legacy_backlog_until" || p[0].Warning {
		t.Errorf("%v", p)
	}
}
