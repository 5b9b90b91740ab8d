package report

import (
	"bytes"
	"strings"
	"testing"

	"penstock/model/plan"
)

// flatTune is the answer as words with one space between them.
func flatTune(t *testing.T, x *plan.Tuning) string {
	t.Helper()
	var b bytes.Buffer
	if err := Tune(&b, x, Options{}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says checks what an answer has to say and what it must not.
func says(t *testing.T, x *plan.Tuning, want, not []string) {
	t.Helper()
	got := flatTune(t, x)
	for _, s := range want {
		if !strings.Contains(got, s) {
			t.Errorf("missing %q in\n%s", s, got)
		}
	}
	for _, s := range not {
		if strings.Contains(got, s) {
			t.Errorf("%q in\n%s", s, got)
		}
	}
}

// TestTuneReachInDoubt: where the best itself may break an objective, or does, the
// reach does not say that its own value keeps them all.
func TestTuneReachInDoubt(t *testing.T) {
	x := tuned()
	x.Outcome = plan.Undecided
	x.Best.Objectives = []plan.Assert{{Metric: "classes.HIGH.latency.p95", Op: "<=", Bound: 5, Value: about(5.05, 0.1), Outcome: plan.Undecided}}
	x.Knobs[1].Values = []string{"yield"}
	x.Around[1] = plan.Reach{Knob: "policy.kind"}
	not := []string{"Every value tried in that range keeps every objective", "every value offered will do"}
	says(t, x, []string{"The best itself is not known to keep every objective: HIGH latency p95 at 101% of its bound. Every other value tried in that range keeps every objective",
		"no other value is offered"}, not)
	if f := reachFigure(x); f.Title != "The best setting itself is not sure to keep every objective" || !strings.Contains(f.Caption, "every other value tried keeps") {
		t.Errorf("the figure: %s. %s", f.Title, f.Caption)
	}
	x.Best.Under[0].Objectives = []plan.Assert{{Metric: "classes.HIGH.latency.p95", Op: "<=", Bound: 5, Value: about(6, 0.1), Outcome: plan.NotMet}}
	says(t, x, []string{"The best itself breaks an objective: HIGH latency p95 at 120% of its bound under service+20%."}, not)
}
