package report

import (
	"bytes"
	"strings"
	"testing"

	"penstock/model/plan"
)

func markdownOf(t *testing.T, r *plan.Result) string {
	t.Helper()
	figures, err := Figures(r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Markdown(&b, r, figures); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdownGolden(t *testing.T) {
	golden(t, "report.md", []byte(markdownOf(t, sample())))
}

// What a scenario calls its classes must not become markup.
func TestMarkdownEscapes(t *testing.T) {
	r := sample()
	r.ClassOrder = []string{"<b>|*x*_y_[z](u)`\\"}
	r.Classes = map[string]*plan.Class{r.ClassOrder[0]: sampleBatch()}
	s := markdownOf(t, r)
	for _, bad := range []string{"<b>", "*x*", "_y_", "[z](u)"} {
		if strings.Contains(s, bad) {
			t.Errorf("%q is in the report", bad)
		}
	}
	for _, line := range strings.Split(s, "\n") {
		if strings.HasPrefix(line, "| &lt;b>") && !strings.Contains(line, `\|`) {
			t.Errorf("a bar in %q", line)
		}
	}
}

// finding returns the one finding with this head.
func finding(t *testing.T, r *plan.Result, head string) string {
	t.Helper()
	for _, f := range findings(r) {
		if strings.HasPrefix(f, "**"+head+".**") {
			return f
		}
	}
	return ""
}

func TestFindings(t *testing.T) {
	calm := sample()
	calm.Classes = map[string]*plan.Class{"HIGH": sampleHigh()}
	calm.ClassOrder, calm.Objectives, calm.Asserts = []string{"HIGH"}, calm.Objectives[:1], nil
	calm.Legacy.Utilization, calm.Worker.Busy = est(0.3, 0.01), est(0.2, 0.01)
	calm.Legacy.AtLimit = est(0.02, 0.01)
	worse := sample()
	worse.Objectives = append([]plan.Assert{{Metric: "classes.NORMAL.latency.mean", Op: "<=", Bound: 1, Value: est(14, 1), Outcome: "not met"}}, worse.Objectives...)
	yields := sample()
	yields.Objectives = nil
	worker := sample()
	worker.Worker.Busy, worker.Legacy.Utilization = est(0.97, 0.01), est(0.4, 0.01)
	worker.Legacy.AtLimit = est(0.02, 0.01)
	for _, c := range []struct {
		r          *plan.Result
		head, want string
	}{
		{sample(), "Promises", "Of 5 objectives and asserts, 1 not met and 1 undecided"},
		{sample(), "What waits", "BATCH starves: its p95 latency of at least 2.5h ±0.3 is 1.2 times its objective of 2h. On average 71% of the latency of BATCH is spent hidden"},
		{sample(), "What is lost", "Of 98k tasks a replication, 1,012 (1%) did not complete. BATCH: 26 ±4 failed"},
		{sample(), "What binds", "** The legacy system, seen over the whole run: 91.0% ±0.4"},
		{sample(), "What it costs", "$6.90 ±0.14 a replication"},
		{calm, "Promises", "Every objective and assert is met (1)."},
		{calm, "What waits", "No class starves; the slowest is HIGH"},
		{calm, "What is lost", "Nothing"},
		{calm, "What binds", "Neither"},
		{worse, "What waits", "NORMAL starves: its mean latency of 14.0s ±1.0 is 14 times its objective of 1s."},
		{yields, "What waits", "BATCH gives way most: 74% of its receives end in a yield"},
		{worker, "What binds", "** The worker, seen over"},
	} {
		if got := finding(t, c.r, c.head); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.head, got, c.want)
		}
	}
	if got := findings(&plan.Result{}); len(got) != 0 {
		t.Errorf("findings of nothing: %q", got)
	}
}
