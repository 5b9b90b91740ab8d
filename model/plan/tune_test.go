package plan

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"penstock/model"
)

// slots is a world whose answers are plain arithmetic: with c slots the p95 of
// HIGH is 40 s / c, and the function's time, and so the bill, grows with c. The
// policy "none" makes it a tenth longer. Noise belongs to the replication, so it
// is common to all settings, but for a little of their own.
func slots(cfg *model.Config, opt model.Options) (model.Run, bool) {
	if opt.Cancelled() {
		return model.Run{}, false
	}
	c := float64(cfg.Worker.Concurrency)
	common := rand.New(rand.NewPCG(cfg.Seed, uint64(opt.Replication)))
	own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency), uint64(opt.Replication)))
	p95 := 40 / c * (1 + 0.02*common.NormFloat64() + 0.002*own.NormFloat64()) * cfg.Legacy.Service.Value.Seconds()
	if cfg.Policy.Kind == "none" {
		p95 *= 1.1
	}
	r := model.Run{Replication: opt.Replication, Counted: cfg.Horizon, Metered: cfg.Horizon, Drained: true}
	for range cfg.Classes {
		s := model.Sample{N: 2000, Mean: p95 / 3, P50: p95 / 4, P90: p95 * 0.8, P95: p95, P99: 2 * p95, Max: 3 * p95, Hist: make([]int64, model.HistBins)}
		s.Hist[10] = s.N
		r.Classes = append(r.Classes, model.ClassRun{Arrived: 2000, Completed: 2000, Sent: 2000, Receives: 2000, Latency: s, LatencyCompleted: s, Wait: s})
	}
	r.Usage.Add(model.LambdaDuration, model.CauseWork, int64(1e9*c*(1+0.02*common.NormFloat64()))+own.Int64N(1e6))
	return r, true
}

// counting is an axis of whole numbers.
func counting(key string, from, to int) Axis {
	a := Axis{Key: key}
	for v := from; v <= to; v++ {
		a.Values, a.Numbers = append(a.Values, strconv.Itoa(v)), append(a.Numbers, float64(v))
	}
	return a
}

// slotProblem is a scenario of that world, with concurrency and policy as knobs
// and an objective of so many seconds on the p95 of HIGH.
func slotProblem(bound float64, most int, kinds ...string) (*model.Config, Space) {
	cfg := scenario()
	cfg.Legacy.Service = model.Dist{Kind: "constant", Value: time.Second}
	cfg.Classes[0].Objective.Latency = []model.Bound{{Metric: "p95", AtMost: time.Duration(bound * 1e9)}}
	cfg.Precision.MaxReplications = 200
	space := Space{Knobs: Grid{counting("worker.concurrency", 1, most)}}
	if len(kinds) > 0 {
		space.Knobs = append(space.Knobs, Axis{Key: "policy.kind", Values: kinds})
	}
	space.Load = func(p int) (*model.Config, string, error) {
		c, at := *cfg, space.Knobs.At(p)
		c.Worker.Concurrency = int(space.Knobs[0].Numbers[at[0]])
		if len(at) > 1 {
			c.Policy.Kind = "none"
			if kinds[at[1]] != "none" {
				c.Policy.Kind = "yield"
			}
		}
		return &c, "", nil
	}
	return cfg, space
}

