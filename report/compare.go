package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"penstock/model/plan"
)

// nothing stands for a table of differences without a row.
const nothing = "Nothing: no figure differs in any pair of replications."

// certain marks a difference that is there beyond doubt.
const certain = "●"

// Comparison writes what each scenario changes against the first, as tables.
func Comparison(w io.Writer, c *plan.Comparison, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	p := paint(opt.Color)
	var b strings.Builder
	for i, line := range wrap(comparisonLine(c), opt.Width) {
		if i == 0 {
			line = p.bold(line)
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
	for i := range c.Others {
		t := differenceTable(c, &c.Others[i])
		if len(t.rows) == 0 {
			b.WriteString(p.bold(wrap(t.title, opt.Width)[0]) + "\n" + strings.Join(wrap(nothing, opt.Width), "\n") + "\n\n")
		} else {
			b.WriteString(t.terminal(opt.Width, p))
		}
		if t := changeTable(c, &c.Others[i]); t != nil {
			b.WriteString(t.terminal(opt.Width, p))
		}
	}
	for _, line := range comparisonWarnings(c) {
		b.WriteString(strings.Join(wrap("warning: "+line, opt.Width), "\n") + "\n")
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// comparisonLine says what was run.
func comparisonLine(c *plan.Comparison) string {
	s := "compared with " + plain(c.Base.Label) + ": " + plain(c.Study) + " study, " + plural(c.Replications, "pair") +
		" of replications of " + seconds().exact(c.HorizonS)
	if c.WarmupS > 0 {
		s += " (the first " + seconds().value(c.WarmupS) + " of each cut as warm-up)"
	}
	return s + ", the same arrivals and fates in each, seed " + fmt.Sprint(c.Seed) + ", log " + orNone(c.LogHash) + ", penstock " + plain(c.Version)
}

func comparisonWarnings(c *plan.Comparison) []string {
	var list []string
	for _, w := range c.Base.Warnings {
		list = append(list, plain(c.Base.Label+": "+w))
	}
	for _, o := range c.Others {
		for _, w := range o.Warnings {
			list = append(list, plain(o.Label+": "+w))
		}
	}
	return list
}

// same reports whether a metric was the same in every pair.
func same(p *plan.Paired) bool {
	d := p.Difference
	return d.Value != nil && d.Low != nil && *d.Value == 0 && *d.Low == 0 && *d.High == 0
}

// differenceTable shows every difference of one scenario; what was the same in
// every pair, and what has no figure, stands below it.
func differenceTable(c *plan.Comparison, o *plan.Comparand) *table {
	t := &table{title: "What " + plain(o.Label) + " changes", head: []string{"metric", plain(c.Base.Label), plain(o.Label), "difference", "", ""}, align: "lrrrrl"}
	if len(t.head[1]) > nameWidth || len(t.head[2]) > nameWidth {
		t.head[1], t.head[2] = "before", "after"
	}
	var n notes
	var equal []string
	sure, figures := 0, 0
	for i := range o.Differences {
		p := &o.Differences[i]
		name := shortName(p.Metric)
		switch {
		case p.Difference.Value == nil:
			n.add(p.Difference.Why, name)
			continue
		case same(p):
			equal = append(equal, name)
			continue
		}
		mark := ""
		figures++
		if p.Certain {
			mark = certain
			sure++
		}
		m := measureOf(p.Metric)
		t.add(name, m.estimate(p.Base), m.estimate(p.Other), signed(m, p.Difference), relative(p), mark)
	}
	t.notes = append(t.notes, fmt.Sprintf("difference: the mean over %s, replication by replication, with its %s interval; %s certain for all %d figures of this comparison at once (Bonferroni): %d here, and %d that may be chance",
		plural(c.Replications, "pair"), share().write(c.Confidence, 4), certain, c.Family, sure, figures-sure))
	if len(equal) > 0 {
		t.notes = append(t.notes, "The same in every pair: "+strings.Join(equal, ", "))
	}
	t.notes = append(t.notes, n.lines()...)
	return t
}

// changeTable shows the verdict and the promises whose outcome differs; nil if
// none does.
func changeTable(c *plan.Comparison, o *plan.Comparand) *table {
	if len(o.Changes) == 0 {
		return nil
	}
	t := &table{title: "Conclusions that change with " + plain(o.Label), head: []string{"", "before", "after"}, align: "lll"}
	for i := range o.Changes {
		from, to := changeCells(&o.Changes[i])
		t.add(changeText(&o.Changes[i]), from, to)
	}
	return t
}

// shortName writes the path of a metric for people.
func shortName(path string) string {
	s := strings.TrimPrefix(path, "classes.")
	s = strings.NewReplacer(".wait_parts.legacy", " time in legacy calls", ".wait_parts.", " time ", "_", " ", ".", " ").Replace(s)
	return plain(s)
}

// signed writes a difference with its sign.
func signed(m measure, e plan.Estimate) string {
	s := m.estimate(e)
	if e.Value != nil && *e.Value > 0 {
		return "+" + s
	}
	return s
}

// relative writes a difference as a share of the base, where it has one.
func relative(p *plan.Paired) string {
	if p.Base.Value == nil || p.Difference.Value == nil || *p.Base.Value == 0 {
		return ""
	}
	x := *p.Difference.Value / math.Abs(*p.Base.Value)
	switch {
	case x > 0 && x < 0.0005:
		return "+<0.1%"
	case x < 0 && x > -0.0005:
		return "-<0.1%"
	case math.Abs(x) > 10:
		return fmt.Sprintf("×%s", count().value(1+x))
	case x > 0:
		return "+" + share().value(x)
	}
	return share().value(x)
}
