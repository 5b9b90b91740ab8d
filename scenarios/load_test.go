package scenarios

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

const ms = time.Millisecond

// good is what testdata/good.toml has to become, field by field.
func good() model.Config {
	c := model.Config{
		Name: "good", Description: "Uses every key.", Seed: 7, Study: model.Steady,
		Horizon: 36 * time.Hour, Drain: model.Drain{For: 30 * time.Minute}, Warmup: model.Warmup{For: time.Hour},
		Replications: 12, Precision: model.Precision{Confidence: 0.9, Mean: 0.02, Tail: 0.2, MaxReplications: 1000, TimeFloor: 5 * time.Millisecond, ShareFloor: 0.002, CountFloor: 2.5},
		Classes: []model.Class{goodHigh(), goodBatch()},
		Worker: model.Worker{
			Driver: model.DriverLambda, Concurrency: 8, LowFirst: 0.25, ProvisionedConcurrency: 2, Memory: 512 << 20, Architecture: "x86_64",
			Timeout: 20 * time.Second, CallTimeout: 10 * time.Second,
			ColdStart:    model.Dist{Kind: "uniform", Min: 100 * ms, Max: 300 * ms},
			IdleLifetime: model.Dist{Kind: "constant", Value: 5 * time.Minute}, LogBytes: 1024, CPU: 0.5,
		},
		Policy: model.Policy{
			Kind: policy.Yield, Look: policy.LookInFlight, LookCache: 2 * time.Second, EscalateAt: 5,
			YieldFor:  model.Pause{Mode: policy.Drawn, Dist: model.Dist{Kind: "exponential", Mean: 30 * time.Second}},
			Heartbeat: 5 * time.Second, RetryFor: model.Pause{Mode: policy.RetryAfter},
			OnError: policy.FailTask, OnRejected: policy.FailTask, AgeStep: 3 * time.Minute, ReceiveStep: 2,
		},
		StepFunctions: model.StepFunctions{
			States: 4, Timeout: 48 * time.Hour, Heartbeat: time.Hour,
			Retry: model.Retry{MaxAttempts: 2, Interval: 3 * time.Second, Backoff: 1.5, MaxDelay: time.Minute, Jitter: "full"},
		},
		Legacy: model.Legacy{
			Concurrency: 6, Backlog: 2, Service: model.Dist{Kind: "lognormal", Median: 500 * ms, P99: 2 * time.Second},
			Slowdown:  model.Slowdown{Kind: "usl", Alpha: 0.05, Beta: 0.001},
			RateLimit: model.RateLimit{Kind: "token-bucket", Rate: 10, Burst: 20, RetryAfter: time.Second},
			ErrorRate: 0.01, HangRate: 0.002,
			Outages: []model.Outage{
				{At: 2 * time.Hour, For: 20 * time.Minute, Kind: "slow", Factor: 5},
				{At: 4 * time.Hour, For: time.Minute, Kind: "hang"},
			},
		},
		Timing: goodTiming(),
		Assumptions: model.Assumptions{
			QueueOrder: "visible", DeadLetterAt: "visible", StaleDelete: "deletes", RetentionInFlight: "waits",
			ThrottledBatch: "drop", MappingBackoff: "none", MappingRest: 2 * time.Minute, IdlePollers: 3, EnvironmentReuse: "newest", StartTransition: true,
		},
		Faults: model.Faults{
			Until: 20 * time.Hour, EmptyReceive: 0.1, ShortReceive: 0.11, Duplicate: 0.12, EarlyVisibility: 0.13,
			DeleteFails: 0.14, DeleteLate: 0.15, Kill: 0.16, Restart: 30 * time.Second, CallbackThrottled: 0.17, CallbackAmbiguous: 0.18,
			CallHangs: 0.19, CallErrors: 0.2, CallLies: 0.21, Poison: 0.22, ClockAhead: 2 * time.Second,
			Redrives: []model.Redrive{{At: 3 * time.Hour, Rate: 500}, {At: 4 * time.Hour, Rate: 10, Every: &model.Dist{Kind: "uniform", Min: 5 * time.Minute, Max: 15 * time.Minute}, Count: 20}},
			Policies: []model.PolicyChange{{At: 5 * time.Hour, Kind: policy.None}},
		},
		Prices: model.Prices{Book: "data/prices.json", FreeTier: true},
		Asserts: []model.Assert{
			{Metric: "classes.HIGH.latency.p95", Op: "<=", Value: 5, Text: "5s"},
			{Metric: "classes.BATCH.completed", Op: ">", Value: 100, Text: "100"},
		},
		References: []model.Reference{
			{Metric: "classes.HIGH.wait.mean", Exact: 4, Rel: 0.001, Source: "a formula"},
			{Metric: "classes.BATCH.waited", Exact: 0.8, Rel: 0.0005, Source: "a solver"},
		},
		Tune: []model.Knob{
			{Key: "worker.concurrency", Min: 1, Max: 40},
			{Key: "class.*.queue.visibility_timeout", Values: []string{"1m", "6m", "15m"}},
			{Key: "class.HIGH.mapping.maximum_concurrency", Values: []string{"0", "2", "4"}},
			{Key: "timing.attributes_lag", Min: 0, Max: 60},
		},
		Minimize: "cost.monthly",
		Tournament: model.Tournament{
			Policies: []string{"none", "weighted class.HIGH.weight=4"}, By: "classes.HIGH.completed", Largest: true, Within: 0.05,
		},
	}
	return c
}

