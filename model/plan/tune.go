package plan

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"penstock/model"
	"penstock/model/price"
	"penstock/model/theory"
)

// Space is what a tuning may choose from.
type Space struct {
	Knobs Grid
	// Load returns the scenario with the settings of a point, or why it is not
	// valid. It is called from one goroutine at a time.
	Load func(point int) (cfg *model.Config, invalid string, err error)
}

// WhatIf is a change of the world under which the objectives have to be kept as
// well: Apply changes a copy of the scenario.
type WhatIf struct {
	Name  string
	Apply func(*model.Config)
}

// TuneOptions are the choices of a tuning beyond those of the scenario.
type TuneOptions struct {
	Options
	WhatIfs []WhatIf
	Within  float64 // difference in what is minimised that does not matter, a share of the best; 0: 0.01
	First   int     // replications of every finalist to begin with, at least 5; 0: 20
	Most    int     // replications of a finalist at the most; 0: [precision].max_replications
	All     bool    // simulate every setting that the screen leaves, however many
}

// Tuning is the answer of a tuning: the cheapest setting that keeps every
// objective, how sure that is, and what lies around it.
type Tuning struct {
	Scenario string `json:"scenario"`
	Seed     uint64 `json:"seed"`
	LogHash  string `json:"log_hash"` // of those of the settings that were run, in order of their points
	Version  string `json:"version"`

	Knobs      Grid     `json:"knobs"`
	Minimize   string   `json:"minimize"` // path of the metric
	WhatIfs    []string `json:"what_ifs,omitempty"`
	Confidence float64  `json:"confidence"` // of the choice among the finalists
	Within     float64  `json:"within"`
	Timeout    float64  `json:"task_timeout_s"` // latency of tasks that never finish: they end with the state machine's timeout
	Delta      float64  `json:"delta"`          // difference that does not matter, in the unit of Minimize

	Outcome string    `json:"outcome"` // "best", "undecided" or "none keeps its objectives"
	Why     string    `json:"why"`
	Best    *Choice   `json:"best,omitempty"`
	Others  []*Choice `json:"others"` // the other finalists, the runner-up first
	Edge    int       `json:"edge"`   // finalists left out for being within Within of a bound, on either side

	// Obstacles says, where no setting keeps every objective, what each of them
	// would have to be relaxed to, the others as they are.
	Obstacles []Obstacle `json:"obstacles,omitempty"`
	// Joint says, where no relaxation of one objective alone would do, what all of
	// those that the best setting breaks would have to be relaxed to together.
	Joint  []Obstacle `json:"joint_relaxation,omitempty"`
	Binds  []Bind     `json:"binds"`  // what keeps the best setting from being cheaper
	Around []Reach    `json:"around"` // how far each knob may move from the best setting
	Front  []int      `json:"front"`  // indexes of Tried that no other setting beats in both cost and ratio

	Spent       Spent     `json:"spent"`
	Rejected    []Counted `json:"rejected"` // why settings were left out without a run
	Tried       []Tried   `json:"tried"`    // every setting that was run, in order of its point
	Interrupted bool      `json:"interrupted,omitempty"`
}

// Choice is a finalist of a tuning.
type Choice struct {
	Point      int               `json:"point"`
	Settings   map[string]string `json:"settings"`
	Standing   string            `json:"standing"`        // as in a tournament
	Objectives []Assert          `json:"objectives"`      // the scenario as it is
	Under      []Under           `json:"under,omitempty"` // and under each what-if
	Tight      Tight             `json:"tight"`
	Cost       Estimate          `json:"cost"`    // the metric that is minimised
	Monthly    Estimate          `json:"monthly"` // cost.monthly
	Behind     Estimate          `json:"behind"`  // how much worse than the best, in pairs of replications
	Runs       int               `json:"replications"`
	Aside      string            `json:"aside,omitempty"` // "edge", "dear", "open": it may keep every objective, but took no part in the selection
	Keeps      string            `json:"keeps,omitempty"` // every objective, as the final judged it: "met", "not met" or "undecided"; "": it did not
	Lost       string            `json:"lost,omitempty"`  // why it is not the best, in words
}

// Under is how the objectives stand under a what-if.
type Under struct {
	WhatIf     string   `json:"what_if"`
	Objectives []Assert `json:"objectives"`
}

// Asserts goes through the objectives of a setting, those of the scenario as it
// is first and then those under each what-if, with its name, "" at first.
func (ch *Choice) Asserts() iter.Seq2[string, *Assert] {
	return func(yield func(string, *Assert) bool) {
		for i := range ch.Objectives {
			if !yield("", &ch.Objectives[i]) {
				return
			}
		}
		for _, u := range ch.Under {
			for i := range u.Objectives {
				if !yield(u.WhatIf, &u.Objectives[i]) {
					return
				}
			}
		}
	}
}

