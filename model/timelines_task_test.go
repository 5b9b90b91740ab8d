package model

import "time"

// taskTimelines are about tasks that end before their messages are worked on.
// The one slot is busy with the higher class "other" first, in pieces short
// enough that its own tasks end in time.
var taskTimelines = []timeline{{
	// The message is not withdrawn; the work is wasted.
	name: "a heartbeat is missed in the queue",
	config: func() Config {
		c := shared(1, "other", "X")
		c.Classes[0].Arrivals = work([2]float64{0, 2.5}, [2]float64{0.5, 2.5})
		c.Classes[1].Arrivals = work([2]float64{0, 3})
		c.StepFunctions.Timeout, c.StepFunctions.Heartbeat = 30*time.Second, 4*time.Second
		return c
	},
	classes: "X",
	events:  "started heartbeat_missed received answered callback finished",
	want: `
		0 started          X1
		4 heartbeat_missed X1
		4 finished         X1 timed_out
		5 received         X1 1
		8 answered         X1 1 200
		8 callback         X1 1 refused`,
}, {
	// Each attempt is a message of its own, and the old ones are in its way.
	name: "retries queue up behind their own leftovers",
	config: func() Config {
		c := shared(1, "other", "X")
		c.Classes[0].Arrivals = work([2]float64{0, 4.25}, [2]float64{4.2, 4.25})
		c.Classes[1].Arrivals = work([2]float64{0, 3})
		c.StepFunctions.Timeout = 5 * time.Second
		c.StepFunctions.Retry = Retry{MaxAttempts: 2, Interval: 2 * time.Second, Backoff: 2, Jitter: "none"}
		return c
	},
	classes: "X",
	events:  "sent task_timed_out received answered callback finished",
	want: `
		0    sent           X1
		5    task_timed_out X1
		7    sent           X1#2
		8.5  received       X1 1
		11.5 answered       X1 1 200
		11.5 callback       X1 1 refused
		11.5 received       X1#2 1
		12   task_timed_out X1#2
		14.5 answered       X1#2 1 200
		14.5 callback       X1#2 1 refused
		16   sent           X1#3
		16   received       X1#3 1
		19   answered       X1#3 1 200
		19   callback       X1#3 1
		19   finished       X1#3 completed`,
}}
