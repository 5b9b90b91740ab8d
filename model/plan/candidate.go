package plan

import (
	"context"
	"sync"

	"penstock/model"
)

// candidate is a point of a tuning that has been run: the scenario itself, and
// the same under each what-if.
type candidate struct {
	point int
	runs  []*contender // the scenario first
	cost  float64      // mean of the metric that is minimised
	ratio float64      // largest mean of value / bound, over objectives and what-ifs
	worst string       // the objective that it is of
	means []float64    // by objective: the largest mean over the what-ifs
	tasks int64        // simulated
}

// n returns the number of replications.
func (s *candidate) n() int { return len(s.runs[0].out) }

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
		t.bar.done(len(s.runs) * missing)
		wg.Go(func() {
			defer func() { <-open }()
			if errs[i] = s.sample(within, n); errs[i] != nil {
				cancel()
			}
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
	s.cost, s.ratio, s.worst, s.tasks = 0, 0, "", 0
	s.means = make([]float64, len(t.promises))
	nominal := s.runs[0]
	for i := range nominal.out {
		x, err := nominal.observed(&nominal.out[i], t.metric)
		if err != nil {
			return err
		}
		s.cost += x / float64(len(nominal.out))
	}
	for k, p := range t.promises {
		for _, c := range s.runs {
			s.means[k] = max(s.means[k], c.mean(p.Metric))
		}
		if r := ratio(s.means[k], p.Value); s.worst == "" || r > s.ratio {
			s.ratio, s.worst = r, p.Metric
		}
	}
	for _, c := range s.runs {
		for i := range c.out {
			for k := range c.out[i].run.Classes {
				s.tasks += c.out[i].run.Classes[k].Arrived
			}
		}
	}
	return nil
}

// mean returns the mean of a metric over the replications that have it; 0 where
// none has.
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

// merit orders settings by what they cost, dearer the further they are from
// keeping their objectives: broken by a tenth costs as much as half more.
func (s *candidate) merit() float64 {
	const steep = 5
	return s.cost * (1 + steep*max(0, s.ratio-1))
}
