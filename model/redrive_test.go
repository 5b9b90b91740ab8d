package model

import (
	"testing"
	"time"
)

// failing is three tasks at 0 s whose calls all fail, so that each goes to the
// dead-letter queue when it is visible again, after 60 s.
func failing(until time.Duration, r Redrive) Config {
	c := faulty(Faults{CallErrors: 1, Until: until, Redrives: []Redrive{r}})
	c.Classes[0].Arrivals = sendAt(0, 0, 0)
	c.Classes[0].Queue.MaxReceiveCount = 1
	return c
}

// A job takes so many letters at a time, the oldest first, and one that fails
// again goes behind the others.
func TestRedriveIsRepeated(t *testing.T) {
	every := always(11 * time.Second)
	_, all := watch(t, failing(105*time.Second, Redrive{At: 100 * time.Second, Rate: 500, Every: &every, Count: 1}))
	expect(t, all, "dead_lettered redriven finished", `
		60 dead_lettered Q1 1
		60 dead_lettered Q2 1
		60 dead_lettered Q3 1
		100 redriven Q1
		111 redriven Q2
		121 finished Q2 completed
		122 redriven Q3
		132 finished Q3 completed
		160 dead_lettered Q1 1
		166 redriven Q1
		176 finished Q1 completed`)
}

// A start that finds the job still moving messages is refused: they do not go
// faster, and those that have come meanwhile wait for the next start.
//
// Rule: SQS-47
func TestRedriveIsOneTaskAtATime(t *testing.T) {
	every := always(1500 * time.Millisecond)
	_, all := watch(t, failing(90*time.Second, Redrive{At: 100 * time.Second, Rate: 0.25, Every: &every, Count: 2}))
	expect(t, all, "redriven", `
		100 redriven Q1
		104 redriven Q2
		104.5 redriven Q3`)
	c := failing(90*time.Second, Redrive{At: 100 * time.Second, Rate: 0.25})
	c.Faults.Redrives = append(c.Faults.Redrives, Redrive{At: 101 * time.Second, Rate: 500}) // refused
	_, all = watch(t, c)
	expect(t, all, "redriven", `
		100 redriven Q1
		104 redriven Q2
		108 redriven Q3`)
}

// A class that is still being moved is no reason to leave out the next one.
func TestRedriveIsOneTaskOfEachQueue(t *testing.T) {
	every := always(11 * time.Second)
	c := failing(99*time.Second, Redrive{At: 100 * time.Second, Rate: 0.05, Every: &every})
	c.Classes = append(c.Classes, c.Classes[0])
	c.Classes[1].Name = "R"
	c.Classes[0].Arrivals, c.Classes[1].Arrivals = sendAt(0, 0), sendAt(45)
	_, all := watch(t, c)
	expect(t, all, "redriven", `
		100 redriven Q1
		111 redriven R1
		120 redriven Q2`)
}

// A start that is done moves nothing in the time of the next one.
func TestRedriveEndsWithItsLastLetter(t *testing.T) {
	every := always(6 * time.Second)
	c := failing(90*time.Second, Redrive{At: 100 * time.Second, Rate: 0.25, Every: &every, Count: 2})
	c.Classes[0].Arrivals = sendAt(0, 0, 0, 0)
	_, all := watch(t, c)
	expect(t, all, "redriven", `
		100 redriven Q1
		104 redriven Q2
		106 redriven Q3
		110 redriven Q4`)
}

// A job that starts as the arrivals end, while there is a message but no task
// left, is not repeated.
func TestRedriveEndsWithTheArrivals(t *testing.T) {
	every := always(3 * time.Second)
	c := failing(0, Redrive{At: 100 * time.Second, Rate: 500, Every: &every, Count: 1})
	c.Classes[0].Arrivals = sendAt(0, 0, 45)
	c.Horizon, c.Drain = 100*time.Second, Drain{For: time.Hour}
	c.StepFunctions.Timeout = 50 * time.Second // the third, whose message is in flight until 105 s
	_, all := watch(t, c)
	expect(t, all, "redriven", `
		100 redriven Q1`)
}

