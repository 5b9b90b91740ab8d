package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// near fails unless got is within a relative tolerance of want.
func near(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > rel*math.Abs(want) {
		t.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}

// ptr returns a pointer to x.
func ptr(x float64) *float64 { return &x }

// est is an estimate with an interval.
func est(value, low, high float64) Estimate {
	return Estimate{Value: &value, Low: &low, High: &high, N: 20}
}

// scenario is a terminating study of two classes.
func scenario() *model.Config {
	cfg := model.Default()
	cfg.Name, cfg.Seed, cfg.Horizon, cfg.Replications = "made-up", 7, time.Hour, 8
	for _, name := range []string{"HIGH", "BATCH"} {
		c := model.DefaultClass()
		c.Name = name
		cfg.Classes = append(cfg.Classes, c)
	}
	return &cfg
}

// made is a world without a simulator: figures of the right shape, drawn from
// seed and replication alone.
func made(cfg *model.Config, opt model.Options) (model.Run, bool) {
	rng := rand.New(rand.NewPCG(cfg.Seed, uint64(opt.Replication)))
	r := model.Run{
		Replication: opt.Replication, Counted: cfg.Horizon - opt.Warmup, Metered: cfg.Horizon - opt.Warmup,
		Drained: true, LogHash: rng.Uint64(), Touched: []string{"queue_order", "dead_letter_at"},
	}
	for range cfg.Classes {
		r.Classes = append(r.Classes, madeClass(rng))
	}
	r.Worker = model.WorkerRun{Invocations: 1000 + rng.Int64N(100), Busy: rng.Float64(), ConcurrencyMean: 3 * rng.Float64(), ConcurrencyMax: 10}
	r.Legacy = model.LegacyRun{Calls: 900 + rng.Int64N(100), Utilization: rng.Float64(), InFlightMean: rng.Float64()}
	r.Usage.Add(model.SQSReceive, model.CauseWork, 1000+rng.Int64N(50))
	r.Usage.Add(model.LambdaDuration, model.CauseWork, 1e9+rng.Int64N(1e6))
	if opt.Replication%2 == 1 {
		r.Usage.Add(model.SQSReceive, model.CauseYield, rng.Int64N(50)+1)
	}
	r.Series = madeSeries(rng, len(cfg.Classes), opt.Replication)
	for i := range 10 { // let others run, as a long simulation would
		runtime.Gosched()
		if opt.Cancelled() {
			return model.Run{}, false
		}
		if opt.Progress != nil {
			opt.Progress(float64(i) / 10)
		}
	}
	if opt.Trace != nil {
		opt.Trace(&model.Happening{ID: int64(opt.Replication)})
	}
	return r, true
}

func madeClass(rng *rand.Rand) model.ClassRun {
	n := 2000 + rng.Int64N(100)
	m := 1 + rng.Float64()
	s := model.Sample{N: n, Mean: m, P50: m / 2, P90: 2 * m, P95: 3 * m, P99: 4 * m, Max: 9 * m, Hist: make([]int64, model.HistBins)}
	s.Hist[10] = n
	c := model.ClassRun{Arrived: n, Completed: n, Sent: n, Receives: n + rng.Int64N(n), Latency: s, LatencyCompleted: s, Wait: s, Oldest: 9 * m}
	c.Parts[model.PartQueued] = m
	return c
}

func madeSeries(rng *rand.Rand, classes, replication int) model.Series {
	steps := 360 >> (replication % 2)
	s := model.Series{Step: 10 * time.Second << (replication % 2)}
	line := func() []float64 {
		xs := make([]float64, steps)
		for i := range xs {
			xs[i] = rng.Float64()
		}
		return xs
	}
	for range classes {
		s.Depth, s.Flight, s.Oldest = append(s.Depth, line()), append(s.Flight, line()), append(s.Oldest, line())
	}
	s.Busy, s.Calls, s.Peak = line(), line(), line()
	return s
}

// usEast is the shipped price book.
func usEast(t *testing.T) billFunc {
	t.Helper()
	book, err := price.Open("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return book.Bill
}

// mustExecute runs a study in the made-up world.
func mustExecute(t *testing.T, cfg *model.Config, opt Options, simulate simulateFunc) *Result {
	t.Helper()
	r, err := execute(context.Background(), cfg, usEast(t), opt, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// runsOf makes n runs of one class, each changed by f.
func runsOf(n int, f func(i int, r *model.Run)) []model.Run {
	runs := make([]model.Run, n)
	for i := range runs {
		runs[i].Classes = make([]model.ClassRun, 1)
		f(i, &runs[i])
	}
	return runs
}
