package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// grid is a sweep of two axes over the made world: the seed stands for what a
// setting changes.
var testGrid = Grid{
	{Key: "worker.concurrency", Values: []string{"1", "2", "4"}, Numbers: []float64{1, 2, 4}},
	{Key: "policy.kind", Values: []string{"none", "yield"}},
}

// gridStudy is the scenario of a point.
func gridStudy(point int) (*model.Config, *price.Book, error) {
	cfg := scenario()
	cfg.Seed = uint64(100 + point)
	cfg.Replications = 3 + point%3
	return cfg, nil, nil
}

// swept runs the points of the grid and returns the file that keeps them.
func swept(t *testing.T, shard *Shard, opt Options, simulate simulateFunc) *SweepFile {
	t.Helper()
	f := NewSweepFile(testHead(shard))
	opt.Version = "v1"
	err := runSweep(context.Background(), f.Head.Own(), gridStudy, opt, func(p int, r *Result) error {
		_, err := f.Add(&SweepPoint{Point: p, Settings: testGrid.Settings(p), Result: r})
		return err
	}, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func testHead(shard *Shard) SweepHead {
	return NewSweepHead("made-up", "v1", 100, testGrid, []string{"a", "b", "c", "d", "e", "f"}, shard)
}

func written(t *testing.T, f *SweepFile) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGrid: points and settings go through the last axis first, and back.
func TestGrid(t *testing.T) {
	if n := testGrid.Len(); n != 6 {
		t.Fatalf("%d points", n)
	}
	for p := range 6 {
		if q := testGrid.Point(testGrid.At(p)); q != p {
			t.Errorf("point %d comes back as %d", p, q)
		}
	}
	if got := testGrid.Set(3); !slices.Equal(got, []string{"worker.concurrency=2", "policy.kind=yield"}) {
		t.Errorf("point 3: %q", got)
	}
	if got := testGrid.Settings(4); !maps.Equal(got, map[string]string{"worker.concurrency": "4", "policy.kind": "none"}) {
		t.Errorf("point 4: %v", got)
	}
	many := Axis{Key: "x", Values: make([]string, 10_000)}
	if n := (Grid{many, many, many, many, many, many}).Len(); n != MaxPoints+1 {
		t.Errorf("a grid of 10^24 points: %d", n)
	}
}

// TestSweepSameBytes: a sweep gives the results that a study of each point
// gives, and the same bytes for any number of workers and in any order of their
// ends.
func TestSweepSameBytes(t *testing.T) {
	want := written(t, swept(t, nil, Options{Workers: 1}, made))
	others := make(chan bool, 100) // a word for each run of another point that has ended
	slow := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if cfg.Seed != 100 {
			defer func() { others <- true }()
			return made(cfg, opt)
		}
		for range 4 { // of each of its three runs, so for most runs of the others
			<-others
		}
		time.Sleep(20 * time.Millisecond)
		return made(cfg, opt)
	}
	f := swept(t, nil, Options{Workers: 8}, slow)
	if f.Sorted {
		t.Error("no point overtook another: the test shows nothing")
	}
	if got := written(t, f); got != want {
		t.Error("8 workers give other bytes than 1")
	}
	s, err := f.Sweep()
	if err != nil {
		t.Fatal(err)
	}
	for p := range s.Results {
		cfg, _, _ := gridStudy(p)
		alone, err := execute(context.Background(), cfg, nil, Options{Version: "v1"}, made)
		if err != nil || document(t, alone) != document(t, s.Results[p].Result) {
			t.Errorf("point %d differs from a study of its own", p)
		}
	}
}

// TestSweepFillsWorkers: the runs of all points share one pool: no more than its
// size run at a time, and with a run left in each point they are still as many.
func TestSweepFillsWorkers(t *testing.T) {
	var now, most atomic.Int64
	watch := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		for n := now.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(time.Millisecond)
		defer now.Add(-1)
		return made(cfg, opt)
	}
	study := func(int) (*model.Config, *price.Book, error) {
		cfg := scenario()
		cfg.Replications = 1
		return cfg, nil, nil
	}
	err := runSweep(context.Background(), []int{0, 1, 2, 3, 4, 5, 6, 7}, study, Options{Workers: 4}, func(int, *Result) error { return nil }, watch)
	if err != nil || most.Load() != 4 {
		t.Errorf("at most %d runs at a time of 4 workers, %v", most.Load(), err)
	}
}

