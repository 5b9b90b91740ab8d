package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/plan"
)

var look = flag.String("look", "", "keep every figure of the tests in this folder, to look at")

// oddResults are results that a figure must not stumble over.
func oddResults() map[string]*plan.Result {
	zero := sample()
	for i := range zero.Plots.Depth {
		clear(zero.Plots.Depth[i])
		clear(zero.Plots.Oldest[i])
	}
	clear(zero.Plots.Busy)
	clear(zero.Plots.Calls)
	zero.Plots.Latency = [][]int64{make([]int64, model.HistBins), nil, {7}}
	constant := sample()
	constant.Plots.Latency = [][]int64{make([]int64, model.HistBins), nil, nil}
	constant.Plots.Latency[0][61] = 1000
	many := wideSample()
	many.Plots.Depth = bands(12, 570)
	many.Plots.Oldest = bands(12, 570)
	for i := range many.Plots.Depth {
		many.Plots.Depth[i], many.Plots.Oldest[i] = constant.Plots.Depth[i%3], constant.Plots.Oldest[i%3]
	}
	many.Plots.Latency = nil
	for i := range 12 {
		many.Plots.Latency = append(many.Plots.Latency, lognormals(uint64(i), 0.1*float64(i+1), 1, 500))
	}
	short := sample()
	short.Plots.Step, short.Plots.Horizon = 100*time.Millisecond, 48*time.Second
	weeks := sample()
	weeks.Plots.Step, weeks.Plots.Horizon = time.Hour, 20*24*time.Hour
	ragged := sample()
	ragged.Plots.Depth, ragged.Plots.Calls = ragged.Plots.Depth[:2], nil
	ragged.Plots.Depth[0] = ragged.Plots.Depth[0][:1]
	ragged.Plots.Config = nil
	broken := sample()
	broken.Plots.Depth[0][3], broken.Plots.Oldest[2][5].Mean, broken.Plots.Calls[7].Max = plan.Band{Mean: math.NaN(), Min: math.Inf(-1), Max: math.Inf(1)}, math.NaN(), math.Inf(1)
	return map[string]*plan.Result{
		"broken": broken, "sample": sample(), "nothing": {}, "zero": zero, "constant": constant, "many": many, "short": short, "weeks": weeks, "ragged": ragged,
	}
}

func TestEveryFigureRenders(t *testing.T) {
	for name, r := range oddResults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			figures, err := Figures(r)
			if err != nil {
				t.Fatal(err)
			}
			if len(figures) != 5 {
				t.Errorf("%d figures", len(figures))
			}
			for _, f := range figures {
				if f.Name == "" || f.Title == "" || f.Caption == "" {
					t.Errorf("a figure without words: %+v", f)
				}
				if name == "sample" || name == "nothing" || *look != "" { // pixels take long, and lines are the same in both
					checkPNG(t, f.Name, f)
				}
				checkSVG(t, f.Name, f)
			}
		})
	}
}

func checkPNG(t *testing.T, name string, f Figure) {
	t.Helper()
	var b bytes.Buffer
	if err := f.WritePNG(&b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if dir := *look; dir != "" {
		file := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+"-"+name+".png")
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if size := img.Bounds().Size(); size.X != 1600 || size.Y < 900 {
		t.Errorf("%s is %v", name, size)
	}
}

func checkSVG(t *testing.T, name string, f Figure) {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteSVG(&b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if s := b.String(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || !strings.Contains(s, "<title>") {
		t.Errorf("%s has what no browser reads", name)
	}
	d := xml.NewDecoder(&b)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func TestFiguresAreTheSameBytes(t *testing.T) {
	render := func() []byte {
		var b bytes.Buffer
		figures, err := Figures(sample())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range figures {
			if err := f.WriteSVG(&b); err != nil {
				t.Fatal(err)
			}
		}
		if err := figures[1].WritePNG(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(render(), render()) {
		t.Error("the same result gave other bytes")
	}
}

func TestFigureMessages(t *testing.T) {
	figures, err := Figures(sample())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"At p95 BATCH takes at least 2.5h, 2,100 times as long as HIGH (4.21s)",
		"BATCH queues up to 18.1k messages, HIGH none",
		"The oldest BATCH message is 2.64h old, the oldest HIGH message 2s",
		"The legacy system is at its limit 72% of the time, the worker 0.2%",
		"Step Functions makes up 89% of the $6.90 bill; 3.9% of the bill buys no progress",
	}
	for i, f := range figures {
		if f.Title != want[i] {
			t.Errorf("got %q, want %q", f.Title, want[i])
		}
	}
}

func TestCCDF(t *testing.T) {
	hist := make([]int64, model.HistBins)
	hist[21], hist[61], hist[81] = 50, 45, 5 // 10 ms, 1 s, 10 s: half, then 5% are slower
	points, first, last, n := ccdf(hist)
	if n != 100 {
		t.Errorf("n = %d", n)
	}
	near := func(a, b float64) bool { return a > b*0.999 && a < b*1.001 }
	if !near(first, model.HistBound(20)) || !near(last, model.HistBound(81)) {
		t.Errorf("from %g to %g", first, last)
	}
	at := func(x float64) (y float64) {
		for _, p := range points {
			if p.x <= x*1.001 {
				y = p.y
			}
		}
		return y
	}
	for _, c := range []point{{0.005, 1}, {model.HistBound(21), 0.5}, {0.5, 0.5}, {model.HistBound(61), 0.05}, {5, 0.05}} {
		if got := at(c.x); !near(got, c.y) {
			t.Errorf("at %g s %g are slower, want %g", c.x, got, c.y)
		}
	}
}
