package plan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Reach is how far one knob may move from the best setting, the others as they
// are.
type Reach struct {
	Knob   string  `json:"knob"`
	At     int     `json:"at"`     // the best setting's value, by its index in the knob's Values
	Low    int     `json:"low"`    // the first and last value next to it …
	High   int     `json:"high"`   // … up to which every value tried keeps all objectives
	Probes []Probe `json:"probes"` // the values tried, in order
}

// Probe is one value of a knob that was tried.
type Probe struct {
	Value   int     `json:"value"` // its index
	Outcome string  `json:"outcome"`
	Breaks  string  `json:"breaks,omitempty"` // the objective that is broken or in doubt
	Ratio   float64 `json:"ratio"`            // of that objective, or the tightest, to its bound
	Cost    float64 `json:"cost"`
	Runs    int     `json:"replications"`
}

// aroundRuns is how often a value is run to see whether the objectives hold.
const aroundRuns = 10

// around tries each knob on both sides of the best setting, in steps that
// double, up to the first value that breaks an objective. Words have no sides:
// all are tried.
func (t *tuning) around(ctx context.Context) error {
	if t.stopped || t.out.Best == nil || t.out.Outcome == TournamentNone {
		return nil
	}
	at := t.space.Knobs.At(t.out.Best.Point)
	for axis := range t.space.Knobs {
		r := Reach{Knob: t.space.Knobs[axis].Key, At: at[axis], Low: at[axis], High: at[axis]}
		for _, way := range []int{-1, 1} {
			if err := t.walk(ctx, &r, axis, at, way); err != nil {
				return err
			}
		}
		if t.stopped {
			return nil
		}
		slices.SortFunc(r.Probes, func(a, b Probe) int { return cmp.Compare(a.Value, b.Value) })
		t.out.Around = append(t.out.Around, r)
	}
	return nil
}

// walk tries the values on one side.
func (t *tuning) walk(ctx context.Context, r *Reach, axis int, at []int, way int) error {
	knob := &t.space.Knobs[axis]
	words, open := knob.Numbers == nil, true
	for step := 1; ; step = next(step, words) {
		v := at[axis] + way*step
		if v < 0 || v >= len(knob.Values) {
			return nil
		}
		p, ok, err := t.probe(ctx, axis, at, v)
		if err != nil || t.stopped {
			return err
		}
		if !ok { // not a valid setting, or ruled out by a formula
			p = Probe{Value: v, Outcome: NotMet, Breaks: "ruled out without a run"}
		}
		r.Probes = append(r.Probes, p)
		open = open && p.Outcome == Met
		switch {
		case open:
			r.Low, r.High = min(r.Low, v), max(r.High, v)
		case !words:
			return nil
		}
	}
}

func next(step int, words bool) int {
	if words {
		return step + 1
	}
	return 2 * step
}

// probe runs the best setting with another value of one knob.
func (t *tuning) probe(ctx context.Context, axis int, at []int, v int) (Probe, bool, error) {
	other := slices.Clone(at)
	other[axis] = v
	point := t.space.Knobs.Point(other)
	if !t.valid[point] {
		return Probe{}, false, nil
	}
	s, err := t.candidate(point)
	if err != nil {
		return Probe{}, false, err
	}
	if err := t.trySettings(ctx, []*candidate{s}, aroundRuns); err != nil || t.stopped {
		return Probe{}, false, err
	}
	outcome, tightest, err := s.runs[0].judge(t.promises, t.out.Confidence)
	if err != nil {
		return Probe{}, false, err
	}
	p := Probe{Value: v, Outcome: outcome, Ratio: s.ratio, Cost: s.cost, Runs: s.n()}
	if outcome != Met && tightest != nil {
		p.Breaks = tightest.Metric
	}
	return p, true, nil
}

// conclude fills in what the candidates say together.
func (t *tuning) conclude() {
	slices.SortFunc(t.order, func(a, b *candidate) int { return cmp.Compare(a.point, b.point) })
	sp := &t.out.Spent
	valid := len(t.left())
	for _, s := range t.order {
		sp.Replications += s.n() * len(s.runs)
		sp.Tasks += s.tasks
		t.out.Tried = append(t.out.Tried, Tried{Point: s.point, Replications: s.n(), Cost: s.cost, Ratio: s.ratio, Worst: s.worst})
	}
	sp.Simulated, sp.PassedOver = len(t.order), valid-len(t.order)
	if sp.Replications > 0 {
		exhaustive := (sp.Settings - sp.Invalid) * t.opt.First * (1 + len(t.opt.WhatIfs))
		sp.Share = float64(sp.Replications) / float64(exhaustive)
	}
	slices.SortStableFunc(t.reasons, func(a, b Counted) int { return cmp.Compare(b.Count, a.Count) })
	t.out.Rejected = append(t.out.Rejected, t.reasons...)
	t.out.Front = front(t.out.Tried)
	t.out.Interrupted = t.stopped
	if t.out.Outcome == TournamentNone {
		t.obstacles()
	}
	t.binds()
}

// front lists the settings that no other beats in both cost and ratio, the
// cheapest first.
func front(tried []Tried) []int {
	by := make([]int, len(tried))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(a, b int) int {
		return cmp.Or(cmp.Compare(tried[a].Cost, tried[b].Cost), cmp.Compare(tried[a].Ratio, tried[b].Ratio), cmp.Compare(a, b))
	})
	list := []int{}
	for _, i := range by {
		if len(list) == 0 || tried[i].Ratio < tried[list[len(list)-1]].Ratio {
			list = append(list, i)
		}
	}
	return list
}

// obstacles finds, for each objective, the least bound that a setting would have
// kept that keeps the others.
func (t *tuning) obstacles() {
	for k, p := range t.promises {
		o := Obstacle{Metric: p.Metric, Bound: p.Value}
		for _, s := range t.order {
			others := s.means[k] > p.Value
			for l, q := range t.promises {
				others = others && (l == k || s.means[l] <= q.Value)
			}
			if others && (o.Relaxed == nil || s.means[k] < *o.Relaxed) {
				o.Relaxed = figure(s.means[k])
				o.Settings = t.space.Knobs.Settings(s.point)
			}
		}
		broken := !slices.ContainsFunc(t.order, func(s *candidate) bool { return s.means[k] <= p.Value })
		if o.Relaxed != nil || broken {
			t.out.Obstacles = append(t.out.Obstacles, o)
		}
	}
}

// tight is the share of its bound, or of its slots, from which on something is
// said to bind.
const tight = 0.8

// binds says what keeps the best setting from being cheaper.
func (t *tuning) binds() {
	if t.out.Best == nil {
		return
	}
	s := t.candidates[t.out.Best.Point]
	for k, p := range t.promises {
		if r := ratio(s.means[k], p.Value); r >= tight {
			t.out.Binds = append(t.out.Binds, fmt.Sprintf("%s is at %.0f%% of its bound", p.Metric, 100*r))
		}
	}
	c := s.runs[0]
	r := c.figures(c.out, t.out.Confidence)
	for _, share := range []struct {
		value Estimate
		text  string
	}{
		{r.Legacy.Utilization, "the legacy system is busy for %.0f%% of its slots and time"},
		{r.Worker.Busy, "the worker is busy for %.0f%% of its concurrency and time"},
	} {
		if v := share.value.Value; v != nil && *v >= tight {
			t.out.Binds = append(t.out.Binds, fmt.Sprintf(share.text, 100**v))
		}
	}
}
