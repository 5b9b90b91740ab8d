package plan_test

import (
	"context"
	"math"
	"runtime"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/plan"
	"penstock/model/price"
	"penstock/scenarios"
)

// BenchmarkSweep runs a sweep of erp-orders on one core and on two, in turn,
// and reports how many times faster two are: the ratio of the shortest times,
// since what else the machine does only makes a run longer.
func BenchmarkSweep(b *testing.B) {
	source, err := scenarios.Open("erp-orders")
	if err != nil {
		b.Fatal(err)
	}
	cfg, problems := source.Load([]string{"replications=3"})
	if scenarios.Failed(problems) {
		b.Fatal(problems)
	}
	points := make([]int, 24) // enough for the last run, when a core is idle, to count for little
	for i := range points {
		points[i] = 4 + i
	}
	study := func(point int) (*model.Config, *price.Book, error) {
		c := cfg
		c.Worker.Concurrency = point
		return &c, nil, nil
	}
	shortest := map[int]time.Duration{1: math.MaxInt64, 2: math.MaxInt64}
	for b.Loop() {
		for _, cores := range []int{1, 2} {
			before := runtime.GOMAXPROCS(cores)
			start := time.Now()
			err := plan.RunSweep(context.Background(), points, study, plan.Options{}, func(int, *plan.Result) error { return nil })
			if err != nil {
				b.Fatal(err)
			}
			shortest[cores] = min(shortest[cores], time.Since(start))
			runtime.GOMAXPROCS(before)
		}
	}
	b.ReportMetric(float64(len(points))/shortest[2].Seconds(), "points/s")
	b.ReportMetric(shortest[1].Seconds()/shortest[2].Seconds(), "times-one-core")
}
