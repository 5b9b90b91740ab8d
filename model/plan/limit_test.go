package plan

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"penstock/model"
)

// disturbed is a world in which the mean wait of the only class is the value that
// varies, disturbed by normal noise: the k-th replication of all values by a
// share of the same.
func disturbed(sd, common float64, falling bool) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		value := cfg.Classes[0].Arrivals[0].Rate
		shared := rand.New(rand.NewPCG(cfg.Seed, uint64(opt.Replication)))
		own := rand.New(rand.NewPCG(cfg.Seed^math.Float64bits(value), uint64(opt.Replication)))
		x := value + sd*(math.Sqrt(common)*shared.NormFloat64()+math.Sqrt(1-common)*own.NormFloat64())
		if falling {
			x = 1000 - x
		}
		r := runsOf(1, func(_ int, r *model.Run) {
			s := model.Sample{N: 1000, Mean: x, P50: x, P95: x, P99: x, Max: x}
			r.Classes[0] = model.ClassRun{Arrived: 1000, Completed: 1000, Latency: s, LatencyCompleted: s, Wait: s}
		})[0]
		return r, true
	}
}

// valued is a scenario of one class whose only knob is a rate.
func valued(seed uint64, from, to float64, by Resolution) Varied {
	ladder, err := NewLadder([]float64{from, to}, by)
	if err != nil {
		panic(err)
	}
	return Varied{Key: "class.A.arrivals[0].rate", Ladder: ladder,
		Text: func(x float64) string { return fmt.Sprint(x) },
		Load: func(x float64) (*model.Config, string) {
			cfg := scenario()
			cfg.Seed, cfg.Replications, cfg.Classes = seed, 0, cfg.Classes[:1]
			cfg.Classes[0].Name = "A"
			cfg.Classes[0].Arrivals = []model.Arrivals{{Kind: "poisson", Rate: x}}
			return cfg, ""
		}}
}

func unbilled(*model.Config) (billFunc, error) { return nil, nil }

func waitAtMost(x float64) []model.Assert {
	return []model.Assert{{Metric: "classes.A.wait.mean", Op: "<=", Value: x}}
}

