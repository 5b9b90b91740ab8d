package sim_test

import (
	"fmt"
	"time"

	"penstock/sim"
)

// A counter opens for ten seconds. A customer comes every three, takes four to
// serve, and goes away if not at the counter within five.
func Example() {
	const (
		arrival = iota
		departure
		patience
	)
	const second = int64(time.Second)
	e := sim.NewEngine()
	waiting := sim.NewLane(e, sim.Finish, patience, 0)
	var busy sim.Level

	serve := func() {
		if id, _, ok := waiting.Head(); ok && busy.Value() == 0 {
			waiting.Remove(id)
			busy.Set(e.Now(), 1)
			e.Schedule(e.Now()+4*second, sim.Finish, departure, id, 0)
		}
	}
	e.Schedule(0, sim.Arrive, arrival, 0, 0)
	for ev, ok := e.Next(10 * second); ok; ev, ok = e.Next(10 * second) {
		switch ev.Kind {
		case arrival:
			waiting.Add(ev.A, e.Now()+5*second)
			e.Schedule(e.Now()+3*second, sim.Arrive, arrival, ev.A+1, 0)
			serve()
		case departure:
			fmt.Println(time.Duration(e.Now()), "served", ev.A)
			busy.Set(e.Now(), 0)
			serve()
		case patience:
			for id, ok := waiting.Due(e.Now()); ok; id, ok = waiting.Due(e.Now()) {
				fmt.Println(time.Duration(e.Now()), "gone", id)
			}
		}
	}
	fmt.Println(time.Duration(e.Now()), "closed, busy", busy.Mean(e.Now()), "of the time,", waiting.Len(), "waiting")
	// Output:
	// 4s served 0
	// 8s served 1
	// 10s closed, busy 1 of the time, 1 waiting
}
