package model

import (
	"testing"
	"time"
)

// orders is a small scenario in the shape of the pattern.
func orders() Config {
	c := Default()
	c.Name = "orders"
	for i, name := range []string{"HIGH", "NORMAL", "BATCH"} {
		k := DefaultClass()
		k.Name = name
		k.Arrivals = []Arrivals{{Kind: "poisson", Rate: []float64{1, 1, 0.5}[i]}}
		c.Classes = append(c.Classes, k)
	}
	return c
}

func TestSmoke(t *testing.T) {
	c := orders()
	start := time.Now()
	r, ok := Simulate(&c, Options{})
	if !ok {
		t.Fatal("cancelled")
	}
	t.Logf("%v events in %v, end %v", r.Events, time.Since(start), r.End)
	for i, k := range r.Classes {
		k.Latency.Hist, k.LatencyCompleted.Hist, k.Wait.Hist = nil, nil, nil
		t.Logf("%s %+v", c.Classes[i].Name, k)
	}
	t.Logf("%+v\n%+v\n%+v\n%v %v", r.Worker, r.Legacy, r.Steps, r.Backlog, r.Touched)
	for m := range NumMeters {
		for k := range NumCauses {
			if n := r.Usage[m][k]; n != 0 {
				t.Log(m.Service(), m.Item(), k, n)
			}
		}
	}
}
