package model

import (
	"testing"
	"time"
)

// Escalated tasks are counted by task, calls that were made twice by call.
func TestEscalationsAndDuplicateCallsAreCounted(t *testing.T) {
	c := plain("A")
	w := newWorld(&c, Options{})
	for _, x := range []task{
		{flags: flagCounted | flagEscalated, calls: 3},
		{flags: flagCounted | flagEscalated, calls: 2},
		{flags: flagCounted, calls: 1},
		{flags: flagCounted},
		{flags: flagCounted},
		{flags: flagEscalated, calls: 9},
	} {
		w.steps.record(0, &x, outcomeCompleted)
	}
	if k := w.classes[0]; k.escalated != 2 || k.duplicates != 3 || k.outcomes[outcomeCompleted] != 5 {
		t.Errorf("%d escalated, %d duplicate calls, %d completed; want 2, 3 and 5", k.escalated, k.duplicates, k.outcomes[outcomeCompleted])
	}
}

// A task that is cut off is open, whatever it counts as; one of the warm-up is
// not counted.
func TestOpenTasksAreCounted(t *testing.T) {
	c := shared(1, "A")
	c.Legacy.Service = always(time.Hour)
	c.Classes[0].Arrivals = sendAt(5, 10, 20)
	c.Horizon, c.Drain = time.Minute, Drain{}
	if k := simulate(t, c, Options{Warmup: 10 * time.Second}).Classes[0]; k.Open != 2 || k.Unfinished != 2 || k.Arrived != 2 {
		t.Errorf("%d open, %d unfinished of %d, want 2 of 2", k.Open, k.Unfinished, k.Arrived)
	}
}

// A lost message ends the task with its last attempt, and no sooner.
func TestLostMessageOfTheLastAttempt(t *testing.T) {
	for retries, want := range []uint8{outcomeDeadLettered, outcomeUnfinished} {
		lost := task{attempt: 1, doom: doomDeadLetter}
		if got := lost.cutOutcome(retries); got != want {
			t.Errorf("%d retries: cut off as %d, want %d", retries, got, want)
		}
	}
}

// Executions that never started are unfinished too, those counted that came at
// the end of the warm-up or later.
func TestExecutionsThatNeverStartedAreUnfinished(t *testing.T) {
	c := plainAWS("A")
	c.Prices.Book = "us-east-1"
	c.Classes[0].Arrivals = []Arrivals{
		{Kind: "burst", At: 9 * time.Second, Count: 5000},
		{Kind: "burst", At: 10 * time.Second, Count: 10},
		{Kind: "burst", At: 11 * time.Second, Count: 10},
	}
	c.Horizon, c.Drain = 12*time.Second, Drain{}
	run, _ := Simulate(&c, Options{Warmup: 10 * time.Second})
	k := run.Classes[0]
	if k.Arrived != 20 || k.Unfinished != 20 || k.Open != 20 || k.Sent > 1000 {
		t.Errorf("%d unfinished and %d open of %d, want 20; %d were sent", k.Unfinished, k.Open, k.Arrived, k.Sent)
	}
}