func mustTune(t *testing.T, ctx context.Context, cfg *model.Config, space Space, opt TuneOptions, simulate simulateFunc) *Tuning {
	t.Helper()
	got, err := runTune(ctx, cfg, space, usEast(t), opt, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// tuneUntil interrupts a tuning as the run after so many begins, and reports
// whether it came to that.
func tuneUntil(t *testing.T, cfg *model.Config, space Space, after int64, simulate simulateFunc) (got *Tuning, cut bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var runs atomic.Int64
	got = mustTune(t, ctx, cfg, space, TuneOptions{Options: Options{Workers: 1}}, func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if runs.Add(1) > after {
			cancel()
		}
		return simulate(cfg, opt)
	})
	return got, runs.Load() > after
}

// TestTuneKnownOptimum: 40 s / c <= 5 s needs 8 slots, and 9 for a sure margin at
// "none"; the others only cost more.
func TestTuneKnownOptimum(t *testing.T) {
	cfg, space := slotProblem(5.1, 100, "none", "yield")
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	want := map[string]string{"worker.concurrency": "8", "policy.kind": "yield"}
	if got.Outcome != TournamentBest || got.Best == nil || got.Best.Settings["worker.concurrency"] != "8" || got.Best.Settings["policy.kind"] != "yield" {
		t.Fatalf("%s %+v, want %v", got.Outcome, got.Best, want)
	}
	if got.Best.Objectives[0].Outcome != Met || math.Abs(got.Best.Tight.Ratio-5/5.1) > 0.01 {
		t.Errorf("its objective: %+v", got.Best.Objectives)
	}
	s := got.Spent
	if s.Settings != 200 || s.Simulated >= 100 || s.PassedOver != s.Settings-s.Simulated || s.Simulated != len(got.Tried) {
		t.Errorf("spent %+v", s)
	}
	if want := float64(s.Replications) / (200 * 20); s.Share != want || s.Tasks != int64(s.Replications)*4000 {
		t.Errorf("share %v of %d tasks, want %v", s.Share, s.Tasks, want)
	}
	r := got.Around[0]
	if r.Knob != "worker.concurrency" || r.At != 7 || r.Low != 7 || r.High != 99 {
		t.Errorf("reach %+v", r)
	}
	cheaper := false
	for _, b := range got.Binds {
		cheaper = cheaper || b.Knob == "worker.concurrency" && b.Value == "7" && *b.Saves.Low > 0 && b.Outcome == NotMet
	}
	if !cheaper {
		t.Errorf("nothing says that 7 slots would be cheaper: %+v", got.Binds)
	}
	for i := 1; i < len(got.Front); i++ {
		a, b := got.Tried[got.Front[i-1]], got.Tried[got.Front[i]]
		if !(a.Cost <= b.Cost && a.Tight.Ratio > b.Tight.Ratio) {
			t.Errorf("front: %+v before %+v", a, b)
		}
	}
}

// TestTuneTie: where two settings are the same, the other is as good.
func TestTuneTie(t *testing.T) {
	cfg, space := slotProblem(6, 12, "yield", "again")
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	if got.Outcome != TournamentBest || got.Best.Settings["worker.concurrency"] != "7" || got.Best.Settings["policy.kind"] != "yield" {
		t.Fatalf("%s: %+v", got.Outcome, got.Best)
	}
	if o := got.Others[0]; o.Standing != StandsEqual || o.Settings["policy.kind"] != "again" || o.Settings["worker.concurrency"] != "7" {
		t.Errorf("the runner-up: %+v", o)
	}
	if !strings.Contains(got.Why, "as good for what matters") {
		t.Errorf("why: %s", got.Why)
	}
}

// TestTuneEdge: a setting on its very bound is left out, not run for ever.
func TestTuneEdge(t *testing.T) {
	cfg, space := slotProblem(5, 40)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	if got.Outcome != TournamentBest || got.Best.Settings["worker.concurrency"] != "9" || got.Edge != 1 {
		t.Errorf("%s, %d at the edge: %+v", got.Outcome, got.Edge, got.Best)
	}
}

// TestTuneNone: what is in the way, and how much it would have to give.
func TestTuneNone(t *testing.T) {
	cfg, space := slotProblem(0.5, 40)
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	if got.Outcome != TournamentNone || got.ExitCode() != ExitNotMet || got.Best.Settings["worker.concurrency"] != "40" {
		t.Fatalf("%s: %+v", got.Outcome, got.Best)
	}
	if len(got.Obstacles) != 1 || got.Obstacles[0].Metric != "classes.HIGH.latency.p95" {
		t.Fatalf("obstacles %+v", got.Obstacles)
	}
	near(t, "relaxed bound", *got.Obstacles[0].Relaxed, 1, 0.02)
	if !strings.Contains(got.Why, "classes.HIGH.latency.p95 by a factor of 2") && !strings.Contains(got.Why, "factor of 1.99") {
		t.Errorf("why: %s", got.Why)
	}
}

// TestTuneObstacle: HIGH needs 8 slots, and a cap on the p50 of BATCH that only 4
// keep; each is the obstacle to the other, and gives its least relaxation.
func TestTuneObstacle(t *testing.T) {
	cfg, space := slotProblem(5.1, 40)
	cfg.Classes[1].Objective.Latency = []model.Bound{{Metric: "p50", AtMost: 5 * time.Second}}
	grows := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := slots(cfg, opt)
		if ok {
			r.Classes[1].Latency.P50 = 1.25 * float64(cfg.Worker.Concurrency)
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, grows)
	if got.Outcome != TournamentNone || len(got.Obstacles) != 2 {
		t.Fatalf("%s: %+v", got.Outcome, got.Obstacles)
	}
	for i, want := range []struct {
		relaxed float64
		slots   string
	}{{10, "4"}, {10, "8"}} {
		o := got.Obstacles[i]
		if o.Relaxed == nil || o.Settings["worker.concurrency"] != want.slots {
			t.Errorf("%+v, want %s slots", o, want.slots)
			continue
		}
		near(t, o.Metric, *o.Relaxed, want.relaxed, 0.02)
	}
}

// TestTuneWhatIf: twice the service time needs twice the slots, and says so.
func TestTuneWhatIf(t *testing.T) {
	cfg, space := slotProblem(5.1, 60)
	slow := WhatIf{Name: "service+100%", Apply: func(c *model.Config) { c.Legacy.Service.Value *= 2 }}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{WhatIfs: []WhatIf{slow}}, slots)
	if got.Outcome != TournamentBest || got.Best.Settings["worker.concurrency"] != "16" {
		t.Fatalf("%s: %+v", got.Outcome, got.Best)
	}
	if got.Best.Tight.WhatIf != slow.Name || len(got.Best.Under) != 1 || got.Best.Under[0].Objectives[0].Outcome != Met {
		t.Errorf("%+v", got.Best)
	}
	near(t, "as it is", *got.Best.Objectives[0].Value.Value, 2.5, 0.02)
}

