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
	if len(t.order) > 0 && !t.stopped {
		t.bar.plan(t.expect(t.ahead(finalists)))
		if err := t.trySettings(ctx, t.best(semifinal), semiRuns); err != nil {
			return err
		}
		if err := t.polish(ctx); err != nil {
			return err
		}
	}
	list := t.finalists()
	if len(list) > 0 && !t.stopped {
		t.bar.plan(t.expect(t.ahead(len(list))))
		if err := t.trySettings(ctx, list, t.opt.First); err != nil {
			return err
		}
	}
	switch {
	case t.stopped:
		return t.provisional()
	case len(list) == 0:
		t.out.Outcome = TournamentNone
		t.out.Why = "no setting was left to run: none is valid"
		return nil
	}
	return t.play(ctx, list)
}

// finalists lists the settings of most merit, only a few of them hopeless, and
// the one that keeps its objectives with the most room.
func (t *tuning) finalists() []*candidate {
	lost := 0
	list := slices.DeleteFunc(t.best(finalists), func(s *candidate) bool {
		if t.hopeless(s.point) {
			lost++
		}
		return t.hopeless(s.point) && lost > forlorn
	})
	var safest *candidate
	for _, s := range t.order {
		if safest == nil || s.tight.Ratio < safest.tight.Ratio || t.closerLost(s, safest) {
			safest = s
		}
	}
	if safest != nil && !slices.Contains(list, safest) {
		list = append(list[:min(len(list), finalists-1):finalists-1], safest)
	}
	return list
}

// play runs the tournament and takes its outcome over.
func (t *tuning) play(ctx context.Context, list []*candidate) error {
	cup := &tournament{cfg: t.cfg, promises: t.promises, always: true,
		opt:   TournamentOptions{Options: t.opt.Options, First: t.opt.First, Most: t.opt.Most},
		meter: meter{}}
	cup.closer = t.closer
	cup.enough = func(more int) bool {
		short := t.finalExhausted(more)
		t.short = t.short || short
		return short
	}
	cup.told = func(ran, left int) {
		t.bar.done(ran * t.worlds())
		left *= t.worlds() // if chance is at its worst
		left /= 3
		if !t.opt.All {
			left = min(left, max(0, t.budget-t.spent()))
		}
		t.bar.plan(left + t.ahead(0))
	}
	for _, s := range list {
		s.runs[0].Policy = t.label(s.point)
		cup.contenders = append(cup.contenders, s.runs[0])
	}
	cup.begin()
	cup.out.By, cup.out.Metric, cup.out.Within, cup.out.Largest = t.metric, t.metric, t.opt.Within, false
	if err := t.keepers(ctx, cup); err != nil {
		return err
	}
	if !slices.ContainsFunc(cup.contenders, func(c *contender) bool { return c.keeps != NotMet }) {
		cup.opt.Most = cup.opt.First // which of those that break an objective is the closest is worth no more
	}
	if err := cup.rank(ctx); err != nil {
		return err
	}
	t.stopped = t.stopped || cup.stopped
	t.out.Outcome, t.out.Delta = TournamentBest, cup.out.Delta
	if cup.out.Outcome == TournamentNone {
		t.out.Outcome = TournamentNone
	}
	for i := range cup.out.Standings {
		st := &cup.out.Standings[i]
		s := t.order[slices.IndexFunc(t.order, func(s *candidate) bool { return s.runs[0].Policy == st.Policy })]
		standing := st.Standing
		if standing == Undecided && cup.decided { // the selection knows more than one interval
			standing = StandsEqual
			if st.ScreenedAt > 0 {
				standing = StandsBack
			}
		}
		choice, err := t.choice(s, standing)
		if err != nil {
			return err
		}
		choice.Behind = st.Behind
		if choice.Aside == AsideDear {
			t.dearWords(choice, s, cup)
		}
		if st.Standing == StandsBest {
			t.out.Best = choice
			continue
		}
		t.out.Others = append(t.out.Others, choice)
	}
	t.verdict()
	if rest := len(t.promising(cup, t.fairCosts())); t.out.Outcome == TournamentNone && rest > 0 {
		t.out.Outcome = Undecided
		t.out.Why = fmt.Sprintf("every finalist breaks an objective, but %d settings that were run a few times only seem to keep them all; %s", rest, t.out.Why)
	}
	return nil
}

