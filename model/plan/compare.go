package plan

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// A Contender is one scenario of a comparison.
type Contender struct {
	Label  string // as reports name it
	Config *model.Config
	Book   *price.Book // nil: without costs
}

// Comparison is what scenarios say of the same replications: the same arrivals
// and the same fates of every task, so that what differs is the settings' doing.
type Comparison struct {
	Seed         uint64  `json:"seed"`
	Version      string  `json:"version"`
	Study        string  `json:"study"`
	Replications int     `json:"replications"` // pairs
	Confidence   float64 `json:"confidence"`
	WarmupS      float64 `json:"warmup_s"`
	HorizonS     float64 `json:"horizon_s"`
	// Family is how many differences are judged at once: metrics times scenarios
	// other than the base.
	Family int `json:"family"`
	// LogHash is of those of the scenarios, the base first.
	LogHash string `json:"log_hash"`

	Base   Side         `json:"base"`
	Others []Comparand  `json:"others"`
	Config model.Config `json:"-"` // of the base
}

// Side is one scenario of a comparison.
type Side struct {
	Label      string   `json:"label"`
	Scenario   string   `json:"scenario"`
	ConfigHash string   `json:"config_hash"`
	LogHash    string   `json:"log_hash"`
	Verdict    string   `json:"verdict"`
	VerdictWhy string   `json:"verdict_why"`
	Objectives []Assert `json:"objectives"`
	Asserts    []Assert `json:"asserts"`
	Warnings   []string `json:"warnings,omitempty"`
}

// Comparand is a scenario held against the base.
type Comparand struct {
	Side
	// Changes are the verdict and the outcomes of objectives and asserts that
	// both have and that differ.
	Changes     []Change `json:"changes"`
	Differences []Paired `json:"differences"`
}

// Paired is the difference that a scenario makes to one metric.
type Paired struct {
	Metric string   `json:"metric"`
	Base   Estimate `json:"base"`
	Other  Estimate `json:"other"`
	// Difference is other less base: the mean of the differences, replication by
	// replication, with Student's interval at the confidence of the comparison.
	// So that it is what the other two differ by, quantiles are compared by their
	// means over the replications, in a terminating study as well.
	Difference Estimate `json:"difference"`
	// SureLow and SureHigh bound it at the confidence that all intervals of the
	// family hold at once (Bonferroni). Certain is set if they exclude 0.
	SureLow  *float64 `json:"sure_low"`
	SureHigh *float64 `json:"sure_high"`
	Certain  bool     `json:"certain"`
	// Correlation is that of the pairs, -1..1; nil where one side never varies.
	// Pairing helps where it is positive.
	Correlation *float64 `json:"correlation"`
}

// Compare runs the same replications of all scenarios and returns what the
// second and later ones change against the first. Where no number of
// replications is fixed, as many are run as the most demanding [precision]
// needs. The scenarios must be Comparable. Like that of Execute the outcome
// depends on them and opt.Version alone; opt.Trace is not used.
func Compare(ctx context.Context, list []Contender, opt Options) (*Comparison, error) {
	return compareAll(ctx, list, opt, model.Simulate)
}

func compareAll(ctx context.Context, list []Contender, opt Options, simulate simulateFunc) (*Comparison, error) {
	if err := Comparable(list); err != nil {
		return nil, err
	}
	opt.Trace, opt.Lean = nil, true
	report := opt.Progress
	samplers := make([]*Sampler, len(list))
	all := newJoined(report, len(list))
	var warmup time.Duration
	for i, c := range list {
		bill, err := billOf(c.Config, c.Book)
		if err != nil {
			return nil, naming(c.Label, err)
		}
		opt.Progress = all.part(i)
		if samplers[i], err = newSampler(ctx, c.Config, bill, opt, simulate); err != nil {
			return nil, naming(c.Label, err)
		}
		warmup = max(warmup, samplers[i].Warmup())
	}
	n := 0
	for i, s := range samplers {
		s.Cut(warmup)
		k, err := s.Settle(ctx)
		if err != nil {
			return nil, naming(list[i].Label, err)
		}
		n = max(n, k)
	}
	for i, s := range samplers {
		if err := s.Extend(ctx, n); err != nil {
			return nil, naming(list[i].Label, err)
		}
	}
	c, err := compared(list, samplers, n)
	if err == nil && report != nil {
		report(1)
	}
	return c, err
}

