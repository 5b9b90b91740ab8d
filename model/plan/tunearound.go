package plan

import (
	"cmp"
	"context"
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
	Ruled   string  `json:"ruled,omitempty"` // why it was not run: "not valid", or the objective that a formula rules out
	Tight   Tight   `json:"tight"`           // the objective that is the furthest on its way to its bound
	Cost    float64 `json:"cost"`            // as that of Tried
	Runs    int     `json:"replications"`    // 0: it was not run
}

// aroundRuns is how often a value is run to see whether the objectives hold; where
// that leaves it open, more often: up to as often as the best setting, if that is
// more than twice as often, and if the budget has room beside the knobs that follow.
const aroundRuns = 10

// around tries each knob on both sides of the best setting, in steps that
// double, up to the first value that breaks an objective, and then looks for the
// last that does not. Words have no sides: all are tried.
func (t *tuning) around(ctx context.Context) error {
	if t.stopped || t.out.Best == nil || t.out.Outcome == TournamentNone {
		return nil
	}
	at := t.space.Knobs.At(t.out.Best.Point)
	for axis := range t.space.Knobs {
		t.bar.plan(4 * aroundRuns * (1 + len(t.opt.WhatIfs)) * (len(t.space.Knobs) - axis))
		r := Reach{Knob: t.space.Knobs[axis].Key, At: at[axis], Low: at[axis], High: at[axis]}
		var err error
		if t.space.Knobs[axis].Numbers == nil {
			err = t.words(ctx, &r, axis, at)
		} else if err = t.walk(ctx, &r, axis, at, -1); err == nil {
			err = t.walk(ctx, &r, axis, at, 1)
		}
		if err != nil || t.stopped {
			return err
		}
		slices.SortFunc(r.Probes, func(a, b Probe) int { return cmp.Compare(a.Value, b.Value) })
		t.out.Around = append(t.out.Around, r)
	}
	return nil
}

// words tries every other word.
func (t *tuning) words(ctx context.Context, r *Reach, axis int, at []int) error {
	for v := range t.space.Knobs[axis].Values {
		if v == at[axis] {
			continue
		}
		if _, err := t.probe(ctx, r, axis, at, v); err != nil || t.stopped {
			return err
		}
	}
	return nil
}

// walk tries the values on one side: first away from the best setting, then
// between the last that keeps the objectives and the first that does not.
func (t *tuning) walk(ctx context.Context, r *Reach, axis int, at []int, way int) error {
	far := at[axis] // steps from the best setting to the end
	if way > 0 {
		far = len(t.space.Knobs[axis].Values) - 1 - far
	}
	good, bad := 0, far+1
	for step := 1; good < far && bad > far; step = min(2*step, far) {
		met, err := t.probe(ctx, r, axis, at, at[axis]+way*step)
		if err != nil || t.stopped {
			return err
		}
		if met {
			good = step
		} else {
			bad = step
		}
	}
	for bad <= far && bad-good > 1 {
		middle := (good + bad) / 2
		met, err := t.probe(ctx, r, axis, at, at[axis]+way*middle)
		if err != nil || t.stopped {
			return err
		}
		if met {
			good = middle
		} else {
			bad = middle
		}
	}
	r.Low, r.High = min(r.Low, at[axis]+way*good), max(r.High, at[axis]+way*good)
	return nil
}

// probe runs the best setting with another value of one knob, and says whether
// every objective is kept.
func (t *tuning) probe(ctx context.Context, r *Reach, axis int, at []int, v int) (bool, error) {
	other := slices.Clone(at)
	other[axis] = v
	point := t.space.Knobs.Point(other)
	if !t.valid[point] {
		r.Probes = append(r.Probes, Probe{Value: v, Outcome: NotMet, Ruled: t.ruled[point], Tight: Tight{Metric: t.ruled[point]}})
		return false, nil
	}
	s, err := t.candidate(point)
	if err != nil {
		return false, err
	}
	outcome, most := "", max(2*aroundRuns, t.out.Best.Runs)
	for n := aroundRuns; outcome == "" || outcome == Undecided; n = min(2*n, most) {
		if outcome != "" && (s.n() >= most || t.exhausted(n-s.n()+t.walks(axis), 1)) {
			break
		}
		if err := t.trySettings(ctx, []*candidate{s}, n); err != nil || t.stopped {
			return false, err
		}
		if outcome, _, err = s.runs[0].judge(t.promises, t.out.Confidence); err != nil {
			return false, err
		}
	}
	r.Probes = append(r.Probes, Probe{Value: v, Outcome: outcome, Tight: s.tight, Runs: s.n()})
	return outcome == Met, nil
}

// pointAt is the best setting with another value of one knob.
func (t *tuning) pointAt(axis, value int) int {
	at := t.space.Knobs.At(t.out.Best.Point)
	at[axis] = value
	return t.space.Knobs.Point(at)
}

// conclude fills in what the candidates say together.
func (t *tuning) conclude() {
	slices.SortFunc(t.order, func(a, b *candidate) int { return cmp.Compare(a.point, b.point) })
	sp := &t.out.Spent
	valid, fair := len(t.left()), t.fairCosts()
	var logs []string
	for _, s := range t.order {
		sp.Replications += s.n() * len(s.runs)
		sp.Tasks += s.tasks
		t.out.Tried = append(t.out.Tried, Tried{Point: s.point, Replications: s.n(), Cost: fair[s], Tight: s.tight, LogHash: s.logHash()})
		logs = append(logs, s.logHash())
	}
	for axis, r := range t.out.Around {
		for i := range r.Probes {
			if s := t.candidates[t.pointAt(axis, r.Probes[i].Value)]; s != nil {
				r.Probes[i].Cost = fair[s]
			}
		}
	}
	t.out.LogHash = hashTogether(logs)
	sp.Simulated, sp.PassedOver = len(t.order), valid-len(t.order)
	sp.First = t.opt.First
	if sp.Replications > 0 {
		exhaustive := (sp.Settings - sp.Invalid) * t.opt.First * (1 + len(t.opt.WhatIfs))
		sp.Share = float64(sp.Replications) / float64(exhaustive)
	}
	slices.SortStableFunc(t.reasons, func(a, b Counted) int { return cmp.Compare(b.Count, a.Count) })
	t.out.Rejected = append(t.out.Rejected, t.reasons...)
	t.out.Front = front(t.out.Tried)
	t.out.Interrupted = t.stopped
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
		return cmp.Or(cmp.Compare(tried[a].Cost, tried[b].Cost), cmp.Compare(tried[a].Tight.Ratio, tried[b].Tight.Ratio), cmp.Compare(a, b))
	})
	list := []int{}
	for _, i := range by {
		if len(list) == 0 || tried[i].Tight.Ratio < tried[list[len(list)-1]].Tight.Ratio {
			list = append(list, i)
		}
	}
	return list
}
