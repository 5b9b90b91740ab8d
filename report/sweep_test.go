package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"penstock/model/plan"
)

// concurrencies are an axis of numbers.
func concurrencies(n int) plan.Axis {
	a := plan.Axis{Key: "worker.concurrency"}
	for i := range n {
		a.Values, a.Numbers = append(a.Values, fmt.Sprint(i+1)), append(a.Numbers, float64(i+1))
	}
	return a
}

// madeSweep is a sweep over axes whose p95 latency of HIGH is p95(the values'
// indexes), ± 5 %, with an objective of 10 s.
func madeSweep(axes plan.Grid, p95 func(at []int) float64) *plan.Sweep {
	s := &plan.Sweep{SweepHead: plan.SweepHead{Sweep: 1, Scenario: "made", Version: "0.1.0", Seed: 1, GridHash: "1234567890abcdef", Axes: axes, Points: axes.Len()}, LogHash: "fedcba9876543210"}
	one := sample()
	for p := range axes.Len() {
		y := p95(axes.At(p))
		r, high := *one, *one.Classes["HIGH"]
		r.Classes = map[string]*plan.Class{"HIGH": &high, "NORMAL": one.Classes["NORMAL"], "BATCH": one.Classes["BATCH"]}
		e := est(y, 0.05*y)
		r.Classes["HIGH"].Latency.P95 = e
		outcome := plan.Met
		switch {
		case *e.Low > 10:
			outcome = plan.NotMet
		case *e.High > 10:
			outcome = plan.Undecided
		}
		r.Objectives = []plan.Assert{{Metric: "classes.HIGH.latency.p95", Op: "<=", Bound: 10, Value: e, Outcome: outcome}}
		r.Cost.Monthly = est(100+float64(p), 0.5)
		r.Plots = plan.Plots{}
		s.Results = append(s.Results, plan.SweepPoint{Point: p, Settings: axes.Settings(p), Result: &r})
	}
	return s
}

// elbow falls steeply up to the fifth value, and is flat from there on.
func elbow(at []int) float64 { return 4 + 30*math.Max(0, float64(4-at[0])) }

// skipped takes some points out of a sweep.
func skipped(s *plan.Sweep, points ...int) *plan.Sweep {
	for _, p := range points {
		s.Results[p].Result, s.Results[p].Invalid = nil, []string{"worker.concurrency: 1 is too few"}
	}
	return s
}

// sweeps are sweeps of every form.
func sweeps() map[string]*plan.Sweep {
	words := plan.Axis{Key: "policy.kind", Values: []string{"none", "yield", "reserve"}}
	visibility := plan.Axis{Key: "class.BATCH.queue.visibility_timeout", Unit: "s", Values: []string{"1m", "2m", "4m", "8m", "16m", "32m"}, Numbers: []float64{60, 120, 240, 480, 960, 1920}}
	few := madeSweep(plan.Grid{concurrencies(6)}, elbow)
	for i := range few.Results {
		few.Results[i].Result.Classes["HIGH"].Latency.P95 = missing("too few")
	}
	return map[string]*plan.Sweep{
		"curve":      madeSweep(plan.Grid{concurrencies(12)}, elbow),
		"steep":      skipped(madeSweep(plan.Grid{concurrencies(40)}, func(at []int) float64 { return 3 + 40000*math.Exp(-float64(at[0])) }), 0, 17),
		"factors":    madeSweep(plan.Grid{visibility}, elbow),
		"words":      madeSweep(plan.Grid{words}, elbow),
		"one point":  madeSweep(plan.Grid{concurrencies(1)}, elbow),
		"no figures": few,
		"map":        skipped(madeSweep(plan.Grid{concurrencies(8), visibility}, func(at []int) float64 { return elbow(at) * (1 + 0.3*float64(at[1])) }), 3, 4),
		"large map":  madeSweep(plan.Grid{concurrencies(60), concurrencies(60)}, elbow),
		"map, words": madeSweep(plan.Grid{words, concurrencies(6)}, func(at []int) float64 { return elbow(at[1:]) }),
		"slices":     madeSweep(plan.Grid{concurrencies(6), words, visibility}, elbow),
	}
}

