package model

import (
	"math"
	"testing"
	"time"
)

// struck is a legacy system with room for 10 calls and 10 more that wait, and
// an outage.
func struck(o Outage, jobs ...[2]float64) Config {
	c := direct(10, 10, jobs...)
	c.Legacy.Outages = []Outage{o}
	return c
}

func outage(kind string, at, length float64) Outage {
	return Outage{At: seconds(at), For: seconds(length), Kind: kind}
}

// TestDownCutsAndRefuses: calls at work and in the backlog end at once, and
// until the end of the outage every call is refused.
func TestDownCutsAndRefuses(t *testing.T) {
	for _, slow := range []Slowdown{{Kind: "none"}, {Kind: "sharing", Capacity: 100}} {
		c := struck(outage("down", 5, 10), [2]float64{0, 3}, [2]float64{1, 9}, [2]float64{2, 30}, [2]float64{2.5, 1},
			[2]float64{5, 1}, [2]float64{14.999999, 1}, [2]float64{15, 1}, [2]float64{16, 1})
		c.Legacy.Concurrency, c.Legacy.Slowdown = 2, slow
		run, all := watch(t, c)
		expect(t, all, "answered", `
			3  answered A1 1 200
			5  answered A2 1 cut
			5  answered A3 1 cut
			5  answered A4 1 cut
			5  answered A5 1 refused
			14.999999 answered A6 1 refused
			16 answered A7 1 200
			17 answered A8 1 200`)
		if l := run.Legacy; l.Errors != 3 || l.Rejected != 2 || l.OrphanCalls != 0 || math.Abs(l.Utilization*2*run.End.Seconds()-11) > 1e-9 {
			t.Errorf("%+v", l)
		}
	}
}

// TestDownEndsOrphans as well: their places are free afterwards.
func TestDownEndsOrphans(t *testing.T) {
	c := struck(outage("down", 5, 1), [2]float64{0, 3000}, [2]float64{6, 1})
	c.Legacy.Concurrency, c.Legacy.Backlog = 1, 0
	c.Worker.CallTimeout = 2 * time.Second
	_, all := watch(t, c)
	expect(t, all, "answered", `
		2 answered A1 1 timeout
		7 answered A2 1 200`)
}

// TestErrorsDuringAnOutage: calls taken in meanwhile fail after their work,
// those before and after do not.
func TestErrorsDuringAnOutage(t *testing.T) {
	c := struck(outage("errors", 5, 10), [2]float64{4, 3}, [2]float64{5, 1}, [2]float64{14.9, 3}, [2]float64{15, 1})
	run, all := watch(t, c)
	expect(t, all, "answered", `
		6    answered A2 1 500
		7    answered A1 1 200
		16   answered A4 1 200
		17.9 answered A3 1 500`)
	if run.Legacy.Errors != 2 {
		t.Errorf("%+v", run.Legacy)
	}
}

// TestSlowMidCall: of 10 s, 4 are done at full speed, 2 in the ten seconds at a
// fifth, and 4 afterwards.
func TestSlowMidCall(t *testing.T) {
	o := outage("slow", 4, 10)
	o.Factor = 5
	c := struck(o, [2]float64{0, 10}, [2]float64{0, 4}, [2]float64{5, 1}, [2]float64{13, 1}, [2]float64{14, 1})
	_, all := watch(t, c)
	expect(t, all, "answered", `
		4    answered A2 1 200
		10   answered A3 1 200
		14.8 answered A4 1 200
		15   answered A5 1 200
		18   answered A1 1 200`)
}

// TestSlowOnTopOfSharing: the factor divides the speed that the calls have.
func TestSlowOnTopOfSharing(t *testing.T) {
	o := outage("slow", 2, 8)
	o.Factor = 4
	c := struck(o, [2]float64{0, 4}, [2]float64{0, 4})
	c.Legacy.Slowdown = Slowdown{Kind: "sharing", Capacity: 1}
	// 1 s each done at 2; 8 s at an eighth make 1 more; 2 left each at half speed.
	_, all := watch(t, c)
	expect(t, all, "answered", `
		14 answered A1 1 200
		14 answered A2 1 200`)
}

// TestHangFreezes what is at work and what comes, until it goes on where it was.
func TestHangFreezes(t *testing.T) {
	c := struck(outage("hang", 4, 10), [2]float64{0, 10}, [2]float64{3, 0.9}, [2]float64{6, 1}, [2]float64{20, 1})
	run, all := watch(t, c)
	expect(t, all, "answered", `
		3.9 answered A2 1 200
		15 answered A3 1 200
		20 answered A1 1 200
		21 answered A4 1 200`)
	if l := run.Legacy; math.Abs(l.Utilization*10*run.End.Seconds()-(20+0.9+9+1)) > 1e-9 {
		t.Errorf("the places are held while nothing moves: %+v", l)
	}
}

// TestClientsLeaveAFrozenSystem, and it does their work when it thaws.
func TestClientsLeaveAFrozenSystem(t *testing.T) {
	c := struck(outage("hang", 4, 10), [2]float64{3, 2}, [2]float64{6, 1}, [2]float64{14.5, 1}, [2]float64{15, 1})
	c.Legacy.Concurrency, c.Legacy.Backlog = 2, 0
	c.Worker.CallTimeout = 5 * time.Second
	run, all := watch(t, c)
	expect(t, all, "answered", `
		8    answered A1 1 timeout
		11   answered A2 1 timeout
		14.5 answered A3 1 503
		16   answered A4 1 200`)
	if l := run.Legacy; l.Timeouts != 2 || l.OrphanCalls != 2 {
		t.Errorf("%+v", l)
	}
}

// TestOutagesInAnyOrderOfTheFile: one that begins as another of its kind ends
// lasts as long as it should, wherever the file names it.
func TestOutagesInAnyOrderOfTheFile(t *testing.T) {
	for _, kind := range []string{"down", "errors", "slow", "hang"} {
		first, second := outage(kind, 1, 2), outage(kind, 3, 2)
		first.Factor, second.Factor = 3, 7
		var stories []string
		for _, list := range [][]Outage{{first, second}, {second, first}} {
			c := direct(10, 10, [2]float64{0, 2}, [2]float64{0.5, 1}, [2]float64{1.5, 1}, [2]float64{3.5, 1}, [2]float64{4.5, 1}, [2]float64{5.5, 1})
			c.Legacy.Outages = list
			_, all := watch(t, c)
			stories = append(stories, tell(pick(all, "answered")))
		}
		if stories[0] != stories[1] {
			t.Errorf("%s: in order\n%s\nthe other way round\n%s", kind, stories[0], stories[1])
		}
	}
}

// TestOutagesOfTwoKindsOverlap: each counts on its own.
func TestOutagesOfTwoKindsOverlap(t *testing.T) {
	slow := outage("slow", 0, 100)
	slow.Factor = 2
	c := struck(outage("errors", 2, 4), [2]float64{1, 2}, [2]float64{3, 1}, [2]float64{7, 1})
	c.Legacy.Outages = append(c.Legacy.Outages, slow, outage("hang", 8, 10))
	_, all := watch(t, c)
	expect(t, all, "answered", `
		5  answered A1 1 200
		5  answered A2 1 500
		19 answered A3 1 200`)
}
