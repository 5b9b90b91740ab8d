package plan

import (
	"context"
	"slices"
)

// obstacles finds, for each objective, the least bound that a setting would have
// kept that keeps the others. The least of many means over a run or two is too
// small: a setting is believed only once it has run as often as a finalist.
func (t *tuning) obstacles(ctx context.Context) error {
	if t.out.Outcome != TournamentNone {
		return nil
	}
	for k, p := range t.promises {
		s := t.obstacle(k)
		for ; s != nil && s.n() < t.opt.First && !t.stopped; s = t.obstacle(k) {
			if err := t.trySettings(ctx, []*candidate{s}, t.opt.First); err != nil {
				return err
			}
		}
		o := Obstacle{Metric: p.Metric, Bound: p.Value}
		if s != nil {
			o.Relaxed, o.Settings, o.WhatIf = figure(s.means[k]), t.space.Knobs.Settings(s.point), s.where[k]
			var err error
			if o.Value, err = t.worst(s, k); err != nil {
				return err
			}
		}
		broken := !slices.ContainsFunc(t.order, func(s *candidate) bool { return s.means[k] <= p.Value })
		if s != nil || broken {
			t.out.Obstacles = append(t.out.Obstacles, o)
		}
	}
	return t.joint()
}

// joint finds what every objective that the best setting breaks would have to be,
// where none would do alone.
func (t *tuning) joint() error {
	alone := func(o Obstacle) bool { return o.Relaxed != nil }
	if t.out.Best == nil || slices.ContainsFunc(t.out.Obstacles, alone) {
		return nil
	}
	s := t.candidates[t.out.Best.Point]
	for k, p := range t.promises {
		if s.means[k] <= p.Value {
			continue
		}
		value, err := t.worst(s, k)
		if err != nil {
			return err
		}
		t.out.Joint = append(t.out.Joint, Obstacle{Metric: p.Metric, WhatIf: s.where[k], Bound: p.Value, Relaxed: figure(s.means[k]), Value: value, Settings: t.out.Best.Settings})
	}
	return nil
}

// obstacle returns the setting that breaks the objective k the least, of those
// that break it alone; nil: there is none.
func (t *tuning) obstacle(k int) *candidate {
	var least *candidate
	for _, s := range t.order {
		alone := s.means[k] > t.promises[k].Value
		for l, q := range t.promises {
			alone = alone && (l == k || s.means[l] <= q.Value)
		}
		if alone && (least == nil || s.means[k] < least.means[k]) {
			least = s
		}
	}
	return least
}

// worst estimates an objective of a setting under the what-if where it is worst.
func (t *tuning) worst(s *candidate, k int) (Estimate, error) {
	for i, c := range s.runs {
		if t.whatIf(i) == s.where[k] {
			return c.figures(c.out, t.out.Confidence).Lookup(t.promises[k].Metric)
		}
	}
	return Estimate{}, nil
}
