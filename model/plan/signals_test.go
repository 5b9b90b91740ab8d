package plan

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
	"penstock/sim"
)

// signalled is a scenario with a known course: A has two calls of 30 s, one of
// which waits for the other; B gives way to A once.
func signalled() *model.Config {
	c := model.Default()
	c.Name, c.Horizon, c.Replications = "signals", 10*time.Minute, 2
	c.Timing, c.Assumptions = model.IdealTiming(), model.IdealAssumptions()
	c.Worker.Concurrency, c.Worker.ColdStart = 1, model.Dist{}
	c.Worker.Timeout, c.Worker.CallTimeout = 10*time.Minute, 5*time.Minute
	c.Legacy.Service = model.Dist{Kind: "constant", Value: 30 * time.Second}
	c.Policy.CheckToken, c.Policy.Kind = false, policy.Yield
	at := func(s ...float64) []model.Arrivals {
		t := model.Trace{Format: "seconds"}
		for _, x := range s {
			t.Times = append(t.Times, time.Duration(x*1e9))
		}
		return []model.Arrivals{{Kind: "trace", Trace: t}}
	}
	for _, name := range []string{"A", "B"} {
		k := model.DefaultClass()
		k.Name, k.Queue.VisibilityTimeout, k.Queue.MaxReceiveCount = name, 2*time.Minute, 0
		c.Classes = append(c.Classes, k)
	}
	c.Worker.Driver = model.DriverPoller
	c.Classes[0].Arrivals = at(0, 50, 55, 56)
	c.Classes[1].Arrivals = at(20)
	return &c
}

// TestSignals: what CloudWatch would show, minute by minute.
func TestSignals(t *testing.T) {
	s, err := RunSignals(context.Background(), signalled(), Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	// One slot: A1 0 to 30, then A is empty and B1 from 30 to 60, then A2 to 90, A3
	// to 120 and A4 to 150.
	for _, c := range []struct {
		what  string
		kind  SignalKind
		class int
		want  []float32
	}{
		{"age when received", AgeReceived, 0, []float32{0, 35, 64}},
		{"age when received", AgeReceived, 1, []float32{10}},
		{"oldest", AgeOldest, 0, []float32{10, 65, 0}},
		{"oldest", AgeOldest, 1, []float32{40, 0, 0}},
		{"visible", Visible, 0, []float32{3, 1, 0}},
	} {
		got := s.Of(c.kind, c.class)
		if len(got) != 2 || len(got[0]) != 10 {
			t.Fatalf("%s: %d replications, %d minutes", c.what, len(got), len(got[0]))
		}
		for m, want := range c.want {
			if got[0][m] != want {
				t.Errorf("%s of class %d: %v, want %v", c.what, c.class, got[0][:4], c.want)
				break
			}
		}
	}
	if x := s.Of(AgeReceived, 1)[0][5]; x == x {
		t.Error("a minute without a receive has an age")
	}
}

// TestSignalsAddUp: over a busy day, what is counted by the minute is what the
// run counts in all.
func TestSignalsAddUp(t *testing.T) {
	c := model.Default()
	c.Horizon, c.Seed = 2*time.Hour, 5
	c.Worker.Concurrency, c.Worker.CallTimeout = 4, 3*time.Second
	c.Legacy.Concurrency, c.Legacy.Backlog = 3, 10
	c.StepFunctions.Timeout = 20 * time.Minute
	for _, name := range []string{"A", "B"} {
		k := model.DefaultClass()
		k.Name, k.Queue.VisibilityTimeout, k.Queue.MaxReceiveCount, k.Queue.Delay = name, time.Minute, 3, 5*time.Second
		k.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 1}}
		c.Classes = append(c.Classes, k)
	}
	w := newWatch(&c, 0)
	visible := 0
	run, _ := model.Simulate(&c, model.Options{Trace: func(h *model.Happening) {
		w.see(h)
		for i := range w.queues {
			visible = max(visible, w.queues[i].visible)
			if w.queues[i].visible < 0 {
				t.Fatalf("%d messages of class %d are visible", w.queues[i].visible, i)
			}
		}
	}})
	w.flushTo(run.End + time.Minute)
	sum := func(k SignalKind, class int) (n int64) {
		for _, x := range w.rows[k][class] {
			n += int64(x)
		}
		return n
	}
	bad := int64(0)
	for i := range c.Classes {
		k := &run.Classes[i]
		if sum(Yields, i) != k.Yields || sum(DeadLetters, i) == 0 {
			t.Errorf("%d yields, %d in the run; %d dead letters", sum(Yields, i), k.Yields, sum(DeadLetters, i))
		}
		bad += k.Failed + k.TimedOut + k.DeadLettered + k.Expired
		if oldest := float64(slices.Max(w.rows[AgeOldest][i])); oldest > k.Oldest || oldest < k.Oldest/10 {
			t.Errorf("oldest %v, in the run %v", oldest, k.Oldest)
		}
		if len(w.queues[i].present) != 0 || w.queues[i].visible != 0 {
			t.Errorf("%d messages are left at the end, %d visible", len(w.queues[i].present), w.queues[i].visible)
		}
	}
	if sum(Throttles, 0) != run.Worker.Throttles || sum(Unsuccessful, 0) != bad || bad == 0 || run.Worker.Throttles == 0 {
		t.Errorf("%d throttles, %d in the run; %d tasks without success, %d in the run", sum(Throttles, 0), run.Worker.Throttles, sum(Unsuccessful, 0), bad)
	}
	if visible == 0 || visible > int(run.Classes[0].DepthMax+run.Classes[1].DepthMax) {
		t.Errorf("%d visible at most, the run had %d and %d", visible, run.Classes[0].DepthMax, run.Classes[1].DepthMax)
	}
}

