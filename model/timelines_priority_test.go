package model

import "time"

// fourHigh keeps the high queue from being empty up to 30 s.
func fourHigh(c Config) Config {
	c.Classes[0].Arrivals = work([2]float64{0, 10}, [2]float64{1, 10}, [2]float64{1.5, 10}, [2]float64{1.7, 10})
	c.Classes[1].Arrivals = work([2]float64{2, 3})
	return c
}

// priorityTimelines are about who goes first, and what giving way leads to.
var priorityTimelines = []timeline{{
	// A free slot takes the highest class that waits; what runs is not interrupted.
	name: "one slot serves the highest class first",
	config: func() Config {
		c := shared(1, "H", "M", "L")
		c.Classes[0].Arrivals = work([2]float64{3, 5}, [2]float64{11, 2})
		c.Classes[1].Arrivals = work([2]float64{2, 5})
		c.Classes[2].Arrivals = work([2]float64{0, 5}, [2]float64{1, 5})
		return c
	},
	events: "called answered",
	want: `
		0  called   L1 1
		5  answered L1 1 200
		5  called   H1 1
		10 answered H1 1 200
		10 called   M1 1
		15 answered M1 1 200
		15 called   H2 1
		17 answered H2 1 200
		17 called   L2 1
		22 answered L2 1 200`,
}, {
	// H2 waits until 10 s, so L1 gives way at 2 s and at 7 s, and not at 12 s.
	name: "yields twice and then runs",
	config: func() Config {
		c := yielding(5*time.Second, "H", "L")
		c.Classes[0].Arrivals = work([2]float64{0, 10}, [2]float64{1, 10})
		c.Classes[1].Arrivals = work([2]float64{2, 3})
		return c
	},
	classes: "L",
	events:  "received yielded visible called answered deleted",
	want: `
		2  received L1 1
		2  yielded  L1 1
		7  visible  L1 1
		7  received L1 2
		7  yielded  L1 2
		12 visible  L1 2
		12 received L1 3
		12 called   L1 3
		15 answered L1 3 200
		15 deleted  L1 3`,
}, {
	name: "goes ahead at the third receive",
	config: func() Config {
		c := fourHigh(yielding(5*time.Second, "H", "L"))
		c.Policy.EscalateAt = 3
		return c
	},
	classes: "L",
	events:  "received yielded visible escalated called answered deleted",
	want: `
		2  received  L1 1
		2  yielded   L1 1
		7  visible   L1 1
		7  received  L1 2
		7  yielded   L1 2
		12 visible   L1 2
		12 received  L1 3
		12 escalated L1 3
		12 called    L1 3
		15 answered  L1 3 200
		15 deleted   L1 3`,
}, {
	// Three receives are allowed and used up; what would be the fourth moves it.
	name: "yields its way into the dead-letter queue",
	config: func() Config {
		c := fourHigh(yielding(5*time.Second, "H", "L"))
		c.Classes[1].Queue.MaxReceiveCount = 3
		return c
	},
	classes: "L",
	events:  "received yielded visible called dead_lettered",
	want:    threeYieldsAndDead,
}, {
	// A poller always waits, so the next receive is at the same instant.
	name: "moves at the next receive just as when visible",
	config: func() Config {
		c := fourHigh(yielding(5*time.Second, "H", "L"))
		c.Classes[1].Queue.MaxReceiveCount = 3
		c.Assumptions.DeadLetterAt = "next-receive"
		return c
	},
	classes: "L",
	events:  "received yielded visible called dead_lettered",
	want:    threeYieldsAndDead,
}, {
	// M2 gives way to H2 at 5.5 s and is hidden when L1, sent after it, looks at 7 s.
	name: "low overtakes a hidden message of the middle class",
	config: func() Config {
		c := yielding(4*time.Second, "H", "M", "L")
		c.Classes[0].Arrivals = work([2]float64{0, 6}, [2]float64{1, 6})
		c.Classes[1].Arrivals = work([2]float64{0.5, 5}, [2]float64{2, 5})
		c.Classes[2].Arrivals = work([2]float64{3, 2})
		return c
	},
	classes: "M L",
	events:  "received yielded visible called answered deleted",
	want: `
		0.5  received M1 1
		0.5  called   M1 1
		3    received L1 1
		3    yielded  L1 1
		5.5  answered M1 1 200
		5.5  deleted  M1 1
		5.5  received M2 1
		5.5  yielded  M2 1
		7    visible  L1 1
		7    received L1 2
		7    called   L1 2
		9    answered L1 2 200
		9    deleted  L1 2
		9.5  visible  M2 1
		9.5  received M2 2
		9.5  called   M2 2
		14.5 answered M2 2 200
		14.5 deleted  M2 2`,
}}

const threeYieldsAndDead = `
	2  received      L1 1
	2  yielded       L1 1
	7  visible       L1 1
	7  received      L1 2
	7  yielded       L1 2
	12 visible       L1 2
	12 received      L1 3
	12 yielded       L1 3
	17 visible       L1 3
	17 dead_lettered L1 3`
