package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// final lets the best settings of the search meet in a tournament. A setting on
// the very edge looks broken as often as kept after a few runs, so the cheapest
// of those that may keep their objectives are in it, and the one that keeps
// them best.
func (t *tuning) final(ctx context.Context) error {
	if len(t.order) == 0 {
		t.out.Outcome = TournamentNone
		t.out.Why = "no setting was left to run: every one is ruled out by a formula, or not valid"
		return nil
	}
	if !t.stopped {
		if err := t.trySettings(ctx, t.best(semifinal), semiRuns); err != nil {
			return err
		}
	}
	list := t.best(finalists)
	cup := &tournament{cfg: t.cfg, promises: t.promises, always: true, stopped: t.stopped,
		opt:   TournamentOptions{Options: t.opt.Options, First: t.opt.First, Most: t.opt.Most},
		meter: meter{}}
	for _, s := range list {
		s.runs[0].Policy = t.label(s.point)
		cup.contenders = append(cup.contenders, s.runs[0])
	}
	cup.opt.gate = nil
	for _, c := range cup.contenders {
		c.study.opt.gate = nil
	}
	if t.stopped {
		return t.provisional(list)
	}
	if err := t.play(ctx, cup, list); err != nil {
		return err
	}
	return nil
}

// play runs the tournament and takes its outcome over.
func (t *tuning) play(ctx context.Context, cup *tournament, list []*candidate) error {
	if err := t.trySettings(ctx, list, t.opt.First); err != nil {
		return err
	}
	if t.stopped {
		return t.provisional(t.best(finalists))
	}
	cup.begin()
	cup.out.By, cup.out.Metric, cup.out.Within, cup.out.Largest = t.metric, t.metric, t.opt.Within, false
	cup.meter.report = func(float64) { t.bar.done(0) }
	if err := cup.keepers(ctx); err != nil {
		return err
	}
	if err := cup.rank(ctx); err != nil {
		return err
	}
	t.stopped = cup.stopped
	t.out.Outcome, t.out.Why, t.out.Delta = cup.out.Outcome, cup.out.Why, cup.out.Delta
	for i := range cup.out.Standings {
		st := &cup.out.Standings[i]
		choice, err := t.choice(st)
		if err != nil {
			return err
		}
		if st.Standing == StandsBest {
			t.out.Best = choice
			continue
		}
		t.out.Others = append(t.out.Others, choice)
	}
	return nil
}

// label names a setting.
func (t *tuning) label(p int) string { return strings.Join(t.space.Knobs.Set(p), " ") }

// choice describes a finalist.
func (t *tuning) choice(st *Standing) (*Choice, error) {
	at := slices.IndexFunc(t.order, func(s *candidate) bool { return t.label(s.point) == st.Policy })
	s := t.order[at]
	point := s.point
	c := s.runs[0]
	if err := t.weigh(s); err != nil { // it has run more often since
		return nil, err
	}
	r := c.figures(c.out, t.out.Confidence)
	ch := &Choice{
		Point: point, Settings: t.space.Knobs.Settings(point), Standing: st.Standing, Behind: st.Behind,
		Runs: len(c.out), Monthly: r.Cost.Monthly,
	}
	var err error
	if ch.Cost, err = r.Lookup(t.metric); err != nil {
		return nil, err
	}
	if ch.Objectives, err = judge(r, t.promises); err != nil {
		return nil, err
	}
	ch.Lost = lost(st)
	return ch, nil
}

// lost says why a finalist is not the best.
func lost(st *Standing) string {
	switch st.Standing {
	case StandsOut:
		if st.Tightest != nil {
			return "does not keep " + st.Tightest.Metric
		}
		return "does not keep its objectives"
	case StandsEqual:
		return "costs the same, for what matters"
	case StandsBack:
		return "costs more"
	case Undecided:
		return "not told apart"
	}
	return ""
}

// provisional names the setting that was ahead when the tuning was interrupted.
func (t *tuning) provisional(list []*candidate) error {
	t.out.Outcome = Undecided
	if len(list) == 0 {
		t.out.Why = "interrupted before any setting had run"
		return nil
	}
	list = slices.Clone(list)
	for i, s := range list {
		ch, err := t.choice(&Standing{Policy: t.label(s.point), Standing: Undecided})
		if err != nil {
			return err
		}
		if i == 0 {
			t.out.Best = ch
			continue
		}
		t.out.Others = append(t.out.Others, ch)
	}
	t.out.Why = fmt.Sprintf("interrupted after %d replications of the setting that is ahead", list[0].n())
	return nil
}