// TestEpisodes: an alarm goes off once for each stretch that is long enough.
func TestEpisodes(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		minutes []float32
		alarm   Alarm
		want    int
	}{
		{[]float32{1, 6, 6, 1, 6, 6, 6, 6}, Alarm{5, 2}, 2},
		{[]float32{6, 6, 6}, Alarm{5, 2}, 1},
		{[]float32{6, nan, 6, 5, 6}, Alarm{5, 2}, 0},
		{[]float32{6, nan, 6, 5, 6}, Alarm{5, 1}, 3},
		{nil, Alarm{0, 1}, 0},
	} {
		if got := episodes(c.minutes, c.alarm); got != c.want {
			t.Errorf("%v of %v: %d alarms, want %d", c.alarm, c.minutes, got, c.want)
		}
	}
}

func TestSteps(t *testing.T) {
	last := -1.0
	for i := range 400 {
		if step(i) <= last || steps(step(i)) != i {
			t.Fatalf("step %d is %v after %v", i, step(i), last)
		}
		last = step(i)
	}
	for x, want := range map[float64]float64{0: 0, 0.05: 0.1, 1: 1, 1.01: 1.1, 9.95: 10, 10.1: 11, 361: 370, 1234: 1300} {
		if got := step(steps(x)); got != want {
			t.Errorf("%v is rounded up to %v, want %v", x, got, want)
		}
	}
}

// noise makes signals of independent minutes, each above x with probability
// exp(-x).
func noise(seed uint64, replications, minutes int) *Signals {
	s := &Signals{Confidence: 0.95}
	draw := sim.NewStream(seed, 0, "noise").ExpFloat64
	var signal Signal
	for range replications {
		row := make([]float32, minutes)
		for i := range row {
			row[i] = float32(draw())
		}
		signal = append(signal, row)
		s.Counted = append(s.Counted, time.Duration(minutes)*time.Minute)
	}
	s.byKind[Visible] = []Signal{signal}
	return s
}

