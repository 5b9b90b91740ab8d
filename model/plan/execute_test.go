package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// document is a result as it is written.
func document(t *testing.T, r *Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSameBytes: neither the number of workers nor that of processors reaches
// the result.
func TestSameBytes(t *testing.T) {
	for name, cfg := range map[string]*model.Config{"terminating": scenario(), "steady": steady(true)} {
		var want string
		for procs := 1; procs <= 4; procs++ {
			for _, workers := range []int{0, 1, 2, 4, 100} {
				old := runtime.GOMAXPROCS(procs)
				r := mustExecute(t, cfg, Options{Workers: workers}, made)
				runtime.GOMAXPROCS(old)
				got := document(t, r) + fmt.Sprint(r.Plots.Depth, r.Plots.Latency, r.Plots.Peak)
				if want == "" {
					want = got
				}
				if got != want {
					t.Fatalf("%s: %d workers on %d processors give another result", name, workers, procs)
				}
			}
		}
	}
}

// TestOrderOfRuns: a run that ends late is still in its place.
func TestOrderOfRuns(t *testing.T) {
	slow := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		time.Sleep(time.Duration(8-opt.Replication) * time.Millisecond)
		return made(cfg, opt)
	}
	cfg := scenario()
	want := document(t, mustExecute(t, cfg, Options{Workers: 1}, made))
	if got := document(t, mustExecute(t, cfg, Options{Workers: 8}, slow)); got != want {
		t.Error("runs that end in another order give another result")
	}
}

func TestResultHead(t *testing.T) {
	cfg := scenario()
	cfg.Asserts = []model.Assert{{Metric: "cost.total", Op: "<", Value: 1000}}
	r := mustExecute(t, cfg, Options{Version: "v1.2.3"}, made)
	if r.Scenario != "made-up" || r.Seed != 7 || r.Version != "v1.2.3" || r.Study != "terminating" ||
		r.Replications != 8 || r.Confidence != 0.95 || r.WarmupS != 0 || r.HorizonS != 3600 {
		t.Errorf("head: %+v", r)
	}
	if len(r.Asserts) != 1 || r.Asserts[0].Outcome != Met || len(r.Warnings) != 0 {
		t.Errorf("asserts %+v, warnings %q", r.Asserts, r.Warnings)
	}
	if strings.Join(r.ClassOrder, " ") != "HIGH BATCH" || len(r.Classes) != 2 {
		t.Errorf("classes %v", r.ClassOrder)
	}
	if r = mustExecute(t, cfg, Options{}, made); r.Version == "" {
		t.Error("no version")
	}
}

// TestDocument checks the form: one document, a newline at its end, no null
// where a list belongs.
func TestDocument(t *testing.T) {
	cfg := scenario()
	cfg.Timing = model.IdealTiming()
	quiet := func(c *model.Config, opt model.Options) (model.Run, bool) {
		return model.Run{Classes: make([]model.ClassRun, 2), Drained: true}, true
	}
	text := document(t, mustExecute(t, cfg, Options{}, quiet))
	d := json.NewDecoder(strings.NewReader(text))
	var doc map[string]any
	if err := d.Decode(&doc); err != nil || d.More() || !strings.HasSuffix(text, "\n}\n") || !strings.Contains(text, "\n  \"seed\": 7,\n") {
		t.Fatalf("not one document and a newline: %v", err)
	}
	for _, key := range []string{"asserts", "objectives", "assumptions", "class_order"} {
		if _, ok := doc[key].([]any); !ok {
			t.Errorf("%s is %v, want a list", key, doc[key])
		}
	}
	if cost := doc["cost"].(map[string]any); cost["items"] == nil {
		t.Error("cost.items is null")
	}
}

func TestHashes(t *testing.T) {
	cfg := scenario()
	a := mustExecute(t, cfg, Options{}, made)
	cfg.Seed++
	b := mustExecute(t, cfg, Options{}, made)
	if a.ConfigHash != b.ConfigHash {
		t.Error("the seed changes the hash of the scenario")
	}
	if a.LogHash == b.LogHash {
		t.Error("another seed has the same events")
	}
	cfg.Classes[1].Queue.Retention++
	if c, _ := ConfigHash(cfg); c == a.ConfigHash || len(c) != 16 {
		t.Errorf("hash %s of a changed scenario, %s before", c, a.ConfigHash)
	}
	runs := []model.Run{{LogHash: 1}, {LogHash: 2}}
	if logHash(runs) == logHash([]model.Run{runs[1], runs[0]}) {
		t.Error("the order of runs does not reach the hash of the events")
	}
	// FNV-1a of 0,0,0,0,0,0,0,1, worked out by hand from its definition.
	want := uint64(14695981039346656037)
	for _, b := range []byte{0, 0, 0, 0, 0, 0, 0, 1} {
		want = (want ^ uint64(b)) * 1099511628211
	}
	if got := logHash(runs[:1]); got != fmt.Sprintf("%016x", want) {
		t.Errorf("hash %s, want %016x", got, want)
	}
}

func TestProgress(t *testing.T) {
	for _, cfg := range []*model.Config{scenario(), steady(true)} {
		var inside atomic.Int32
		last, calls, ends := 0.0, 0, 0
		mustExecute(t, cfg, Options{Workers: 4, Progress: func(share float64) {
			if inside.Add(1) != 1 {
				t.Error("two calls at a time")
			}
			if share < last || share > 1 {
				t.Errorf("progress went from %v to %v", last, share)
			}
			if last = share; share == 1 {
				ends++
			}
			calls++
			runtime.Gosched()
			inside.Add(-1)
		}}, made)
		if last != 1 || calls < 20 || ends > 2 { // the last run and the study end at 1
			t.Errorf("%d calls, %d of them with 1, the last with %v", calls, ends, last)
		}
	}
}