// label names a setting.
func (t *tuning) label(p int) string { return strings.Join(t.space.Knobs.Set(p), " ") }

// choice describes a finalist.
func (t *tuning) choice(s *candidate, standing string) (*Choice, error) {
	if err := t.weigh(s); err != nil { // it may have run more often since
		return nil, err
	}
	c := s.runs[0]
	ch := &Choice{Point: s.point, Settings: t.space.Knobs.Settings(s.point), Standing: standing, Tight: s.tight, Aside: c.aside, Keeps: c.keeps, Runs: len(c.out)}
	r := c.figures(c.out, t.out.Confidence)
	ch.Monthly = r.Cost.Monthly
	var err error
	if ch.Cost, err = r.Lookup(t.metric); err != nil {
		return nil, err
	}
	if ch.Objectives, err = judge(r, t.promises); err != nil {
		return nil, err
	}
	for i, also := range c.also {
		u := Under{WhatIf: t.opt.WhatIfs[i].Name}
		if u.Objectives, err = judge(also.figures(also.out, t.out.Confidence), t.promises); err != nil {
			return nil, err
		}
		ch.Under = append(ch.Under, u)
	}
	switch c.aside {
	case AsideOpen:
		ch.Standing = Undecided
	case AsideDear:
		ch.Standing = StandsBack
	}
	ch.Lost = t.lost(ch, c)
	return ch, nil
}

// lost says why a finalist is not the best.
func (t *tuning) lost(ch *Choice, c *contender) string {
	under := ""
	if ch.Tight.WhatIf != "" {
		under = " under " + ch.Tight.WhatIf
	}
	switch {
	case c.aside == AsideEdge:
		return "is too close to the bound of " + ch.Tight.Metric + under + " to tell on which side it is"
	case c.aside == AsideOpen:
		return "may keep every objective, and may not: " + ch.Tight.Metric + under + " is " + farFrom(ch.Tight.Ratio)
	case c.aside == AsideDear:
		return "saves too little to matter; whether it keeps " + ch.Tight.Metric + under + " was left open"
	case ch.Standing == StandsOut:
		return "does not keep " + ch.Tight.Metric + under
	case ch.Standing == StandsEqual && t.out.Outcome == TournamentNone:
		return "is as close to the bound that it misses by most; " + asCloseFirst + " decides among such settings"
	case ch.Standing == StandsEqual:
		return "is as good for what matters"
	case ch.Standing == StandsBack && t.out.Outcome == TournamentNone:
		return "is further beyond a bound, of " + ch.Tight.Metric + under
	case ch.Standing == StandsBack:
		return "costs more"
	case ch.Standing == Undecided:
		return "is not told apart from the best"
	}
	return ""
}

// dearWords says of a finalist that saves too little to matter what it is for
// certain: the same as the best, where every run that both have is the same, or
// dearer, or at least not cheaper.
func (t *tuning) dearWords(ch *Choice, s *candidate, cup *tournament) {
	best := cup.contenders[slices.IndexFunc(cup.contenders, func(c *contender) bool { return c.Policy == cup.out.Best })]
	switch {
	case ch.Behind.Low != nil && *ch.Behind.Low == 0 && *ch.Behind.High == 0 && sameRuns(s.runs[0], best):
		ch.Standing, ch.Lost = StandsEqual, "did the same as the best in every replication that both have"
	case ch.Behind.Low != nil && *ch.Behind.Low > 0:
		ch.Lost = "costs more"
	case ch.Behind.Low != nil && *ch.Behind.Low == 0:
		ch.Lost = "saves nothing"
	}
}

// sameRuns reports whether every event of the replications that two settings both
// have is the same, under the what-ifs too.
func sameRuns(a, b *contender) bool {
	for i := range min(len(a.out), len(b.out)) {
		if a.out[i].run.LogHash != b.out[i].run.LogHash {
			return false
		}
	}
	for i := range a.also {
		if !sameRuns(a.also[i], b.also[i]) {
			return false
		}
	}
	return true
}

