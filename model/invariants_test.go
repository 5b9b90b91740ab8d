package model

import (
	"reflect"
	"testing"
	"time"
)

// What must hold in every run, whatever the scenario.

const randomScenarios = 120

func TestInvariants(t *testing.T) {
	for seed := range uint64(randomScenarios) {
		c := randomConfig(seed)
		for _, p := range c.Validate() {
			if !p.Warning {
				t.Fatalf("scenario %d is not valid: %s: %s", seed, p.Key, p.Message)
			}
		}
		w := newWatcher(&c)
		w.world.play()
		run := w.world.result()
		w.ended()
		w.compare(&run)
		for _, wrong := range w.wrong {
			t.Errorf("scenario %d: %s", seed, wrong)
		}
		if len(w.wrong) > 0 {
			t.Logf("scenario %d was %+v", seed, c)
		}
		if t.Failed() && seed%10 == 9 {
			return // enough to look at
		}
	}
}

// The same scenario takes the same course, watched or not.
func TestRunsRepeat(t *testing.T) {
	hashes := map[uint64]uint64{}
	for seed := range uint64(randomScenarios / 4) {
		c := randomConfig(seed)
		first, _ := Simulate(&c, Options{})
		second, _ := Simulate(&c, Options{})
		watched, _ := Simulate(&c, Options{Trace: func(*Happening) {}, Progress: func(float64) {}})
		if !reflect.DeepEqual(first, second) {
			t.Errorf("scenario %d: two runs differ", seed)
		}
		if !reflect.DeepEqual(first, watched) {
			t.Errorf("scenario %d: a run with a trace differs", seed)
		}
		if first.Events > 0 && hashes[first.LogHash] > 0 {
			t.Errorf("scenarios %d and %d have the same hash", hashes[first.LogHash]-1, seed)
		}
		hashes[first.LogHash] = seed + 1
	}
}

// Another replication, or another seed, is another course.
func TestReplicationsDiffer(t *testing.T) {
	c := randomConfig(1)
	c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 1}}
	first, _ := Simulate(&c, Options{})
	second, _ := Simulate(&c, Options{Replication: 1})
	c.Seed++
	third, _ := Simulate(&c, Options{})
	if first.LogHash == second.LogHash || first.LogHash == third.LogHash || second.LogHash == third.LogHash {
		t.Error("runs that should differ do not")
	}
}

// A warm-up changes what is counted, not what happens.
func TestWarmupOnlyCutsWhatIsCounted(t *testing.T) {
	for seed := range uint64(randomScenarios / 8) {
		c := randomConfig(seed)
		whole, _ := Simulate(&c, Options{})
		cut, _ := Simulate(&c, Options{Warmup: c.Horizon / 3})
		if whole.End != cut.End || cut.Counted != cut.End-c.Horizon/3 {
			t.Errorf("scenario %d: ended at %v and %v, of which %v counted", seed, whole.End, cut.End, cut.Counted)
		}
		for i := range cut.Classes {
			k, all := &cut.Classes[i], &whole.Classes[i]
			sum := k.Completed + k.Failed + k.TimedOut + k.DeadLettered + k.Expired + k.Unfinished
			if sum != k.Arrived || k.Arrived > all.Arrived || k.Completed > all.Completed || k.Receives > all.Receives {
				t.Errorf("scenario %d, class %d: %d of %d arrived, %d outcomes", seed, i, k.Arrived, all.Arrived, sum)
			}
		}
	}
}

func TestCancelledRunSaysSo(t *testing.T) {
	c := plain("Q")
	c.Classes[0].Arrivals = []Arrivals{{Kind: "constant", Rate: 20}}
	c.Horizon = 3 * time.Hour
	asked := 0
	_, ok := Simulate(&c, Options{Cancelled: func() bool { asked++; return asked > 1 }})
	if ok || asked != 2 {
		t.Errorf("cancelled: %v, asked %d times", !ok, asked)
	}
}

// The largest part of a run that nobody has asked for is the end: with nothing
// left to wait for it stops, and does not run to the last timeout.
func TestRunEndsWithTheLastTask(t *testing.T) {
	c := plain("Q")
	c.Classes[0].Arrivals = sendAt(10)
	c.Horizon = 20 * time.Second
	if run, _ := watch(t, c); run.End != 20*time.Second || !run.Drained {
		t.Errorf("ended at %v, want the horizon of 20 s", run.End)
	}
	c.Horizon = 10500 * time.Millisecond
	if run, _ := watch(t, c); run.End != 11*time.Second || !run.Drained {
		t.Errorf("ended at %v, want 11 s, when the task was done", run.End)
	}
	c.Drain = Drain{For: 200 * time.Millisecond}
	if run, _ := watch(t, c); run.End != 10700*time.Millisecond || run.Drained || run.Classes[0].Unfinished != 1 {
		t.Errorf("ended at %v with %d unfinished, want the cut at 10.7 s", run.End, run.Classes[0].Unfinished)
	}
}

// In profile ideal a mapping may have both provisioned pollers and a maximum
// concurrency, which Lambda refuses: both hold then.
func TestProvisionedPollersKeepToTheMaximum(t *testing.T) {
	c := plain("Q")
	c.Classes[0].InitialBacklog, c.Classes[0].Arrivals = 20, nil
	c.Classes[0].Mapping.MaximumConcurrency, c.Classes[0].Mapping.ProvisionedPollers = 1, PollerRange{0, 1}
	if run, _ := watch(t, c); run.Worker.ConcurrencyMax != 1 || run.Classes[0].Completed != 20 {
		t.Errorf("%d at once, %d completed", run.Worker.ConcurrencyMax, run.Classes[0].Completed)
	}
}
