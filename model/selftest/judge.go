package selftest

import (
	"math"
	"strings"

	"penstock/model"
	"penstock/model/plan"
)

// Verdict is what a comparison with an exact answer came to.
type Verdict string

// A metric passes if it lies within 3.5 standard errors, or the relative
// tolerance, of the exact answer, and the standard error is small enough to
// have told a wrong model from a right one. A comparison without that power
// says nothing, and so is a failure; only a quick run lets it pass.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	NoPower Verdict = "no power"
)

// allowed is how many standard errors a right answer may be off: with twenty
// replications that happens by chance once in 400 comparisons.
const allowed = 3.5

// normal95 times the standard error is half of a 95 % interval.
const normal95 = 1.96

// Row is one comparison: a metric of a case with its exact answer.
type Row struct {
	Case      string   `json:"case"`
	Metric    string   `json:"metric"`
	Exact     float64  `json:"exact"`
	Simulated *float64 `json:"simulated"` // null, with a why, where the runs could not tell
	Low       *float64 `json:"low"`
	High      *float64 `json:"high"`
	Error     float64  `json:"standard_error"`
	Z         float64  `json:"z"` // how many standard errors the simulation is off
	Power     float64  `json:"power"`
	Needed    float64  `json:"power_needed"` // Power is 1.96 standard errors over the exact answer, and has to be at most this
	Source    string   `json:"source"`
	Verdict   Verdict  `json:"verdict"`
	Again     bool     `json:"again,omitempty"` // failed with the first seed and was run with another
	Why       string   `json:"why,omitempty"`
}

// compare holds one estimate against its exact answer.
func compare(name string, ref model.Reference, e plan.Estimate, confidence float64, quick bool) Row {
	r := Row{
		Case: name, Metric: ref.Metric, Exact: ref.Exact, Source: ref.Source,
		Simulated: e.Value, Low: e.Low, High: e.High, Needed: needed(ref), Why: e.Why,
	}
	if e.Value == nil {
		r.Verdict = NoPower
		return r
	}
	off := *e.Value - ref.Exact
	r.Error = e.StandardError(confidence)
	if r.Error > 0 {
		r.Z = off / r.Error
	}
	if ref.Exact != 0 {
		r.Power = normal95 * r.Error / math.Abs(ref.Exact)
	}
	switch {
	case math.Abs(off) > max(float64(allowed*r.Error), float64(ref.Rel*math.Abs(ref.Exact))):
		r.Verdict = Fail
	case r.Power > r.Needed && !quick:
		r.Verdict = NoPower
	default:
		r.Verdict = Pass
	}
	return r
}

// needed returns the largest half-width of a 95 % interval, relative to the
// exact answer, at which a comparison still means something.
func needed(ref model.Reference) float64 {
	_, last, _ := strings.Cut(ref.Metric, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	switch {
	case last == "utilization" || last == "busy":
		return 0.005
	case last == "p99", ref.Exact < 0.05 && isShare(ref.Metric):
		return 0.02
	}
	return 0.01
}

// isShare reports whether a metric is a probability.
func isShare(metric string) bool {
	parts := strings.Split(metric, ".")
	var classes []string
	if parts[0] == "classes" && len(parts) > 1 {
		classes = parts[1:2]
	}
	m, _, ok := model.FindMetric(classes, metric)
	return ok && m.Unit == model.Share
}
