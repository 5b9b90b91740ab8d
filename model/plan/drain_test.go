package plan

import (
	"bytes"
	"context"
	"math"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// drained is an ideal polling service of four slots, where a fluid drains as the
// formula says.
func drained() *model.Config {
	cfg := model.Default()
	cfg.Name, cfg.Replications = "drained", 8
	cfg.Timing, cfg.Assumptions = model.IdealTiming(), model.IdealAssumptions()
	cfg.Worker.Driver, cfg.Worker.Concurrency, cfg.Legacy.Concurrency = model.DriverPoller, 4, 4
	cfg.Policy.Kind = policy.None
	cfg.Legacy.Service = model.Dist{Kind: "exponential", Mean: time.Second}
	c := model.DefaultClass()
	c.Name, c.Queue.MaxReceiveCount, c.Queue.VisibilityTimeout = "Q", 0, time.Minute
	c.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 1}}
	cfg.Classes = []model.Class{c}
	return &cfg
}

// TestDrainIsThatOfAFluid holds the map against the fluid formula, where it is
// exact but for the messages that are hidden when the outage ends, and for the
// slots that count as none.
func TestDrainIsThatOfAFluid(t *testing.T) {
	cells := DrainOptions{Outages: []time.Duration{10 * time.Minute, 30 * time.Minute}, Loads: []float64{0.5, 0.8, 1.3}, Within: 4 * time.Hour}
	m, err := Drain(context.Background(), drained(), cells, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, length := range m.OutagesS {
		for i, load := range m.Loads {
			c := m.Cell(k, i)
			if load > 1 {
				if c.Verdict != Never || c.Fluid != nil || c.Drain.Value != nil || c.Drain.Why == "" || m.Calm[i] != Saturated {
					t.Errorf("%v s at a load of %v: %+v, without the outage %s", length, load, c, m.Calm[i])
				}
				continue
			}
			want := length * load / (1 - load)
			if c.OutageS != length || c.Load != load || c.Verdict != Recovers || c.Recovered != 8 || c.Fluid == nil || math.Abs(*c.Fluid-want) > 1e-6 {
				t.Errorf("%v s at a load of %v: %+v", length, load, c)
				continue
			}
			// A visibility timeout, and a tenth for chance.
			if got := *c.Drain.Value; got < 0.85*want || got > 1.15*want+90 {
				t.Errorf("%v s at a load of %v: drained in %v s, a fluid in %v s", length, load, got, want)
			}
			if *c.Lost.Value != 0 {
				t.Errorf("%v s at a load of %v: %v lost", length, load, *c.Lost.Value)
			}
		}
	}
}

// TestDrainOfLosses: with few receives the backlog of an outage is lost, and the
// map says so.
func TestDrainOfLosses(t *testing.T) {
	cfg := drained()
	cfg.Classes[0].Queue.MaxReceiveCount = 3
	m, err := Drain(context.Background(), cfg, DrainOptions{Outages: []time.Duration{20 * time.Minute}, Loads: []float64{0.5}, Within: time.Hour}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// 2/s for the twenty minutes, but for the last three visibility timeouts.
	if c := m.Cells[0]; c.Verdict != Recovers || *c.Lost.Value < 2*60*15 || *c.Drain.Value > 600 {
		t.Errorf("%+v lost %v", c, *c.Lost.Value)
	}
}

// TestDrainRepeats: the same bytes on any number of cores.
func TestDrainRepeats(t *testing.T) {
	var texts [2]bytes.Buffer
	for i, workers := range []int{1, 3} {
		m, err := Drain(context.Background(), drained(), DrainOptions{Outages: []time.Duration{time.Minute}, Loads: []float64{0.6, 0.9}, Within: time.Hour}, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.WriteJSON(&texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
		t.Errorf("with one worker\n%s\nwith three\n%s", texts[0].String(), texts[1].String())
	}
}

func TestDrainRefuses(t *testing.T) {
	closed := drained()
	closed.Classes[0].Arrivals = []model.Arrivals{{Kind: "closed", Population: 3}}
	idle := drained()
	idle.Classes[0].Arrivals = nil
	if CheckDrain(closed) == nil || CheckDrain(idle) == nil {
		t.Error("a closed load, or none, passes")
	}
	if err := CheckDrain(drained()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Drain(ctx, drained(), DrainOptions{Outages: []time.Duration{time.Minute}, Loads: []float64{0.5}, Within: time.Hour}, Options{}); err == nil {
		t.Error("a cancelled map is there")
	}
}

// TestDrainWatchesWhatItNeeds: where all recovers, to allow a longer watch changes
// and costs nothing; where a replication does not, it is watched to the end.
func TestDrainWatchesWhatItNeeds(t *testing.T) {
	run := func(within time.Duration, load float64) *DrainMap {
		m, err := Drain(context.Background(), drained(), DrainOptions{Outages: []time.Duration{10 * time.Minute}, Loads: []float64{load}, Within: within}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	short, long := run(2*time.Hour, 0.5), run(48*time.Hour, 0.5)
	if short.StepS != long.StepS || *short.Cells[0].Drain.Value != *long.Cells[0].Drain.Value || short.Cells[0].Verdict != Recovers {
		t.Errorf("%v in steps of %v, %v in steps of %v", short.Cells[0].Drain, short.StepS, long.Cells[0].Drain, long.StepS)
	}
	// At 0.97 a fluid needs 5.4 h, and chance as much again, now and then.
	if m := run(12*time.Hour, 0.97); m.Cells[0].Recovered < 5 {
		t.Errorf("%+v", m.Cells[0])
	}
}

// TestDrainOfTooMuch: a load below 1 that the system does not carry has the time
// of a fluid all the same, and is not run with an outage.
func TestDrainOfTooMuch(t *testing.T) {
	cfg := drained()
	cfg.Legacy.ErrorRate = 0.5 // every other call is made again: a load of 0.8 is one of 1.6
	m, err := Drain(context.Background(), cfg, DrainOptions{Outages: []time.Duration{10 * time.Minute}, Loads: []float64{0.8}, Within: time.Hour}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := m.Cells[0]
	if m.Calm[0] != Saturated || c.Verdict != Never || c.Lost.Value != nil || c.Fluid == nil {
		t.Fatalf("without an outage %s, with one %+v", m.Calm[0], c)
	}
	near(t, "a fluid", *c.Fluid, 2400, 1e-9)
}

// TestDrainInterrupted: the loads that were finished are those of the whole map.
func TestDrainInterrupted(t *testing.T) {
	cells := DrainOptions{Outages: []time.Duration{5 * time.Minute, 10 * time.Minute}, Loads: []float64{0.5, 0.6, 0.7}, Within: time.Hour}
	whole, err := Drain(context.Background(), drained(), cells, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m, err := Drain(ctx, drained(), cells, Options{Workers: 1, Progress: func(share float64) {
		if share > 0.8 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Interrupted || len(m.Loads) != 2 || len(m.Cells) != 4 || len(m.Calm) != 2 {
		t.Fatalf("%+v", m)
	}
	for k := range cells.Outages {
		for i := range m.Loads {
			if a, b := m.Cell(k, i), whole.Cell(k, i); *a.Drain.Value != *b.Drain.Value || a.Load != b.Load || a.OutageS != b.OutageS {
				t.Errorf("%+v, in the whole map %+v", a, b)
			}
		}
	}
}