func goodHigh() model.Class {
	return model.Class{
		Reserve: 2, Weight: 3, Deadline: time.Minute,
		Name: "HIGH", Payload: 512, InitialBacklog: 3,
		Service: &model.Dist{Kind: "mixture", Parts: []model.Part{
			{Weight: 9, Dist: model.Dist{Kind: "gamma", Mean: 200 * ms, CV: 0.5}},
			{Weight: 1, Dist: model.Dist{Kind: "erlang", Mean: 2 * time.Second, K: 4}},
			{Weight: 1, Dist: model.Dist{Kind: "lognormal", Mean: 2 * time.Second, CV: 2}},
		}},
		Arrivals: []model.Arrivals{
			{Kind: "poisson", Rate: 2, Size: 2, Count: 1000},
			{Kind: "constant", Rate: 5},
			{Kind: "renewal", Gap: model.Dist{Kind: "weibull", Mean: 1500 * ms, Shape: 0.7}},
			{Kind: "burst", At: time.Hour, Count: 500, Over: time.Minute, Every: 6 * time.Hour},
		},
		Queue: model.Queue{
			VisibilityTimeout: 2 * time.Minute, MaxReceiveCount: 20, Retention: 24 * time.Hour,
			Delay: 5 * time.Second, DuplicateProbability: 0.001,
		},
		Mapping: model.Mapping{BatchSize: 20, BatchWindow: time.Second, MaximumConcurrency: 4},
		Objective: model.Objective{
			Latency: []model.Bound{
				{Metric: "p99", AtMost: 20 * time.Second}, {Metric: "p50", AtMost: time.Second},
				{Metric: "p90", AtMost: 4 * time.Second}, {Metric: "p95", AtMost: 5 * time.Second},
				{Metric: "mean", AtMost: 2 * time.Second}, {Metric: "max", AtMost: 10 * time.Minute},
				{Metric: "oldest", AtMost: 30 * time.Second},
			},
			DeadLetters: 0, TimedOut: 0.01,
		},
	}
}

func goodBatch() model.Class {
	c := model.DefaultClass()
	c.Name = "BATCH"
	one := 1
	c.Patience = &model.Dist{Kind: "exponential", Mean: 8 * time.Hour}
	c.YieldFor = &model.Dist{Kind: "constant", Value: 90 * time.Second}
	c.RetryFor = &model.Dist{Kind: "exponential", Mean: 10 * time.Second}
	c.LegacyBacklog, c.LegacyBacklogUntil = &one, 4
	c.Mapping.ProvisionedPollers = model.PollerRange{Min: 2, Max: 10}
	c.Arrivals = []model.Arrivals{
		{Kind: "schedule", Shape: "linear", Period: 24 * time.Hour,
			Points: []model.Point{{Rate: 5.0 / 3600}, {At: 8 * time.Hour, Rate: 24.0 / 86400}}},
		{Kind: "mmpp", States: []model.RateState{{Hold: time.Hour}, {Rate: 1, Hold: 10 * time.Minute}}},
		{Kind: "closed", Population: 5, Think: model.Dist{Kind: "constant", Value: time.Minute}},
		{Kind: "trace", Trace: model.Trace{File: "data/counts.csv", Column: "tasks", Format: "counts",
			Bin: time.Hour, Scale: 2, Counts: []float64{10, 2.5, 0}}},
		{Kind: "trace", Trace: model.Trace{File: "data/times.csv", Column: "time", Format: "timestamps",
			Scale: 1, ServiceColumn: "work",
			Times: []time.Duration{0, 1250 * ms, time.Minute}, Services: []time.Duration{500 * ms, time.Second, 250 * ms}}},
		{Kind: "trace", Trace: model.Trace{File: "data/times.csv", Column: "seconds", Format: "seconds",
			Scale: 1, Times: []time.Duration{0, 1500 * ms, 90 * time.Second}}},
	}
	return c
}

