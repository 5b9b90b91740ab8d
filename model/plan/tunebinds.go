package plan

// nearBound is the share of its bound, or of its slots, from which on something
// is said to bind.
const nearBound = 0.8

// binds says what keeps the best setting from being cheaper: what is close to
// its bound or full, and which cheaper values of a knob break an objective or save
// too little to matter.
func (t *tuning) binds() {
	if t.out.Best == nil {
		return
	}
	s := t.candidates[t.out.Best.Point]
	for k, p := range t.promises {
		if r := ratio(s.means[k], p.Value); r >= nearBound {
			t.out.Binds = append(t.out.Binds, Bind{Tight: Tight{Metric: p.Metric, WhatIf: s.where[k], Ratio: r}})
		}
	}
	for i, c := range s.runs {
		r := c.figures(c.out, t.out.Confidence)
		for _, share := range []Figure{{"legacy.utilization", r.Legacy.Utilization}, {"worker.busy", r.Worker.Busy}} {
			if v := share.Estimate.Value; v != nil && *v >= nearBound {
				t.out.Binds = append(t.out.Binds, Bind{Tight: Tight{Metric: share.Path, WhatIf: t.whatIf(i), Ratio: *v}})
			}
		}
	}
	for axis, r := range t.out.Around {
		for _, p := range r.Probes {
			if p.Runs == 0 {
				continue
			}
			if saves := t.saved(s, &p, axis); *saves.Low > 0 {
				t.out.Binds = append(t.out.Binds, Bind{Tight: p.Tight, Knob: r.Knob, Value: t.space.Knobs[axis].Values[p.Value], Saves: &saves, Outcome: p.Outcome})
			}
		}
	}
}

// saved returns what another value of a knob saves against the best setting, over
// the replications that both have.
func (t *tuning) saved(best *candidate, p *Probe, axis int) Estimate {
	a, _ := best.runs[0].all(t.metric) // weigh has seen them all
	b, _ := t.candidates[t.pointAt(axis, p.Value)].runs[0].all(t.metric)
	return pairs(a, b, t.out.Confidence)
}
