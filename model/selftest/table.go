package selftest

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the report as one JSON document.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// WriteText writes the report as a table, and a summary below it.
func (r *Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "case\tmetric\texact\tsimulated\tinterval\tz\tpower\tverdict\t")
	for _, row := range r.Rows {
		verdict := string(row.Verdict)
		if row.Again {
			verdict += ", 2nd seed"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%+.2f\t%.2f%%\t%s\t\n", row.Case, row.Metric, digits(&row.Exact), digits(row.Simulated),
			digits(row.Low)+" to "+digits(row.High), row.Z, 100*row.Power, verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return r.summary(w)
}

// digits writes a figure with six significant digits.
func digits(x *float64) string {
	if x == nil {
		return "?"
	}
	return strconv.FormatFloat(*x, 'g', 6, 64)
}

// summary says how many passed, and which cases are elsewhere or nowhere.
func (r *Report) summary(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d cases, %d metrics: %d passed, %d failed\n", r.Cases, r.Metrics, r.Metrics-r.Failed, r.Failed)
	b.WriteString("z: standard errors off, 3.5 at most; power: 1.96 standard errors over the exact answer")
	if r.Quick {
		b.WriteString("; a quick run asks for none")
	}
	b.WriteString("\n")
	for _, row := range r.Rows {
		if row.Why != "" && row.Verdict != Pass {
			fmt.Fprintf(&b, "%s %s: %s\n", row.Case, row.Metric, row.Why)
		}
	}
	if r.Answers != nil {
		b.WriteString(r.Answers.text())
	}
	if len(r.Elsewhere) > 0 {
		b.WriteString(r.elsewhereText())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// elsewhereText says where the other reference cases are checked, and which
// are not.
func (r *Report) elsewhereText() string {
	var b strings.Builder
	count := map[How]int{}
	for _, c := range r.Elsewhere {
		count[c.How]++
	}
	fmt.Fprintf(&b, "\n%d reference cases: %d are scenarios, %d unit tests, %d not applicable\n", Cases,
		Cases-len(r.Elsewhere)+count[Scenario], count[Test], count[NotApplicable])
	for _, c := range r.Elsewhere {
		if c.How == NotApplicable {
			fmt.Fprintf(&b, "  %s, %s: %s\n", c.ID, c.How, c.Why)
		}
	}
	return b.String()
}
