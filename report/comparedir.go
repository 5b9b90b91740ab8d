package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// WriteComparison writes a comparison into the folder dir, as WriteDir writes a
// report: compare.md, compare.json, differences.csv and a figure for each
// scenario, differences-1 and so on.
func WriteComparison(dir string, c *plan.Comparison) error {
	list := []document{
		{"differences.csv", func(w io.Writer) error { return differencesCSV(w, c) }},
		{"compare.json", c.WriteJSON},
	}
	var figures []Figure
	for i := range c.Others {
		f := comparisonFigure(c, &c.Others[i], "differences-"+strconv.Itoa(i+1))
		figures = append(figures, f)
		list = append(list, document{f.Name + ".svg", f.WriteSVG}, document{f.Name + ".png", f.WritePNG})
	}
	list = append(list, document{"compare.md", func(w io.Writer) error { return comparisonMarkdown(w, c, figures) }})
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write comparison to %s: %w", dir, bare(err))
	}
	return nil
}

// differencesCSV writes every difference: files by their labels, times in
// seconds, an empty field for a figure that there is not.
func differencesCSV(w io.Writer, c *plan.Comparison) error {
	s := newSheet(w, "base", "other", "metric", "before", "after", "difference", "low", "high", "sure_low", "sure_high", "certain", "correlation", "pairs")
	for _, o := range c.Others {
		for _, p := range o.Differences {
			s.row(c.Base.Label, o.Label, p.Metric, number(p.Base.Value), number(p.Other.Value), number(p.Difference.Value),
				number(p.Difference.Low), number(p.Difference.High), number(p.SureLow), number(p.SureHigh),
				strconv.FormatBool(p.Certain), number(p.Correlation), strconv.Itoa(c.Replications))
		}
	}
	return s.end()
}

// comparisonMarkdown writes the report of a comparison.
func comparisonMarkdown(w io.Writer, c *plan.Comparison, figures []Figure) error {
	var b strings.Builder
	b.WriteString("# Comparison\n\n" + escape(sentence(comparisonLine(c))) + "\n\n")
	b.WriteString("Each task meets the same fate in every scenario: what differs between two replications of a pair is what the settings do. ")
	b.WriteString("A difference is certain if its interval excludes 0 at the confidence that the intervals of all figures of this comparison hold at once.\n")
	for i := range c.Others {
		o := &c.Others[i]
		t := differenceTable(c, o)
		t.title = ""
		if len(t.rows) == 0 {
			b.WriteString("\n## " + escape(o.Label) + "\n\n" + nothing + "\n")
		} else {
			tablesSection(&b, "## "+escape(o.Label), []*table{t})
		}
		if t := changeTable(c, o); t != nil {
			b.WriteString("\n" + t.markdown())
		}
	}
	figuresSection(&b, figures)
	b.WriteString("\n## The scenarios\n\n")
	t := &table{head: []string{"", "scenario", "config hash", "log hash", "verdict"}, align: "llllw"}
	for _, s := range sides(c) {
		t.add(plain(s.Label), plain(s.Scenario), plain(s.ConfigHash), plain(s.LogHash), plain(s.Verdict)+": "+plain(s.VerdictWhy))
	}
	b.WriteString(t.markdown())
	_, err := io.WriteString(w, b.String())
	return err
}

// sides lists all scenarios, the base first.
func sides(c *plan.Comparison) []plan.Side {
	all := []plan.Side{c.Base}
	for _, o := range c.Others {
		all = append(all, o.Side)
	}
	return all
}
