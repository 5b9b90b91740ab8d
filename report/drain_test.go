package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"penstock/model/plan"
)

// drainSample is a map of two outages at three loads.
func drainSample() *plan.DrainMap {
	f := func(x float64) *float64 { return &x }
	none := plan.Estimate{N: 10, Why: "no replication recovered within 3h"}
	return &plan.DrainMap{
		Scenario: "erp<b>", Replications: 10, Confidence: 0.95, Capacity: 5, WithinS: 10800, StepS: 12, Version: "0.1.0", LogHash: "0123456789abcdef",
		OutagesS: []float64{300, 3600}, Loads: []float64{0.5, 0.9, 1.1}, Calm: []string{"stable", "stable", "saturated"},
		Cells: []plan.DrainCell{
			{OutageS: 300, Load: 0.5, Fluid: f(300), Drain: est(330, 12), Recovered: 10, Lost: sure(0), Verdict: plan.Recovers},
			{OutageS: 300, Load: 0.9, Fluid: f(2700), Drain: none, Recovered: 7, Lost: sure(0), Verdict: plan.Undecided},
			{OutageS: 300, Load: 1.1, Drain: none, Lost: sure(0), Verdict: plan.Never},
			{OutageS: 3600, Load: 0.5, Fluid: f(3600), Drain: est(4000, 90), Recovered: 10, Lost: est(120, 9), Verdict: plan.Recovers},
			{OutageS: 3600, Load: 0.9, Fluid: f(32400), Drain: none, Lost: sure(0), Verdict: plan.Never},
			{OutageS: 3600, Load: 1.1, Drain: none, Lost: sure(0), Verdict: plan.Never},
		},
	}
}

func TestDrainText(t *testing.T) {
	var b bytes.Buffer
	if err := DrainText(&b, drainSample(), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"From a load of 90% on it does not recover from every outage within 3h",
		"7 of 10", "> 3h ", "never", "†", "∞", "log 0123456789abcdef",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if utf8.RuneCountInString(line) > 101 {
			t.Errorf("too long: %s", line)
		}
	}
}

// TestDrainMessages: the title names the lowest load at which something does not
// recover, and says how much of it.
func TestDrainMessages(t *testing.T) {
	m := drainSample()
	m.Loads[1] = 0.95
	m.Cell(0, 1).Verdict = plan.Never
	if s := drainMessage(m); s != "From a load of 95% on it does not recover from any outage within 3h" {
		t.Error(s)
	}
	for i := range m.Cells {
		m.Cells[i].Verdict = plan.Recovers
	}
	m.Interrupted = true
	if s := drainMessage(m); !strings.HasPrefix(s, "Interrupted: up to a load of") || !strings.HasSuffix(s, "it recovers from every outage within 3h") {
		t.Error(s)
	}
	m.Interrupted = false
	if s := drainMessage(m); s != "It recovers from every outage within 3h" {
		t.Error(s)
	}
}

func TestDrainFiles(t *testing.T) {
	dir := t.TempDir() + "/map"
	if err := WriteDrainDir(dir, drainSample()); err != nil {
		t.Fatal(err)
	}
	var md, csv bytes.Buffer
	if err := drainMarkdown(&md, drainSample(), drainFigure(drainSample())); err != nil {
		t.Fatal(err)
	}
	if s := md.String(); strings.Contains(s, "<b>") || !strings.Contains(s, "](drain.svg)") {
		t.Error(s)
	}
	if err := drainCSV(&csv, drainSample()); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(csv.String(), "\n"); len(lines) != 8 || lines[4] != "3600,0.5,3600,4000,3910,4090,10,10,120,111,129,recovers," {
		t.Errorf("%q", lines)
	}
}
