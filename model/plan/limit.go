package plan

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"penstock/model"
	"penstock/model/price"
)

// The outcomes of a search for a limit, beside Undecided.
const (
	LimitFound       = "found"
	LimitEverywhere  = "kept at every value"
	LimitNowhere     = "kept at no value"
	LimitNotMonotone = "not monotone"
)

// Varied is the key whose limit is sought.
type Varied struct {
	Key    string
	Unit   string // of the ladder: "s", "/s", "B", "share", or "" for plain numbers
	Ladder Ladder
	Text   func(value float64) string // as --set takes it
	// Load returns the scenario with a value, or why it is not valid.
	Load func(value float64) (cfg *model.Config, invalid string)
}

// mostOfLimit is how many replications a value has at the most where nobody says:
// a value so near the limit that these do not decide it is left in between.
const mostOfLimit = 100

// LimitOptions are the choices of a search beyond those of the scenario.
type LimitOptions struct {
	Options
	First int // replications at a value to begin with, at least 5; 0: 20
	Most  int // at the most; 0: 100, or [precision].max_replications if that is less
	// Loose: where values in the middle stay undecided, the ends of what they leave
	// open need not be known to the last rung: a quarter of it will do.
	Loose bool
}

// LimitResult is the largest or smallest value of a key that keeps conditions,
// with the values probed to find it.
type LimitResult struct {
	Scenario string `json:"scenario"`
	Seed     uint64 `json:"seed"`
	LogHash  string `json:"log_hash"` // of those of the values, in rising order
	Version  string `json:"version"`
	Study    string `json:"study"`

	Key        string      `json:"key"`
	Unit       string      `json:"unit"`       // of every value below
	Conditions []Condition `json:"conditions"` // all of which have to be kept
	From       float64     `json:"from"`       // least and …
	To         float64     `json:"to"`         // … largest value considered
	// Errs is the probability, at the most, that Kept is broken or Broken kept;
	// Confidence is that of each interval at the values probed, which is larger
	// so that they hold together.
	Errs       float64 `json:"error_probability"`
	Confidence float64 `json:"interval_confidence"`

	Outcome string `json:"outcome"` // "found", "undecided", "kept at every value", "kept at no value" or "not monotone"
	Why     string `json:"why,omitempty"`
	// Limit says which value that keeps the conditions is sought: the "largest"
	// or the "smallest"; "" where it is not known which.
	Limit  string   `json:"limit"`
	Kept   *Rung    `json:"kept"`   // the one next to the limit that keeps them; null: none is known
	Broken *Rung    `json:"broken"` // the one next to the limit that does not
	Probes []Probed `json:"probes"` // in rising order of the value

	Replications int  `json:"replications"` // simulated, of all values together
	Interrupted  bool `json:"interrupted,omitempty"`

	loose bool // the ends of what stays undecided are not known to the last rung
}

// Condition is what has to be kept.
type Condition struct {
	Metric string  `json:"metric"`
	Op     string  `json:"op"`
	Bound  float64 `json:"bound"`
}

// Rung is a value of the key.
type Rung struct {
	Value float64 `json:"value"`
	Text  string  `json:"text"` // as --set takes it
}

// Probed is a value that was simulated.
type Probed struct {
	Rung
	Outcome      string   `json:"outcome"` // "met", "not met" or "undecided"
	Replications int      `json:"replications"`
	LogHash      string   `json:"log_hash"`   // hash of every event of every replication
	Conditions   []Assert `json:"conditions"` // with intervals at the confidence of the result
}

// FindLimit looks for the largest or smallest value that keeps the conditions,
// at least one, whichever there is: see limitSearch. The answer rests on the
// conditions being kept on one side of the limit alone. Replication k of every
// value meets the same tasks.
//
// The error is one of Execute's, or says which value makes no valid scenario.
// If ctx ends once a value is probed, what stands so far is returned,
// Interrupted, and no error.
func FindLimit(ctx context.Context, vary Varied, conditions []model.Assert, book *price.Book, opt LimitOptions) (*LimitResult, error) {
	return findLimit(ctx, vary, conditions, func(cfg *model.Config) (billFunc, error) { return billOf(cfg, book) }, opt, model.Simulate)
}

// limit is one FindLimit on its way.
type limit struct {
	vary     Varied
	opt      LimitOptions
	test     limitTest
	billing  func(*model.Config) (billFunc, error)
	simulate simulateFunc
	meter    meter
	expected int // replications, of the values that are probed in any case
	out      LimitResult
}

func findLimit(ctx context.Context, vary Varied, conditions []model.Assert, billing func(*model.Config) (billFunc, error), opt LimitOptions, simulate simulateFunc) (*LimitResult, error) {
	base, invalid := vary.Load(vary.Ladder.Values[vary.Ladder.First[0]])
	if invalid != "" {
		return nil, fmt.Errorf("%s: %s", vary.Text(vary.Ladder.Values[vary.Ladder.First[0]]), invalid)
	}
	if opt.First == 0 {
		opt.First = firstStage
	}
	if opt.Most == 0 {
		opt.Most = min(base.Precision.MaxReplications, mostOfLimit)
	}
	opt.Most = max(opt.Most, opt.First)
	l := &limit{vary: vary, opt: opt, billing: billing, simulate: simulate, meter: meter{report: opt.Progress}}
	l.opt.Progress, l.opt.Trace = nil, nil
	l.begin(base, conditions)
	search := newLimitSearch(vary.Ladder, func(i int) (string, error) { return l.probe(ctx, vary.Ladder.Values[i]) })
	search.loose = opt.Loose
	l.expected = opt.First * vary.Ladder.probes() * 3 / 2
	l.meter.expect(l.expected)
	outcome, err := search.run()
	if err != nil && (ctx.Err() == nil || len(l.out.Probes) == 0) {
		return nil, err
	}
	if err != nil {
		outcome, l.out.Interrupted = Undecided, true
	}
	l.end(search, outcome)
	l.meter.finish()
	return &l.out, nil
}