// Bind is something that keeps the best setting from being cheaper: an objective
// near its bound, a capacity near its limit, or a cheaper value of a knob that
// breaks an objective or, where it keeps them all, saves too little to matter.
type Bind struct {
	Tight             // a capacity has the path of its share in use
	Knob    string    `json:"knob,omitempty"`
	Value   string    `json:"value,omitempty"`
	Saves   *Estimate `json:"saves,omitempty"`   // what the value would save for certain, in the unit of what is minimised: in pairs of replications
	Outcome string    `json:"outcome,omitempty"` // of the objectives at that value: "not met", "undecided" or "met"
}

// Obstacle is what one objective would have to be for a setting to keep all of
// them.
type Obstacle struct {
	Metric   string            `json:"metric"`
	WhatIf   string            `json:"what_if,omitempty"` // under which it is worst at that setting; "": the scenario as it is
	Bound    float64           `json:"bound"`
	Relaxed  *float64          `json:"relaxed"` // the least bound that would do, by the means of the settings tried; null: none would
	Value    Estimate          `json:"value"`   // the metric at that setting, under the what-if where it is worst
	Settings map[string]string `json:"settings,omitempty"`
}

// Spent is what a tuning cost.
type Spent struct {
	Settings     int     `json:"settings"`     // of the whole grid
	Invalid      int     `json:"invalid"`      // not valid scenarios
	Screened     int     `json:"screened"`     // ruled out by formulas
	Simulated    int     `json:"simulated"`    // run at least once
	PassedOver   int     `json:"passed_over"`  // not run: settings around them were worse
	Replications int     `json:"replications"` // of all settings and what-ifs together
	Tasks        int64   `json:"tasks"`        // simulated in them
	First        int     `json:"first"`        // replications that an exhaustive search would give every valid setting …
	Share        float64 `json:"share"`        // … and the share of all those that were run here
}

// Counted is a reason and how many settings it struck.
type Counted struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Tried is what a setting looked like when the search was done with it.
type Tried struct {
	Point        int `json:"point"`
	Replications int `json:"replications"`
	// Cost is what the best setting costs, and the mean difference to that over
	// the replications that both have: settings that ran more often or less can be
	// compared by it.
	Cost    float64 `json:"cost"`
	Tight   Tight   `json:"tight"`    // the objective that is the furthest on its way to its bound
	LogHash string  `json:"log_hash"` // hash of every event of every replication, the scenario as it is before the what-ifs
}

// RunTune looks for the cheapest setting that keeps every objective.
//
// Formulas rule out what cannot work (theory.Screen). What is left is searched
// with few replications on common random numbers, from a coarse grid to the
// neighbours of what looks good. The best of that meet in a final: ranking and
// selection with the guarantee of RunTournament, so close settings get many
// replications and bad ones few. The guarantee is about the finalists; the
// search before it is heuristic, and Spent says what it passed over.
//
// If ctx ends after the search has begun, what stands so far is returned,
// Interrupted, and no error.
//
// A setting within opt.Within of a bound is taken for one that does not keep it:
// telling on which side of the bound it is would cost more than it is worth (as
// Andradóttir and Kim do with a tolerance, Fully sequential procedures for
// comparing constrained systems via simulation, Naval Research Logistics 57,
// 2010).
func RunTune(ctx context.Context, cfg *model.Config, space Space, book *price.Book, opt TuneOptions) (*Tuning, error) {
	bill, err := billOf(cfg, book)
	if err != nil {
		return nil, err
	}
	return runTune(ctx, cfg, space, bill, opt, model.Simulate)
}

// tuning is one RunTune on its way.
type tuning struct {
	cfg        *model.Config
	space      Space
	bill       billFunc
	opt        TuneOptions
	simulate   simulateFunc
	promises   []model.Assert
	metric     string
	valid      []bool             // by point: it may be run
	ruled      map[int]string     // by point that may not: the objective out of reach, or "not valid"
	candidates map[int]*candidate // those that were run; never ranged over
	order      []*candidate       // the same, as they came
	budget     int                // replications of all settings and what-ifs together that the search and the final may take
	reasons    []Counted
	stopped    bool
	short      bool   // the budget ended before the final was over
	grounds    string // why what is ahead is put ahead although nothing is sure; "": something is
	asked      int    // settings that were asked because no finalist was sure …
	recruits   int    // … or something next to it might be cheaper, and that came into the final
	bar        *tuneProgress
	out        Tuning
}

func runTune(ctx context.Context, cfg *model.Config, space Space, bill billFunc, opt TuneOptions, simulate simulateFunc) (*Tuning, error) {
	t := &tuning{cfg: cfg, space: space, bill: bill, opt: opt, simulate: simulate, ruled: map[int]string{}, candidates: map[int]*candidate{}}
	if err := t.begin(); err != nil {
		return nil, err
	}
	if err := t.screen(ctx); err != nil {
		return nil, err
	}
	t.setBudget()
	if err := t.search(ctx); err != nil {
		return nil, err
	}
	if err := t.final(ctx); err != nil {
		return nil, err
	}
	if err := t.around(ctx); err != nil {
		return nil, err
	}
	if err := t.obstacles(ctx); err != nil {
		return nil, err
	}
	t.conclude()
	t.bar.finish()
	return &t.out, nil
}

