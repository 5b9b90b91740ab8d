package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// WriteTuning writes the answer of a tuning into the folder dir, as WriteDir
// does: tune.md, tune.json, tried.csv, and the figures as SVG and PNG.
func WriteTuning(dir string, t *plan.Tuning) error {
	figures := tuneFigures(t)
	list := []document{
		{"tried.csv", func(w io.Writer) error { return triedCSV(w, t) }},
		{"tune.json", t.WriteJSON},
	}
	for _, f := range figures {
		list = append(list, document{f.Name + ".svg", f.WriteSVG}, document{f.Name + ".png", f.WritePNG})
	}
	list = append(list, document{"tune.md", func(w io.Writer) error { return tuneMarkdown(w, t, figures) }})
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	// A figure of an earlier answer that this one has not would be taken for its own.
	for _, name := range []string{"front", "reach"} {
		if slices.ContainsFunc(figures, func(f Figure) bool { return f.Name == name }) {
			continue
		}
		for _, file := range []string{name + ".svg", name + ".png"} {
			if err := os.Remove(filepath.Join(dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("cannot remove %s of an earlier report from %s: %w", file, dir, bare(err))
			}
		}
	}
	return nil
}

// tuneFigures draws what there is to draw.
func tuneFigures(t *plan.Tuning) []Figure {
	var list []Figure
	if len(t.Tried) > 0 {
		list = append(list, frontFigure(t))
	}
	if len(t.Around) > 0 {
		list = append(list, reachFigure(t))
	}
	return list
}

// triedCSV writes every setting that was run.
func triedCSV(w io.Writer, t *plan.Tuning) error {
	head := append([]string{"point"}, keysOf(t.Knobs)...)
	s := newSheet(w, append(head, "replications", t.Minimize, "ratio", "objective", "what_if", "front", "best", "log_hash")...)
	for i, p := range t.Tried {
		row := append([]string{strconv.Itoa(p.Point)}, valuesOf(t.Knobs, p.Point)...)
		best := t.Best != nil && t.Best.Point == p.Point
		s.row(append(row, strconv.Itoa(p.Replications), float(p.Cost), float(p.Tight.Ratio), p.Tight.Metric, p.Tight.WhatIf,
			strconv.FormatBool(slices.Contains(t.Front, i)), strconv.FormatBool(best), p.LogHash)...)
	}
	return s.end()
}

// tuneMarkdown writes the report for a reader who did not run the tuning.
func tuneMarkdown(w io.Writer, t *plan.Tuning, figures []Figure) error {
	var b strings.Builder
	b.WriteString("# The tuning of " + escape(t.Scenario) + "\n\n" + escape(sentence(tuneTitle(t))) + "\n\n")
	b.WriteString("**" + escape(sentence(tuneOutcome(t))) + "**\n")
	if list := tuneBinds(t); len(list) > 0 {
		b.WriteString("\n## What keeps it from being cheaper\n\n")
		for _, s := range list {
			b.WriteString("- " + escape(s) + "\n")
		}
	}
	figuresSection(&b, figures)
	for _, tab := range tuneTables(t) {
		tablesSection(&b, "## "+escape(tab.title), []*table{untitled(tab)})
	}
	b.WriteString("\n## The knobs\n\n")
	knobs := &table{head: []string{"knob", "values"}, align: "lw"}
	for _, a := range t.Knobs {
		knobs.add(plain(a.Key), plain(strings.Join(a.Values, ", ")))
	}
	b.WriteString(knobs.markdown())
	b.WriteString("\n## What it took, and what it covers\n\n")
	for _, s := range tuneEffort(t) {
		b.WriteString(escape(s) + " ")
	}
	b.WriteString("`tried.csv` holds every setting that was run.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
