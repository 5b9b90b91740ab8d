package plan

import (
	"context"
	"fmt"
	"slices"

	"penstock/model"
	"penstock/model/price"
)

// Entrant is a policy that takes part in a tournament: the scenario with it.
type Entrant struct {
	Policy string // as it was named: "aging age_step=2m"
	Config *model.Config
}

// TournamentOptions are the choices of a tournament beyond those of the
// scenario's [tournament].
type TournamentOptions struct {
	Options
	First int // replications of every policy to begin with, at least 5; 0: 20
	Most  int // replications of a policy at the most; 0: [precision].max_replications
}

// Replications of a tournament: the first stage has as many as make a variance
// worth having, and then every policy that is left gets a few more at a time.
const (
	firstStage = 20
	nextStage  = 4
)

// Tournament ranks policies on common random numbers: the k-th replication of
// each meets the same tasks with the same fates.
type Tournament struct {
	Scenario string `json:"scenario"`
	Seed     uint64 `json:"seed"`
	LogHash  string `json:"log_hash"` // of those of the policies, in the order in which they were given
	Version  string `json:"version"`
	Study    string `json:"study"`

	By         string  `json:"by"`     // "cost", or the path of a metric
	Metric     string  `json:"metric"` // what decided: a path, or "objective_ratio"
	Largest    bool    `json:"largest,omitempty"`
	Confidence float64 `json:"confidence"` // of the whole outcome
	Within     float64 `json:"within"`
	Delta      float64 `json:"delta"` // difference that does not matter, in the metric's unit

	Outcome      string     `json:"outcome"` // "best", "undecided" or "none keeps its objectives"
	Best         string     `json:"best"`    // the policy that is selected
	Why          string     `json:"why"`
	Replications int        `json:"replications"` // simulated, of all policies together
	Interrupted  bool       `json:"interrupted,omitempty"`
	Standings    []Standing `json:"policies"`
	Excluded     []Excluded `json:"excluded"`
}

// The outcomes of a tournament, and what may be said of a policy.
const (
	TournamentBest = "best"
	TournamentNone = "none keeps its objectives"

	StandsBest  = "best"
	StandsEqual = "as good" // worse by less than what matters
	StandsBack  = "worse"
	StandsOut   = "objective not met"
)

// ObjectiveRatio is the metric of a tournament in which no policy keeps every
// objective: the largest of value / bound over the objectives.
const ObjectiveRatio = "objective_ratio"

// Standing is how one policy came out.
type Standing struct {
	Policy       string   `json:"policy"`
	ConfigHash   string   `json:"config_hash"`
	LogHash      string   `json:"log_hash"`   // hash of every event of every replication
	Rank         int      `json:"rank"`       // from 1; policies that are as good as the best or not told apart from it share its rank
	Standing     string   `json:"standing"`   // "best", "as good", "worse", "undecided" or "objective not met"
	Objectives   string   `json:"objectives"` // "met", "not met", "undecided"; "" without any
	Tightest     *Assert  `json:"tightest,omitempty"`
	Value        Estimate `json:"value"`                 // of the metric
	Behind       Estimate `json:"behind"`                // by how much it is worse than the best, in pairs; intervals hold together
	Replications int      `json:"replications"`          // simulated
	ScreenedAt   int      `json:"screened_at,omitempty"` // replications after which it was out of the selection
}

// Excluded is a policy that could not take part.
type Excluded struct {
	Policy string `json:"policy"`
	Why    string `json:"why"`
}

// RunTournament ranks the entrants, at least two, as cfg.Tournament asks: by
// the cost of those that keep every objective, or by a metric. With the
// confidence of cfg.Precision the one selected is the best, or differs from it
// by less than Tournament.Delta.
//
// Half of the error is spent on the objectives and half on the selection (as
// Andradóttir and Kim do, Fully sequential procedures for comparing constrained
// systems via simulation, Naval Research Logistics 57, 2010), all of it on the
// selection where there are no objectives. If ctx ends once every policy has
// run for the first time, what stands so far is returned, Interrupted, and no
// error.
func RunTournament(ctx context.Context, cfg *model.Config, entrants []Entrant, book *price.Book, opt TournamentOptions) (*Tournament, error) {
	var bill billFunc
	if book != nil {
		for _, e := range entrants {
			if err := CheckPrices(e.Config, book); err != nil {
				return nil, err
			}
		}
		bill = book.Bill
	}
	return runTournament(ctx, cfg, entrants, bill, opt, model.Simulate)
}

