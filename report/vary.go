package report

import (
	"fmt"
	"io"
	"strings"

	"penstock/model/plan"
)

// Variations writes what a scenario depends on: each other setting of an open
// rule that changes something, and those that do not in a line.
func Variations(w io.Writer, v *plan.Variations, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	var b strings.Builder
	header(&b, v.Base(), opt)
	b.WriteString(variationTable(v).terminal(opt.Width, paint(opt.Color)))
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// variationTable has a row for each change.
func variationTable(v *plan.Variations) *table {
	t := &table{title: "What comes out otherwise under other settings of what AWS leaves open, with the same seeds",
		head: []string{"setting, and what it changes", "as it is", "then"}, align: "lll"}
	var same, invalid, fixed []string
	conclusions, reversals, metrics, ran := 0, 0, 0, 0
	for _, x := range v.Varied {
		if x.Invalid != "" {
			invalid = append(invalid, plain(x.Name)+" "+plain(x.Other)+" ("+plain(x.Invalid)+")")
			continue
		}
		ran++
		if len(x.Changes) > 0 {
			t.add(plain(x.Name)+":", plain(x.Setting), plain(x.Other))
		}
		concludes, reverses := false, false
		for i := range x.Changes {
			c := &x.Changes[i]
			concludes, reverses = concludes || c.Conclusion(), reverses || c.Reverses()
			from, to := changeCells(c)
			t.add("  "+changeText(c), from, to)
		}
		if reverses {
			reversals++
		}
		switch {
		case concludes:
			conclusions++
		case len(x.Changes) > 0:
			metrics++
		default:
			same = append(same, plain(x.Name)+" "+plain(x.Other))
		}
	}
	for _, a := range v.Fixed {
		fixed = append(fixed, plain(a.ID))
	}
	t.notes = append(t.notes, fmt.Sprintf("A conclusion (the verdict, an objective, an assert) changes with %d of %s%s; with %d more only a metric does: a mean or p95 latency, the dead letters or the cost, its two intervals having no value in common.",
		conclusions, plural(ran, "other setting"), reversalText(reversals, conclusions), metrics))
	if v.Replications < 2 {
		t.notes = append(t.notes, "One replication has no intervals: metrics were not compared.")
	}
	for _, list := range []struct {
		head  string
		items []string
	}{{"Nothing changes with: ", same}, {"Not run: ", invalid}, {"Depended on as well, but without another setting to try: ", fixed}} {
		if len(list.items) > 0 {
			t.notes = append(t.notes, list.head+strings.Join(list.items, "; ")+".")
		}
	}
	return t
}

// reversalText says with how many of the settings that change a conclusion one
// turns into its opposite, if that is not all of them.
func reversalText(reversals, conclusions int) string {
	if reversals == conclusions {
		return ""
	}
	return fmt.Sprintf(", into its opposite with %d: otherwise from or to undecided, which more replications may decide", reversals)
}

// changeText names what changed.
func changeText(c *plan.Change) string {
	if c.Metric == "" {
		return c.Kind
	}
	text := plain(strings.TrimPrefix(c.Metric, "classes."))
	if c.Conclusion() {
		text = c.Kind + " " + text
	}
	if c.Bound != nil {
		text += " " + comparison(c.Op) + " " + measureOf(c.Metric).exact(*c.Bound)
	}
	return text
}

// changeCells writes how it was and how it is; figures that differ by less than
// is shown are written in full.
func changeCells(c *plan.Change) (from, to string) {
	if c.From == nil || c.To == nil {
		return c.Before, c.After
	}
	m := measureOf(c.Metric)
	from, to = m.estimate(*c.From), m.estimate(*c.To)
	if from == to && c.From.Value != nil && c.To.Value != nil {
		from, to = m.exact(*c.From.Value), m.exact(*c.To.Value)
	}
	if c.Conclusion() {
		from, to = c.Before+": "+from, c.After+": "+to
	}
	return from, to
}
