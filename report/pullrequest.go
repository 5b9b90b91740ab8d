package report

import (
	"fmt"
	"io"
	"strings"

	"penstock/model/plan"
)

// PullRequest writes a short comment in Markdown: what changed for certain, and
// nothing else.
func PullRequest(w io.Writer, c *plan.Comparison) error {
	var b strings.Builder
	for i := range c.Others {
		o := &c.Others[i]
		b.WriteString("### penstock: " + escape(c.Base.Label) + " → " + escape(o.Label) + "\n\n")
		decided := conclusionLines(&b, o)
		sure := certainTable(c, o)
		switch {
		case len(sure.rows) > 0:
			b.WriteString(sure.markdown())
		case decided > 0:
			b.WriteString("No figure changed for certain.\n")
		default:
			b.WriteString("Nothing changed for certain.\n")
		}
		b.WriteString("\n" + pullRequestFoot(c, o, len(sure.rows)) + "\n")
		if i+1 < len(c.Others) {
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// conclusionLines lists the verdict and the promises whose outcome differs, and
// returns how many. An outcome that is undecided before or after is no certain
// change.
func conclusionLines(b *strings.Builder, o *plan.Comparand) (n int) {
	for i := range o.Changes {
		ch := &o.Changes[i]
		if ch.Before == plan.Undecided || ch.After == plan.Undecided {
			continue
		}
		from, to := changeCells(ch)
		b.WriteString("- **" + escape(changeText(ch)) + "**: " + escape(from) + " → " + escape(to) + "\n")
		n++
	}
	if n > 0 {
		b.WriteString("\n")
	}
	return n
}

// certainTable has a row for each difference that is certain.
func certainTable(c *plan.Comparison, o *plan.Comparand) *table {
	t := &table{head: []string{"metric", "before", "after", "change", ""}, align: "lrrrr"}
	for i := range o.Differences {
		if p := &o.Differences[i]; p.Certain {
			m := measureOf(p.Metric)
			t.add(shortName(p.Metric), m.estimate(p.Base), m.estimate(p.Other), signed(m, p.Difference), relative(p))
		}
	}
	return t
}

// pullRequestFoot says how sure that is, and that the rest may be chance.
func pullRequestFoot(c *plan.Comparison, o *plan.Comparand, sure int) string {
	foot := fmt.Sprintf("<sub>%s with the same arrivals; certain at %s for all %d figures at once",
		plural(c.Replications, "pair")+" of replications", share().write(c.Confidence, 4), c.Family)
	if c.Replications < 2 {
		foot = "<sub>One pair of replications: no difference can be told from chance"
	}
	if rest := open(o) - sure; rest > 0 {
		foot += "; " + plural(rest, "more difference") + " may be chance"
	}
	return foot + fmt.Sprintf("; seed %d, logs %s and %s.</sub>", c.Seed, orNone(c.Base.LogHash), orNone(o.LogHash))
}

// open counts the differences that are not 0 in every pair.
func open(o *plan.Comparand) (n int) {
	for i := range o.Differences {
		if p := &o.Differences[i]; p.Difference.Value != nil && !same(p) {
			n++
		}
	}
	return n
}