// begin fills in what does not depend on any run.
func (t *tuning) begin() error {
	t.promises = objectives(t.cfg)
	switch {
	case len(t.promises) == 0:
		return fmt.Errorf("no class has an objective: there is nothing that the cheapest setting would have to keep")
	case len(t.space.Knobs) == 0:
		return fmt.Errorf("no knob may be moved")
	}
	for _, w := range t.opt.WhatIfs {
		changed := *t.cfg
		w.Apply(&changed)
		for _, p := range changed.Validate() {
			if !p.Warning {
				return fmt.Errorf("what-if %s: %s: %s", w.Name, p.Key, p.Message)
			}
		}
	}
	if t.opt.Within == 0 {
		t.opt.Within = 0.01
	}
	if t.opt.First == 0 {
		t.opt.First = firstStage
	}
	if t.opt.Most == 0 {
		t.opt.Most = t.cfg.Precision.MaxReplications
	}
	t.opt.Most = max(t.opt.Most, t.opt.First)
	t.metric = t.cfg.Minimize
	if t.metric == "cost" || t.metric == "" {
		t.metric = "cost.total"
	}
	t.bar = &tuneProgress{report: t.opt.Progress}
	t.opt.Progress, t.opt.Trace = nil, nil
	t.opt.gate = newGate(t.opt.workers())
	t.out = Tuning{
		Scenario: t.cfg.Name, Seed: t.cfg.Seed, Version: t.opt.Version, Knobs: t.space.Knobs, Minimize: t.metric,
		Confidence: newEstimator(nil, t.cfg.Precision.Confidence).confidence, Within: t.opt.Within,
		Timeout: t.cfg.StepFunctions.Timeout.Seconds(), Others: []*Choice{}, Around: []Reach{}, Rejected: []Counted{}, Binds: []Bind{},
	}
	if t.out.Version == "" {
		t.out.Version = BuildVersion()
	}
	for _, w := range t.opt.WhatIfs {
		t.out.WhatIfs = append(t.out.WhatIfs, w.Name)
	}
	return nil
}

// screen loads every setting and rules out what is not valid or cannot keep its
// objectives, by formulas alone.
func (t *tuning) screen(ctx context.Context) error {
	n := t.space.Knobs.Len()
	t.valid = make([]bool, n)
	t.out.Spent.Settings = n
	for p := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		cfg, invalid, err := t.space.Load(p)
		switch {
		case err != nil:
			return err
		case invalid != "":
			t.out.Spent.Invalid++
			t.ruled[p] = notValid
			t.reject("not valid: " + invalid)
			continue
		}
		if v := theory.Screen(cfg); v.Rejected() {
			t.out.Spent.Screened++
			t.ruled[p] = v.Impossible[0].Metric
			t.reject(v.Impossible[0].Metric + ": " + v.Impossible[0].Text)
			continue
		}
		t.valid[p] = true
	}
	if len(t.left()) == 0 {
		for p, metric := range t.ruled { // run them all the same, to see what would have to give
			t.valid[p] = metric != notValid
		}
	}
	return nil
}

// notValid is why a setting that is no valid scenario is not run.
const notValid = "not valid"

// maxReasons is how many different reasons are kept; the figures in them make
// many.
const maxReasons = 20

// reject counts why a setting was left out.
func (t *tuning) reject(reason string) {
	for i := range t.reasons {
		if t.reasons[i].Reason == reason {
			t.reasons[i].Count++
			return
		}
	}
	if len(t.reasons) == maxReasons {
		t.reasons[maxReasons-1] = Counted{"other reasons", t.reasons[maxReasons-1].Count + 1}
		return
	}
	t.reasons = append(t.reasons, Counted{reason, 1})
}

// BestKeeps reports whether the best setting is sure to keep every objective, as
// the final judged it, and none of its own intervals speaks against that.
func (t *Tuning) BestKeeps() bool {
	return t.Best != nil && t.Best.Keeps == Met && !t.Best.doubtful()
}

// doubtful reports whether an interval of an objective does not keep it.
func (ch *Choice) doubtful() bool {
	for _, a := range ch.Asserts() {
		if a.Outcome != Met {
			return true
		}
	}
	return false
}

// ExitCode returns the exit code that the outcome stands for.
func (t *Tuning) ExitCode() int {
	switch t.Outcome {
	case TournamentNone:
		return ExitNotMet
	case Undecided:
		return ExitUndecided
	}
	return ExitMet
}

// WriteJSON writes the answer as one JSON document, as Result.WriteJSON does.
func (t *Tuning) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(t)
}