// joined adds the progress of several samplers up. A nil *joined reports to
// nobody.
type joined struct {
	mu     sync.Mutex
	report func(float64)
	shares []float64
	told   float64
}

func newJoined(report func(float64), n int) *joined {
	if report == nil {
		return nil
	}
	return &joined{report: report, shares: make([]float64, n)}
}

// part returns what the i-th sampler reports to.
func (j *joined) part(i int) func(float64) {
	if j == nil {
		return nil
	}
	return func(share float64) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.shares[i] = share
		if now := meanOf(j.shares); now > j.told {
			j.told = now
			j.report(now)
		}
	}
}

// compared reduces what n replications of every scenario measured.
func compared(list []Contender, samplers []*Sampler, n int) (*Comparison, error) {
	base := list[0].Config
	results := make([]*Result, len(list))
	for i, s := range samplers {
		var err error
		if results[i], err = s.Result(n); err != nil {
			return nil, naming(list[i].Label, err)
		}
	}
	metrics := comparedMetrics(list)
	var logs []string
	for _, r := range results {
		logs = append(logs, r.LogHash)
	}
	c := &Comparison{
		LogHash: hashTogether(logs),
		Seed:    base.Seed, Version: results[0].Version, Study: string(base.Study), Replications: n,
		Confidence: results[0].Confidence, WarmupS: results[0].WarmupS, HorizonS: results[0].HorizonS,
		Family: len(metrics) * (len(list) - 1), Base: side(list[0].Label, results[0]), Others: []Comparand{}, Config: *base,
	}
	from, err := samplers[0].Observe(metrics, 0, n)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(list); i++ {
		to, err := samplers[i].Observe(metrics, 0, n)
		if err != nil {
			return nil, naming(list[i].Label, err)
		}
		o := Comparand{Side: side(list[i].Label, results[i]), Changes: conclusions(results[0], results[i])}
		before, after := results[0].byPath(), results[i].byPath()
		for m, metric := range metrics {
			p := Paired{Metric: metric, Base: results[0].at(metric, before), Other: results[i].at(metric, after)}
			p.pair(from[m], to[m], c.Confidence, c.Family)
			if base.Study == model.Terminating && isQuantile(metric) && p.Difference.Value != nil {
				p.Base, p.Other = newEstimator(make([]model.Run, n), c.Confidence).twoMeans(from[m], to[m])
			}
			o.Differences = append(o.Differences, p)
		}
		c.Others = append(c.Others, o)
	}
	return c, nil
}

// twoMeans estimates the means of both sides of a pair.
func (e *estimator) twoMeans(from, to []float64) (a, b Estimate) {
	return e.estimate(from, nonNegative), e.estimate(to, nonNegative)
}

func isQuantile(metric string) bool {
	switch metric[strings.LastIndexByte(metric, '.')+1:] {
	case "p50", "p90", "p95", "p99":
		return true
	}
	return false
}

func side(label string, r *Result) Side {
	return Side{
		Label: label, Scenario: r.Scenario, ConfigHash: r.ConfigHash, LogHash: r.LogHash,
		Verdict: r.Verdict, VerdictWhy: r.VerdictWhy, Objectives: r.Objectives, Asserts: r.Asserts, Warnings: r.Warnings,
	}
}