// TestChosenAlarmsAreAsSeldomAsPromised: on minutes whose law is known, the alarm
// chosen goes off about once a month or less, and the interval of its rate holds
// the true one nearly as often as it says.
func TestChosenAlarmsAreAsSeldomAsPromised(t *testing.T) {
	const minutes, tries = 4380, 60 // a tenth of a month each
	held := 0
	for i := range uint64(tries) {
		f := noise(i, 40, minutes).Choose(Visible, 0, 0)
		if f.Rate.Low == nil || f.Tested != 20*minutes*time.Minute {
			t.Fatalf("%+v", f)
		}
		// A stretch begins where the minute before was below: (1-p) pⁿ a minute.
		p := math.Exp(-f.Threshold)
		rate := (1 - p) * math.Pow(p, float64(f.Periods)) * month.Minutes()
		if rate > 8 {
			t.Errorf("%+v goes off %v times a month", f.Alarm, rate)
		}
		if *f.Rate.Low <= rate && rate <= *f.Rate.High {
			held++
		}
	}
	if held < tries*8/10 {
		t.Errorf("the interval held the true rate in %d of %d cases", held, tries)
	}
}

// TestRareAlarms: what was never seen has an upper bound, and what cannot be
// tested has no rate.
func TestRareAlarms(t *testing.T) {
	s := noise(1, 20, 480)
	f := s.Fixed(Visible, 0, Alarm{1000, 1})
	if *f.Rate.Value != 0 || math.Abs(*f.Rate.High-2.9957*730/160) > 0.01 || f.Rate.Why == "" || f.Tested != 160*time.Hour {
		t.Errorf("%+v: three in 160 hours are 13.7 a month", f)
	}
	f = noise(1, 1, 480).Choose(Visible, 0, 0)
	if f.Rate.Value != nil || f.Rate.Why == "" {
		t.Errorf("%+v was tested on what it was chosen by", f)
	}
	if f := s.Choose(Visible, 0, 50); f.Threshold != 50 || f.Periods != 1 {
		t.Errorf("%+v is below the floor", f.Alarm)
	}
	s.Kills = []int64{0, 2}
	s.Counted = []time.Duration{73 * time.Hour, 73 * time.Hour}
	if f := s.Killed(); *f.Rate.Value != 10 || f.Threshold != 0 {
		t.Errorf("%+v: two in 146 hours are ten a month", f)
	}
}

// TestWatchedQueue: a message is seen once its delay has passed, forgotten by
// its age from the third receive on, and gone only when a delete had effect.
func TestWatchedQueue(t *testing.T) {
	c := signalled()
	c.Classes[0].Queue.Delay = 90 * time.Second
	w := newWatch(c, 0)
	happen := func(at int, event string, id int64, receive int, stale bool) {
		w.see(&model.Happening{At: time.Duration(at) * time.Second, Event: event, Class: "A", ID: id, Attempt: 1, Receive: receive, Stale: stale})
	}
	happen(0, "sent", 1, 0, false)
	happen(10, "sent", 2, 0, false)
	happen(95, "received", 1, 1, false)
	happen(130, "deleted", 1, 1, true)
	happen(200, "visible", 1, 1, false)
	happen(250, "received", 1, 3, false)
	happen(310, "deleted", 1, 3, false)
	happen(320, "received", 2, 1, false)
	happen(330, "dead_lettered", 2, 1, false)
	w.flushTo(7 * time.Minute)
	for k, want := range map[SignalKind][]float32{
		Visible:     {0, 1, 1, 2, 1, 0, 0}, // at the ends of the minutes
		AgeOldest:   {60, 120, 180, 240, 290, 0, 0},
		DeadLetters: {0, 0, 0, 0, 0, 1, 0},
	} {
		if got := w.rows[k][0]; !slices.Equal(got, want) {
			t.Errorf("signal %d: %v, want %v", k, got, want)
		}
	}
}