// begin fills in what does not depend on any run.
func (l *limit) begin(base *model.Config, conditions []model.Assert) {
	errs := 1 - newEstimator(nil, base.Precision.Confidence).confidence
	values := l.vary.Ladder.Values
	l.test = newLimitTest(conditions, l.opt.First, l.opt.Most, errs/float64(l.vary.Ladder.probes()))
	l.out = LimitResult{
		Scenario: base.Name, Seed: base.Seed, Version: l.opt.Version, Study: string(base.Study),
		Key: l.vary.Key, Unit: l.vary.Unit, From: values[0], To: values[len(values)-1],
		Errs: round9(errs), Confidence: round9(l.test.confidence), Probes: []Probed{},
	}
	if l.out.Version == "" {
		l.out.Version = BuildVersion()
	}
	for _, c := range conditions {
		l.out.Conditions = append(l.out.Conditions, Condition{c.Metric, c.Op, c.Value})
	}
}

// probe tests one value.
func (l *limit) probe(ctx context.Context, value float64) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	p := Probed{Rung: l.rung(value)}
	cfg, invalid := l.vary.Load(value)
	if invalid != "" {
		return "", fmt.Errorf("%s=%s is not valid: %s; give --from and --to a range that is", l.vary.Key, p.Text, invalid)
	}
	bill, err := l.billing(cfg)
	if err != nil {
		return "", err
	}
	s, err := newSampler(ctx, cfg, bill, l.opt.Options, l.simulate)
	if err != nil {
		return "", err
	}
	p.Outcome, p.Conditions, err = l.test.decide(ctx, s, func(n int) {
		l.meter.done(n)
		l.out.Replications += n
	})
	if err != nil {
		return "", err
	}
	p.Replications, p.LogHash = s.N(), logHash(s.runs)
	l.out.Probes = append(l.out.Probes, p)
	return p.Outcome, nil
}

func (l *limit) rung(value float64) Rung { return Rung{value, l.vary.Text(value)} }

// end says what was found.
func (l *limit) end(s *limitSearch, outcome string) {
	l.out.Outcome = outcome
	if l.out.Interrupted && s.monotone() && s.kept < 0 && s.broken < 0 && s.known {
		s.bracket() // it was stopped at the ends
	}
	if s.known && outcome != LimitNotMonotone {
		l.out.Limit = "largest"
		if !s.upward {
			l.out.Limit = "smallest"
		}
	}
	at := func(i int) *Rung {
		if i < 0 {
			return nil
		}
		r := l.rung(l.vary.Ladder.Values[i])
		return &r
	}
	l.out.loose = s.coarse
	l.out.Kept, l.out.Broken = at(s.kept), at(s.broken)
	slices.SortFunc(l.out.Probes, func(a, b Probed) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	var logs []string
	for i := range l.out.Probes {
		logs = append(logs, l.out.Probes[i].LogHash)
	}
	l.out.LogHash = hashTogether(logs)
	l.out.Why = l.out.reason()
}

// reason says of an outcome that is none what stands in the way.
func (r *LimitResult) reason() string {
	switch {
	case r.Interrupted:
		return "interrupted"
	case r.Outcome == LimitNotMonotone:
		return "it is kept and broken by turns, so there is no single limit: choose a range in which it changes once"
	case r.Outcome == LimitEverywhere:
		return "nothing that was tried breaks it: the limit, if there is one, lies outside of this range"
	case r.Outcome == LimitNowhere:
		return "nothing that was tried keeps it"
	case r.Outcome != Undecided:
		return ""
	}
	for i := range r.Probes {
		for _, a := range r.Probes[i].Conditions {
			if r.Probes[i].Outcome == Undecided && a.Outcome == Undecided && a.Value.Value == nil {
				return fmt.Sprintf("at %s, %s: %s", r.Probes[i].Text, a.Metric, a.Why)
			}
		}
	}
	ends := ""
	if r.loose {
		ends = "; its ends are known to a quarter of what they leave open, and --within asks for more"
	}
	return "what lies between is too close to the bound to be told apart from it with the replications allowed: allow more, or ask for less resolution" + ends
}

// ExitCode returns the exit code that the outcome stands for.
func (r *LimitResult) ExitCode() int {
	switch r.Outcome {
	case LimitNowhere:
		return ExitNotMet
	case Undecided, LimitNotMonotone:
		return ExitUndecided
	}
	return ExitMet
}

// WriteJSON writes the answer as one JSON document, as Result.WriteJSON does.
func (r *LimitResult) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Objectives returns what the classes of a scenario are promised, as
// conditions.
func Objectives(cfg *model.Config) []model.Assert { return objectives(cfg) }
