package model

import (
	"math"
	"testing"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// figure is a number that theory knows exactly.
type figure struct {
	name  string
	exact float64
	of    func(*Run) float64
}

// exactCase is a scenario of the ideal profile, and what it has to give in the
// long run.
type exactCase struct {
	name    string
	seconds float64 // of one replication, after the warm-up
	warmup  float64
	config  func() Config
	figures []figure
}

func exponential(mean float64) Dist { return Dist{Kind: "exponential", Mean: seconds(mean)} }

func poisson(rate float64) []Arrivals { return []Arrivals{{Kind: "poisson", Rate: rate}} }

// queueing is a queue in front of so many servers.
func queueing(servers int, service Dist, rates ...float64) func() Config {
	return func() Config {
		c := shared(servers, []string{"A", "B", "C"}[:len(rates)]...)
		c.Legacy.Service = service
		for i, r := range rates {
			c.Classes[i].Arrivals = poisson(r)
		}
		return c
	}
}

func meanWait(class int) func(*Run) float64 {
	return func(r *Run) float64 { return r.Classes[class].Wait.Mean }
}

func meanLatency(class int) func(*Run) float64 {
	return func(r *Run) float64 { return r.Classes[class].LatencyCompleted.Mean }
}

func perTask(class int, of func(*ClassRun) int64) func(*Run) float64 {
	return func(r *Run) float64 { return float64(of(&r.Classes[class])) / float64(r.Classes[class].Arrived) }
}

func yields(k *ClassRun) int64      { return k.Yields }
func receives(k *ClassRun) int64    { return k.Receives }
func escalated(k *ClassRun) int64   { return k.Escalated }
func deadLetters(k *ClassRun) int64 { return k.DeadLettered }
func failed(k *ClassRun) int64      { return k.Failed }

func inFlight(r *Run) float64 { return r.Legacy.InFlightMean }

// sharingOne is a legacy system of power 1 that takes every call at once.
func sharingOne() Config {
	c := shared(2000, "A")
	c.Legacy.Service = Dist{Kind: "lognormal", Mean: time.Second, CV: 2}
	c.Legacy.Concurrency, c.Legacy.Slowdown = 2000, Slowdown{Kind: "sharing", Capacity: 1}
	c.Classes[0].Arrivals = poisson(0.8)
	return c
}

// lossy refuses what finds ten calls at work, and the task is lost.
func lossy() Config {
	c := direct(10, 0)
	c.Legacy.Service = exponential(1)
	c.Classes[0].Arrivals = poisson(5)
	return c
}

// givingWay has servers for the class H of its own, and as many as there are
// for the class L, which gives way while a message of H is visible.
func givingWay(high float64, servers int, low float64, pause Dist) Config {
	c := plain("H", "L")
	c.Legacy.Service = exponential(1)
	c.Policy.Kind, c.Policy.YieldFor = policy.Yield, Pause{Mode: policy.Drawn, Dist: pause}
	c.Classes[0].Mapping.MaximumConcurrency = servers
	c.Classes[0].Arrivals, c.Classes[1].Arrivals = poisson(high), poisson(low)
	return c
}

// births returns the stationary distribution of a birth-death chain of n+1
// states; up and down are the rates out of state k.
func births(n int, up, down func(k int) float64) []float64 {
	p := []float64{1}
	sum := 1.0
	for k := 1; k <= n; k++ {
		p = append(p, p[k-1]*up(k-1)/down(k))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// Four calls a second that slow each other down, ten at most: whatever the law
// of their work, as many are there as in the chain whose calls are exponential.
// Five users of one server are such a chain too.
var (
	uslLoss, uslCalls = func() (float64, float64) {
		p := births(10, func(int) float64 { return 4 }, func(k int) float64 {
			n := float64(k)
			return n / (1 + 0.1*(n-1) + 0.005*n*(n-1))
		})
		mean := 0.0
		for k := range p {
			mean += float64(k) * p[k]
		}
		return p[10], mean
	}()
	closedIdle = births(5, func(k int) float64 { return float64(5-k) / 4 }, func(int) float64 { return 1 })[0]
)

var exactCases = []exactCase{
	{"M/M/1", 40_000, 1500, queueing(1, exponential(1), 0.8), []figure{
		{"wait", 4, meanWait(0)}, {"latency", 5, meanLatency(0)},
		{"p95 of the wait", 13.8629436112, func(r *Run) float64 { return r.Classes[0].Wait.P95 }},
		{"p95 of the latency", 14.9786613678, func(r *Run) float64 { return r.Classes[0].Latency.P95 }},
		{"calls in the legacy system", 0.8, inFlight},
		{"messages in line", 3.2, func(r *Run) float64 { return r.Classes[0].Parts[PartQueued] * 0.8 }},
		{"busy slots", 0.8, func(r *Run) float64 { return r.Worker.Busy }}}},
	{"M/M/10", 5_000, 200, queueing(10, exponential(1), 8), []figure{
		{"wait", 0.20459008, meanWait(0)}, {"latency", 1.20459008, meanLatency(0)},
		{"p95 of the latency", 3.3282747, func(r *Run) float64 { return r.Classes[0].Latency.P95 }}}},
	{"M/G/1, log-normal", 40_000, 1500, queueing(1, Dist{Kind: "lognormal", Mean: time.Second, CV: 1}, 0.7), []figure{
		{"wait", 2.33333333333, meanWait(0)},
		{"p95 of the wait", 9.20492496199, func(r *Run) float64 { return r.Classes[0].Wait.P95 }}}},
	{"strict priority", 40_000, 5000, queueing(1, exponential(1), 0.2, 0.3, 0.4), []figure{
		{"wait of the first", 1.125, meanWait(0)}, {"wait of the second", 2.25, meanWait(1)}, {"wait of the third", 18, meanWait(2)},
		{"p95 of the first", 3.61296469737, func(r *Run) float64 { return r.Classes[0].Wait.P95 }}}},
	{"processor sharing, log-normal", 40_000, 1500, sharingOne, []figure{{"latency", 5, meanLatency(0)}, {"calls", 4, inFlight}}},
	{"processor sharing, four processors", 10_000, 300, func() Config {
		c := sharingOne()
		c.Legacy.Service, c.Legacy.Slowdown.Capacity = Dist{Kind: "gamma", Mean: time.Second, CV: math.Sqrt2}, 4
		c.Classes[0].Arrivals = poisson(3.2)
		return c
	}, []figure{{"latency", 1.74554058973, meanLatency(0)}, {"calls", 5.58572988715, inFlight}}},
	{"slowdown under a cap", 6_000, 100, func() Config {
		c := lossy()
		c.Legacy.Service, c.Legacy.Slowdown = Dist{Kind: "gamma", Mean: time.Second, CV: math.Sqrt2}, Slowdown{Kind: "usl", Alpha: 0.1, Beta: 0.005}
		c.Classes[0].Arrivals = poisson(4)
		return c
	}, []figure{{"share lost", uslLoss, perTask(0, failed)}, {"calls", uslCalls, inFlight}}},
	{"closed loop", 20_000, 300, func() Config {
		c := queueing(1, exponential(1), 0)()
		c.Classes[0].Arrivals = []Arrivals{{Kind: "closed", Population: 5, Think: exponential(4)}}
		return c
	}, []figure{
		{"throughput", 1 - closedIdle, func(r *Run) float64 { return float64(r.Classes[0].Arrived) / r.Counted.Seconds() }},
		{"latency", 5/(1-closedIdle) - 4, meanLatency(0)}}},
	{"Erlang loss", 6_000, 100, lossy, []figure{{"share lost", 0.0183845703366, perTask(0, failed)}, {"calls", 4.90807714832, inFlight}}},
	{"yield, low class capped", 30_000, 500, func() Config {
		c := givingWay(0.5, 1, 0.25, exponential(2))
		c.Classes[1].Mapping.MaximumConcurrency = 1
		return c
	}, []figure{
		{"wait of H", 1, meanWait(0)}, {"latency of L", 3.601938221, meanLatency(1)},
		{"yields", 0.9861120727, perTask(1, yields)}, {"receives", 1.986112073, perTask(1, receives)},
		{"time hidden", 1.972224145, func(r *Run) float64 { return r.Classes[1].Parts[PartYielded] }},
		{"time visible", 0.6297140756, func(r *Run) float64 { return r.Classes[1].Parts[PartQueued] }}}},
	{"yield, escalate at the third receive", 15_000, 500, func() Config {
		c := givingWay(1.6, 2, 0.5, exponential(5))
		c.Policy.EscalateAt = 3
		return c
	}, []figure{
		{"yields", 0.9908883251, perTask(1, yields)}, {"receives", 1.990888325, perTask(1, receives)},
		{"share escalated", 0.3266517229, perTask(1, escalated)}, {"latency of L", 5.954441625, meanLatency(1)},
		{"p95 of L", 19.46216833, func(r *Run) float64 { return r.Classes[1].Latency.P95 }}}},
	{"yield, three receives at most", 25_000, 500, func() Config {
		c := givingWay(0.8, 1, 0.3, always(10*time.Second))
		c.Classes[1].Queue.MaxReceiveCount = 3
		c.StepFunctions.Timeout = 1000 * time.Second
		return c
	}, []figure{
		{"share dead-lettered", 0.3475022237, perTask(1, deadLetters)}, {"yields", 1.448021123, perTask(1, yields)},
		{"receives", 2.100518899, perTask(1, receives)}, {"latency of L", 7.214802047, meanLatency(1)}}},
}

// measure runs twenty replications of a scenario and returns its figures.
func measure(t *testing.T, k *exactCase, seed uint64) []sim.Tally {
	c := k.config()
	c.Seed, c.Horizon = seed, seconds(k.warmup+k.seconds)
	sums := make([]sim.Tally, len(k.figures))
	for r := range 20 {
		run := simulate(t, c, Options{Replication: r, Warmup: seconds(k.warmup)})
		for i, f := range k.figures {
			sums[i].Add(f.of(&run))
		}
	}
	return sums
}

// score returns how many of its standard errors a mean is off, and that error.
func score(s *sim.Tally, exact float64) (z, se float64) {
	se = math.Sqrt(s.Var() / float64(s.N()))
	return (s.Mean() - exact) / se, se
}

// TestAgainstTheory holds twenty replications of each scenario against exact
// answers: the mean has to be within 3.5 of its own standard errors, and those
// small enough to tell. One in four hundred figures is further off by chance,
// so a figure fails if another seed puts it off to the same side.
func TestAgainstTheory(t *testing.T) {
	for _, k := range exactCases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			var again []sim.Tally
			for i, s := range measure(t, &k, 1) {
				f := k.figures[i]
				z, se := score(&s, f.exact)
				t.Logf("%s: %.5g, exact %.5g (z %.1f, standard error %.1f %%)", f.name, s.Mean(), f.exact, z, 100*se/f.exact)
				if se > 0.04*f.exact {
					t.Errorf("%s: the standard error is %.1f %%: too much to tell anything", f.name, 100*se/f.exact)
				}
				if math.Abs(z) <= 3.5 {
					continue
				}
				if again == nil {
					again = measure(t, &k, 2)
				}
				if z2, _ := score(&again[i], f.exact); math.Abs(z2) > 3.5 && math.Signbit(z) == math.Signbit(z2) {
					t.Errorf("%s: %v and %v, exact %v (z %.1f and %.1f)", f.name, s.Mean(), again[i].Mean(), f.exact, z, z2)
				}
			}
		})
	}
}