// TestSweepFigures: every form of a sweep has its figures, that are SVG and PNG
// and the same each time.
func TestSweepFigures(t *testing.T) {
	count := map[string]int{"slices": 6}
	for name, s := range sweeps() {
		figures := sweepViews(s, nil)[0].figures()
		if want := max(count[name], 1); len(figures) != want {
			t.Errorf("%s: %d figures, want %d", name, len(figures), want)
		}
		for i, f := range figures[:min(2, len(figures))] {
			var svg, again, picture bytes.Buffer
			if err := f.WriteSVG(&svg); err != nil {
				t.Fatal(err)
			}
			if err := sweepViews(s, nil)[0].figures()[i].WriteSVG(&again); err != nil || !bytes.Equal(svg.Bytes(), again.Bytes()) {
				t.Errorf("%s: other bytes the second time, %v", name, err)
			}
			d := xml.NewDecoder(bytes.NewReader(svg.Bytes()))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if strings.Contains(svg.String(), "NaN") || strings.Contains(svg.String(), "Inf") {
				t.Errorf("%s: a place that is no number", name)
			}
			if err := f.WritePNG(&picture); err != nil {
				t.Fatal(err)
			}
			if _, err := png.Decode(bytes.NewReader(picture.Bytes())); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if *look != "" {
				if err := os.WriteFile(filepath.Join(*look, fmt.Sprintf("sweep %s %d.png", name, i)), picture.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestSweepMessages: the title of a figure says where the objective is kept, and
// the findings where the knee is.
func TestSweepMessages(t *testing.T) {
	all := sweeps()
	for name, want := range map[string]string{
		"curve": "P95 latency of HIGH is ≤ 10s from worker.concurrency=5 on",
		"steep": "P95 latency of HIGH is ≤ 10s from worker.concurrency=10 to 40", // point 17 is left out
		"words": "P95 latency of HIGH: no setting keeps ≤ 10s for certain",
		"map":   "P95 latency of HIGH: 20 of 48 settings keep ≤ 10s for certain",
	} {
		got := sweepViews(all[name], nil)[0].figures()[0].Title
		switch {
		case name == "slices":
			if !strings.HasPrefix(got, "class.BATCH.queue.visibility_timeout=1m: P95 latency of HIGH: ") {
				t.Errorf("slices: %q", got)
			}
		case name == "steep":
			if !strings.Contains(got, "of 40 settings keep") { // two spans, since a point is left out
				t.Errorf("steep: %q", got)
			}
		case got != want:
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"curve":      "The knee of the p95 latency of HIGH is at worker.concurrency=5: 4.0s ±0.2.",
		"map":        "The knee of the p95 latency of HIGH is at worker.concurrency=5, class.BATCH.queue.visibility_timeout=1m: 4.0s ±0.2.",
		"steep":      "The p95 latency of HIGH has no knee that is beyond doubt: more than one point may be the knee.", // points 1 and 18 are left out
		"no figures": "The p95 latency of HIGH has no knee that is beyond doubt: some points have no interval.",
	} {
		s := all[name]
		if found := strings.Join(sweepFindings(s, sweepViews(s, nil)), "\n"); !strings.Contains(found, want) {
			t.Errorf("%s:\n%s\nlacks %q", name, found, want)
		}
	}
	found := strings.Join(sweepFindings(all["curve"], sweepViews(all["curve"], nil)), "\n")
	if want := "8 of 12 points keep every objective for certain; of these the lowest monthly cost, $104.0 ±0.5, was measured with worker.concurrency=5, and the interval of 1 more point reaches down to it."; !strings.Contains(found, want) {
		t.Errorf("%s\nlacks %q", found, want)
	}
	found = strings.Join(sweepFindings(all["words"], sweepViews(all["words"], nil)), "\n")
	if want := "No point keeps every objective for certain."; !strings.Contains(found, want) {
		t.Errorf("%s\nlacks %q", found, want)
	}
}

// TestSweepCSV: a line for each point, and one for each of its estimates.
func TestSweepCSV(t *testing.T) {
	s := skipped(madeSweep(plan.Grid{concurrencies(2), {Key: "policy.kind", Values: []string{"none", "yield"}}}, elbow), 1)
	var b bytes.Buffer
	if err := sweepPointsCSV(&b, s, sweepViews(s, nil)); err != nil {
		t.Fatal(err)
	}
	want := `point,worker.concurrency,policy.kind,verdict,objectives,asserts,classes.HIGH.latency.p95,classes.HIGH.latency.p95.low,classes.HIGH.latency.p95.high,left_out
0,1,none,stable,not met,met,124,117.8,130.2,
1,1,yield,,,,,,,worker.concurrency: 1 is too few
2,2,none,stable,not met,met,94,89.3,98.7,
3,2,yield,stable,not met,met,94,89.3,98.7,
`
	if b.String() != want {
		t.Errorf("points:\n%s, want\n%s", &b, want)
	}
	b.Reset()
	if err := sweepMetricsCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if lines[0] != "point,worker.concurrency,policy.kind,metric,value,low,high,n,why" || !strings.Contains(b.String(), "\n2,2,none,classes.HIGH.latency.p95,94,89.3,98.7,10,\n") ||
		strings.Contains(b.String(), "\n1,") {
		t.Errorf("metrics:\n%s", strings.Join(lines[:3], "\n"))
	}
	if figures := len(s.Results[0].Result.Figures()); len(lines) != 3*figures+2 {
		t.Errorf("%d lines for three points of %d estimates", len(lines), figures)
	}
}

// TestSweepText: the tables of every form of a sweep fit their width, and the
// report names every file that is written.
func TestSweepText(t *testing.T) {
	for name, s := range sweeps() {
		var b bytes.Buffer
		if err := SweepText(&b, s, []string{"classes.HIGH.latency.p95", "cost.monthly"}, Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := len([]rune(line)); n > 81 {
				t.Errorf("%s: a line of %d characters: %s", name, n, line)
				break
			}
		}
		if len(s.Results) > 400 {
			continue
		}
		dir := t.TempDir()
		if err := WriteSweepDir(dir, s, nil); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "sweep.md"))
		if err != nil {
			t.Fatal(err)
		}
		figures, _ := filepath.Glob(filepath.Join(dir, "*.svg"))
		for _, f := range figures {
			if !strings.Contains(string(text), filepath.Base(f)) {
				t.Errorf("%s: sweep.md does not show %s", name, filepath.Base(f))
			}
		}
		if len(figures) == 0 {
			t.Errorf("%s: no figure", name)
		}
	}
}
