package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// WriteLimitDir writes the report of a search for a limit into the folder dir,
// as WriteDir does: limit.md, limit.json, probes.csv, and a figure for each
// condition.
func WriteLimitDir(dir string, r *plan.LimitResult) error {
	figures := limitFigures(r)
	list := []document{
		{"probes.csv", func(w io.Writer) error { return probesCSV(w, r) }},
		{"limit.json", r.WriteJSON},
	}
	for _, f := range figures {
		list = append(list, document{f.Name + ".svg", f.WriteSVG}, document{f.Name + ".png", f.WritePNG})
	}
	list = append(list, document{"limit.md", func(w io.Writer) error { return limitMarkdown(w, r, figures) }})
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// probesCSV writes a line for each value and condition: times in seconds, an
// empty field for a figure that there is not.
func probesCSV(w io.Writer, r *plan.LimitResult) error {
	c := newSheet(w, "key", "value", "text", "outcome", "replications", "metric", "op", "bound", "metric_value", "low", "high", "metric_outcome", "why", "log_hash")
	for i := range r.Probes {
		p := &r.Probes[i]
		for _, a := range p.Conditions {
			c.row(r.Key, float(p.Value), p.Text, p.Outcome, strconv.Itoa(p.Replications), a.Metric, a.Op, float(a.Bound),
				number(a.Value.Value), number(a.Value.Low), number(a.Value.High), a.Outcome, a.Why, p.LogHash)
		}
	}
	return c.end()
}

// limitMarkdown writes the report for a reader who did not run the search.
func limitMarkdown(w io.Writer, r *plan.LimitResult, figures []Figure) error {
	var b strings.Builder
	b.WriteString("# A limit of " + escape(r.Scenario) + "\n\n" + escape(sentence(strings.TrimPrefix(limitAnswer(r), plain(r.Scenario)+": "))) + "\n")
	for _, note := range limitNotes(r) {
		b.WriteString("\n" + escape(note) + "\n")
	}
	figuresSection(&b, figures)
	tablesSection(&b, "## Every value tried", []*table{untitled(probesTable(r))})
	b.WriteString("\nThe search is a bisection. At each value, replications are added until the intervals of all conditions lie on one side of their bounds; " +
		"the probability of a wrong answer is shared out evenly over the values and the looks at each, so that it holds for all of them together.\n")
	b.WriteString("\n" + escape(sentence(limitIdentity(r))) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