// pair estimates the difference from both sides' values by replication.
func (p *Paired) pair(from, to []float64, confidence float64, family int) {
	n := len(from)
	p.Difference = Estimate{N: n}
	for _, side := range []Estimate{p.Base, p.Other} {
		if side.Value == nil {
			p.Difference.Why = side.Why
			return
		}
	}
	differ := make([]float64, n)
	for i := range differ {
		differ[i] = to[i] - from[i]
		if math.IsNaN(differ[i]) || math.IsInf(differ[i], 0) {
			p.Difference.Why = "a replication gave no finite value"
			return
		}
	}
	mean, se := meanAndError(differ)
	p.Difference.Value = figure(mean)
	if n < 2 {
		p.Difference.Why = oneReplication
		return
	}
	half := float64(studentT(n, confidence) * se)
	p.Difference.Low, p.Difference.High = figure(mean-half), figure(mean+half)
	half = float64(studentT(n, 1-(1-confidence)/float64(family)) * se)
	p.SureLow, p.SureHigh = figure(mean-half), figure(mean+half)
	p.Certain = *p.SureLow > 0 || *p.SureHigh < 0
	p.Correlation = correlation(from, to)
}

// correlation returns Pearson's; nil where one side never varies.
func correlation(xs, ys []float64) *float64 {
	mx, my := meanOf(xs), meanOf(ys)
	var sxx, syy, sxy float64
	for i := range xs {
		dx, dy := xs[i]-mx, ys[i]-my
		sxx += float64(dx * dx)
		syy += float64(dy * dy)
		sxy += float64(dx * dy)
	}
	if sxx == 0 || syy == 0 {
		return nil
	}
	return figure(max(-1, min(1, sxy/math.Sqrt(float64(sxx*syy)))))
}

// comparedMetrics lists what is compared: a choice that stands before anything
// is measured, since each metric that is looked at widens the intervals of all.
func comparedMetrics(list []Contender) []string {
	var all []string
	add := func(prefix string, names ...string) {
		for _, n := range names {
			if !slices.Contains(all, prefix+n) {
				all = append(all, prefix+n)
			}
		}
	}
	for i := range list[0].Config.Classes {
		add("classes."+list[0].Config.Classes[i].Name+".",
			"latency.mean", "latency.p50", "latency.p95", "latency.p99", "latency.max", "wait.mean", "wait.p95",
			"wait_parts.queued", "wait_parts.yielded", "wait_parts.throttled", "wait_parts.legacy",
			"completed", "failed_share", "dead_lettered_share", "timed_out_share",
			"receives_per_message", "yields_per_message", "duplicate_calls", "oldest")
	}
	add("worker.", "invocations", "throttles", "cold_starts", "busy")
	add("legacy.", "calls", "rejected_share", "utilization")
	add("cost.", "total", "per_thousand_completed")
	for _, c := range list {
		for _, a := range slices.Concat(objectives(c.Config), c.Config.Asserts) {
			add("", a.Metric)
		}
	}
	return all
}

// conclusions lists the verdict and the outcomes, of objectives and asserts that
// both results have, that differ.
func conclusions(from, to *Result) []Change {
	all := []Change{}
	if from.Verdict != to.Verdict {
		all = append(all, Change{Kind: ChangeVerdict, Before: from.Verdict, After: to.Verdict})
	}
	outcomes := func(kind string, before, after []Assert) {
		for _, a := range before {
			i := slices.IndexFunc(after, func(b Assert) bool { return a.Metric == b.Metric && a.Op == b.Op && a.Bound == b.Bound })
			if i < 0 || after[i].Outcome == a.Outcome {
				continue
			}
			b := after[i]
			all = append(all, Change{
				Kind: kind, Metric: a.Metric, Op: a.Op, Bound: &a.Bound,
				Before: a.Outcome, After: b.Outcome, From: &a.Value, To: &b.Value,
			})
		}
	}
	outcomes(ChangeObjective, from.Objectives, to.Objectives)
	outcomes(ChangeAssert, from.Asserts, to.Asserts)
	return all
}

// WriteJSON writes the comparison as one JSON document, as Result.WriteJSON
// does.
func (c *Comparison) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(c)
}
