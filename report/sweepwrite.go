package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// WriteSweepDir writes the report of a sweep into the folder dir, as WriteDir
// does: sweep.md, points.csv, metrics.csv, and the figures of the metrics; of
// the worst one if none is given.
func WriteSweepDir(dir string, s *plan.Sweep, metrics []string) error {
	views := sweepViews(s, metrics)
	var figures []Figure
	for _, v := range views {
		figures = append(figures, v.figures()...)
	}
	list := []document{
		{"points.csv", func(w io.Writer) error { return sweepPointsCSV(w, s, views) }},
		{"metrics.csv", func(w io.Writer) error { return sweepMetricsCSV(w, s) }},
	}
	for _, f := range figures {
		list = append(list, document{f.Name + ".svg", f.WriteSVG}, document{f.Name + ".png", f.WritePNG})
	}
	list = append(list, document{"sweep.md", func(w io.Writer) error { return sweepMarkdown(w, s, views, figures) }})
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// SweepText writes a sweep as tables.
func SweepText(w io.Writer, s *plan.Sweep, metrics []string, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	views := sweepViews(s, metrics)
	var b strings.Builder
	p := paint(opt.Color)
	title := wrap(plain(s.Scenario)+": "+sweepLine(s), opt.Width)
	title[0] = p.bold(title[0])
	b.WriteString(strings.Join(title, "\n") + "\n" + strings.Join(wrap(sweepIdentity(s), opt.Width), "\n") + "\n\n")
	b.WriteString(sweepTable(s, views).terminal(opt.Width, p))
	for _, f := range sweepFindings(s, views) {
		b.WriteString(strings.Join(wrap(f, opt.Width), "\n") + "\n")
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// sweepLine says how large a sweep is.
func sweepLine(s *plan.Sweep) string {
	line := "a sweep of " + plural(len(s.Results), "point")
	if r := s.First(); r != nil {
		line += ", each a " + studyLine(r)
	}
	return line
}

// sweepIdentity names the sweep.
func sweepIdentity(s *plan.Sweep) string {
	return "seed " + strconv.FormatUint(s.Seed, 10) + " at every point, grid " + plain(s.GridHash) + ", log " + orNone(s.LogHash) + ", penstock " + plain(s.Version)
}

// sweepMarkdown writes the report for a reader who did not run the sweep.
func sweepMarkdown(w io.Writer, s *plan.Sweep, views []*sweepView, figures []Figure) error {
	var b strings.Builder
	b.WriteString("# A sweep of " + escape(s.Scenario) + "\n\n" + escape(sentence(sweepLine(s))) + "\n\n")
	for _, f := range sweepFindings(s, views) {
		b.WriteString("- " + escape(f) + "\n")
	}
	b.WriteString("\n## What was varied\n\n")
	axes := &table{head: []string{"key", "values"}, align: "lw"}
	for _, a := range s.Axes {
		axes.add(a.Key, strings.Join(a.Values, ", "))
	}
	b.WriteString(axes.markdown())
	figuresSection(&b, figures)
	tablesSection(&b, "## Every point", []*table{untitled(sweepTable(s, views))})
	b.WriteString("\nEvery point has the same seeds, so that the same work meets each setting: differences between points are more certain than their intervals, which stand for each point alone.\n")
	b.WriteString("\n## To get the same figures\n\n" + escape(sentence(sweepIdentity(s))) + " The grid hash names the scenario with every setting of every point. " +
		"`points.jsonl` holds the whole result of each point, `points.csv` and `metrics.csv` their figures in seconds, USD and shares; `penstock merge` with `--metric` plots another figure from them without a new run.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
