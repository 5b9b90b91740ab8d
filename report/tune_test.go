package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"penstock/model/plan"
)

func fig(x float64) *float64 { return &x }

func about(v, half float64) plan.Estimate {
	return plan.Estimate{Value: fig(v), Low: fig(v - half), High: fig(v + half), N: 20}
}

// saves is an estimate that something points to.
func saves(v, half float64) *plan.Estimate {
	e := about(v, half)
	return &e
}

// tuned is an answer with something of everything.
func tuned() *plan.Tuning {
	p95 := "classes.HIGH.latency.p95"
	kept := func(v float64) []plan.Assert {
		return []plan.Assert{{Metric: p95, Op: "<=", Bound: 5, Value: about(v, 0.1), Outcome: plan.Met}}
	}
	choice := func(point int, standing string, cost, ratio float64, lost string) *plan.Choice {
		return &plan.Choice{Point: point, Standing: standing, Objectives: kept(5 * ratio), Tight: plan.Tight{Metric: p95, Ratio: ratio},
			Cost: about(cost, 0.01), Monthly: about(91*cost, 0.9), Behind: about(cost-5.7, 0.002), Runs: 20, Lost: lost}
	}
	best := choice(5, plan.StandsBest, 5.7, 0.9, "")
	best.Behind = plan.Estimate{}
	best.Tight.WhatIf = "service+20%"
	best.Under = []plan.Under{{WhatIf: "service+20%", Objectives: kept(4.5)}}
	edge := choice(3, plan.StandsOut, 5.6, 1, "is too close to the bound of "+p95+" to tell on which side it is")
	edge.Aside = plan.AsideEdge
	dear := choice(1, plan.StandsBack, 5.4, 1.01, "saves too little to matter; whether it keeps "+p95+" was left open")
	dear.Aside, dear.Behind = plan.AsideDear, about(-0.002, 0.001)
	return &plan.Tuning{
		Scenario: "erp", Seed: 7, LogHash: "0123456789abcdef", Version: "test", Minimize: "cost.total", WhatIfs: []string{"service+20%"}, Confidence: 0.95, Within: 0.01, Delta: 0.057,
		Knobs: plan.Grid{
			{Key: "worker.concurrency", Values: []string{"4", "5", "6", "7"}, Numbers: []float64{4, 5, 6, 7}},
			{Key: "policy.kind", Values: []string{"none", "yield"}},
		},
		Outcome: plan.TournamentBest, Why: "one of the other finalists left out, too close to a bound to tell", Edge: 1,
		Best: best, Others: []*plan.Choice{choice(7, plan.StandsEqual, 5.71, 0.8, "is as good for what matters"), edge, dear},
		Binds: []plan.Bind{{Tight: plan.Tight{Metric: p95, WhatIf: "service+20%", Ratio: 0.9}}, {Tight: plan.Tight{Metric: "worker.busy", Ratio: 0.84}},
			{Tight: plan.Tight{Metric: p95, Ratio: 12}, Knob: "worker.concurrency", Value: "5", Saves: saves(0.2, 0.03), Outcome: plan.NotMet},
			{Tight: plan.Tight{Metric: p95, Ratio: 1.02}, Knob: "worker.concurrency", Value: "4", Saves: saves(0.3, 0.04), Outcome: plan.Undecided}},
		Around: []plan.Reach{
			{Knob: "worker.concurrency", At: 2, Low: 2, High: 2, Probes: []plan.Probe{
				{Value: 1, Outcome: plan.NotMet, Tight: plan.Tight{Metric: p95, WhatIf: "service+20%", Ratio: 12}, Cost: 5.5, Runs: 10},
				{Value: 3, Outcome: plan.Undecided, Tight: plan.Tight{Metric: p95, Ratio: 1.02}, Cost: 5.71, Runs: 40}}},
			{Knob: "policy.kind", At: 1, Low: 1, High: 1, Probes: []plan.Probe{{Value: 0, Outcome: plan.NotMet, Ruled: "not valid", Tight: plan.Tight{Metric: "not valid"}}}},
		},
		Front: []int{0, 1, 2, 3},
		Tried: []plan.Tried{
			{Point: 1, Replications: 1, Cost: 5.4, Tight: plan.Tight{Metric: p95, Ratio: 60}},
			{Point: 3, Replications: 20, Cost: 5.6, Tight: plan.Tight{Metric: p95, Ratio: 1}},
			{Point: 5, Replications: 20, Cost: 5.7, Tight: plan.Tight{Metric: p95, WhatIf: "service+20%", Ratio: 0.9}},
			{Point: 7, Replications: 20, Cost: 5.71, Tight: plan.Tight{Metric: p95, Ratio: 0.8}},
		},
		Spent:    plan.Spent{Settings: 8, Invalid: 1, Screened: 1, Simulated: 4, PassedOver: 2, Replications: 91, Tasks: 91_000, First: 20, Share: 0.325},
		Rejected: []plan.Counted{{Reason: "not valid: policy.kind: <b>x</b>", Count: 1}},
	}
}

// TestTuneText pins the whole answer, on a terminal and as a report.
func TestTuneText(t *testing.T) {
	var b bytes.Buffer
	if err := Tune(&b, tuned(), Options{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	golden(t, "tune.txt", b.Bytes())
	dir := filepath.Join(t.TempDir(), "new", "out")
	if err := WriteTuning(dir, tuned()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tune.md", "tried.csv"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, strings.Replace(name, "tried", "tune", 1), got)
	}
	for _, name := range []string{"tune.json", "front.svg", "front.png", "reach.svg", "reach.png"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestTuneNone: where no setting keeps every objective, what is in the way.
func TestTuneNone(t *testing.T) {
	x := tuned()
	x.Outcome, x.Why, x.Around, x.Edge = plan.TournamentNone, "the setting that comes closest breaks classes.HIGH.latency.p95 by a factor of 1.2", nil, 0
	x.Obstacles = []plan.Obstacle{{Metric: "classes.HIGH.latency.p95", Bound: 5, Relaxed: fig(6), Value: about(6.1, 0.2), Settings: map[string]string{"worker.concurrency": "7", "policy.kind": "yield"}},
		{Metric: "classes.HIGH.dead_lettered_share", Bound: 0.001}}
	flat := func(x *plan.Tuning) string {
		var b bytes.Buffer
		if err := Tune(&b, x, Options{}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(b.String()), " ")
	}
	got := flat(x)
	for _, want := range []string{"no setting keeps every objective. The closest: worker.concurrency=6, policy.kind=yield",
		"HIGH latency p95 5s 6.1s ±0.2 worker.concurrency=7 policy.kind=yield", "no relaxation does"} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "What keeps it from being cheaper") {
		t.Error("no setting is best, and yet something keeps it from being cheaper")
	}
	empty := &plan.Tuning{Scenario: "erp", Outcome: plan.TournamentNone, Why: "no setting was left to run", Knobs: tuned().Knobs}
	if got := flat(empty); !strings.Contains(got, "none keeps its objectives: no setting was left to run") {
		t.Error(got)
	}
	// Figures of an earlier answer go.
	dir := t.TempDir()
	for _, answer := range []*plan.Tuning{tuned(), empty} {
		if err := WriteTuning(dir, answer); err != nil {
			t.Error(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if got := strings.Join(left, " "); err != nil || got != "tried.csv tune.json tune.md" {
		t.Error(got, err)
	}
}
