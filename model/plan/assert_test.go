package plan

import (
	"strings"
	"testing"
	"time"

	"penstock/model"
)

func TestDecide(t *testing.T) {
	alone := Estimate{Value: ptr(5), N: 1, Why: oneReplication}
	for _, tt := range []struct {
		name  string
		e     Estimate
		op    string
		bound float64
		want  string
		why   string
	}{
		{"all below", est(4, 3, 5), "<=", 5, Met, ""},
		{"touching from below", est(4, 3, 5), "<", 5, Undecided, "straddles"},
		{"all above", est(7, 6, 8), "<=", 5, NotMet, ""},
		{"touching from above", est(7, 5, 8), "<=", 5, Undecided, "straddles"},
		{"touching from above, strictly", est(7, 5, 8), "<", 5, NotMet, ""},
		{"straddling", est(5, 4, 6), "<=", 5, Undecided, "straddles"},
		{"at least", est(7, 5, 8), ">=", 5, Met, ""},
		{"above", est(7, 5, 8), ">", 5, Undecided, "straddles"},
		{"above by far", est(7, 6, 8), ">", 5, Met, ""},
		{"not at least", est(4, 3, 4.5), ">=", 5, NotMet, ""},
		{"no spread", est(5, 5, 5), "<=", 5, Met, ""},
		{"no loss seen, none allowed", Estimate{Value: ptr(0), Low: ptr(0), High: ptr(0.15), N: 20, Why: "rule of three"}, "<=", 0, Undecided, "straddles the bound: rule of three"},
		{"no value", Estimate{N: 20, Why: "too few"}, "<=", 5, Undecided, "too few"},
		{"one run, met", alone, "<=", 5, Met, "judged by its value alone: one replication has no interval"},
		{"one run, not met", alone, "<", 5, NotMet, "judged by its value alone"},
	} {
		got, why, err := decide(tt.e, tt.op, tt.bound)
		if err != nil || got != tt.want || !strings.Contains(why, tt.why) {
			t.Errorf("%s: %s (%s), %v; want %s (%s)", tt.name, got, why, err, tt.want, tt.why)
		}
	}
	if _, _, err := decide(alone, "==", 5); err == nil {
		t.Error("operator == was taken")
	}
}

func TestExitCode(t *testing.T) {
	met, not, open := Assert{Outcome: Met}, Assert{Outcome: NotMet}, Assert{Outcome: Undecided}
	for _, tt := range []struct {
		lists [][]Assert
		want  int
	}{
		{nil, 0},
		{[][]Assert{{met, met}, {met}}, 0},
		{[][]Assert{{met, open}, {met}}, 2},
		{[][]Assert{{open, not}}, 1},
		{[][]Assert{{open}, {not}}, 1},
		{[][]Assert{{not}, {open}}, 1},
	} {
		if got := ExitCode(tt.lists...); got != tt.want {
			t.Errorf("%v: %d, want %d", tt.lists, got, tt.want)
		}
	}
}

func TestObjectives(t *testing.T) {
	cfg := scenario()
	cfg.Classes[0].Objective = model.Objective{
		Latency: []model.Bound{
			{Metric: "p95", AtMost: 5 * time.Second}, {Metric: "oldest", AtMost: time.Minute}, {Metric: "mean", AtMost: time.Millisecond},
		},
		DeadLetters: 0, TimedOut: -1,
	}
	cfg.Classes[1].Objective.TimedOut = 0.25
	r := mustExecute(t, cfg, Options{}, made)
	var got []string
	for _, a := range r.Objectives {
		got = append(got, a.Metric+" "+a.Outcome)
	}
	want := []string{
		"classes.HIGH.latency.p95 undecided", "classes.HIGH.oldest met", "classes.HIGH.latency.mean not met",
		"classes.HIGH.dead_lettered_share undecided", // a share of 0 can never be shown
		"classes.BATCH.timed_out_share met",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, a := range r.Objectives {
		if e, err := r.Lookup(a.Metric); err != nil || e != a.Value {
			t.Errorf("%s: %+v is not what the path leads to, %+v (%v)", a.Metric, a.Value, e, err)
		}
	}
}

// TestLowerBound: a latency that holds only because some tasks never ended is
// marked as such.
func TestLowerBound(t *testing.T) {
	cfg := scenario()
	cfg.Asserts = []model.Assert{
		{Metric: "classes.HIGH.latency.mean", Op: "<=", Value: 100},
		{Metric: "classes.HIGH.latency.mean", Op: "<=", Value: 1e-3},
		{Metric: "classes.HIGH.latency.mean", Op: ">=", Value: 1e-3},
		{Metric: "classes.HIGH.latency_completed.mean", Op: "<=", Value: 100},
		{Metric: "classes.BATCH.latency.mean", Op: "<=", Value: 100},
	}
	world := func(c *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := made(c, opt)
		r.Classes[0].Open = 1
		return r, ok
	}
	for i, a := range mustExecute(t, cfg, Options{}, world).Asserts {
		if marked := strings.Contains(a.Why, "lower bound"); marked != (i == 0) {
			t.Errorf("%s %s %g: %s, why %q", a.Metric, a.Op, a.Bound, a.Outcome, a.Why)
		}
	}
}

func TestLookup(t *testing.T) {
	r := mustExecute(t, scenario(), Options{}, made)
	for _, f := range r.Figures() {
		if e, err := r.Lookup(f.Path); err != nil || e != f.Estimate {
			t.Errorf("%s: %+v, %v", f.Path, e, err)
		}
	}
	for _, m := range model.MetricPaths(r.ClassOrder) {
		if _, err := r.Lookup(m.Path); err != nil {
			t.Errorf("a metric that the loader allows: %v", err)
		}
	}
	for path, want := range map[string]Estimate{
		"classes.BATCH.latency.p95":           r.Classes["BATCH"].Latency.P95,
		"classes.HIGH.wait_parts.cold_start":  r.Classes["HIGH"].WaitParts.ColdStart,
		"stepfunctions.callbacks_refused":     r.StepFunctions.CallbacksRefused,
		"cost.per_thousand_completed":         r.Cost.PerThousandCompleted,
		"cost.items.sqs.receive.yield.usd":    r.Cost.Items[1].USD,
		"cost.items.sqs.send.work.quantity":   {Value: ptr(0), Low: ptr(0), High: ptr(0), N: 8},
		"cost.items.lambda.duration.work.usd": r.Cost.Items[2].USD,
	} {
		e, err := r.Lookup(path)
		if err != nil || e.Value == nil || *e.Value != *want.Value || e.N != want.N {
			t.Errorf("%s: %+v, %v; want %+v", path, e, err, want)
		}
	}
	for path, want := range map[string]string{
		"classes.HIHG.latency.p95":         `the result has no metric "classes.HIHG.latency.p95"; did you mean "classes.HIGH.latency.p95"?`,
		"classes.HIGH.latency":             `the result has no metric "classes.HIGH.latency"`,
		"cost.totl":                        `the result has no metric "cost.totl"; did you mean "cost.total"?`,
		"cost.items.sqs.receive.whim.usd":  `the result has no metric "cost.items.sqs.receive.whim.usd"; did you mean "cost.items.sqs.receive.work.usd"?`,
		"cost.items.sqs.receive.work.cent": `the result has no metric "cost.items.sqs.receive.work.cent"`,
		"verdict":                          `the result has no metric "verdict"`,
	} {
		if _, err := r.Lookup(path); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
