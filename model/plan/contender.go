package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model"
)

// contender is a policy on its way through a tournament.
type contender struct {
	Entrant
	hash     string
	study    *study
	meter    *meter
	warmup   time.Duration
	out      []outcome
	keeps    string // Met, NotMet or Undecided; "" where there is no objective
	tightest *Assert
	value    func(*outcome) (float64, error) // what decides, smaller is better
	values   []float64                       // by replication, as far as read
	screened int                             // replications after which it was screened out; 0: it was not
	also     []*contender                    // the same under what-ifs: they run along, and have to keep the objectives too
	looks    int                             // how often a tuning has looked whether it keeps its objectives
	alpha    float64                         // the error allowed in the last look
	reserve  bool                            // it came into the final of a tuning because no other was sure to keep its objectives
	done     bool                            // there is no budget left for another look
	aside    string                          // why it takes no part in the selection although it may keep its objectives; "": it does
}

// begin measures the warm-up and runs the first stage.
func (c *contender) begin(ctx context.Context, n int) error {
	for _, a := range c.also {
		if err := a.begin(ctx, n); err != nil {
			return err
		}
	}
	var err error
	if c.warmup, err = c.study.warmup(ctx, n); err != nil {
		return err
	}
	return c.sample(ctx, n)
}

// sample sees to it that there are n replications. Their numbers go on from
// those that are there.
func (c *contender) sample(ctx context.Context, n int) error {
	for _, a := range c.also {
		if err := a.sample(ctx, n); err != nil {
			return err
		}
	}
	var options []model.Options
	for i := len(c.out); i < n; i++ {
		options = append(options, model.Options{Replication: i, Warmup: c.warmup, Unchecked: c.study.opt.Unchecked})
	}
	if len(options) == 0 {
		return nil
	}
	out, err := c.study.replicate(ctx, c.Config, options, c.study.bill)
	if err != nil {
		return err
	}
	c.meter.done(len(out))
	for i := range out {
		out[i].run.Series = model.Series{} // large, and not asked for
	}
	c.out = append(c.out, out...)
	return nil
}

// figures returns the estimates over some replications, without what only a
// full report needs.
func (c *contender) figures(out []outcome, confidence float64) *Result {
	runs := make([]model.Run, len(out))
	for i := range out {
		runs[i] = out[i].run
	}
	e := newEstimator(runs, confidence)
	r := &Result{
		Replications: len(out), Classes: map[string]*Class{},
		Worker: e.worker(c.Config.Worker.Driver), Legacy: e.legacy(), StepFunctions: e.steps(),
		Cost: e.cost(out, c.Config.Prices.Book, c.study.bill != nil),
	}
	for i, k := range c.Config.Classes {
		r.Classes[k.Name] = e.class(i)
		r.ClassOrder = append(r.ClassOrder, k.Name)
	}
	return r
}

// judge says whether every objective is kept, each at the given confidence, and
// which of them is the closest to its bound, or the furthest beyond.
func (c *contender) judge(promises []model.Assert, confidence float64) (string, *Assert, error) {
	all, err := judge(c.figures(c.out, confidence), promises)
	if err != nil {
		return "", nil, err
	}
	keeps := Met
	var tightest *Assert
	for i := range all {
		a := &all[i]
		if a.Outcome == NotMet || a.Outcome == Undecided && keeps == Met {
			keeps = a.Outcome
		}
		if a.Value.Value != nil && (tightest == nil || ratio(*a.Value.Value, a.Bound) > ratio(*tightest.Value.Value, tightest.Bound)) {
			tightest = a
		}
	}
	for _, a := range c.also {
		kept, tight, err := a.judge(promises, confidence)
		if err != nil {
			return "", nil, err
		}
		if kept == NotMet || kept == Undecided && keeps == Met {
			keeps = kept
		}
		if tight != nil && (tightest == nil || ratio(*tight.Value.Value, tight.Bound) > ratio(*tightest.Value.Value, tightest.Bound)) {
			tightest = tight
		}
	}
	return keeps, tightest, nil
}

// leastBound is what a bound of 0 counts as in a ratio: one in a thousand.
const leastBound = 0.001

// ratio returns how far a value is on its way to its bound; beyond 1 it breaks
// the promise.
func ratio(value, bound float64) float64 { return value / max(bound, leastBound) }

