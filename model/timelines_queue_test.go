package model

import "time"

// queueTimelines are about messages that come back although somebody has them.
var queueTimelines = []timeline{{
	// The second worker's delete finds nothing left to delete.
	name: "visibility shorter than the work runs it twice",
	config: func() Config {
		c := shared(2, "M")
		c.Classes[0].Arrivals = work([2]float64{0, 6})
		c.Classes[0].Queue.VisibilityTimeout = 4 * time.Second
		return c
	},
	events: "received visible answered callback deleted",
	want: `
		0  received M1 1
		4  visible  M1 1
		4  received M1 2
		6  answered M1 1 200
		6  callback M1 1
		6  deleted  M1 1
		10 answered M1 2 200
		10 callback M1 2 refused
		10 deleted  M1 2 stale`,
}, {
	// Pollers take whatever is visible; what the function refuses has spent a
	// receive and is hidden while the function stands idle.
	name: "reserved concurrency alone burns receives",
	config: func() Config {
		c := plain("M")
		c.Worker.Concurrency = 1
		c.Classes[0].Arrivals = work([2]float64{0, 7}, [2]float64{1, 7}, [2]float64{2, 7})
		c.Classes[0].Queue.VisibilityTimeout = 8 * time.Second
		return c
	},
	events: "received throttled visible answered deleted",
	want: `
		0  received  M1 1
		1  received  M2 1
		1  throttled M2 1
		2  received  M3 1
		2  throttled M3 1
		7  answered  M1 1 200
		7  deleted   M1 1
		9  visible   M2 1
		9  received  M2 2
		10 visible   M3 1
		10 received  M3 2
		10 throttled M3 2
		16 answered  M2 2 200
		16 deleted   M2 2
		18 visible   M3 2
		18 received  M3 3
		25 answered  M3 3 200
		25 deleted   M3 3`,
}, {
	// One high message runs for 1000 s, and one waits. Retention counts from
	// the send, whoever has the message.
	name: "endless yielding ends at the retention period",
	config: func() Config {
		c := yielding(25*time.Second, "H", "L")
		thousand := always(1000 * time.Second)
		c.Classes[0].Service, c.Classes[0].InitialBacklog = &thousand, 2
		c.Classes[1].Arrivals = work([2]float64{0, 1})
		c.Classes[1].Queue.Retention = time.Minute
		return c
	},
	classes: "L",
	events:  "received yielded visible called deleted dead_lettered retention_expired",
	want: `
		0  received          L1 1
		0  yielded           L1 1
		25 visible           L1 1
		25 received          L1 2
		25 yielded           L1 2
		50 visible           L1 2
		50 received          L1 3
		50 yielded           L1 3
		60 retention_expired L1 3`,
}}
