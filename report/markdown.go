package report

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"penstock/model/plan"
)

// Markdown writes a report for a reader who did not run the study: what came
// of it in sentences, the tables, the figures (linked as NAME.svg and
// NAME.png beside the report), the scenario, the assumptions, and how to get
// the same figures again.
func Markdown(w io.Writer, r *plan.Result, figures []Figure) error {
	var b strings.Builder
	b.WriteString("# " + escape(r.Scenario) + "\n\n")
	b.WriteString(escape(sentence(studyLine(r))) + "\n\n")
	b.WriteString("**Verdict: " + escape(plain(r.Verdict)) + ".** " + escape(sentence(r.VerdictWhy)) + "\n\n")
	if line := precisionLine(r); line != "" {
		b.WriteString("**Precision.** " + escape(sentence(line)) + "\n\n")
	}
	for _, f := range findings(r) {
		b.WriteString("- " + f + "\n")
	}
	if cfg := r.Plots.Config; cfg != nil && cfg.Description != "" {
		b.WriteString("\n## What was simulated\n\n" + escape(cfg.Description) + "\n")
	}
	tablesSection(&b, "## Figures of each class", classTables(r))
	if t := verdictTable(r); t != nil {
		t.title = ""
		tablesSection(&b, "## Objectives and asserts", []*table{t})
	}
	figuresSection(&b, figures)
	tablesSection(&b, "## Worker and legacy system", []*table{untitled(systemTable(r))})
	bills := []*table{billTable(r)}
	if items := itemTable(r); len(items.rows) > 0 {
		items.title = "Every line of it"
		bills = append(bills, items)
	}
	tablesSection(&b, "## The bill", bills)
	twinSection(&b, r)
	scenarioSection(&b, r)
	assumptionSection(&b, r)
	if len(r.Warnings) > 0 {
		b.WriteString("\n## Warnings\n\n")
		for _, warning := range r.Warnings {
			b.WriteString("- " + escape(warning) + "\n")
		}
	}
	againSection(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

// sentence begins s with a capital and ends it with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(plain(s))
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + strings.TrimSuffix(s[size:], ".") + "."
}

func untitled(t *table) *table {
	t.title = ""
	return t
}

func tablesSection(b *strings.Builder, head string, tables []*table) {
	if len(tables) == 0 {
		return
	}
	b.WriteString("\n" + head + "\n")
	for _, t := range tables {
		b.WriteString("\n" + t.markdown())
	}
}

func figuresSection(b *strings.Builder, figures []Figure) {
	if len(figures) == 0 {
		return
	}
	b.WriteString("\n## Figures\n")
	for i, f := range figures {
		b.WriteString("\n### " + escape(f.Title) + "\n\n")
		b.WriteString("![" + escape(f.Title) + "](" + f.Name + ".svg)\n\n")
		b.WriteString("*Figure " + strconv.Itoa(i+1) + ".* " + escape(f.Caption) + " ([PNG](" + f.Name + ".png))\n")
	}
}

func twinSection(b *strings.Builder, r *plan.Result) {
	const head = "## The analytic twin"
	if t := twinTable(r); t != nil {
		tablesSection(b, head, []*table{untitled(t)})
	} else if line := twinGap(r); line != "" {
		b.WriteString("\n" + head + "\n\n" + escape(sentence(line)) + "\n")
	}
}

func scenarioSection(b *strings.Builder, r *plan.Result) {
	if r.Plots.Config == nil {
		return
	}
	tablesSection(b, "## The scenario", scenarioTables(r.Plots.Config))
}

func assumptionSection(b *strings.Builder, r *plan.Result) {
	b.WriteString("\n## Assumptions\n\n")
	t := assumptionTable(r, true)
	if t == nil {
		b.WriteString("These runs depended on no rule that AWS leaves open.\n")
		return
	}
	b.WriteString("AWS does not document the following rules, and these runs depended on them. " +
		"Grade C: seen by users or in emulators; grade D: reasoned, confirmed by no source. " +
		"A setting is changed in the scenario, plain names stand in `[assumptions]`; a fixed rule has none. " +
		"`penstock run --vary-assumptions` shows which conclusions rest on a setting, `penstock explain --assumptions` every rule.\n\n")
	b.WriteString(t.markdown())
}

// againSection says how to get the same figures again.
func againSection(b *strings.Builder, r *plan.Result) {
	b.WriteString("\n## To get the same figures\n\n```\npenstock run SCENARIO.toml --set seed=" + strconv.FormatUint(r.Seed, 10) +
		" --out DIR\n```\n\n")
	t := &table{head: []string{"", ""}, align: "ll"}
	t.add("scenario", plain(r.Scenario))
	t.add("seed", strconv.FormatUint(r.Seed, 10))
	t.add("config hash", plain(r.ConfigHash))
	t.add("log hash", plain(r.LogHash))
	t.add("penstock", plain(r.Version))
	b.WriteString(t.markdown())
	b.WriteString("\nThe config hash names the scenario with every setting, the log hash every event of every replication: the same version with the same scenario and seed gives the same hashes on any machine. " +
		"`result.json` and the CSV files beside this report hold every figure in seconds, USD and shares.\n")
}
