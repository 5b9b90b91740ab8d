package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// Tune writes the answer of a tuning as tables.
func Tune(w io.Writer, t *plan.Tuning, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	p := paint(opt.Color)
	var b strings.Builder
	lines := func(s string) { b.WriteString(strings.Join(wrap(plain(s), opt.Width), "\n") + "\n") }
	for i, line := range wrap(tuneTitle(t), opt.Width) {
		if i == 0 {
			line = p.bold(line)
		}
		b.WriteString(line + "\n")
	}
	lines(tuneOutcome(t))
	b.WriteString("\n")
	for _, tab := range tuneTables(t) {
		b.WriteString(tab.terminal(opt.Width, p))
	}
	if list := tuneBinds(t); len(list) > 0 {
		b.WriteString(p.bold("What keeps it from being cheaper") + "\n")
		for _, s := range list {
			lines(s)
		}
		b.WriteString("\n")
	}
	for _, s := range tuneEffort(t) {
		lines(s)
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// tuneTables lists the tables of a tuning that have something to show.
func tuneTables(t *plan.Tuning) []*table {
	var list []*table
	if len(t.Obstacles) > 0 && len(t.Tried) > 0 {
		list = append(list, obstacleTable(t))
	}
	if len(t.Joint) > 0 {
		list = append(list, jointTable(t))
	}
	if t.Best != nil {
		list = append(list, promiseTable(t), finalistTable(t))
	}
	if len(t.Around) > 0 {
		list = append(list, reachTable(t))
	}
	if len(t.Rejected) > 0 {
		list = append(list, rejectedTable(t))
	}
	return list
}

// tuneTitle says what was tuned.
func tuneTitle(t *plan.Tuning) string {
	s := fmt.Sprintf("%s: tuned over %s of %s, seed %d, log %s, penstock %s", plain(t.Scenario),
		plural(t.Spent.Settings, "setting"), plural(len(t.Knobs), "knob"), t.Seed, orNone(t.LogHash), plain(t.Version))
	if len(t.WhatIfs) > 0 {
		s += "; objectives kept also under " + strings.Join(t.WhatIfs, ", ")
	}
	return s
}

// settingWords writes a setting as --set takes it.
func settingWords(t *plan.Tuning, point int) string {
	return strings.Join(t.Knobs.Set(point), ", ")
}

// tuneOutcome says what was found, and how sure that is.
func tuneOutcome(t *plan.Tuning) string {
	if t.Best == nil {
		return t.Outcome + ": " + t.Why
	}
	m := measureOf(t.Minimize)
	setting := settingWords(t, t.Best.Point)
	cost := "at " + m.estimate(t.Best.Cost) + " (" + t.Minimize + ")"
	why := ""
	if t.Why != "" {
		why = ". " + sentence(t.Why)
	}
	sure := fmt.Sprintf("%s sure that none of the finalists that keep every objective is better by %s or more (procedure KN)",
		share().write(t.Confidence, 4), m.value(t.Delta))
	switch {
	case t.Outcome == plan.TournamentNone:
		return "no setting keeps every objective. The closest: " + setting + why
	case t.Outcome == plan.Undecided && t.Delta == 0:
		return "undecided; ahead: " + setting + ", " + cost + why
	case t.Outcome == plan.Undecided:
		return "undecided; the best so far: " + setting + ", " + cost + why
	}
	if t.Minimize == "cost.total" && t.Best.Monthly.Value != nil {
		cost += ", " + money().estimate(t.Best.Monthly) + " a month"
	}
	return "best: " + setting + ", " + cost + "; " + sure + why
}

// tightWords writes an objective and how far it is on its way to its bound.
func tightWords(k plan.Tight) string {
	if k.Metric == "" {
		return ""
	}
	return tightAs(k, "")
}

// tightAs writes an objective, how far it is on its way, and of what.
func tightAs(k plan.Tight, of string) string {
	s := shortName(k.Metric) + " at " + ratioWords(k.Ratio) + of
	if k.WhatIf != "" {
		s += " under " + plain(k.WhatIf)
	}
	return s
}

// ratioWords writes a share of a bound: 87%, or ×12 where it is far beyond.
func ratioWords(x float64) string {
	if x >= 10 {
		return "×" + count().value(x)
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}

// promiseTable shows the objectives of the best setting, under each what-if too.
func promiseTable(t *plan.Tuning) *table {
	tab := &table{title: "Its objectives", head: []string{"objective", "bound", "value", "of bound", "outcome"}, align: "lrrrl"}
	if t.Outcome == plan.TournamentNone {
		tab.title = "The objectives of the closest"
	}
	var n notes
	for whatIf, a := range t.Best.Asserts() {
		m, of := measureOf(a.Metric), ""
		if a.Value.Value != nil && a.Bound > 0 {
			of = ratioWords(*a.Value.Value / a.Bound)
		}
		name := underName(a.Metric, whatIf)
		tab.add(name, comparison(a.Op)+" "+m.exact(a.Bound), n.write(m, a.Value, name), of, a.Outcome)
	}
	tab.notes = append(n.lines(), fmt.Sprintf("%s intervals over %s", share().write(t.Confidence, 4), plural(t.Best.Runs, "replication")))
	if s := timedOut(t); s != "" {
		tab.notes = append(tab.notes, s)
	}
	return tab
}

// mostColumns is how many knobs have a column of their own.
const mostColumns = 4

// finalistTable shows the best setting and who came next.
func finalistTable(t *plan.Tuning) *table {
	m := measureOf(t.Minimize)
	tab := &table{title: "The finalists", head: []string{"differs by"}, align: "w", keys: 1}
	own := len(t.Knobs) <= mostColumns
	if own {
		tab.head, tab.align, tab.keys = nil, strings.Repeat("r", len(t.Knobs)), len(t.Knobs)
		for _, k := range t.Knobs {
			tab.head = append(tab.head, columnName(t.Knobs, k.Key))
		}
	}
	what := plain(t.Minimize[strings.LastIndexByte(t.Minimize, '.')+1:])
	tab.head, tab.align = append(tab.head, "standing", what, "worse by", "tightest objective", "runs"), tab.align+"lrrwr"
	add := func(c *plan.Choice, standing, behind string) {
		row := []string{differs(t, c.Point)}
		if own {
			row = nil
			for _, v := range valuesOf(t.Knobs, c.Point) {
				row = append(row, plain(v))
			}
		}
		tab.add(append(row, standing, m.estimate(c.Cost), behind, tightWords(c.Tight), strconv.Itoa(c.Runs))...)
	}
	first := "best"
	if t.Outcome == plan.TournamentNone {
		first = "closest"
	}
	add(t.Best, first, "")
	dear := false
	for _, o := range t.Others {
		dear = dear || o.Aside == plan.AsideDear && standingWords(t, o) == dearWords(t, &plan.Choice{})
		behind := m.estimate(o.Behind)
		if t.Outcome == plan.TournamentNone {
			behind = count().estimate(o.Behind)
		}
		add(o, standingWords(t, o), behind)
	}
	tab.notes = []string{"Worse by: over pairs of replications that meet the same tasks; the intervals hold together. It alone compares: each " + what + " is over a setting's own runs."}
	if t.Outcome == plan.TournamentNone {
		tab.notes[0] = "Worse by: in the largest value / bound, over the what-ifs too and over pairs of replications that meet the same tasks; the intervals hold together."
	}
	if dear {
		tab.notes = append(tab.notes, dearNote(t))
	}
	if len(t.Others) > 0 {
		tab.notes = append(tab.notes, "The runner-up "+shortWhy(t.Others[0])+".")
	}
	return tab
}

// columnName is a key in short: its last part, with the class where another knob
// has the same.
func columnName(g plan.Grid, key string) string {
	last := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
	for _, k := range g {
		if k.Key != key && last(k.Key) == last(key) {
			return knobName(key)
		}
	}
	return strings.ReplaceAll(plain(last(key)), "_", " ")
}

// standingWords says in a word or two why a finalist is not the best.
func standingWords(t *plan.Tuning, o *plan.Choice) string {
	switch {
	case o.Aside == plan.AsideEdge:
		return "at its bound"
	case o.Aside == plan.AsideOpen:
		return "may do"
	case o.Aside == plan.AsideDear:
		return dearWords(t, o)
	case o.Standing == plan.StandsOut:
		return "breaks it"
	case o.Standing == plan.StandsBack && t.Outcome != plan.TournamentNone:
		return "costs more"
	case o.Standing == plan.StandsEqual && t.Outcome == plan.TournamentNone:
		return "as close"
	}
	return plain(o.Standing)
}

// shortWhy says why a finalist is not the best.
func shortWhy(o *plan.Choice) string {
	return strings.ReplaceAll(plain(o.Lost), o.Tight.Metric, shortName(o.Tight.Metric))
}

// differs writes what a setting has other than the best.
func differs(t *plan.Tuning, point int) string {
	var list []string
	best := t.Knobs.At(t.Best.Point)
	for i, v := range t.Knobs.At(point) {
		if v != best[i] {
			list = append(list, plain(t.Knobs[i].Key+"="+t.Knobs[i].Values[v]))
		}
	}
	return strings.Join(list, " ")
}

// reachTable shows how far each knob may move.
func reachTable(t *plan.Tuning) *table {
	tab := &table{title: "How far each knob may move, the others as they are", head: []string{"knob", "best", "may be", "what happens beyond"}, align: "wllw"}
	for i, r := range t.Around {
		knob := &t.Knobs[i]
		may := plain(knob.Values[r.Low] + " to " + knob.Values[r.High])
		if r.Low == r.High {
			may = "only " + plain(knob.Values[r.At])
		}
		if knob.Numbers == nil {
			kept := []string{plain(knob.Values[r.At])}
			for _, p := range r.Probes {
				if p.Outcome == plan.Met {
					kept = append(kept, plain(knob.Values[p.Value]))
				}
			}
			may = strings.Join(kept, ", ")
		}
		tab.add(plain(r.Knob), plain(knob.Values[r.At]), may, beyond(knob, &r))
	}
	tab.notes = []string{reachNote(t)}
	return tab
}

// beyond says what the values next to the range do.
func beyond(knob *plan.Axis, r *plan.Reach) string {
	var list []string
	for _, p := range nearest(r, knob.Numbers == nil) {
		list = append(list, plain(knob.Values[p.Value])+": "+breaks(&p))
	}
	switch {
	case len(knob.Values) == 1:
		return "no other value is offered"
	case len(list) == 0:
		return "nothing: every other value offered will do"
	}
	return strings.Join(list, "; ")
}

// nearest returns the probes that do not keep every objective: of numbers, only
// the one next to the range on each side.
func nearest(r *plan.Reach, words bool) []plan.Probe {
	var list []plan.Probe
	for i, p := range r.Probes {
		switch {
		case p.Outcome == plan.Met:
		case words:
			list = append(list, p)
		case p.Value < r.At && (i+1 == len(r.Probes) || r.Probes[i+1].Value >= r.Low):
			list = append(list, p)
		case p.Value > r.At && (i == 0 || r.Probes[i-1].Value <= r.High):
			list = append(list, p)
		}
	}
	return list
}

// breaks says what a value of a knob does to the objectives.
func breaks(p *plan.Probe) string {
	switch {
	case p.Ruled == "not valid":
		return "not valid"
	case p.Ruled != "":
		return "a formula rules out " + shortName(p.Ruled)
	case p.Outcome == plan.Undecided:
		return fmt.Sprintf("in doubt after %s, with %s", plural(p.Runs, "run"), tightAs(p.Tight, " of its bound"))
	}
	return tightAs(p.Tight, " of its bound")
}

// obstacleTable says what would have to be relaxed.
func obstacleTable(t *plan.Tuning) *table {
	tab := &table{title: "What is in the way: the least relaxation of one objective that would do, the others as they are",
		head: []string{"objective", "bound", "would have to be", "setting"}, align: "lrrw"}
	for _, o := range t.Obstacles {
		relaxed, setting := "no relaxation does", ""
		if o.Relaxed != nil {
			relaxed = relaxedWords(&o)
			var list []string
			for _, a := range t.Knobs {
				list = append(list, plain(a.Key+"="+o.Settings[a.Key]))
			}
			setting = strings.Join(list, " ")
		}
		tab.add(underName(o.Metric, o.WhatIf), measureOf(o.Metric).exact(o.Bound), relaxed, setting)
	}
	tab.notes = []string{"Of the settings that were run; the one shown ran as often as a finalist. Another may do with less: leave some room at the upper end."}
	return tab
}

// jointTable says what would have to be relaxed together.
func jointTable(t *plan.Tuning) *table {
	tab := &table{title: "The relaxation of several objectives that would do together, at the closest setting",
		head: []string{"objective", "bound", "would have to be"}, align: "lrr"}
	for i := range t.Joint {
		o := &t.Joint[i]
		tab.add(underName(o.Metric, o.WhatIf), measureOf(o.Metric).exact(o.Bound), relaxedWords(o))
	}
	tab.notes = []string{"All of them at once, at " + settingWords(t, t.Best.Point) + ". Another setting may need less of one and more of another: leave some room at the upper end."}
	return tab
}

// relaxedWords writes what the bound of an objective would have to be: the metric
// as estimated at the setting that needs the least, where that was run.
func relaxedWords(o *plan.Obstacle) string {
	m := measureOf(o.Metric)
	if o.Value.Value != nil {
		return m.estimate(o.Value)
	}
	return m.value(*o.Relaxed)
}

// underName names an objective and, unless it is "", the what-if.
func underName(metric, whatIf string) string {
	if whatIf == "" {
		return shortName(metric)
	}
	return shortName(metric) + ", " + plain(whatIf)
}

// rejectedTable lists why settings were left out without a run.
func rejectedTable(t *plan.Tuning) *table {
	title := "Left out without a run"
	if t.Spent.Settings == t.Spent.Invalid+t.Spent.Screened {
		title = "What rules every setting out"
	}
	tab := &table{title: title, head: []string{"settings", "reason"}, align: "rw"}
	for _, r := range t.Rejected {
		tab.add(strconv.Itoa(r.Count), plain(r.Reason))
	}
	return tab
}
