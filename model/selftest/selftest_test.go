package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"penstock/model"
	"penstock/model/plan"
	"penstock/scenarios"
)

// few are cases of different kinds that run in a second or two.
var few = []string{"ERLB-01", "FW-03", "MM1-03", "PRI-01", "PS-01", "RT2-01", "Y0-05", "YA-01", "YB-05"}

// TestQuick holds a part of the cases against their exact answers.
func TestQuick(t *testing.T) {
	last := 0.0
	r, err := Run(context.Background(), few, Options{Quick: true, Progress: func(share float64) {
		if share < last || share > 1 {
			t.Errorf("progress went from %v to %v", last, share)
		}
		last = share
	}})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if r.Failed > 0 || r.Cases != len(few) || r.Metrics != len(r.Rows) || r.Metrics < 3*len(few) {
		t.Errorf("%d of %d metrics of %d cases failed\n%s", r.Failed, r.Metrics, r.Cases, &text)
	}
	if last != 1 {
		t.Errorf("progress ended at %v", last)
	}
	var back Report
	var doc bytes.Buffer
	if err := r.WriteJSON(&doc); err != nil || json.Unmarshal(doc.Bytes(), &back) != nil || len(back.Rows) != len(r.Rows) {
		t.Errorf("document: %v\n%s", err, &doc)
	}
}

