package model

import (
	"testing"
	"time"
)

func TestBrokenNamesItsPlace(t *testing.T) {
	for _, c := range []struct {
		b    Broken
		want string
	}{
		{Broken{Rule: "a", Detail: "b", At: time.Second, Class: "HIGH", ID: 1}, "broken invariant at 1s: a: b (task 1 of HIGH)"},
		{Broken{Rule: "a", Detail: "b", At: time.Second, Class: "HIGH"}, "broken invariant at 1s: a: b (class HIGH)"},
		{Broken{Rule: "a", Detail: "b"}, "broken invariant at 0s: a: b"},
	} {
		if got := c.b.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// What is broken in one class names it, what is broken anywhere else names
// none; the figures are those that were found.
func TestBrokenNamesTheClassIfThereIsOne(t *testing.T) {
	for _, x := range []struct {
		name, class, detail string
		damage              func(w *world)
	}{
		{"population", "HIGH", "1 are in the queue, but 1 visible, 1 in flight and 0 delayed", func(w *world) {
			q := w.queues[0]
			q.visible, q.inFlight, q.late, w.audit.queues[0].n = 1, 1, 0, 1
			w.population(q)
		}},
		{"a cap", "", "3 of them, at most 2", func(w *world) { w.within(3, 2, "of them") }},
		{"alive", "", "7 messages are alive, 0 in the queues", func(w *world) { w.live = 7; w.result() }},
		{"tasks", "", "open tasks: area 0 s, stays 1 s, 0 unaccounted for", func(w *world) { w.audit.tasks.stays.add(1e9); w.result() }},
		{"running", "", "running invocations: area 0 s, stays 0 s, 1 unaccounted for", func(w *world) { w.audit.running.n++; w.result() }},
		{"calls", "", "legacy calls at work: area 0 s, stays 2 s, 0 unaccounted for", func(w *world) { w.audit.calls.stays.add(2e9); w.result() }},
		{"billed", "", "3 of sqs send were made, 0 billed", func(w *world) { w.audit.made.Add(SQSSend, CauseWork, 3); w.result() }},
		{"a seat", "", "seat 1 is taken twice", func(w *world) { w.seats[0].inUse = true; w.occupy(0) }},
	} {
		func() {
			c := plain("HIGH", "LOW")
			w := newWorld(&c, Options{})
			w.seats = append(w.seats, seat{})
			defer func() {
				b, ok := recover().(*Broken)
				if !ok || b.Class != x.class || b.ID != 0 || b.Detail != x.detail {
					t.Errorf("%s: %+v, want class %q: %s", x.name, b, x.class, x.detail)
				}
			}()
			x.damage(w)
		}()
	}
}

// The accounts of a run that is cut include what is delayed and what waits for
// the legacy system.
func TestAccountsOfACutRun(t *testing.T) {
	c := shared(3, "A")
	c.Legacy.Concurrency, c.Legacy.Backlog, c.Legacy.Service = 1, 2, always(time.Hour)
	c.Classes[0].Queue.Delay = 10 * time.Second
	c.Classes[0].Arrivals = sendAt(0, 0, 0, 55)
	c.Horizon, c.Drain = time.Minute, Drain{}
	run, _ := watch(t, c)
	if k := run.Classes[0]; k.Open != 4 || run.Legacy.InFlightMax != 3 {
		t.Errorf("%d open, %d calls at once, want 4 and 3", k.Open, run.Legacy.InFlightMax)
	}
}
