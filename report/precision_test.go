package report

import (
	"bytes"
	"strings"
	"testing"

	"penstock/model/plan"
)

// imprecise is a sample that ran out of its budget.
func imprecise() *plan.Result {
	r := sample()
	v := 0.3
	r.Precision = &plan.Precision{MaxReplications: 10, Metrics: []plan.Achieved{
		{Metric: "classes.HIGH.latency.p95", HalfWidth: &v, Allowed: &v},
		{Metric: "classes.HIGH.latency.mean", HalfWidth: &v, Allowed: &v, Met: true},
		{Metric: "classes.BATCH.wait.p99", Why: "p99 needs 100 observations in every replication, and one had 7"},
	}}
	return r
}

// TestUnmetPrecisionIsMarked in the tables of a terminal and of the report, and
// said in words.
func TestUnmetPrecisionIsMarked(t *testing.T) {
	text := render(t, imprecise(), Options{Width: 160})
	var b bytes.Buffer
	if err := Markdown(&b, imprecise(), nil); err != nil {
		t.Fatal(err)
	}
	for where, got := range map[string]string{"text": text, "markdown": strings.ReplaceAll(b.String(), `\`, "")} {
		flat := strings.Join(strings.Fields(got), " ")
		for _, want := range []string{
			"10 replications (the most that [precision] allows)", "4.21s ±0.13†", "1.60s ±0.02 ",
			"ot as precise as [precision] asks within 10 replications: classes.HIGH.latency.p95; never as precise, however many replications: classes.BATCH.wait.p99 (p99 needs 100",
			"† not as precise as [precision] asks, after 10 replications",
		} {
			if !strings.Contains(flat, want) {
				t.Errorf("%s: missing %q in\n%s", where, want, got)
			}
		}
	}
	enough := imprecise()
	enough.Precision.MaxReplications, enough.Precision.Metrics = 400, enough.Precision.Metrics[1:2]
	if text = render(t, enough, Options{Width: 160}); strings.Contains(text, unmet) || !strings.Contains(text, "10 replications (as many as [precision] needs)") {
		t.Errorf("everything is precise, and yet:\n%s", text)
	}
	if text = render(t, sample(), Options{}); strings.Contains(text, unmet) || strings.Contains(text, "precision") {
		t.Error("a fixed number of replications speaks of precision")
	}
}
