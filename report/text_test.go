package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"penstock/model/plan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test -update and read the difference. Got:\n%s", path, got)
	}
}

func render(t *testing.T, r *plan.Result, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := TextWith(&b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, sample(), 100); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", b.Bytes())
}

// wideSample is a result whose names and figures are as wide as they get.
func wideSample() *plan.Result {
	r := sample()
	r.Scenario = strings.Repeat("eine-sehr-lange-Beschreibung-", 8)
	for _, name := range []string{"Überweisungen-mit-hoher-Dringlichkeit-und-mehr", "夜間バッチ処理キュー優先度最低", "A\tB\x1b[31mC\nD", strings.Repeat("x", 130)} {
		c := *r.Classes["BATCH"]
		c.Arrived = between(1234567, 2345678, 9345678)
		c.Latency.Max = between(123456, 223456, 923456)
		c.LatencyCompleted.P99 = between(3610, 3700, 99999)
		r.Classes[name] = &c
		r.ClassOrder = append(r.ClassOrder, name)
		r.Objectives = append(r.Objectives, plan.Assert{Metric: "classes." + name + ".latency.p95", Op: "<=", Bound: 1e6, Value: c.Latency.Max, Outcome: "not met", Why: strings.Repeat("why ", 60)})
	}
	r.Warnings = append(r.Warnings, strings.Repeat("unbreakable", 30), strings.Repeat("警告", 90))
	r.Assumptions = append(r.Assumptions, plan.Assumption{Name: "a", Setting: strings.Repeat("long setting ", 12)})
	return r
}

func TestTextFitsTheWidth(t *testing.T) {
	for _, r := range []*plan.Result{sample(), wideSample()} {
		for _, width := range []int{40, 47, 60, 80, 99, 100, 120, 200} {
			for _, line := range strings.Split(render(t, r, Options{Width: width}), "\n") {
				if w := text.StringWidthWithoutEscSequences(line); w > width {
					t.Errorf("width %d: a line of %d: %q", width, w, line)
				}
			}
		}
	}
}

// However narrow it is, no figure may be lost.
func TestTextKeepsEveryFigure(t *testing.T) {
	squeeze := func(s string) string {
		return strings.NewReplacer(" ", "", "\n", "", "─", "").Replace(s)
	}
	narrow := squeeze(render(t, sample(), Options{Width: 50}))
	for _, figure := range []string{"28.80k", "4.21s", "≥2.5h", "10m10s", "[14–31]", "1.06h", "3.10", "98.0k", "$0.0372", "$207", "not met", "throttled_batch"} {
		if !strings.Contains(narrow, squeeze(figure)) {
			t.Errorf("%q is gone", figure)
		}
	}
}

func TestTextColours(t *testing.T) {
	if s := render(t, wideSample(), Options{}); strings.Contains(s, "\x1b") {
		t.Error("escape sequences in plain text")
	}
	s := render(t, sample(), Options{Color: true})
	for _, want := range []string{"\x1b[32mmet\x1b[0m", "\x1b[31mnot met\x1b[0m", "\x1b[33mundecided\x1b[0m", "\x1b[32mstable\x1b[0m"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q", want)
		}
	}
	plain := render(t, sample(), Options{})
	if stripped := text.StripEscape(s); stripped != plain {
		t.Error("colours change the layout")
	}
}

func TestTextOfNothing(t *testing.T) {
	s := render(t, &plan.Result{Scenario: "empty", Verdict: "undecided"}, Options{})
	if !strings.Contains(s, "undecided") {
		t.Errorf("got %q", s)
	}
}

// full is a writer that takes so many bytes and no more.
type fullWriter struct{ room int }

var errFull = errors.New("no space left on device")

func (w *fullWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.room)
	w.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestTextTellsOfAFullDisk(t *testing.T) {
	if err := Text(&fullWriter{100}, sample(), 100); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
