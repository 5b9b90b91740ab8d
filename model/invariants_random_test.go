package model

import (
	"math/rand/v2"
	"time"

	"penstock/model/policy"
)

// feature is one thing that a random scenario may have, and how often.
type feature struct {
	share float64
	add   func(r *rand.Rand, c *Config)
}

// randomConfig returns a small scenario of random features: a few minutes, a
// few hundred tasks, and time limits short enough for all of them to be met.
func randomConfig(seed uint64) Config {
	r := rand.New(rand.NewPCG(seed, 99))
	c := Default()
	c.Seed = seed
	c.Horizon = time.Duration(60+r.IntN(240)) * time.Second
	c.StepFunctions.Timeout = time.Duration(60+r.IntN(600)) * time.Second
	c.Worker.Concurrency = 1 + r.IntN(12)
	c.Legacy.Concurrency = 1 + r.IntN(10)
	c.Legacy.Service = Dist{Kind: "exponential", Mean: time.Duration(1+r.IntN(3000)) * time.Millisecond}
	for i := range 1 + r.IntN(4) {
		k := DefaultClass()
		k.Name = string(rune('A' + i))
		k.Arrivals = []Arrivals{randomArrivals(r)}
		k.Queue.VisibilityTimeout = time.Duration(5+r.IntN(90)) * time.Second
		k.Queue.MaxReceiveCount = r.IntN(8)
		c.Classes = append(c.Classes, k)
	}
	for _, f := range features {
		if r.Float64() < f.share {
			f.add(r, &c)
		}
	}
	return c
}

func randomArrivals(r *rand.Rand) Arrivals {
	sec := func(n int) time.Duration { return time.Duration(1+r.IntN(n)) * time.Second }
	switch r.IntN(8) {
	case 0:
		return Arrivals{Kind: "constant", Rate: r.Float64()}
	case 1:
		return Arrivals{Kind: "burst", At: sec(60), Count: 1 + r.IntN(80), Over: sec(10), Every: sec(60) + 10*time.Second}
	case 2:
		return Arrivals{Kind: "closed", Population: 1 + r.IntN(10), Think: Dist{Kind: "exponential", Mean: sec(10)}}
	case 3:
		return Arrivals{Kind: "mmpp", States: []RateState{{Rate: 2, Hold: sec(30)}, {Rate: 0, Hold: sec(60)}}}
	case 4:
		return Arrivals{Kind: "renewal", Gap: Dist{Kind: "uniform", Max: sec(5)}}
	case 5:
		return sendAt(1, 1, 2, 3.5, 10, 10.000001, 55, 59)[0]
	}
	return Arrivals{Kind: "poisson", Rate: 1.5 * r.Float64()}
}

// eachClass changes every class with the share given.
func eachClass(share float64, change func(r *rand.Rand, k *Class)) feature {
	return feature{1, func(r *rand.Rand, c *Config) {
		for i := range c.Classes {
			if r.Float64() < share {
				change(r, &c.Classes[i])
			}
		}
	}}
}

// share lets a fault strike in some scenarios.
func share(of func(*Faults) *float64) feature {
	return feature{0.15, func(r *rand.Rand, c *Config) { *of(&c.Faults) = 0.3 * r.Float64() }}
}

