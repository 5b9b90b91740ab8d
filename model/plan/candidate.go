package plan

import (
	"context"
	"fmt"
	"math"
	"sync"

	"penstock/model"
)

// candidate is a point of a tuning that has been run: the scenario itself, and
// the same under each what-if.
type candidate struct {
	point int
	runs  []*contender // the scenario first
	cost  float64      // mean of the metric that is minimised
	tight Tight        // the objective that is the furthest on its way to its bound
	means []float64    // by objective: the largest mean over the what-ifs
	where []string     // by objective: the what-if that it is of; "": the scenario itself
	noise float64      // standard deviation of the tight ratio between replications; 0 where there is one only
	tasks int64        // simulated
}

// Tight is an objective, and how far it is on its way to its bound.
type Tight struct {
	Metric string  `json:"metric"`
	WhatIf string  `json:"what_if,omitempty"` // under which it is; "": the scenario as it is
	Ratio  float64 `json:"ratio"`             // mean of the value / bound; beyond 1 it is broken
}

// n returns the number of replications.
func (s *candidate) n() int { return len(s.runs[0].out) }

// logHash combines the hashes of its worlds, the scenario as it is first.
func (s *candidate) logHash() string {
	var logs []string
	for _, c := range s.runs {
		logs = append(logs, logHashOf(c.out))
	}
	return hashTogether(logs)
}

// candidate returns the candidate of a point, loading it if it is new.
func (t *tuning) candidate(p int) (*candidate, error) {
	if s := t.candidates[p]; s != nil {
		return s, nil
	}
	cfg, _, err := t.space.Load(p)
	if err != nil {
		return nil, err
	}
	s := &candidate{point: p}
	add := func(cfg *model.Config) {
		s.runs = append(s.runs, &contender{
			Entrant: Entrant{Policy: "", Config: cfg}, meter: &meter{},
			study: &study{cfg: cfg, opt: t.opt.Options, simulate: t.simulate, bill: t.bill},
		})
	}
	add(cfg)
	for _, w := range t.opt.WhatIfs {
		changed := *cfg // Apply copies what it changes
		w.Apply(&changed)
		add(&changed)
	}
	s.runs[0].also = s.runs[1:]
	t.candidates[p] = s
	t.order = append(t.order, s)
	return s, nil
}

// sample sees to it that every setting of the list has n replications, those of
// all settings side by side. It returns ctx.Err() if ctx ended it; what was
// complete before stays.
func (t *tuning) sample(ctx context.Context, list []*candidate, n int) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	open := make(chan struct{}, t.opt.workers()+1)
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	for i, s := range list {
		missing := n - s.n()
		if missing <= 0 {
			continue
		}
		open <- struct{}{}
		if within.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-open }()
			if errs[i] = guarded(func() error { return s.sample(within, n) }); errs[i] != nil {
				cancel()
			}
			t.bar.done(len(s.runs) * missing)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil && within.Err() != err { // those that another error cancelled say nothing
			return err
		}
	}
	for _, s := range list {
		if err := t.weigh(s); err != nil {
			return err
		}
	}
	return nil
}

// sample sees to it that the setting has n replications, under each what-if.
func (s *candidate) sample(ctx context.Context, n int) error {
	c := s.runs[0]
	if len(c.out) == 0 {
		return c.begin(ctx, n)
	}
	return c.sample(ctx, n)
}

// weigh takes the means of what a setting is judged by.
func (t *tuning) weigh(s *candidate) error {
	s.cost, s.tight = 0, Tight{}
	s.means, s.where = make([]float64, len(t.promises)), make([]string, len(t.promises))
	nominal := s.runs[0]
	for i := range nominal.out {
		x, err := nominal.observed(&nominal.out[i], t.metric)
		if err != nil {
			return fmt.Errorf("setting %s, replication %d: %w", t.label(s.point), i, err)
		}
		s.cost += x / float64(len(nominal.out))
	}
	for k, p := range t.promises {
		for i, c := range s.runs {
			if m := c.mean(p.Metric); i == 0 || m > s.means[k] {
				s.means[k], s.where[k] = m, t.whatIf(i)
			}
		}
		if r := ratio(s.means[k], p.Value); k == 0 || r > s.tight.Ratio {
			s.tight = Tight{Metric: p.Metric, WhatIf: s.where[k], Ratio: r}
		}
	}
	s.noise = t.noiseOf(s)
	s.tasks = s.count(s.n())
	return nil
}

// count returns how many tasks the first n replications have, under what-ifs too.
func (s *candidate) count(n int) int64 {
	var tasks int64
	for _, c := range s.runs {
		for i := range c.out[:min(n, len(c.out))] {
			for k := range c.out[i].run.Classes {
				tasks += c.out[i].run.Classes[k].Arrived
			}
		}
	}
	return tasks
}

// whatIf names the i-th world of a candidate; "" is the scenario as it is.
func (t *tuning) whatIf(i int) string {
	if i == 0 {
		return ""
	}
	return t.opt.WhatIfs[i-1].Name
}

// mean returns the mean of a metric over the replications that have it; 0 where
// none has: no task of the class, no promise broken.
func (c *contender) mean(metric string) float64 {
	sum, n := 0.0, 0
	for i := range c.out {
		if x, err := c.observed(&c.out[i], metric); err == nil {
			sum += x
			n++
		}
	}
	return sum / float64(max(1, n))
}

// noiseOf returns the standard deviation of the objective that is tight.
func (t *tuning) noiseOf(s *candidate) float64 {
	for i, c := range s.runs {
		if t.whatIf(i) != s.tight.WhatIf {
			continue
		}
		var xs []float64
		for k := range c.out {
			if x, err := c.observed(&c.out[k], s.tight.Metric); err == nil {
				xs = append(xs, x)
			}
		}
		if len(xs) < 2 || s.tight.Ratio == 0 {
			return 0
		}
		mean, se := meanAndError(xs)
		if mean == 0 {
			return 0
		}
		return se / mean * s.tight.Ratio * math.Sqrt(float64(len(xs)))
	}
	return 0
}

// merit orders settings by their cost, dearer the further they are from
// keeping their objectives: broken by a tenth costs as much as half of what is
// usual more. What few replications say of that is uncertain: doubt is how many
// standard errors of the ratio count against the setting, or, negative, for it.
// noise is the standard deviation of a ratio where the setting has none of its
// own.
func (s *candidate) merit(cost, usual, noise, doubt float64) float64 {
	const steep = 5
	if s.noise > 0 {
		noise = s.noise
	}
	ratio := s.tight.Ratio + doubt*noise/math.Sqrt(float64(max(1, s.n())))
	return cost + steep*max(0, ratio-1)*max(usual, math.Abs(cost))
}
