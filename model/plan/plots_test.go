package plan

import (
	"reflect"
	"testing"
	"time"

	"penstock/model"
)

func TestCoarsen(t *testing.T) {
	xs := []float64{1, 5, 2, 4, 8}
	for _, tt := range []struct {
		m      merge
		factor int
		want   []float64
	}{
		{mean, 1, xs},
		{mean, 2, []float64{3, 3, 4}}, // the run ended in the middle of the last step
		{last, 2, []float64{5, 4, 8}},
		{largest, 2, []float64{5, 4, 8}},
		{largest, 4, []float64{5, 8}},
		{last, 4, []float64{4, 8}},
		{mean, 4, []float64{3, 2}},
	} {
		if got := coarsen(xs, tt.factor, tt.m); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("merge %d by %d: %v, want %v", tt.m, tt.factor, got, tt.want)
		}
	}
}

// TestPlots: two runs, the second shorter and with steps twice as long.
func TestPlots(t *testing.T) {
	cfg := scenario()
	cfg.Classes = cfg.Classes[:1]
	hist := func(n int64) model.Sample {
		h := make([]int64, model.HistBins)
		h[3] = n
		return model.Sample{Hist: h}
	}
	runs := []model.Run{
		{Classes: []model.ClassRun{{Latency: hist(2)}}, Series: model.Series{
			Step: time.Second, Depth: [][]float64{{2, 4, 6, 8}}, Oldest: [][]float64{{2, 4, 6, 8}}, Peak: []float64{2, 4, 6, 8},
		}},
		{Classes: []model.ClassRun{{Latency: hist(5)}}, Series: model.Series{
			Step: 2 * time.Second, Depth: [][]float64{{5}}, Oldest: [][]float64{{6}}, Peak: []float64{10},
		}},
		{Classes: []model.ClassRun{{}}}, // a run without series
	}
	p := plots(cfg, runs)
	if p.Step != 2*time.Second || p.Horizon != time.Hour || p.Slots != 10 || p.LegacyCap != 5 || p.Config != cfg {
		t.Errorf("head: %+v", p)
	}
	for _, tt := range []struct {
		name      string
		got, want []Band
	}{
		{"depth", p.Depth[0], []Band{{round9(8.0 / 3), 0, 5}, {round9(7.0 / 3), 0, 7}}},
		{"oldest", p.Oldest[0], []Band{{round9(10.0 / 3), 0, 6}, {round9(8.0 / 3), 0, 8}}},
		{"peak", p.Peak, []Band{{round9(14.0 / 3), 0, 10}, {round9(8.0 / 3), 0, 8}}},
		{"flight", p.Flight[0], []Band{}},
		{"busy", p.Busy, []Band{}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if p.Latency[0][3] != 7 || len(p.Latency[0]) != model.HistBins {
		t.Errorf("histogram %v", p.Latency[0])
	}
	if got := plots(cfg, runs[:1]).Depth[0][0]; got != (Band{2, 2, 2}) {
		t.Errorf("band of one run: %v", got)
	}
}
