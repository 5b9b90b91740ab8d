package plan

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"penstock/model"
)

// steady is a steady study of two classes.
func steady(auto bool) *model.Config {
	cfg := scenario()
	cfg.Study = model.Steady
	cfg.Warmup = model.Warmup{Auto: auto, For: 5 * time.Minute}
	if auto {
		cfg.Warmup.For = 0
	}
	return cfg
}

// opening is a world whose queues fill up over the given number of steps of
// 10 s, run against the options that it was called with.
type opening struct {
	mu    sync.Mutex
	calls []model.Options
	drain []model.Drain
	fill  int
}

func (o *opening) simulate(cfg *model.Config, opt model.Options) (model.Run, bool) {
	o.mu.Lock()
	o.calls = append(o.calls, opt)
	o.drain = append(o.drain, cfg.Drain)
	o.mu.Unlock()
	r, ok := made(cfg, opt)
	s := &r.Series
	s.Step = 10 * time.Second
	for c := range s.Depth {
		s.Depth[c], s.Flight[c] = nil, nil
		for i := range 360 {
			wave := float64(i % 5) // no batch of five sees it
			s.Depth[c] = append(s.Depth[c], 2*float64(min(i, o.fill))+wave)
			s.Flight[c] = append(s.Flight[c], float64(min(i, o.fill)))
		}
		if cfg.Drain != (model.Drain{}) { // a world that empties after the horizon
			s.Depth[c] = append(s.Depth[c], make([]float64, 400)...)
		}
	}
	return r, ok
}

func TestWarmup(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cfg   *model.Config
		fill  int
		runs  int // in all
		want  time.Duration
		warns []string
	}{
		{"none in a terminating study", scenario(), 20, 8, 0, nil},
		{"as given", steady(false), 20, 8, 5 * time.Minute, nil},
		{"measured: full after 20 steps", steady(true), 20, 5 + 8, 200 * time.Second, nil},
		{"measured: full from the start", steady(true), 0, 5 + 8, 0, nil},
		{"measured: full late", steady(true), 100, 5 + 8, 1000 * time.Second, []string{"a horizon of 3h3m20s or more leaves 10 times the warm-up"}},
		{"never full", steady(true), 400, 5 + 8, 30 * time.Minute, []string{"had not settled by half of the horizon (MSER-5): 30m are cut"}},
	} {
		w := &opening{fill: tt.fill}
		r := mustExecute(t, tt.cfg, Options{}, w.simulate)
		if r.WarmupS != tt.want.Seconds() {
			t.Errorf("%s: warm-up %v s, want %v", tt.name, r.WarmupS, tt.want)
		}
		if len(w.calls) != tt.runs {
			t.Errorf("%s: %d runs, want %d", tt.name, len(w.calls), tt.runs)
		}
		for i, opt := range w.calls {
			warmup, drain := tt.want, tt.cfg.Drain
			if i < tt.runs-8 { // a pilot run
				warmup, drain = 0, model.Drain{}
			}
			if opt.Warmup != warmup || w.drain[i] != drain {
				t.Errorf("%s: run %d has warm-up %v and drain %v", tt.name, i, opt.Warmup, w.drain[i])
			}
		}
		for i, text := range tt.warns {
			if len(r.Warnings) != len(tt.warns) || !strings.Contains(r.Warnings[i], text) {
				t.Errorf("%s: warnings %q, want %q", tt.name, r.Warnings, tt.warns)
				break
			}
		}
		if len(tt.warns) == 0 && len(r.Warnings) > 0 {
			t.Errorf("%s: warnings %q", tt.name, r.Warnings)
		}
	}
}

func TestPilots(t *testing.T) {
	for _, tt := range []struct {
		replications, runs int
	}{{1, 2}, {3, 6}, {5, 10}, {20, 25}} {
		cfg := steady(true)
		cfg.Replications = tt.replications
		w := &opening{}
		mustExecute(t, cfg, Options{}, w.simulate)
		if len(w.calls) != tt.runs {
			t.Errorf("%d replications: %d runs, want %d", tt.replications, len(w.calls), tt.runs)
		}
	}
}

// TestPilotFails: a failure of a pilot run ends the study.
func TestPilotFails(t *testing.T) {
	_, err := execute(context.Background(), steady(true), nil, Options{}, func(*model.Config, model.Options) (model.Run, bool) {
		panic("broken")
	})
	if err == nil {
		t.Error("no error")
	}
}

func TestNoSeries(t *testing.T) {
	world := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := made(cfg, opt)
		r.Series = model.Series{}
		return r, ok
	}
	r := mustExecute(t, steady(true), Options{}, world)
	if r.WarmupS != 0 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "too short to measure") {
		t.Errorf("warm-up %v, warnings %q", r.WarmupS, r.Warnings)
	}
}

// TestOpenSeries: steps of unequal length are brought to the longest, classes
// and places add up, and what lies behind the horizon, or is not there in every
// run, is left out.
func TestOpenSeries(t *testing.T) {
	fine := model.Run{Series: model.Series{
		Step: time.Second, Depth: [][]float64{{1, 3, 5, 7, 9, 9}, {1, 1, 1, 1, 9, 9}}, Flight: [][]float64{{0, 2, 0, 2, 9, 9}, make([]float64, 6)},
	}}
	coarse := model.Run{Series: model.Series{Step: 2 * time.Second, Depth: [][]float64{{10, 20, 90}}}}
	half := model.Run{Series: model.Series{Step: time.Second, Depth: [][]float64{{6, 6, 6}}}}
	for _, tt := range []struct {
		name string
		runs []model.Run
		want []float64
	}{
		{"two", []model.Run{fine, coarse}, []float64{7, 14}},
		{"one ends within the second step", []model.Run{fine, half, coarse}, []float64{20.0 / 3}},
	} {
		if got := openSeries(tt.runs, 2*time.Second, 5*time.Second); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