// farFrom says where a figure is that leaves its objective open.
func farFrom(ratio float64) string {
	if ratio > 1.5 {
		return "far beyond its bound in a few replications"
	}
	return "near its bound"
}

// verdict says in words what the final found.
func (t *tuning) verdict() {
	count := func(is func(*Choice) bool) (n int) {
		for _, o := range t.out.Others {
			if is(o) {
				n++
			}
		}
		return n
	}
	equal := count(func(o *Choice) bool { return o.Standing == StandsEqual })
	cheaper := count((*Choice).mayBeCheaper)
	open := count(func(o *Choice) bool { return o.Standing == Undecided }) - cheaper
	var why []string
	if t.stopped && t.out.Outcome != TournamentNone {
		t.out.Outcome = Undecided
		why = append(why, "interrupted before the final was over: the best is what was ahead")
	}
	if t.out.Outcome == TournamentNone {
		t.noneVerdict(equal)
		return
	}
	if t.promised() == Undecided {
		t.out.Outcome = Undecided
		told := fmt.Sprintf("%d replications do not tell whether it keeps every objective", t.out.Best.Runs)
		if t.grounds != "" {
			told += ": " + t.grounds
		}
		why = append(why, told)
	}
	if cheaper > 0 {
		t.out.Outcome = Undecided
		why = append(why, others(cheaper)+" may keep every objective and cost less")
	}
	if open > 0 {
		why = append(why, others(open)+" may keep every objective, but would not cost less")
	}
	if t.short && t.out.Outcome == Undecided {
		why = append(why, fmt.Sprintf("the final ended with its budget of %d replications", t.finalBudget()))
	}
	if equal > 0 {
		why = append(why, others(equal)+" as good for what matters")
	}
	if t.out.Edge > 0 {
		why = append(why, others(t.out.Edge)+" left out, too close to a bound to tell")
	}
	t.out.Why = strings.Join(why, "; ")
}

// mayBeCheaper reports whether a finalist that is not told apart from the best, or
// of which it is open whether it keeps every objective, may cost less than the best.
func (ch *Choice) mayBeCheaper() bool {
	return ch.Standing == Undecided && (ch.Behind.Low == nil || *ch.Behind.Low < 0)
}

// replications counts them.
func replications(n int) string {
	if n == 1 {
		return "1 replication"
	}
	return fmt.Sprintf("%d replications", n)
}

// leastToJudge is how many replications it takes at least to say of a setting on
// which side of a bound it is; the search begins with one.
const leastToJudge = 5

// leaveOpen takes back what too few replications say of the objectives.
func (ch *Choice) leaveOpen() {
	if ch.Runs >= leastToJudge {
		return
	}
	for _, a := range ch.Asserts() {
		a.Outcome = Undecided
	}
}

// others counts finalists.
func others(n int) string {
	if n == 1 {
		return "one of the other finalists"
	}
	return fmt.Sprintf("%d of the other finalists", n)
}

// promised says whether the best setting keeps its objectives, as the final
// found.
func (t *tuning) promised() string { return t.candidates[t.out.Best.Point].runs[0].keeps }

// provisional names the setting that was ahead when the tuning was interrupted.
func (t *tuning) provisional() error {
	t.out.Outcome = Undecided
	list := t.finalists()
	if len(list) == 0 {
		t.out.Why = "interrupted before any setting had run"
		return nil
	}
	for i, s := range list {
		ch, err := t.choice(s, Undecided)
		if err != nil {
			return err
		}
		ch.leaveOpen()
		if i == 0 {
			ch.Lost = ""
			t.out.Best = ch
			continue
		}
		t.out.Others = append(t.out.Others, ch)
	}
	best := t.out.Best
	keeps := "it seems to keep every objective"
	if best.Tight.Ratio > 1 {
		keeps = "it seems to break " + best.Tight.Metric
	}
	t.out.Why = fmt.Sprintf("interrupted during the search, with %d settings run: the setting that is ahead has %s, and %s; nothing is guaranteed", len(t.order), replications(best.Runs), keeps)
	return nil
}