func goodTiming() model.Timing {
	constant := func(d time.Duration) model.Dist { return model.Dist{Kind: "constant", Value: d} }
	return model.Timing{
		Profile: "aws", SQSSend: constant(15 * ms), SQSReceive: constant(5 * ms),
		SQSDelete:     model.Dist{Kind: "hyperexponential", Mean: 10 * ms, CV: 2},
		SQSAttributes: model.Dist{Kind: "pareto", Min: 5 * ms, Alpha: 1.5, Max: time.Second},
		SQSVisibility: model.Dist{Kind: "empirical", File: "data/latency.csv", Column: "value", Unit: "ms",
			Sample: []time.Duration{12500 * time.Microsecond, 40 * ms, 12500 * time.Microsecond}},
		AttributesLag: 10 * time.Second, SFNCallback: constant(30 * ms),
		LambdaInvoke: constant(12 * ms), ESMRetry: constant(2 * time.Second),
	}
}

// TestGood reads a file that uses every key and compares the Config with one
// that was written by hand.
func TestGood(t *testing.T) {
	c, problems := Load("testdata/good.toml", nil)
	for _, p := range problems {
		t.Error(p)
	}
	if want := good(); !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// TestIdeal: the profile comes first wherever it stands, explicit keys after,
// and what only AWS forbids is a warning.
func TestIdeal(t *testing.T) {
	c, problems := Load("testdata/ideal.toml", nil)
	want := "testdata/ideal.toml:8:13: warning: class[0].mapping.maximum_concurrency: 1 is out of range: 0 or 2 to 1000 (Lambda)"
	if len(problems) != 1 || problems[0].String() != want || Failed(problems) {
		t.Errorf("got  %v\nwant %s", problems, want)
	}
	timing, assumptions := model.IdealTiming(), model.IdealAssumptions()
	timing.SQSDelete = model.Dist{Kind: "constant", Value: ms}
	assumptions.StartQueue = true
	if !reflect.DeepEqual(c.Timing, timing) || c.Assumptions != assumptions {
		t.Errorf("timing %+v, assumptions %+v", c.Timing, c.Assumptions)
	}
	if c.Name != "ideal" {
		t.Errorf("the name is %q, not that of the file", c.Name)
	}
}

// TestEveryKeyIsUsed: the two files together hold every row of the schema, so
// TestGood and TestIdeal see each of them arrive.
func TestEveryKeyIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, file := range []string{"testdata/good.toml", "testdata/ideal.toml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root, _ := parse(file, data, &report{})
		walk(root, func(n *node) {
			if e, ok := Explain(n.key); ok {
				used[e.Key] = true
			}
		})
	}
	for _, e := range Keys() {
		if !used[e.Key] && e.Key != distribution {
			t.Errorf("%s is in neither file", e.Key)
		}
	}
}

func walk(n *node, visit func(*node)) {
	visit(n)
	for _, name := range n.names {
		walk(n.kids[name], visit)
	}
	for _, item := range n.items {
		walk(item, visit)
	}
}

// TestShipped: every shipped scenario loads.
func TestShipped(t *testing.T) {
	for _, name := range Names() {
		s, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := s.Check(nil)
		for _, p := range problems {
			if !p.Warning {
				t.Error(p)
			}
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("minimal", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ arg, name, wrong string }{
		{arg: "minimal.toml", name: "minimal.toml"},
		{arg: "minimal", name: "minimal"}, // the file wins
		{arg: "minmal", wrong: `no file minmal, and no shipped scenario "minmal"; did you mean "minimal"? Shipped: `},
		{arg: dir, wrong: dir + " is a folder; name a scenario file in it"},
	} {
		s, err := Find(c.arg)
		switch {
		case c.wrong == "" && (err != nil || s.Name() != c.name):
			t.Errorf("%s: %v, %v", c.arg, s.Name(), err)
		case c.wrong != "" && (err == nil || !strings.HasPrefix(err.Error(), c.wrong)):
			t.Errorf("%s: %v\nwant %s", c.arg, err, c.wrong)
		}
	}
	if s, _ := Find("minimal"); s.fsys != nil {
		t.Error("the shipped scenario won over the file")
	}
	if _, problems := Load(filepath.Join(dir, "none.toml"), nil); len(problems) != 1 || !strings.HasSuffix(problems[0].String(), "none.toml: cannot be read: no such file") {
		t.Error(problems)
	}
}
