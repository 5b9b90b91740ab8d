package plan

import (
	"context"
	"encoding/json"
	"io"

	"penstock/model"
	"penstock/model/price"
)

// Variations is a scenario run as it is, and under each other setting of the
// open rules of AWS that it depended on.
type Variations struct {
	Scenario     string  `json:"scenario"`
	Seed         uint64  `json:"seed"`
	ConfigHash   string  `json:"config_hash"`
	LogHash      string  `json:"log_hash"`
	Version      string  `json:"version"`
	Study        string  `json:"study"`
	Replications int     `json:"replications"`
	Confidence   float64 `json:"confidence"`
	// Verdict, objectives and asserts of the scenario as it is.
	Verdict    string   `json:"verdict"`
	Objectives []Assert `json:"objectives"`
	Asserts    []Assert `json:"asserts"`

	Varied []Variation `json:"varied"`
	// Fixed are the rules that the scenario depended on and that have no other
	// setting to try.
	Fixed []Assumption `json:"fixed"`

	base *Result
}

// Base returns the result of the scenario as it is.
func (v *Variations) Base() *Result { return v.base }

// Variation is the scenario under one other setting, with the same seeds.
type Variation struct {
	Assumption
	Other   string   `json:"other"` // the setting tried
	LogHash string   `json:"log_hash"`
	Changes []Change `json:"changes"`
	// Invalid says why the scenario cannot be run like this.
	Invalid string `json:"invalid,omitempty"`
}

// Kinds of a change. The first three are conclusions, which somebody may have
// acted on.
const (
	ChangeVerdict   = "verdict"
	ChangeObjective = "objective"
	ChangeAssert    = "assert"
	ChangeMetric    = "metric"
)

// Change is what comes out otherwise: a verdict, the outcome of an objective or
// an assert, or a metric whose two intervals have no value in common.
type Change struct {
	Kind   string   `json:"kind"`
	Metric string   `json:"metric,omitempty"`
	Op     string   `json:"op,omitempty"`
	Bound  *float64 `json:"bound,omitempty"`
	// Before and After are verdicts or outcomes.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// From and To are the metric's estimates.
	From *Estimate `json:"from,omitempty"`
	To   *Estimate `json:"to,omitempty"`
}

// Conclusion reports whether the change is more than that of a metric.
func (c *Change) Conclusion() bool { return c.Kind != ChangeMetric }

// Reverses reports whether a conclusion turns into its opposite; otherwise one
// of the two is undecided, which more replications might be able to tell.
func (c *Change) Reverses() bool {
	return c.Conclusion() && c.Before != Undecided && c.After != Undecided
}

// Vary runs the scenario as it is, and then under each other setting of every
// open rule that it depended on, one at a time: choices the other way, times
// that AWS does not publish half and double. The seeds stay the same, and so
// the work that arrives. Like that of Execute the outcome depends on cfg, book
// and opt.Version alone; opt.Trace is not used.
func Vary(ctx context.Context, cfg *model.Config, book *price.Book, opt Options) (*Variations, error) {
	var bill billFunc
	if book != nil {
		bill = book.Bill
	}
	return vary(ctx, cfg, bill, opt, model.Simulate)
}

func vary(ctx context.Context, cfg *model.Config, bill billFunc, opt Options, simulate simulateFunc) (*Variations, error) {
	opt.Trace = nil
	studies := 1 + count(cfg, model.Touchable()) // at most
	report, done := opt.Progress, 0
	if report != nil {
		opt.Progress = func(share float64) { report((float64(done) + share) / float64(studies)) }
	}
	base, err := execute(ctx, cfg, bill, opt, simulate)
	if err != nil {
		return nil, err
	}
	v := newVariations(base)
	studies = 1 + count(cfg, v.names())
	for _, a := range base.Assumptions {
		others := otherSettings(cfg, a.Name)
		if len(others) == 0 {
			v.Fixed = append(v.Fixed, a)
		}
		for _, o := range others {
			done++
			variation := Variation{Assumption: a, Other: o.setting, Changes: []Change{}}
			if variation.Invalid = invalid(&o.cfg); variation.Invalid == "" {
				r, err := execute(ctx, &o.cfg, bill, opt, simulate)
				if err != nil {
					return nil, err
				}
				variation.LogHash, variation.Changes = r.LogHash, differences(base, r)
			}
			v.Varied = append(v.Varied, variation)
		}
	}
	if report != nil {
		report(1)
	}
	return v, nil
}

// count returns how many other settings these rules have.
func count(cfg *model.Config, names []string) (n int) {
	for _, name := range names {
		n += len(otherSettings(cfg, name))
	}
	return n
}

// names returns the open rules that the scenario depended on.
func (v *Variations) names() []string {
	var names []string
	for _, a := range v.base.Assumptions {
		names = append(names, a.Name)
	}
	return names
}

func newVariations(r *Result) *Variations {
	return &Variations{
		Scenario: r.Scenario, Seed: r.Seed, ConfigHash: r.ConfigHash, LogHash: r.LogHash, Version: r.Version,
		Study: r.Study, Replications: r.Replications, Confidence: r.Confidence,
		Verdict: r.Verdict, Objectives: r.Objectives, Asserts: r.Asserts,
		Varied: []Variation{}, Fixed: []Assumption{}, base: r,
	}
}

// invalid says what is wrong with a scenario, "" if it can be run.
func invalid(cfg *model.Config) string {
	for _, p := range cfg.Validate() {
		if !p.Warning {
			return p.Key + ": " + p.Message
		}
	}
	return ""
}

// differences lists what comes out otherwise.
func differences(from, to *Result) []Change {
	all := []Change{}
	if from.Verdict != to.Verdict {
		all = append(all, Change{Kind: ChangeVerdict, Before: from.Verdict, After: to.Verdict})
	}
	outcomes := func(kind string, before, after []Assert) {
		for i, a := range before {
			if b := after[i]; a.Outcome != b.Outcome {
				all = append(all, Change{
					Kind: kind, Metric: a.Metric, Op: a.Op, Bound: &a.Bound,
					Before: a.Outcome, After: b.Outcome, From: &a.Value, To: &b.Value,
				})
			}
		}
	}
	outcomes(ChangeObjective, from.Objectives, to.Objectives)
	outcomes(ChangeAssert, from.Asserts, to.Asserts)
	metric := func(path string, a, b Estimate) {
		if apart(a, b) {
			all = append(all, Change{Kind: ChangeMetric, Metric: path, From: &a, To: &b})
		}
	}
	for _, name := range from.ClassOrder {
		a, b := from.Classes[name], to.Classes[name]
		path := "classes." + name + "."
		metric(path+"latency.mean", a.Latency.Mean, b.Latency.Mean)
		metric(path+"latency.p95", a.Latency.P95, b.Latency.P95)
		metric(path+"dead_lettered", a.DeadLettered, b.DeadLettered)
	}
	metric("cost.total", from.Cost.Total, to.Cost.Total)
	return all
}

// apart reports whether two intervals have no value in common. Without an
// interval nothing can be told.
func apart(a, b Estimate) bool {
	if a.Low == nil || a.High == nil || b.Low == nil || b.High == nil {
		return false
	}
	return *a.High < *b.Low || *b.High < *a.Low
}

// WriteJSON writes the variations as one JSON document, as Result.WriteJSON
// does.
func (v *Variations) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