// TestSameBytes: the same rows on one worker as on many.
func TestSameBytes(t *testing.T) {
	run := func(workers int) string {
		r, err := Run(context.Background(), []string{"YA-01", "FW-01"}, Options{Quick: true, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if one, three := run(1), run(3); one != three {
		t.Errorf("one worker\n%s\nthree\n%s", one, three)
	}
}

// TestRunFails: on names that nobody has, and when it is cancelled.
func TestRunFails(t *testing.T) {
	_, err := Run(context.Background(), []string{"MM1-1"}, Options{})
	var unknown *UnknownCase
	if !errors.As(err, &unknown) || err.Error() != `there is no reference case "MM1-1"; did you mean "MM1-01"?` {
		t.Errorf("%v", err)
	}
	for name, want := range map[string]string{
		"DET-01": `case "DET-01" is not run by a scenario of its own: unit test model:TestTimelines/one-slot-serves-the-highest-class-first`,
		"REL-01": `case "REL-01" is not run by a scenario of its own: scenario PRI-01 (a polling service without yields is the strict priority of PRI-01 and PRI-03)`,
		"RNG-03": `case "RNG-03" is not run by a scenario of its own: not applicable (MRG32k3a is not used; the generator that is has known answers in sim)`,
	} {
		if _, err := Run(context.Background(), []string{name}, Options{}); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, []string{"MM1-01"}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestCases: every scenario under reference/ is fit for a comparison, in full
// and in short.
func TestCases(t *testing.T) {
	for _, name := range scenarios.References() {
		cfg, err := load(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if cfg.Timing.Profile != "ideal" || cfg.Replications < replications || cfg.Description == "" {
			t.Errorf("%s: profile %s, %d replications, description %q", name, cfg.Timing.Profile, cfg.Replications, cfg.Description)
		}
		if cfg.Study == model.Steady && (cfg.Warmup.Auto || cfg.Horizon < 2*cfg.Warmup.For) {
			t.Errorf("%s: warm-up %+v, horizon %s", name, cfg.Warmup, cfg.Horizon)
		}
		before := cfg.Warmup
		if shrink(&cfg); cfg.Replications < replications || cfg.Warmup != before || cfg.Horizon <= cfg.Warmup.For {
			t.Errorf("%s in short: %d replications, warm-up %+v, horizon %s", name, cfg.Replications, cfg.Warmup, cfg.Horizon)
		}
		if cfg.Replications > quickRuns {
			t.Errorf("%s in short: %d replications, more than %d", name, cfg.Replications, quickRuns)
		}
	}
}

func estimate(value, half float64) plan.Estimate {
	low, high := value-half, value+half
	return plan.Estimate{Value: &value, Low: &low, High: &high, N: 20}
}

// TestCompare: 20 replications, where Student's t is 2.093: half-widths become
// standard errors, and those decide.
func TestCompare(t *testing.T) {
	const t20 = 2.09302405441
	for _, c := range []struct {
		name   string
		metric string
		exact  float64
		rel    float64
		value  float64
		se     float64
		quick  bool
		want   Verdict
	}{
		{"in the middle", "classes.A.wait.mean", 4, 0, 4, 0.01, false, Pass},
		{"3.4 standard errors", "classes.A.wait.mean", 4, 0, 4.034, 0.01, false, Pass},
		{"3.6 standard errors", "classes.A.wait.mean", 4, 0, 3.964, 0.01, false, Fail},
		{"3.6 standard errors within the tolerance", "classes.A.wait.mean", 4, 0.01, 4.036, 0.01, false, Pass},
		{"too wide to tell", "classes.A.wait.mean", 4, 0, 4, 0.03, false, NoPower},
		{"too wide, but quick", "classes.A.wait.mean", 4, 0, 4, 0.03, true, Pass},
		{"off and quick", "classes.A.wait.mean", 4, 0, 4.2, 0.03, true, Fail},
		{"p99 may be twice as wide", "classes.A.wait.p99", 4, 0, 4, 0.03, false, Pass},
		{"a utilization only half", "legacy.utilization", 0.5, 0, 0.5, 0.002, false, NoPower},
		{"a rare share may be twice as wide", "classes.A.failed_share", 0.01, 0, 0.01, 0.0001, false, Pass},
		{"a common one may not", "classes.A.failed_share", 0.1, 0, 0.1, 0.001, false, NoPower},
		{"exactly nothing", "classes.A.wait.p50", 0, 0, 0, 0, false, Pass},
	} {
		ref := model.Reference{Metric: c.metric, Exact: c.exact, Rel: c.rel}
		if r := compare("X", ref, estimate(c.value, t20*c.se), 0.95, c.quick); r.Verdict != c.want || math.Abs(r.Error-c.se) > 1e-9 {
			t.Errorf("%s: %s, standard error %v, power %v", c.name, r.Verdict, r.Error, r.Power)
		}
	}
	if r := compare("X", model.Reference{Metric: "cost.total", Exact: 1}, plan.Estimate{Why: "too few"}, 0.95, true); r.Verdict != NoPower || r.Why != "too few" {
		t.Errorf("no value: %+v", r)
	}
}

// TestWrongAnswerFails: a case whose answer is wrong by a hundredth fails, on
// both seeds: the comparison has teeth.
func TestWrongAnswerFails(t *testing.T) {
	cfg, err := load("TB-05")
	if err != nil {
		t.Fatal(err)
	}
	cfg.References = slices.Clone(cfg.References[:1])
	cfg.References[0].Exact *= 1.01
	rows, err := measure(context.Background(), "TB-05", &cfg, Options{}, nil)
	if err != nil || rows[0].Verdict != Fail {
		t.Errorf("%v, %+v", err, rows)
	}
}

// TestFlowIdentities is reference case REL-09: what was sent was completed or
// lost, a completed message was received once more than it was put back, and
// Little's law holds for the messages that are hidden.
func TestFlowIdentities(t *testing.T) {
	cfg, err := load("YA-01")
	if err != nil {
		t.Fatal(err)
	}
	shrink(&cfg)
	cfg.Study, cfg.Warmup = model.Terminating, model.Warmup{} // every message from its send to its end
	for i := range 3 {
		run, _ := model.Simulate(&cfg, model.Options{Replication: i})
		for _, k := range run.Classes {
			if k.Arrived == 0 || k.Arrived != k.Completed+k.DeadLettered+k.Expired+k.TimedOut+k.Failed+k.Unfinished {
				t.Errorf("%d arrived, but: %+v", k.Arrived, k)
			}
			if k.Receives != k.Completed+k.Yields {
				t.Errorf("%d receives, %d completed, %d yields", k.Receives, k.Completed, k.Yields)
			}
			held := (k.Parts[model.PartYielded] + k.Parts[model.PartLegacy]) * float64(k.Arrived) / run.End.Seconds()
			if math.Abs(held-k.FlightMean) > 1e-6*held {
				t.Errorf("%v messages in flight on average, by Little's law %v", k.FlightMean, held)
			}
		}
	}
}

// TestTableShowsWhatFailed: the reasons stand below the table.
func TestTableShowsWhatFailed(t *testing.T) {
	r := Report{Cases: 1, Metrics: 1, Failed: 1, Rows: []Row{{Case: "X-01", Metric: "m", Exact: 4, Verdict: NoPower, Why: "too few"}}, Elsewhere: elsewhere(), Answers: tally([]answer{{id: "X-01", name: "m", compared: "legacy.busy"}})}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 cases, 1 metrics: 0 passed, 1 failed", "X-01 m: too few", "1 answers of the cases: 1 compared, ", "ST-09, not applicable: "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
