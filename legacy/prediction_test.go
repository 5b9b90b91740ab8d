package legacy

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// TestPrediction: people who wait for their answer, think and call again get out
// of the server what the simulator predicts for them: as many answers a second,
// after as long, with the places as full, whatever slows the system down.
func TestPrediction(t *testing.T) {
	const (
		people = 12
		think  = 2 * time.Second
		hours  = 1
		runs   = 8
	)
	for _, slow := range []model.Slowdown{{Kind: "none"}, {Kind: "usl", Alpha: 0.2, Beta: 0.01}} {
		cfg := table(func(g *model.Legacy) {
			g.Concurrency, g.Backlog, g.Slowdown = 4, people, slow
			g.Service = model.Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * time.Second}
			g.ErrorRate = 0.05
		})
		cfg.Classes = cfg.Classes[:1]
		cfg.Classes[0].Arrivals = []model.Arrivals{{Kind: "closed", Population: people, Think: model.Dist{Kind: "exponential", Mean: think}}}
		cfg.Horizon, cfg.Drain = hours*time.Hour, model.Drain{}
		cfg.Timing, cfg.Assumptions = model.IdealTiming(), model.IdealAssumptions()
		cfg.Worker.Driver, cfg.Worker.Concurrency = model.DriverPoller, people
		cfg.Policy.Kind, cfg.Policy.CheckToken, cfg.Policy.OnError = policy.None, false, policy.FailTask

		var predicted, served [3][]float64 // answers a second, mean response, mean in flight
		for seed := range uint64(runs) {
			cfg.Seed = 1 + seed
			run, _ := model.Simulate(cfg, model.Options{})
			predicted[0] = append(predicted[0], float64(run.Legacy.Calls)/3600)
			predicted[1] = append(predicted[1], run.Classes[0].Latency.Mean)
			predicted[2] = append(predicted[2], run.Legacy.InFlightMean)
			cfg.Seed = 1001 + seed
			calls, response, inFlight := crowd(t, cfg, people, think)
			served[0] = append(served[0], calls)
			served[1] = append(served[1], response)
			served[2] = append(served[2], inFlight)
		}
		for i, what := range []string{"answers a second", "mean response", "mean calls inside"} {
			a, sa := meanOf(predicted[i])
			b, sb := meanOf(served[i])
			t.Logf("%s: %s: predicted %.4f ±%.4f, served %.4f ±%.4f", slow.Kind, what, a, 2*sa, b, 2*sb)
			if z := (a - b) / math.Hypot(sa, sb); math.Abs(z) > 4 || math.Hypot(sa, sb)/a > 0.02 {
				t.Errorf("%s: %s: predicted %v, served %v, %.1f standard errors of %v apart", slow.Kind, what, a, b, z, math.Hypot(sa, sb))
			}
		}
	}
}

// crowd lets people call for as long as the scenario lasts.
func crowd(t *testing.T, cfg *model.Config, people int, think time.Duration) (rate, response, inFlight float64) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(cfg, 1)
		ctx, cancel := context.WithTimeout(context.Background(), cfg.Horizon)
		defer cancel()
		took, n := make([]time.Duration, people), make([]int, people)
		for i := range people {
			r := rand.New(rand.NewPCG(cfg.Seed, uint64(i)))
			b.all.Go(func() {
				for {
					select {
					case <-time.After(time.Duration(r.ExpFloat64() * float64(think))):
					case <-ctx.Done():
						return
					}
					from := time.Now()
					b.call(ctx, "", "")
					if ctx.Err() != nil {
						return
					}
					took[i] += time.Since(from)
					n[i]++
				}
			})
		}
		b.all.Wait()
		c := b.Counters()
		all, sum := 0, time.Duration(0)
		for i := range people {
			all += n[i]
			sum += took[i]
		}
		rate, response, inFlight = float64(c.Classes[0].Calls)/c.Elapsed, sum.Seconds()/float64(all), c.InFlight
		b.Close()
	})
	return rate, response, inFlight
}

// meanOf returns a mean and its standard error.
func meanOf(x []float64) (mean, se float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		se += (v - mean) * (v - mean) / (n - 1)
	}
	return mean, math.Sqrt(se / n)
}