func pickOne[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// anyKind draws a kind of policy that the driver can do.
func anyKind(r *rand.Rand, c *Config) policy.Kind {
	kinds := []policy.Kind{policy.None, policy.Yield, policy.Weighted, policy.Aging, policy.Deadline}
	if c.Worker.Driver == DriverPoller && c.Classes[0].Reserve > 0 {
		kinds = append(kinds, policy.Reserve)
	}
	return pickOne(r, kinds...)
}

var features = []feature{
	// The profile and the driver.
	{0.2, func(r *rand.Rand, c *Config) { c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions() }},
	{0.3, func(r *rand.Rand, c *Config) { c.Timing.AttributesLag = time.Duration(r.IntN(60)) * time.Second }},
	{0.2, func(r *rand.Rand, c *Config) { c.Timing.SQSReceive = Dist{Kind: "exponential", Mean: time.Second} }},
	{0.2, func(r *rand.Rand, c *Config) { c.Timing.SQSDelete = Dist{Kind: "exponential", Mean: 5 * time.Second} }},
	{0.4, func(r *rand.Rand, c *Config) { c.Worker.Driver = DriverPoller }},

	// Assumptions.
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.QueueOrder = pickOne(r, "sent", "visible") }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.BackOfQueue = !c.Assumptions.BackOfQueue }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.DeadLetterAt = pickOne(r, "next-receive", "visible") }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.StaleDelete = pickOne(r, "ignored", "deletes") }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.RetentionInFlight = pickOne(r, "expires", "waits") }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.ReservedRateLimit = r.IntN(2) == 0 }},
	{0.2, func(r *rand.Rand, c *Config) { c.Assumptions.ThrottledBatch = "drop" }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.MappingBackoff = pickOne(r, "shrink", "none") }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.IdlePollers = 1 + r.IntN(5) }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.BatchDelete = r.IntN(2) == 0 }},
	{0.3, func(r *rand.Rand, c *Config) { c.Assumptions.StartTransition = true }},

	// Queues and mappings.
	eachClass(0.2, func(r *rand.Rand, k *Class) { k.InitialBacklog = r.IntN(60) }),
	eachClass(0.2, func(r *rand.Rand, k *Class) { k.Queue.Delay = time.Duration(1+r.IntN(30)) * time.Second }),
	eachClass(0.2, func(r *rand.Rand, k *Class) { k.Queue.Retention = time.Duration(60+r.IntN(90)) * time.Second }),
	eachClass(0.2, func(r *rand.Rand, k *Class) { k.Queue.DuplicateProbability = 0.2 * r.Float64() }),
	eachClass(0.4, func(r *rand.Rand, k *Class) { k.Mapping.MaximumConcurrency = 2 + r.IntN(6) }),
	eachClass(0.2, func(r *rand.Rand, k *Class) {
		k.Mapping.BatchSize, k.Mapping.BatchWindow = 2+r.IntN(20), time.Duration(1+r.IntN(8))*time.Second
	}),
	eachClass(0.1, func(r *rand.Rand, k *Class) {
		k.Mapping.MaximumConcurrency, k.Mapping.ProvisionedPollers = 0, PollerRange{2, 2 + r.IntN(5)}
	}),
	eachClass(0.1, func(r *rand.Rand, k *Class) { k.Payload = int64(1 + r.IntN(256<<10)) }),

	// The worker and its policy.
	{0.2, func(r *rand.Rand, c *Config) { c.Worker.ProvisionedConcurrency = r.IntN(c.Worker.Concurrency + 1) }},
	{0.3, func(r *rand.Rand, c *Config) { c.Worker.Timeout = time.Duration(1+r.IntN(10)) * time.Second }},
	{0.3, func(r *rand.Rand, c *Config) { c.Worker.CallTimeout = time.Duration(1+r.IntN(5)) * time.Second }},
	{0.2, func(r *rand.Rand, c *Config) { c.Worker.ColdStart = Dist{Kind: "exponential", Mean: 4 * time.Second} }},
	{0.3, func(r *rand.Rand, c *Config) {
		c.Worker.IdleLifetime = always(time.Duration(1+r.IntN(30)) * time.Second)
	}},
	{0.3, func(r *rand.Rand, c *Config) {
		c.Worker.IdleLifetime = Dist{Kind: "exponential", Mean: time.Duration(1+r.IntN(30)) * time.Second}
	}},
	{0.3, func(_ *rand.Rand, c *Config) { c.Assumptions.EnvironmentReuse = "newest" }},
	{0.3, func(r *rand.Rand, c *Config) { c.Policy.Kind = policy.None }},
	{1, func(r *rand.Rand, c *Config) { // what any kind reads
		c.Policy.AgeStep, c.Classes[0].Reserve = time.Duration(1+r.IntN(60))*time.Second, r.IntN(2)
		for i := range c.Classes {
			c.Classes[i].Weight, c.Classes[i].Deadline = 1+r.IntN(9), time.Duration(1+r.IntN(90))*time.Second
		}
		if c.Worker.Driver == DriverLambda {
			c.Policy.ReceiveStep = r.IntN(4)
		}
	}},
	{0.5, func(r *rand.Rand, c *Config) { c.Policy.Kind = anyKind(r, c) }},
	{0.2, func(r *rand.Rand, c *Config) { c.Policy.Look = policy.LookInFlight }},
	{0.2, func(r *rand.Rand, c *Config) { c.Policy.LookCache = 3 * time.Second }},
	{0.5, func(r *rand.Rand, c *Config) { c.Policy.EscalateAt = 1 + r.IntN(4) }},
	{0.4, func(r *rand.Rand, c *Config) {
		c.Policy.YieldFor = Pause{policy.Drawn, Dist{Kind: "uniform", Min: time.Second, Max: 20 * time.Second}}
	}},
	{0.4, func(r *rand.Rand, c *Config) {
		c.Policy.RetryFor = Pause{policy.Drawn, Dist{Kind: "uniform", Min: time.Second, Max: 9 * time.Second}}
	}},
	{0.3, func(r *rand.Rand, c *Config) { c.Policy.CheckToken = false }},
	{0.3, func(r *rand.Rand, c *Config) { c.Policy.Heartbeat = time.Duration(1+r.IntN(4)) * time.Second }},
	{0.2, func(r *rand.Rand, c *Config) { c.Policy.OnError = policy.FailTask }},
	{0.2, func(r *rand.Rand, c *Config) { c.Policy.OnRejected = policy.FailTask }},

	// Step Functions.
	{0.3, func(r *rand.Rand, c *Config) {
		c.StepFunctions.Heartbeat = time.Duration(10+r.IntN(49)) * time.Second
	}},
	{0.4, func(r *rand.Rand, c *Config) {
		c.StepFunctions.Retry = Retry{MaxAttempts: 1 + r.IntN(3), Interval: 2 * time.Second, Backoff: 2, Jitter: pickOne(r, "none", "full")}
	}},

	// The legacy system.
	{0.3, func(r *rand.Rand, c *Config) { c.Legacy.Backlog = r.IntN(10) }},
	{0.3, func(r *rand.Rand, c *Config) { c.Legacy.ErrorRate = 0.3 * r.Float64() }},
	{0.2, func(r *rand.Rand, c *Config) { c.Legacy.HangRate = 0.1 * r.Float64() }},
	{0.2, func(r *rand.Rand, c *Config) { c.Legacy.Slowdown = Slowdown{Kind: "sharing", Capacity: 1.5} }},
	{0.2, func(r *rand.Rand, c *Config) { c.Legacy.Slowdown = Slowdown{Kind: "usl", Alpha: 0.1, Beta: 0.01} }},
	{0.2, func(r *rand.Rand, c *Config) {
		c.Legacy.RateLimit = RateLimit{Kind: pickOne(r, "token-bucket", "fixed-window", "sliding-window"), Rate: 1, Burst: 3, Window: 5 * time.Second, RetryAfter: time.Duration(r.IntN(3)) * time.Second}
	}},
	{0.2, func(r *rand.Rand, c *Config) {
		c.Legacy.Outages = []Outage{{At: 20 * time.Second, For: 30 * time.Second, Kind: pickOne(r, "down", "errors", "slow", "hang"), Factor: 5}}
	}},

	// Faults.
	{0.5, func(r *rand.Rand, c *Config) { c.Faults.Until = time.Duration(1+r.IntN(300)) * time.Second }},
	share(func(f *Faults) *float64 { return &f.EmptyReceive }),
	share(func(f *Faults) *float64 { return &f.ShortReceive }),
	share(func(f *Faults) *float64 { return &f.Duplicate }),
	share(func(f *Faults) *float64 { return &f.EarlyVisibility }),
	share(func(f *Faults) *float64 { return &f.DeleteFails }),
	share(func(f *Faults) *float64 { return &f.DeleteLate }),
	share(func(f *Faults) *float64 { return &f.Kill }),
	share(func(f *Faults) *float64 { return &f.CallbackThrottled }),
	share(func(f *Faults) *float64 { return &f.CallbackAmbiguous }),
	share(func(f *Faults) *float64 { return &f.CallHangs }),
	share(func(f *Faults) *float64 { return &f.CallErrors }),
	share(func(f *Faults) *float64 { return &f.CallLies }),
	share(func(f *Faults) *float64 { return &f.Poison }),
	{0.2, func(r *rand.Rand, c *Config) { c.Faults.Restart = time.Duration(r.IntN(30)) * time.Second }},
	{0.2, func(r *rand.Rand, c *Config) { c.Faults.ClockAhead = time.Duration(r.IntN(9)) * time.Second }},
	{0.2, func(r *rand.Rand, c *Config) {
		c.Faults.ClockAhead, c.Faults.ClockBehind = 0, time.Duration(r.IntN(9))*time.Second
	}},
	{0.3, func(r *rand.Rand, c *Config) {
		at := time.Duration(r.IntN(300)) * time.Second
		c.Faults.Redrives = []Redrive{{At: at, Rate: 500}, {At: 2 * at, Rate: 0.2}}
	}},
	{0.2, func(r *rand.Rand, c *Config) {
		at := time.Duration(1+r.IntN(200)) * time.Second
		c.Faults.Policies = []PolicyChange{{At: at, Kind: anyKind(r, c)}, {At: 2 * at, Kind: anyKind(r, c)}}
	}},

	// The end.
	{0.2, func(r *rand.Rand, c *Config) { c.Drain = Drain{For: time.Duration(r.IntN(100)) * time.Second} }},
}