func limitOf(t *testing.T, v Varied, c []model.Assert, opt LimitOptions, simulate simulateFunc) *LimitResult {
	t.Helper()
	r, err := findLimit(context.Background(), v, c, unbilled, opt, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLimitIsRightAsOftenAsPromised: over many searches with normal noise, the
// value said to be kept is broken, or the reverse, no more often than the stated
// probability, whether replications share their noise or not, in the hardest
// case: a value of the ladder all but meets the bound. Most brackets are narrow.
func TestLimitIsRightAsOftenAsPromised(t *testing.T) {
	const experiments, promised, bound = 150, 0.2, 430.001
	for _, c := range []struct {
		common  float64
		falling bool
	}{{0, false}, {0.9, true}} {
		kept, wrong, runs, width := waitAtMost(bound), 0, 0, 0.0
		if c.falling {
			kept = waitAtMost(1000 - bound)
		}
		for seed := range uint64(experiments) {
			v := valued(seed, 100, 1000, Resolution{By: 10})
			load := v.Load
			v.Load = func(x float64) (*model.Config, string) {
				cfg, _ := load(x)
				cfg.Precision.Confidence = 1 - promised
				return cfg, ""
			}
			r := limitOf(t, v, kept, LimitOptions{Most: 200}, disturbed(30, c.common, c.falling))
			runs += r.Replications
			holds := func(x float64) bool { return x <= bound != c.falling }
			if r.Kept == nil || r.Broken == nil || !holds(r.Kept.Value) || holds(r.Broken.Value) {
				wrong++
				continue
			}
			width += math.Abs(r.Kept.Value-r.Broken.Value) / experiments
		}
		share := float64(wrong) / experiments
		t.Logf("%+v: %.4f wrong, %d replications, %.1f wide", c, share, runs/experiments, width)
		// Three standard errors above the promise would be chance once in 700.
		if most := promised + 3*math.Sqrt(promised*(1-promised)/experiments); share > most {
			t.Errorf("%+v: a share of %.4f is wrong, promised %v", c, share, promised)
		}
		if width > 30 {
			t.Errorf("%+v: brackets are %.1f wide on average", c, width)
		}
	}
}

// TestLimitWithoutNoise: the bracket is the two neighbours of the limit on the
// ladder, on either side, and the direction is found.
func TestLimitWithoutNoise(t *testing.T) {
	by := Resolution{By: 0.01, Relative: true, Quantum: 1}
	for _, falling := range []bool{false, true} {
		c := waitAtMost(123.5)
		if falling {
			c = waitAtMost(1000 - 123.5)
		}
		r := limitOf(t, valued(1, 1, 5000, by), c, LimitOptions{First: 5, Most: 10}, disturbed(0, 0, falling))
		limit, kept, broken := "largest", 123.0, 124.0
		if falling {
			limit, kept, broken = "smallest", 124, 123
		}
		if r.Outcome != LimitFound || r.Limit != limit || r.Kept.Value != kept || r.Broken.Value != broken {
			t.Errorf("falling %v: %s, %s, kept %v, broken %v", falling, r.Outcome, r.Limit, r.Kept, r.Broken)
		}
		if n := len(r.Probes); n > 12 {
			t.Errorf("falling %v: %d values probed", falling, n)
		}
	}
}

// TestLimitUndecided: a limit that lies too close to a value to be told apart
// from it with the replications allowed is bracketed, and said to be undecided.
func TestLimitUndecided(t *testing.T) {
	v := valued(3, 0, 100, Resolution{By: 1})
	r := limitOf(t, v, waitAtMost(50), LimitOptions{First: 20, Most: 40}, disturbed(10, 0.5, false))
	if r.Outcome != Undecided || r.ExitCode() != ExitUndecided || r.Kept == nil || r.Broken == nil ||
		r.Kept.Value >= 50 || r.Broken.Value <= 50 || r.Broken.Value-r.Kept.Value > 25 {
		t.Errorf("%s: kept %v, broken %v: %s", r.Outcome, r.Kept, r.Broken, r.Why)
	}
}

// shaped answers by a table, without noise: the condition is kept where the
// letter is k, broken where it is b, and undecided where it is u.
func shaped(letters string) func(int) (string, error) {
	return func(i int) (string, error) {
		return map[byte]string{'k': Met, 'b': NotMet, 'u': Undecided}[letters[i]], nil
	}
}

// TestLimitSearch: what the search concludes from any pattern of answers.
func TestLimitSearch(t *testing.T) {
	for _, c := range []struct {
		name, letters string
		first         []int
		outcome       string
		kept, broken  int
	}{
		{"largest", "kkkkkbbbb", []int{0, 8}, LimitFound, 4, 5},
		{"smallest", "bbbkkkkkk", []int{0, 8}, LimitFound, 3, 2},
		{"undecided in the middle", "kkkkuubbb", []int{0, 8}, Undecided, 3, 6},
		{"smallest, undecided in the middle", "bbbuuukkk", []int{0, 8}, Undecided, 6, 2},
		{"kept everywhere", "kkkkkkkkk", []int{0, 8}, LimitEverywhere, -1, -1},
		{"kept nowhere", "bbbbbbbbb", []int{0, 8}, LimitNowhere, -1, -1},
		{"a dip", "kkkkbbkkk", []int{0, 8}, LimitNotMonotone, -1, -1},
		{"a hill", "bbkkkbbbb", []int{0, 8}, LimitNotMonotone, -1, -1},
		{"nothing decided", "uuuuuuuuu", []int{0, 8}, Undecided, -1, -1},
		{"the end is undecided", "kkkkkuuuu", []int{0, 8}, Undecided, 4, -1},
		{"the start is undecided", "uuubbbbbb", []int{0, 8}, Undecided, -1, 3},
		{"undecided on both sides", "ukkkkkkku", []int{0, 8}, Undecided, -1, -1},
		{"from the middle up", "kkkkkkkbb", []int{4, 6, 2, 8, 0}, LimitFound, 6, 7},
		{"from the middle down", "kbbbbbbbb", []int{4, 6, 2, 8, 0}, LimitFound, 0, 1},
		{"undecided at a first one", "kkkkkkubb", []int{4, 6, 2, 8, 0}, Undecided, 5, 7},
		{"the first change that is found", "kkbbkkkkk", []int{4, 6, 2, 8, 0}, LimitFound, 4, 3},
		{"one rung", "kb", []int{0, 1}, LimitFound, 0, 1},
	} {
		values := make([]float64, len(c.letters))
		for i := range values {
			values[i] = float64(i)
		}
		s := newLimitSearch(Ladder{values, c.first}, shaped(c.letters))
		outcome, err := s.run()
		if err != nil {
			t.Fatal(err)
		}
		if outcome != c.outcome || s.kept != c.kept || s.broken != c.broken {
			t.Errorf("%s: %s, kept %d, broken %d; want %s, %d, %d", c.name, outcome, s.kept, s.broken, c.outcome, c.kept, c.broken)
		}
		if n, most := len(s.order), s.ladder.probes(); !strings.Contains(c.letters, "u") && n > most {
			t.Errorf("%s: %d probes, at most %d expected", c.name, n, most)
		}
	}
}

// TestLimitLoose: the ends of what stays undecided are found with fewer probes
// where a quarter of it will do, and nothing is lost where all is decided.
func TestLimitLoose(t *testing.T) {
	find := func(letters string, loose bool) (*limitSearch, string) {
		values := make([]float64, len(letters))
		for i := range values {
			values[i] = float64(i)
		}
		s := newLimitSearch(Ladder{values, []int{0, len(letters) - 1}}, shaped(letters))
		s.loose = loose
		outcome, err := s.run()
		if err != nil {
			t.Fatal(err)
		}
		return s, outcome
	}
	wide := strings.Repeat("k", 300) + strings.Repeat("u", 200) + strings.Repeat("b", 300)
	strict, _ := find(wide, false)
	loose, outcome := find(wide, true)
	if outcome != Undecided || !loose.coarse || len(loose.order) > len(strict.order)/2 {
		t.Errorf("%s after %d probes, strictly after %d", outcome, len(loose.order), len(strict.order))
	}
	if loose.kept > 299 || loose.kept < 240 || loose.broken < 500 || loose.broken > 560 {
		t.Errorf("kept %d, broken %d", loose.kept, loose.broken)
	}
	sharp := strings.Repeat("k", 301) + strings.Repeat("b", 499)
	if s, outcome := find(sharp, true); outcome != LimitFound || s.coarse || s.kept != 300 || s.broken != 301 {
		t.Errorf("%s: kept %d, broken %d", outcome, s.kept, s.broken)
	}
}

// TestLadder: values are no further apart than asked, have few digits, and hold
// the ends.
func TestLadder(t *testing.T) {
	for _, c := range []struct {
		first []float64
		by    Resolution
		n     int
		some  []float64
	}{
		{[]float64{1, 40}, Resolution{By: 0.01, Relative: true, Quantum: 1}, 40, []float64{1, 2, 39, 40}},
		{[]float64{3000, 6000}, Resolution{By: 0.01, Relative: true, Quantum: 1}, 0, []float64{3000, 3030, 3060, 6000}},
		{[]float64{0, 1}, Resolution{By: 0.1}, 11, []float64{0, 0.1, 0.3, 0.9, 1}},
		{[]float64{10, 20}, Resolution{By: 4, Quantum: 1}, 4, []float64{10, 14, 18, 20}},
		{[]float64{0.5, 1, 0.25, 2}, Resolution{By: 0.01, Relative: true}, 0, []float64{0.25, 0.5, 1, 1.01, 2}},
		{[]float64{0, 100}, Resolution{By: 0.05, Relative: true}, 0, []float64{0, 100}},
		{[]float64{1 << 27, 1 << 30}, Resolution{By: 0.05, Relative: true, Quantum: 1 << 20}, 0, []float64{1 << 27, 134 << 20, 140 << 20, 1 << 30}},
	} {
		l, err := NewLadder(c.first, c.by)
		if err != nil {
			t.Fatal(err)
		}
		if c.n > 0 && len(l.Values) != c.n {
			t.Errorf("%v: %d values %v, want %d", c.first, len(l.Values), l.Values, c.n)
		}
		for _, x := range c.some {
			if !slices.Contains(l.Values, x) {
				t.Errorf("%v by %v: no %v in %v", c.first, c.by, x, l.Values)
			}
		}
		for i, at := range l.First {
			if l.Values[at] != c.first[i] {
				t.Errorf("%v: the first to be probed is %v, want %v", c.first, l.Values[at], c.first[i])
			}
		}
		for i := 1; i < len(l.Values); i++ {
			a, b := l.Values[i-1], l.Values[i]
			step := c.by.By
			if c.by.Relative {
				step *= max(a, l.Values[len(l.Values)-1]/1000)
			}
			step = max(step, c.by.Quantum)
			if !(b > a) || b-a > step*(1+1e-9) {
				t.Errorf("%v: a step from %v to %v", c.first, a, b)
			}
		}
	}
	if _, err := NewLadder([]float64{0, 1}, Resolution{By: 1e-9}); err == nil {
		t.Error("a ladder of a thousand million values is accepted")
	}
}

// TestLimitOnAnyNumberOfCores: the answer does not depend on the workers.
func TestLimitOnAnyNumberOfCores(t *testing.T) {
	var results []*LimitResult
	for _, workers := range []int{1, 2, 4} {
		opt := LimitOptions{Most: 100}
		opt.Workers = workers
		results = append(results, limitOf(t, valued(5, 100, 1000, Resolution{By: 0.02, Relative: true}), waitAtMost(300), opt, disturbed(40, 0.5, false)))
	}
	for _, r := range results[1:] {
		if !reflect.DeepEqual(r, results[0]) {
			t.Error("the answer depends on the number of workers")
		}
	}
}

// TestLimitInterrupted: what is known when the search is interrupted is given.
func TestLimitInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	world := disturbed(0, 0, false)
	r, err := findLimit(ctx, valued(1, 0, 100, Resolution{By: 1}), waitAtMost(30.5), unbilled, LimitOptions{First: 5, Most: 5, Options: Options{Workers: 1}},
		func(cfg *model.Config, opt model.Options) (model.Run, bool) {
			if n++; n == 18 { // in the fourth value: 0, 100, 50 and 25 are probed by then
				stop()
			}
			return world(cfg, opt)
		})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || r.Outcome != Undecided || len(r.Probes) != 3 || r.Kept.Value != 0 || r.Broken.Value != 50 || r.Limit != "largest" {
		t.Errorf("interrupted %v, %s, %d probes, kept %v, broken %v", r.Interrupted, r.Outcome, len(r.Probes), r.Kept, r.Broken)
	}
	stop()
	if _, err := findLimit(ctx, valued(1, 0, 100, Resolution{By: 1}), waitAtMost(30), unbilled, LimitOptions{}, world); err == nil {
		t.Error("a search that was over before it began has an answer")
	}
}
