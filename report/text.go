package report

import (
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// Options are the choices about tables for a terminal.
type Options struct {
	Width int  // columns; 0: 100; no less than 40 are used
	Color bool // ANSI colours and bold heads
}

// Text writes the result as tables no wider than width columns, 0 meaning 100.
func Text(w io.Writer, r *plan.Result, width int) error {
	return TextWith(w, r, Options{Width: width})
}

// TextWith writes the result as tables as opt says.
func TextWith(w io.Writer, r *plan.Result, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	var b strings.Builder
	header(&b, r, opt)
	tables := append(classTables(r), systemTable(r), billTable(r), verdictTable(r), twinTable(r), assumptionTable(r, false))
	for _, t := range tables {
		if t != nil {
			b.WriteString(t.terminal(opt.Width, paint(opt.Color)))
		}
	}
	if line := twinGap(r); line != "" && len(r.Twin.Rows) == 0 {
		b.WriteString(strings.Join(wrap(line, opt.Width), "\n") + "\n\n")
	}
	for _, warning := range r.Warnings {
		b.WriteString(strings.Join(wrap("warning: "+plain(warning), opt.Width), "\n") + "\n")
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// header writes what was run, and what came of it.
func header(b *strings.Builder, r *plan.Result, opt Options) {
	p := paint(opt.Color)
	title := wrap(plain(r.Scenario)+": "+studyLine(r), opt.Width)
	b.WriteString(p.bold(title[0]) + "\n")
	for _, line := range title[1:] {
		b.WriteString(line + "\n")
	}
	for _, line := range wrap(identity(r, 12), opt.Width) {
		b.WriteString(line + "\n")
	}
	for i, line := range wrap(verdictLine(r), opt.Width) {
		if i == 0 && strings.HasPrefix(line, r.Verdict) {
			line = p.outcome(r.Verdict) + strings.TrimPrefix(line, r.Verdict)
		}
		b.WriteString(line + "\n")
	}
	if line := precisionLine(r); line != "" {
		b.WriteString(strings.Join(wrap(line, opt.Width), "\n") + "\n")
	}
	b.WriteString("\n")
}

// studyLine says what kind of study it was and how large.
func studyLine(r *plan.Result) string {
	s := plain(r.Study) + " study, " + plural(r.Replications, "replication") + enough(r) + " of " + seconds().exact(r.HorizonS)
	if r.WarmupS > 0 {
		s += " (the first " + seconds().value(r.WarmupS) + " of each cut as warm-up)"
	}
	if r.Replications > 1 && r.Confidence > 0 {
		s += ", " + share().write(r.Confidence, 4) + " intervals"
	}
	return s
}

// enough says of a number of replications that [precision] chose it.
func enough(r *plan.Result) string {
	switch {
	case r.Precision == nil:
		return ""
	case r.Replications == r.Precision.MaxReplications:
		return " (the most that [precision] allows)"
	}
	return " (as many as [precision] needs)"
}

// identity names the run, hashes cut to so many characters; 0: not cut.
func identity(r *plan.Result, length int) string {
	cut := func(hash string) string {
		if hash = plain(hash); length > 0 && len(hash) > length {
			return hash[:length]
		}
		return orNone(hash)
	}
	version := plain(r.Version)
	if version == "" {
		version = "(no version)"
	}
	return "seed " + strconv.FormatUint(r.Seed, 10) + ", config " + cut(r.ConfigHash) + ", log " + cut(r.LogHash) + ", penstock " + version
}

// orNone writes a hash, if there is one.
func orNone(hash string) string {
	if hash == "" {
		return none
	}
	return plain(hash)
}

// verdictLine is the verdict with its reason.
func verdictLine(r *plan.Result) string {
	if r.VerdictWhy == "" {
		return plain(r.Verdict)
	}
	return plain(r.Verdict) + ": " + plain(r.VerdictWhy)
}