// TestTuneSameBytes: the number of workers does not reach the answer.
func TestTuneSameBytes(t *testing.T) {
	cfg, space := slotProblem(5.1, 100, "none", "yield")
	var want []byte
	for _, workers := range []int{1, 2, 4} {
		opt := TuneOptions{Options: Options{Workers: workers, Version: "test"}}
		var b bytes.Buffer
		if err := mustTune(t, context.Background(), cfg, space, opt, slots).WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = b.Bytes()
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Fatalf("%d workers give another answer", workers)
		}
	}
}

// TestTuneInterrupted: whenever it is stopped, what stands by then is told, with
// how sure it is.
func TestTuneInterrupted(t *testing.T) {
	cfg, space := slotProblem(5.1, 100, "none", "yield")
	seen := map[string]bool{}
	for _, after := range []int64{0, 1, 25, 90, 250, 340} {
		got, _ := tuneUntil(t, cfg, space, after, slots)
		switch {
		case !got.Interrupted:
			t.Errorf("after %d runs: not interrupted", after)
		case after == 0 && (got.Outcome != Undecided || got.Best != nil):
			t.Errorf("before any run: %s %+v", got.Outcome, got.Best)
		case after > 1 && got.Best == nil:
			t.Errorf("after %d runs there is no best so far", after)
		case got.Outcome == Undecided && !strings.Contains(got.Why, "interrupted"):
			t.Errorf("after %d runs: %s", after, got.Why)
		}
		seen[got.Outcome] = true
		if s := got.Spent; s.Simulated != len(got.Tried) || int64(s.Replications) > after+1 {
			t.Errorf("after %d runs: %+v", after, s)
		}
	}
	if !seen[Undecided] {
		t.Error("no interruption left it undecided")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := runTune(ctx, cfg, space, usEast(t), TuneOptions{}, slots); err == nil {
		t.Error("stopped before the screen, and no error")
	}
}

// TestTuneRefuses names what cannot be tuned.
func TestTuneRefuses(t *testing.T) {
	cfg, space := slotProblem(5, 10)
	none := *cfg
	none.Classes = append([]model.Class(nil), cfg.Classes...)
	none.Classes[0].Objective.Latency = nil
	bad := WhatIf{Name: "arrivals-100%", Apply: func(c *model.Config) { c.Horizon = -1 }}
	for _, c := range []struct {
		cfg   *model.Config
		space Space
		opt   TuneOptions
		want  string
	}{
		{&none, space, TuneOptions{}, "no class has an objective"},
		{cfg, Space{}, TuneOptions{}, "no knob may be moved"},
		{cfg, space, TuneOptions{WhatIfs: []WhatIf{bad}}, "what-if arrivals-100%: horizon"},
	} {
		if _, err := runTune(context.Background(), c.cfg, c.space, usEast(t), c.opt, slots); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestTuneProgress: the share ends at 1, does not say that next to nothing is left
// while much is, and is told all the time.
func TestTuneProgress(t *testing.T) {
	cfg, space := slotProblem(5.06, 300, "none", "yield")
	type look struct {
		share float64
		ran   int64
	}
	var looks []look
	var ran atomic.Int64
	count := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		ran.Add(1)
		r, ok := slots(cfg, opt)
		if ok { // costs that are hard to tell apart make a long final
			own := rand.New(rand.NewPCG(uint64(cfg.Worker.Concurrency), uint64(opt.Replication)))
			r.Usage.Add(model.LambdaDuration, model.CauseWork, own.Int64N(3e9))
		}
		return r, ok
	}
	opt := TuneOptions{Most: 2000, Options: Options{Workers: 1, Progress: func(share float64) { looks = append(looks, look{share, ran.Load()}) }}}
	mustTune(t, context.Background(), cfg, space, opt, count)
	for i, l := range looks {
		if i > 0 && float64(l.ran-looks[i-1].ran) > 0.1*float64(ran.Load()) {
			t.Errorf("nothing is told between %d and %d of %d runs", looks[i-1].ran, l.ran, ran.Load())
		}
		if l.share < 0 || l.share > 1 || l.share > 0.97 && float64(l.ran) < 0.8*float64(ran.Load()) {
			t.Errorf("a share of %v after %d of %d runs", l.share, l.ran, ran.Load())
		}
	}
	if n := len(looks); n < 50 || looks[n-1].share != 1 {
		t.Errorf("told %d times, at last %v", n, looks[n-1])
	}
}

// TestTuneInvalid: what is not valid, and what formulas rule out, is counted and
// not run.
func TestTuneInvalid(t *testing.T) {
	cfg, space := slotProblem(5.1, 20)
	load := space.Load
	space.Load = func(p int) (*model.Config, string, error) {
		c, _, err := load(p)
		switch {
		case p < 3:
			return nil, "worker.concurrency: too small", nil
		case p < 5: // a second of service for each of a promise that a second breaks
			c.Classes = append([]model.Class(nil), c.Classes...)
			c.Classes[0].Arrivals = []model.Arrivals{{Kind: "constant", Rate: 1}}
			c.Legacy.Service.Value = time.Minute
		}
		return c, "", err
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{}, slots)
	if s := got.Spent; s.Invalid != 3 || s.Screened != 2 || s.Simulated+s.PassedOver != 15 {
		t.Errorf("spent %+v", s)
	}
	if r := got.Rejected; len(r) != 2 || r[0].Count != 3 || r[0].Reason != "not valid: worker.concurrency: too small" || !strings.HasPrefix(r[1].Reason, "classes.HIGH.latency.p95: ") {
		t.Errorf("rejected %+v", r)
	}
}