// tournament is one RunTournament on its way.
type tournament struct {
	cfg        *model.Config
	opt        TournamentOptions
	contenders []*contender
	promises   []model.Assert
	meter      meter
	always     bool                      // the objectives come first, whatever the metric
	enough     func(more int) bool       // so many more replications are too many; nil: they never are
	closer     func(a, b *contender) int // of those that come as close to keeping every objective, which comes first; nil: the mean ratio says
	told       func(ran, left int)       // so many replications were run to narrow it down, and so many more may be; nil: nobody listens
	stopped    bool                      // ctx ended
	decided    bool                      // the selection came to its end
	out        Tournament
}

func runTournament(ctx context.Context, cfg *model.Config, entrants []Entrant, bill billFunc, opt TournamentOptions, simulate simulateFunc) (*Tournament, error) {
	t := &tournament{cfg: cfg, opt: opt, promises: objectives(cfg)}
	if t.opt.First == 0 {
		t.opt.First = firstStage
	}
	if t.opt.Most == 0 {
		t.opt.Most = cfg.Precision.MaxReplications
	}
	t.opt.Most = max(t.opt.Most, t.opt.First)
	t.meter = meter{report: opt.Progress, planned: len(entrants) * t.opt.First}
	t.opt.Progress, t.opt.Trace = nil, nil
	for _, e := range entrants {
		t.contenders = append(t.contenders, &contender{Entrant: e, meter: &t.meter,
			study: &study{cfg: e.Config, opt: t.opt.Options, simulate: simulate, bill: bill}})
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	for _, c := range t.contenders {
		if err := c.begin(ctx, t.opt.First); err != nil {
			return nil, err
		}
	}
	t.begin()
	if err := t.keepers(ctx); err != nil {
		return nil, err
	}
	if err := t.rank(ctx); err != nil {
		return nil, err
	}
	var logs []string
	for _, c := range t.contenders {
		t.out.Replications += len(c.out)
		logs = append(logs, logHashOf(c.out))
	}
	t.out.LogHash = hashTogether(logs)
	t.out.Interrupted = t.stopped
	t.meter.finish()
	return &t.out, nil
}

// check finds entrants that make no tournament.
func (t *tournament) check() error {
	if len(t.contenders) < 2 {
		return fmt.Errorf("a tournament needs two policies at least, and has %d", len(t.contenders))
	}
	for i, c := range t.contenders {
		hash, err := ConfigHash(c.Config)
		if err != nil {
			return err
		}
		c.hash = hash
		for _, other := range t.contenders[:i] {
			if other.hash == hash {
				return fmt.Errorf("%q and %q are the same scenario", other.Policy, c.Policy)
			}
		}
	}
	return nil
}

// begin fills in what the outcome says of itself.
func (t *tournament) begin() {
	by := t.cfg.Tournament
	t.out = Tournament{
		Scenario: t.cfg.Name, Seed: t.cfg.Seed, Version: t.opt.Version, Study: string(t.cfg.Study),
		By: by.By, Metric: by.By, Largest: by.Largest, Confidence: newEstimator(nil, t.cfg.Precision.Confidence).confidence,
		Within: by.Within, Excluded: []Excluded{},
	}
	if t.out.Version == "" {
		t.out.Version = BuildVersion()
	}
}

// constrained reports whether the objectives come before the metric.
func (t *tournament) constrained() bool {
	return (t.always || t.out.By == "cost") && len(t.promises) > 0
}

// keepers finds out which policies keep every objective. A policy for which that
// is open gets twice the replications and is looked at again, with half of the
// error of the look before: the looks together err no more often than allowed.
func (t *tournament) keepers(ctx context.Context) error {
	alpha := (1 - t.out.Confidence) / 2 / float64(max(1, len(t.contenders)*len(t.promises)))
	for n := t.opt.First; ; n = min(2*n, t.opt.Most) {
		alpha /= 2
		open := 0
		for _, c := range t.contenders {
			if c.keeps == Met || c.keeps == NotMet || len(t.promises) == 0 {
				continue
			}
			if err := t.sample(ctx, c, n); err != nil {
				return err
			}
			var err error
			if c.keeps, c.tightest, err = c.judge(t.promises, 1-alpha); err != nil {
				return err
			}
			if c.keeps == Undecided {
				open++
			}
		}
		if open == 0 || n == t.opt.Most || t.stopped || !t.constrained() {
			return nil
		}
	}
}

// sample sees to it that a policy has n replications, unless ctx has ended.
func (t *tournament) sample(ctx context.Context, c *contender, n int) error {
	err := c.sample(ctx, n)
	if err != nil && ctx.Err() != nil {
		t.stopped = true
		return nil
	}
	return err
}

// rank selects the best and says how the others stand.
func (t *tournament) rank(ctx context.Context) error {
	in := slices.Clone(t.contenders)
	alpha := 1 - t.out.Confidence
	metric := t.out.By
	if t.constrained() {
		alpha /= 2
		if metric == "cost" {
			metric = "cost.total"
		}
		if kept := slices.DeleteFunc(slices.Clone(in), func(c *contender) bool { return c.keeps == NotMet || c.aside != "" }); len(kept) > 0 {
			in = kept
		} else {
			metric = ObjectiveRatio
		}
	} else if metric == "cost" {
		metric = "cost.total"
	}
	t.out.Metric = metric
	for _, c := range t.contenders {
		c.value = t.measure(c, metric)
		if err := c.read(); err != nil {
			return err
		}
	}
	first := make([][]float64, len(in))
	for i, c := range in {
		first[i] = slices.Clone(c.values[:t.opt.First])
	}
	t.out.Delta = indifference(first, t.out.Within)
	s := newSelection(1-alpha, t.out.Delta, first)
	if err := t.narrow(ctx, s, in); err != nil {
		return err
	}
	return t.conclude(s, in, alpha)
}

// narrow runs the selection to its end, or to what it may cost.
func (t *tournament) narrow(ctx context.Context, s *selection, in []*contender) error {
	for i, c := range in { // what the objectives needed
		s.add(i, c.values[t.opt.First:]...)
	}
	for s.advance(); !s.done() && s.n < t.opt.Most && !t.stopped; s.advance() {
		left := s.left()
		n := min(s.n+nextStage, t.opt.Most)
		if t.enough != nil && t.enough(len(left)*nextStage) {
			break
		}
		t.meter.expect(len(left) * (min(s.most(), t.opt.Most) - s.n))
		for _, i := range left {
			c, had := in[i], len(in[i].values)
			if err := t.sample(ctx, c, n); err != nil {
				return err
			}
			if err := c.read(); err != nil {
				return err
			}
			s.add(i, c.values[had:]...)
		}
		if t.told != nil {
			t.told(len(left)*(n-s.n), len(left)*max(0, min(s.most(), t.opt.Most)-n))
		}
		for i, c := range in {
			if !s.in[i] && c.screened == 0 {
				c.screened = s.n
			}
		}
	}
	for i, c := range in {
		if !s.in[i] && c.screened == 0 {
			c.screened = s.n
		}
	}
	t.decided = s.done()
	return nil
}

// indifference returns the difference that does not matter: a share of the best
// mean of the first stage, or of the largest where the best is 0.
func indifference(first [][]float64, within float64) float64 {
	best, most := 0.0, 0.0
	for i, xs := range first {
		mean, _ := meanAndError(xs)
		if i == 0 || mean < best {
			best = mean
		}
		most = max(most, mean, -mean)
	}
	switch {
	case best != 0:
		return within * max(best, -best)
	case most != 0:
		return within * most
	}
	return within
}
