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

// TestTuneSavesTooLittle: what saves for certain, but too little, is not said to
// save nothing, the word is explained, and what keeps the best from being cheaper
// does not pass over it.
func TestTuneSavesTooLittle(t *testing.T) {
	x := tuned()
	x.Binds = []plan.Bind{{Tight: plan.Tight{Metric: "classes.HIGH.latency.p95", Ratio: 0.95}, Knob: "worker.concurrency", Value: "5", Saves: saves(0.03, 0.001), Outcome: plan.Met}}
	says(t, x, []string{"saves under 1%", "Saves under 1%: less than what matters (--within)",
		"worker.concurrency=5 would save $0.0300 ±0.0010 and, judged by itself, keeps every objective: less than the 1% that matters (--within)."}, []string{"saves nothing"})
	dear := x.Others[2]
	for _, c := range []struct {
		behind   plan.Estimate
		standing string
		want     string
	}{{about(0, 0), plan.StandsBack, "saves nothing"}, {about(0.2, 0.1), plan.StandsBack, "costs more"}, {about(0, 0), plan.StandsEqual, "as good"}} {
		dear.Behind, dear.Standing = c.behind, c.standing
		if got := standingWords(x, dear); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
		says(t, x, nil, []string{"Saves under"})
	}
}

// TestTuneUnfinished: where nothing keeps every objective, a setting that is not
// told apart is not worse, and a day is said to stand for what never finished.
func TestTuneUnfinished(t *testing.T) {
	x := tuned()
	x.Outcome, x.Around, x.Timeout = plan.TournamentNone, nil, 86400
	x.Others = x.Others[:1]
	note := "24h stands for tasks that never finished"
	says(t, x, []string{"as close"}, []string{note, " worse $"})
	x.Best.Under[0].Objectives = []plan.Assert{{Metric: "classes.HIGH.latency.p95", Op: "<=", Bound: 5, Value: about(86400, 0), Outcome: plan.NotMet}}
	says(t, x, []string{"24h ×17.3k not met", note}, nil)
}

// TestTuneJoint: where no relaxation of one objective alone would do, all of those
// that the closest setting breaks are named with what they would have to be.
func TestTuneJoint(t *testing.T) {
	x := tuned()
	x.Outcome, x.Around = plan.TournamentNone, nil
	x.Obstacles = []plan.Obstacle{{Metric: "classes.HIGH.latency.p95", Bound: 5}}
	x.Joint = []plan.Obstacle{{Metric: "classes.HIGH.latency.p95", WhatIf: "service+20%", Bound: 5, Relaxed: fig(6), Value: about(6, 0.2)}}
	says(t, x, []string{"The relaxation of several objectives that would do together", "HIGH latency p95, service+20% 5s 6.0s ±0.2",
		"All of them at once, at worker.concurrency=6, policy.kind=yield."}, nil)
}

// TestTuneInterruptedWords: after an interruption nothing is guaranteed, and what
// was not run may not have been reached.
func TestTuneInterruptedWords(t *testing.T) {
	x := tuned()
	x.Outcome, x.Interrupted = plan.Undecided, true
	says(t, x, []string{"2 were not reached or passed over"}, []string{"The guarantee is about"})
}