// read takes the values of the replications that have none yet.
func (c *contender) read() error {
	for i := len(c.values); i < len(c.out); i++ {
		x, err := c.value(&c.out[i])
		if err != nil {
			return fmt.Errorf("policy %q, replication %d: %w", c.Policy, i, err)
		}
		c.values = append(c.values, x)
	}
	return nil
}

// measure returns what decides: a metric of one replication, or the largest
// ratio of an objective to its bound, under the what-ifs too.
func (t *tournament) measure(c *contender, metric string) func(*outcome) (float64, error) {
	if metric != ObjectiveRatio {
		return func(o *outcome) (float64, error) {
			x, err := c.observed(o, metric)
			if t.out.Largest {
				x = -x
			}
			return x, err
		}
	}
	return func(o *outcome) (float64, error) {
		worst := 0.0
		for _, a := range t.promises {
			x, err := c.observed(o, a.Metric)
			if err != nil {
				return 0, err
			}
			worst = max(worst, ratio(x, a.Value))
		}
		for _, also := range c.also { // replication by replication the same tasks
			k := slices.IndexFunc(also.out, func(b outcome) bool { return b.run.Replication == o.run.Replication })
			if k < 0 {
				continue
			}
			x, err := t.measure(also, metric)(&also.out[k])
			if err != nil {
				return 0, err
			}
			worst = max(worst, x)
		}
		return worst, nil
	}
}

// observed returns a metric of one replication, and remembers it: searches ask
// again and again. Quantiles are those of its tasks, however few: it is over
// replications that they are compared.
func (c *contender) observed(o *outcome, metric string) (float64, error) {
	for _, s := range o.seen {
		if s.metric == metric {
			return s.value, nil
		}
	}
	x, err := c.observe(o, metric)
	if err == nil {
		o.seen = append(o.seen, seen{metric, x})
	}
	return x, err
}

// seen is a metric of a replication that was asked for before.
type seen struct {
	metric string
	value  float64
}

func (c *contender) observe(o *outcome, metric string) (float64, error) {
	if s, name, ok := c.sampleOf(o, metric); ok {
		if s.N == 0 {
			return 0, fmt.Errorf("%s has no value: there was no task", metric)
		}
		if s.N < 2 && name == "sd" {
			return 0, fmt.Errorf("%s has no value: there was one task", metric)
		}
		return map[string]float64{"mean": s.Mean, "sd": s.SD, "p50": s.P50, "p90": s.P90, "p95": s.P95, "p99": s.P99, "max": s.Max}[name], nil
	}
	e, err := c.figures([]outcome{*o}, 0).Lookup(metric)
	if err != nil {
		return 0, err
	}
	if e.Value == nil {
		return 0, fmt.Errorf("%s has no value: %s", metric, e.Why)
	}
	return *e.Value, nil
}

// sampleOf returns the latencies or waits that a metric is a figure of, and
// the name of the figure.
func (c *contender) sampleOf(o *outcome, metric string) (*model.Sample, string, bool) {
	parts := strings.Split(metric, ".")
	if len(parts) != 4 || parts[0] != "classes" {
		return nil, "", false
	}
	for i, k := range c.Config.Classes {
		if k.Name != parts[1] {
			continue
		}
		r := &o.run.Classes[i]
		switch parts[2] {
		case "latency":
			return &r.Latency, parts[3], true
		case "latency_completed":
			return &r.LatencyCompleted, parts[3], true
		case "wait":
			return &r.Wait, parts[3], true
		case "legacy_wait":
			return &r.LegacyWait, parts[3], r.MayLineUp
		}
	}
	return nil, "", false
}

// meter tells how far a tournament is. How much is left is known only as it
// goes on, so the share may stand still but never goes back.
type meter struct {
	report       func(share float64)
	ran, planned int
	last         float64
}

// done notes replications that were run.
func (m *meter) done(n int) {
	m.ran += n
	m.planned = max(m.planned, m.ran)
	m.last = max(m.last, float64(m.ran)/float64(m.planned))
	if m.report != nil {
		m.report(m.last)
	}
}

// expect notes how many more are needed at the most.
func (m *meter) expect(n int) { m.planned = m.ran + n }

func (m *meter) finish() {
	if m.report != nil {
		m.report(1)
	}
}
