package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"penstock/model/plan"
)

// paired is a difference with its interval and one that holds for all figures.
func paired(metric string, before, after, half float64, certain bool) plan.Paired {
	d := after - before
	low, high := d-2*half, d+2*half
	return plan.Paired{Metric: metric, Base: est(before, before/50), Other: est(after, after/50), Difference: est(d, half), SureLow: &low, SureHigh: &high, Certain: certain}
}

// sampleComparison is a small comparison with one of everything.
func sampleComparison() *plan.Comparison {
	bound := 3600.0
	first := plan.Comparand{
		Side:    plan.Side{Label: "worker.concurrency=9", Scenario: "erp-orders", ConfigHash: "aa", LogHash: "bb", Verdict: "stable", VerdictWhy: "it keeps up", Warnings: []string{"mind the gap"}},
		Changes: []plan.Change{{Kind: plan.ChangeVerdict, Before: plan.Undecided, After: plan.Stable}, {Kind: plan.ChangeObjective, Metric: "classes.BATCH.latency.max", Op: "<=", Bound: &bound, Before: plan.Met, After: plan.NotMet, From: ptrEst(est(3000, 10)), To: ptrEst(est(4000, 10))}},
		Differences: []plan.Paired{
			paired("classes.HIGH.latency.mean", 1.2, 1.1, 0.01, true),
			paired("classes.HIGH.latency.p95", 2.8, 2.82, 0.1, false),
			paired("classes.HIGH.wait_parts.legacy", 1, 1.002, 0.001, false),
			paired("classes.HIGH.dead_lettered_share", 0, 0.01, 0.001, true),
			paired("classes.HIGH.completed", 100, 100, 0, false),
			{Metric: "classes.HIGH.latency.p99", Base: missing("too few"), Other: missing("too few"), Difference: plan.Estimate{N: 20, Why: "too few"}},
			paired("worker.throttles", 10, 200, 5, true),
			paired("cost.total", 5.8, 5.7, 0.02, true),
		},
	}
	second := plan.Comparand{Side: plan.Side{Label: "the same | again", Verdict: "stable"}, Changes: []plan.Change{},
		Differences: []plan.Paired{paired("classes.HIGH.latency.mean", 1.2, 1.2, 0, false)}}
	return &plan.Comparison{
		Seed: 1, LogHash: "ee", Version: "test", Study: "terminating", Replications: 20, Confidence: 0.95, HorizonS: 8 * 3600, Family: 9,
		Base:   plan.Side{Label: "erp-orders", Scenario: "erp-orders", ConfigHash: "cc", LogHash: "dd", Verdict: "stable"},
		Others: []plan.Comparand{first, second},
	}
}

func ptrEst(e plan.Estimate) *plan.Estimate { return &e }

func TestComparisonGolden(t *testing.T) {
	var b bytes.Buffer
	if err := Comparison(&b, sampleComparison(), Options{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	golden(t, "compare.txt", b.Bytes())
}

// TestPullRequest: what is not certain is not there; where nothing is, it says
// so.
func TestPullRequest(t *testing.T) {
	var b bytes.Buffer
	if err := PullRequest(&b, sampleComparison()); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare_pr.md", b.Bytes())
	if strings.Contains(b.String(), "p95") || strings.Count(b.String(), "Nothing changed for certain.") != 1 || !strings.Contains(b.String(), "HIGH latency mean") {
		t.Errorf("what is certain:\n%s", b.String())
	}
	single := sampleComparison()
	single.Replications, single.Others[0].Differences = 1, nil
	b.Reset()
	if err := PullRequest(&b, single); err != nil || !strings.Contains(b.String(), "no difference can be told from chance") {
		t.Errorf("one pair: %s", b.String())
	}
}

// TestWriteComparison: every file is there and well formed, the same bytes each
// time, and a disk that is full leaves nothing.
func TestWriteComparison(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := WriteComparison(dir, sampleComparison()); err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if _, err := png.Decode(bytes.NewReader(read("differences-1.png"))); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"differences-1.svg", "differences-2.svg"} {
		for d := xml.NewDecoder(bytes.NewReader(read(name))); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(name, err)
			}
		}
	}
	var c plan.Comparison
	if err := json.Unmarshal(read("compare.json"), &c); err != nil || len(c.Others) != 2 {
		t.Error(err)
	}
	report := string(read("compare.md"))
	for _, want := range []string{"differences-1.svg", "the same \\| again", "Conclusions that change", "log hash"} {
		if !strings.Contains(report, want) {
			t.Errorf("compare.md lacks %q:\n%s", want, report)
		}
	}
	if sheet := string(read("differences.csv")); strings.Count(sheet, "\n") != 10 || !strings.Contains(sheet, "classes.HIGH.latency.p99,,,,,,,,false,,20") {
		t.Errorf("differences.csv:\n%s", sheet)
	}
	if *look != "" {
		_ = os.WriteFile(filepath.Join(*look, "differences-1.png"), read("differences-1.png"), 0o644)
	}
}

// TestFigureOfDifferences: what the axis has no room for, and what cannot be
// drawn at all, is left out or marked, and nothing is drawn of nothing.
func TestFigureOfDifferences(t *testing.T) {
	c := sampleComparison()
	if f := comparisonFigure(c, &c.Others[1], "x"); f.chart.empty == "" || f.Title != "the same | again changes nothing for certain" {
		t.Errorf("%q, %q", f.Title, f.chart.empty)
	}
	f := comparisonFigure(c, &c.Others[0], "x")
	if f.Title != "worker.concurrency=9 changes 4 figures for certain, most of all worker throttles: ×20" {
		t.Errorf("title %q", f.Title)
	}
	rows := whiskersOf(&c.Others[0])
	if len(rows) != 5 {
		t.Errorf("%d rows", len(rows))
	}
	if low, high := whiskerRange(rows); low > -9 || low < -40 || high < 4 || high > 10 {
		t.Errorf("axis from %v to %v", low, high)
	}
	var many plan.Comparand
	for i := range 100 {
		many.Differences = append(many.Differences, paired("worker.throttles", 10, 11, 1, i%2 == 0))
	}
	if n := len(whiskersOf(&many)); n != mostWhiskers {
		t.Errorf("%d rows of a hundred", n)
	}
	var b failing
	if err := f.WriteSVG(b); !errors.Is(err, errFailing) {
		t.Errorf("error %v", err)
	}
}

var errFailing = errors.New("the disk is full")

// failing is a writer that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