// TestSweepErrors: an error of a point, or of keeping one, ends the sweep, and is
// the one that is told; a cancelled sweep says so.
func TestSweepErrors(t *testing.T) {
	full := errors.New("disk full")
	kept := 0
	err := runSweep(context.Background(), []int{0, 1, 2, 3, 4, 5}, gridStudy, Options{Workers: 2}, func(int, *Result) error {
		if kept++; kept == 3 {
			return full
		}
		return nil
	}, made)
	if !errors.Is(err, full) || kept > 5 {
		t.Errorf("%d points kept, %v", kept, err)
	}
	broken := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if cfg.Seed == 102 {
			panic("broken")
		}
		return made(cfg, opt)
	}
	var internal *InternalError
	err = runSweep(context.Background(), []int{0, 1, 2, 3}, gridStudy, Options{}, func(int, *Result) error { return nil }, broken)
	if !errors.As(err, &internal) || !strings.Contains(err.Error(), "point 2: ") {
		t.Errorf("a broken point: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	kept = 0
	err = runSweep(ctx, []int{0, 1, 2, 3, 4, 5}, gridStudy, Options{Workers: 2}, func(int, *Result) error {
		if kept++; kept == 2 {
			cancel()
		}
		return nil
	}, func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if opt.Cancelled() {
			return model.Run{}, false
		}
		return made(cfg, opt)
	})
	if !errors.Is(err, context.Canceled) || kept < 2 {
		t.Errorf("cancelled after 2 points: %d kept, %v", kept, err)
	}
}

// TestSweepProgress: the share never goes back and ends with all.
func TestSweepProgress(t *testing.T) {
	last := 0.0
	swept(t, nil, Options{Workers: 3, Progress: func(share float64) {
		if share < last || share > 1 {
			t.Errorf("%g after %g", share, last)
		}
		last = share
	}}, made)
	if last < 1-1e-9 {
		t.Errorf("ends at %g", last)
	}
}

