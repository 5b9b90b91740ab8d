package model

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"penstock/sim"
)

// pattern is a scenario in which every message of the class NORMAL takes the
// full way: arrival, send, receive, look at HIGH, call, answer, delete, with all
// its timers. It runs until n messages have been through.
func pattern(n int) Config {
	c := Default()
	c.Policy.CheckToken = false
	high, normal := DefaultClass(), DefaultClass()
	high.Name, normal.Name = "HIGH", "NORMAL"
	const rate = 5.0
	normal.Arrivals = []Arrivals{{Kind: "poisson", Rate: rate}}
	c.Classes = []Class{high, normal}
	c.Legacy.Concurrency = 20
	c.Worker.Concurrency = 20
	c.Horizon = time.Duration(float64(n) / rate * float64(time.Second))
	return c
}

// BenchmarkMessage is the cost of one message through the full pattern, beside
// that of one pop and push of the engine at 10⁴ pending. Compare them within
// one run only.
func BenchmarkMessage(b *testing.B) {
	b.Run("message", func(b *testing.B) {
		c := pattern(b.N)
		b.ReportAllocs()
		b.ResetTimer()
		run, _ := Simulate(&c, Options{})
		b.ReportMetric(float64(run.Events)/float64(max(1, run.Classes[1].Arrived)), "events/msg")
	})
	b.Run("unchecked", func(b *testing.B) { // what the invariants cost
		c := pattern(b.N)
		b.ResetTimer()
		Simulate(&c, Options{Unchecked: true})
	})
	b.Run("pop+push", func(b *testing.B) {
		var e sim.Engine
		src := rand.NewPCG(1, 2)
		r := rand.New(src)
		for i := range 10_000 {
			e.Schedule(int64(r.ExpFloat64()*1e9), sim.Finish, 0, int32(i), 0)
		}
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			ev, _ := e.Next(sim.Forever)
			e.Schedule(ev.At()+int64(r.ExpFloat64()*1e9), sim.Finish, 0, ev.A, 0)
		}
	})
}

// BenchmarkWaiting is the memory of a message that waits: a million arrive at
// once in front of a legacy system that is down.
func BenchmarkWaiting(b *testing.B) {
	for range b.N {
		const n = 1_000_000
		c := pattern(1)
		c.Assumptions.StartQueue = false
		c.Classes[1].Arrivals = []Arrivals{{Kind: "burst", Count: n}}
		c.Horizon, c.Drain = time.Minute, Drain{For: 0}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		w := newWorld(&c, Options{})
		w.until(int64(30 * time.Second))
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(w.live), "B/waiting-message")
		b.ReportMetric(float64(after.HeapSys)/float64(w.live), "B-sys/waiting-message")
	}
}