// A job whose letters fail each time goes on until the last task has timed out,
// and then the run ends.
func TestRedriveEnds(t *testing.T) {
	every := always(7 * time.Second)
	c := failing(0, Redrive{At: 100 * time.Second, Rate: 500, Every: &every})
	c.Classes[0].Arrivals = sendAt(0, 20, 40) // there is always one that is not dead
	c.Policy.CheckToken = false
	c.Horizon, c.Drain = time.Minute, Drain{For: 3 * time.Hour}
	c.StepFunctions.Timeout = 30 * time.Minute
	run, all := watch(t, c)
	n := len(pick(all, "redriven"))
	if n < 60 || n > 3*30 || !run.Drained || run.End > 40*time.Minute {
		t.Errorf("%d messages redriven until %v, drained: %v", n, run.End, run.Drained)
	}
	if k := &run.Classes[0]; k.TimedOut+k.DeadLettered != 3 {
		t.Errorf("%d timed out, %d dead-lettered", k.TimedOut, k.DeadLettered)
	}
}

// Each job draws its starts from a stream of its own.
func TestRedriveDraws(t *testing.T) {
	every := Dist{Kind: "exponential", Mean: 10 * time.Second}
	once := failing(0, Redrive{At: 100 * time.Second, Rate: 500, Every: &every, Count: 1})
	once.Horizon = 10 * time.Minute
	_, first := watch(t, once)
	_, again := watch(t, once)
	if got, want := tell(pick(again, "redriven")), tell(pick(first, "redriven")); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	twice := once
	twice.Faults.Redrives = append(twice.Faults.Redrives[:1:1], Redrive{At: 59 * time.Second, Rate: 500, Every: &every})
	a, b := newWorld(&once, Options{}), newWorld(&twice, Options{})
	var draws [3]time.Duration
	draws[0], draws[1], draws[2] = a.faults.redrives[0].every.draw(), b.faults.redrives[0].every.draw(), b.faults.redrives[1].every.draw()
	if draws[0] != draws[1] || draws[1] == draws[2] {
		t.Errorf("draws %v: the second job changes those of the first", draws)
	}
}

// The three letters lie in the dead-letter queue from 60 s to the 100th second.
func TestDeadLettersMean(t *testing.T) {
	c := failing(90*time.Second, Redrive{At: 100 * time.Second, Rate: 500})
	c.Horizon, c.Drain = 200*time.Second, Drain{}
	run, _ := watch(t, c)
	want := (3*40 + 0.002 + 0.004) / 200
	if got := run.Classes[0].LettersMean; !near(got, want) {
		t.Errorf("%v dead letters on average, want %v", got, want)
	}
	c.Faults.Redrives = nil // they stay
	run, _ = watch(t, c)
	want = 3 * 140.0 / 200
	if got := run.Classes[0].LettersMean; !near(got, want) {
		t.Errorf("%v dead letters on average, want %v", got, want)
	}
	c.Drain = Drain{UntilEmpty: true} // and the wait for the timeouts does not count
	run, _ = watch(t, c)
	if got := run.Classes[0].LettersMean; !near(got, want) {
		t.Errorf("%v dead letters on average until the tasks time out, want %v", got, want)
	}
}

// Of the dead letters that lie there before the warm-up ends only the time after
// it counts, and one whose task has timed out leaves like the others.
func TestDeadLettersMeanAfterTheWarmup(t *testing.T) {
	c := failing(90*time.Second, Redrive{At: 100 * time.Second, Rate: 500})
	c.Study = Steady
	c.Horizon, c.Drain = 200*time.Second, Drain{}
	c.StepFunctions.Timeout = 70 * time.Second
	run := simulate(t, c, Options{Warmup: 80 * time.Second})
	want := (3*20 + 0.002 + 0.004) / 120
	if got := run.Classes[0].LettersMean; !near(got, want) {
		t.Errorf("%v dead letters on average, want %v", got, want)
	}
}

// SQS redrives at 500 messages a second at most.
//
// Rule: SQS-47
func TestRedriveHasALargestRate(t *testing.T) {
	c := failing(0, Redrive{At: time.Minute, Rate: 500})
	c.Worker.Timeout = 15 * time.Minute
	if p := c.Validate(); len(p) != 0 {
		t.Errorf("500/s: %v", p)
	}
	c.Faults.Redrives[0].Rate = 501
	if p := c.Validate(); len(p) != 1 || p[0].Key != "faults.redrive[0].rate" || p[0].Warning {
		t.Errorf("501/s: %v", p)
	}
}