// TestProgressNeverGoesBack: a run may report what it likes.
func TestProgressNeverGoesBack(t *testing.T) {
	var seen []float64
	p := newProgress(func(share float64) { seen = append(seen, share) }, 2)
	a, b := p.start(), p.start()
	a.update(0.5)
	a.update(0.25)
	b.update(7)
	a.update(1)
	if got := fmt.Sprint(seen); got != "[0.25 0.75 1]" {
		t.Errorf("progress %s", got)
	}
}

// TestProgressOneAtATime lets many runs report at once.
func TestProgressOneAtATime(t *testing.T) {
	inside, worst := 0, 0 // not atomic: the race detector sees a second caller
	p := newProgress(func(float64) {
		inside++
		worst = max(worst, inside)
		runtime.Gosched()
		inside--
	}, 8)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			task := p.start()
			for i := range 100 {
				task.update(float64(i) / 100)
			}
		})
	}
	wg.Wait()
	if worst != 1 {
		t.Errorf("%d callers at a time", worst)
	}
}

func TestTraceWatchesReplication0(t *testing.T) {
	for _, cfg := range []*model.Config{scenario(), steady(true)} {
		var seen []int64
		mustExecute(t, cfg, Options{Workers: 4, Trace: func(h *model.Happening) { seen = append(seen, h.ID) }}, made)
		if len(seen) != 1 || seen[0] != 0 {
			t.Errorf("%s: traced %v, want replication 0 once", cfg.Study, seen)
		}
	}
}

// TestPanic: the error names the first run by index that failed, even if
// another failed before it.
func TestPanic(t *testing.T) {
	broken := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		switch opt.Replication {
		case 2:
			time.Sleep(20 * time.Millisecond)
			panic("late")
		case 3:
			panic("early")
		}
		return made(cfg, opt)
	}
	_, err := execute(context.Background(), scenario(), nil, Options{Workers: 4}, broken)
	var internal *InternalError
	if !errors.As(err, &internal) {
		t.Fatalf("error %v, want an InternalError", err)
	}
	if want := `scenario "made-up", seed 7, replication 2: internal failure: late`; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if !strings.Contains(string(internal.Stack), "execute_test.go") {
		t.Errorf("the stack does not lead to the panic:\n%s", internal.Stack)
	}
}

func TestBrokenWorlds(t *testing.T) {
	for name, tt := range map[string]struct {
		world simulateFunc
		want  string
	}{
		"a run without its classes": {func(*model.Config, model.Options) (model.Run, bool) { return model.Run{}, true }, "the run has 0 classes, the scenario 2"},
		"a run that just stops":     {func(*model.Config, model.Options) (model.Run, bool) { return model.Run{}, false }, "nobody cancelled"},
	} {
		_, err := execute(context.Background(), scenario(), nil, Options{}, tt.world)
		var internal *InternalError
		if !errors.As(err, &internal) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBillFails: what a price book refuses is the user's to mend, no fault of
// the program; what it panics with is one.
func TestBillFails(t *testing.T) {
	refusal := errors.New("no price")
	refuse := func(*model.Usage, price.Options) (price.Bill, error) { return price.Bill{}, refusal }
	_, err := execute(context.Background(), scenario(), refuse, Options{}, made)
	if !errors.Is(err, refusal) || !strings.Contains(err.Error(), "replication 0") {
		t.Errorf("error %v", err)
	}
	cfg := scenario()
	cfg.Worker.Architecture = "abacus"
	_, err = execute(context.Background(), cfg, usEast(t), Options{}, made)
	var internal *InternalError
	if !errors.As(err, &internal) {
		t.Errorf("error %v, want an InternalError", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var started atomic.Int32
	waiting := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		if started.Add(1) == 2 {
			cancel()
		}
		for !opt.Cancelled() {
			runtime.Gosched()
		}
		return model.Run{}, false
	}
	r, err := execute(ctx, scenario(), nil, Options{Workers: 2}, waiting)
	if r != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("result %v, error %v", r, err)
	}
	if n := started.Load(); n != 2 {
		t.Errorf("%d runs were started, want 2", n)
	}
	if _, err = Execute(ctx, scenario(), nil, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a study that was cancelled before it began: %v", err)
	}
}

// TestBadAssertsCostNoRun: what is wrong with the asserts is found first, and
// all of it.
func TestBadAssertsCostNoRun(t *testing.T) {
	cfg := scenario()
	cfg.Asserts = []model.Assert{
		{Metric: "classes.HIGH.latncy.p95", Op: "<="}, {Metric: "cost.total", Op: "="}, {Metric: "cost.items.sqs.receive.yield.usd", Op: "<="},
	}
	_, err := execute(context.Background(), cfg, nil, Options{}, func(*model.Config, model.Options) (model.Run, bool) {
		t.Error("a run was spent")
		return model.Run{}, true
	})
	if err == nil || !strings.Contains(err.Error(), "classes.HIGH.latency.p95") || !strings.Contains(err.Error(), `unknown operator "="`) || strings.Contains(err.Error(), "yield") {
		t.Errorf("error %v", err)
	}
}