// TestReadSweepFile: what a killed sweep left is read up to its last whole line;
// anything else that is no point of the sweep is an error with its line.
func TestReadSweepFile(t *testing.T) {
	text := written(t, swept(t, nil, Options{}, made))
	lines := strings.SplitAfter(text, "\n")
	lines = lines[:len(lines)-1]
	for cut := range len(text) {
		if cut%97 != 0 && cut > len(lines[0])+2 {
			continue
		}
		f, err := ReadSweepFile(strings.NewReader(text[:cut]))
		if cut < len(lines[0]) {
			if !errors.Is(err, ErrNoHead) {
				t.Fatalf("cut after %d bytes: %v", cut, err)
			}
			continue
		}
		whole := strings.Count(text[:cut], "\n")
		if err != nil || len(f.Lines) != whole-1 || f.Size != int64(len(strings.Join(lines[:whole], ""))) || f.Cut != (f.Size < int64(cut)) {
			t.Fatalf("cut after %d bytes: %+v, %v", cut, f, err)
		}
		if missing := f.Missing(); len(missing) != 7-whole {
			t.Errorf("cut after %d bytes: missing %v", cut, missing)
		}
	}
	// A crash of the machine can leave a block of zeros.
	if f, err := ReadSweepFile(strings.NewReader(text + "\x00\x00\x00\n")); err != nil || !f.Cut || len(f.Lines) != 6 {
		t.Errorf("zeros at the end: %v", err)
	}
	other := strings.Replace(lines[2], `"policy.kind":"yield"`, `"policy.kind":"none"`, 1)
	for name, c := range map[string]struct{ text, want string }{
		"another file":      {"# notes\n", "line 1: this is no file of a sweep's points"},
		"another form":      {strings.Replace(lines[0], `"sweep":1`, `"sweep":2`, 1), "line 1: the form of the file is 2, and this version reads 1"},
		"broken inside":     {lines[0] + "{\n" + lines[1], "line 2: this is no point of a sweep"},
		"not of the grid":   {lines[0] + `{"point":6}` + "\n" + lines[1], "line 2: point 6 is not one of this file"},
		"another setting":   {lines[0] + lines[1] + other, "line 3: point 1 has policy.kind=none here, but yield in the grid"},
		"twice, not alike":  {lines[0] + lines[1] + strings.Replace(lines[1], "stable", "stale", 1), "line 3: point 0 stands here twice, and not alike"},
		"grid of no points": {strings.Replace(lines[0], `"points":6`, `"points":5`, 1), "line 1: this is no file of a sweep's points"},
	} {
		if _, err := ReadSweepFile(strings.NewReader(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestMerge: shards merge to the bytes of one machine, in any order; what is
// missing or foreign is named.
func TestMerge(t *testing.T) {
	want := written(t, swept(t, nil, Options{}, made))
	var shards []*SweepFile
	var names []string
	for i := range 4 {
		f := swept(t, &Shard{i, 4}, Options{Workers: 2}, made)
		again, err := ReadSweepFile(strings.NewReader(written(t, f)))
		if err != nil {
			t.Fatal(err)
		}
		shards, names = append(shards, again), append(names, fmt.Sprintf("shard %d", i))
	}
	pick := func(order ...int) (files []*SweepFile, of []string) {
		for _, i := range order {
			files, of = append(files, shards[i]), append(of, names[i])
		}
		return files, of
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 1, 0, 2}, {0, 1, 2, 3, 2}} {
		files, of := pick(order...)
		whole, err := Merge(files, of)
		if err != nil {
			t.Fatalf("%v: %v", order, err)
		}
		if got := written(t, whole); got != want {
			t.Errorf("%v: other bytes than one machine gives", order)
		}
	}
	wrong := func(name, want string, files []*SweepFile, of []string) {
		t.Helper()
		if _, err := Merge(files, of); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v, want\n%s", name, err, want)
		}
	}
	files, of := pick(3, 0)
	wrong("two missing", "shard 1/4 is missing\nshard 2/4 is missing", files, of)
	wrong("none", "there is no file of points to merge", nil, nil)

	cut := NewSweepFile(testHead(&Shard{1, 4}))
	files, of = pick(0, 2, 3)
	wrong("one unfinished", "shard 1/4 is not finished: run it again for the points 1 5", append(files, cut), append(of, "cut"))

	for want, change := range map[string]func(*SweepHead){
		`other is of another sweep than shard 0: it was made by version v2, not v1`:                            func(h *SweepHead) { h.Version = "v2" },
		`other is of another sweep than shard 0: its scenario is "others", not "made-up"`:                      func(h *SweepHead) { h.Scenario = "others" },
		`other is of another sweep than shard 0: its scenario had other settings`:                              func(h *SweepHead) { h.GridHash = "0" },
		`other is of another sweep than shard 0: its seed is 7, not 100`:                                       func(h *SweepHead) { h.Seed = 7 },
		`other is of another sweep than shard 0: its axes are worker.concurrency=1,2,4`:                        func(h *SweepHead) { h.Axes = h.Axes[:1] },
		`other is shard 1/3, but shard 0 is one of 4 shards`:                                                   func(h *SweepHead) { h.Shard = &Shard{1, 3} },
		`other is shard 0/1, but shard 0 is one of 4 shards`:                                                   func(h *SweepHead) { h.Shard = nil },
		`other is of another sweep than shard 0: its axes are worker.concurrency=1,2,5 policy.kind=none,yield`: func(h *SweepHead) { h.Axes = Grid{{Key: h.Axes[0].Key, Values: []string{"1", "2", "5"}}, h.Axes[1]} },
	} {
		other := *shards[1]
		change(&other.Head)
		files, of := pick(0, 2, 3)
		wrong("of another sweep", want, append(files, &other), append(of, "other"))
	}
}

// TestWorstMetric: the objective that is kept least, else the longest p95.
func TestWorstMetric(t *testing.T) {
	result := func(high, batch float64, outcomes ...string) SweepPoint {
		r := &Result{ClassOrder: []string{"HIGH", "BATCH"}, Classes: map[string]*Class{"HIGH": {}, "BATCH": {}}}
		r.Classes["HIGH"].Latency.P95, r.Classes["BATCH"].Latency.P95 = est(high, high, high), est(batch, batch, batch)
		for i, o := range outcomes {
			r.Objectives = append(r.Objectives, Assert{Metric: fmt.Sprint("m", i), Bound: 10, Value: est(float64(10*(i+1)), 0, 100), Outcome: o})
		}
		return SweepPoint{Result: r}
	}
	for want, s := range map[string]*Sweep{
		"":                         {Results: []SweepPoint{{Invalid: []string{"no"}}}},
		"classes.HIGH.latency.p95": {Results: []SweepPoint{{Invalid: []string{"no"}}, result(5, 2), result(1, 3)}},
		"m1":                       {Results: []SweepPoint{result(1, 9, Met, Met, Met), result(1, 1, Met, Undecided, Met)}},
		"m2":                       {Results: []SweepPoint{result(1, 9, Met, NotMet, NotMet), result(1, 1, Met, Met, Met)}},
	} {
		if got := s.WorstMetric(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSweepPointJSON: a result survives its line to the last digit.
func TestSweepPointJSON(t *testing.T) {
	f := swept(t, nil, Options{}, made)
	for p, line := range f.Lines {
		var point SweepPoint
		if err := json.Unmarshal(line, &point); err != nil {
			t.Fatal(err)
		}
		again, err := NewSweepFile(f.Head).Add(&point)
		if err != nil || !bytes.Equal(again, line) {
			t.Errorf("point %d changes when it is read and written, %v", p, err)
		}
	}
}
