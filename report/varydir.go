package report

import (
	"fmt"
	"io"
	"strings"

	"penstock/model/plan"
)

// WriteVariations writes what a scenario depends on into the folder dir, as
// WriteDir writes a report: vary.md, vary.json and changes.csv.
func WriteVariations(dir string, v *plan.Variations) error {
	list := []document{
		{"changes.csv", func(w io.Writer) error { return changesCSV(w, v) }},
		{"vary.json", v.WriteJSON},
		{"vary.md", func(w io.Writer) error { return variationsMarkdown(w, v) }},
	}
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// changesCSV writes every change, a row for each: times in seconds, an empty
// field for a figure that there is not. A setting that changes nothing has a row
// without a kind; one that cannot be run has the kind "invalid" and, as after, why.
func changesCSV(w io.Writer, v *plan.Variations) error {
	s := newSheet(w, "rule", "name", "setting", "other", "kind", "metric", "op", "bound", "before", "after",
		"from", "from_low", "from_high", "to", "to_low", "to_high")
	for i := range v.Varied {
		x := &v.Varied[i]
		row := func(cells ...string) {
			s.row(append([]string{x.ID, x.Name, x.Setting, x.Other}, append(cells, make([]string, 12-len(cells))...)...)...)
		}
		switch {
		case x.Invalid != "":
			row("invalid", "", "", "", "", x.Invalid)
		case len(x.Changes) == 0:
			row()
		}
		for j := range x.Changes {
			c := &x.Changes[j]
			cells := []string{c.Kind, c.Metric, c.Op, number(c.Bound), c.Before, c.After}
			for _, e := range []*plan.Estimate{c.From, c.To} {
				if e == nil {
					e = &plan.Estimate{}
				}
				cells = append(cells, number(e.Value), number(e.Low), number(e.High))
			}
			row(cells...)
		}
	}
	return s.end()
}

// variationsMarkdown writes the report for a reader who did not run it.
func variationsMarkdown(w io.Writer, v *plan.Variations) error {
	var b strings.Builder
	r := v.Base()
	b.WriteString("# What " + escape(v.Scenario) + " depends on\n\n" + escape(sentence(studyLine(r))) + "\n\n")
	b.WriteString("**Verdict as it is: " + escape(plain(r.Verdict)) + ".** " + escape(sentence(r.VerdictWhy)) + "\n\n")
	b.WriteString("AWS leaves some rules open, and does not publish some times. Each that the runs depended on was given its other setting, one at a time: choices the other way, times half and double. The seeds are the same, and so the work that arrives.\n")
	tablesSection(&b, "## What comes out otherwise", []*table{untitled(variationTable(v))})
	b.WriteString("\n## To get the same figures\n\n")
	b.WriteString(escape(sentence(identity(r, 0))) + " The log hashes are those of every event of all replications.\n\n")
	t := &table{head: []string{"rule", "setting", "log hash"}, align: "lll", keys: 2}
	for i := range v.Varied {
		if x := &v.Varied[i]; x.Invalid == "" {
			t.add(plain(x.ID), plain(x.Name)+" "+plain(x.Other), plain(x.LogHash))
		}
	}
	b.WriteString(t.markdown())
	_, err := io.WriteString(w, b.String())
	return err
}
