package model

import (
	"time"

	"penstock/sim"
)

// PolicyDraws is the randomness that the policy of a scenario needs, for a
// worker outside a run.
type PolicyDraws struct {
	Yield, Retry func(class int) time.Duration // how long a message of the class is to be hidden; not bounded
	LowFirst     func() bool                   // nil: no sweep goes from the lowest class up
}

// PolicyDraws returns draws of the distributions that PolicyConfig speaks of.
// Equal seeds draw the same; two workers need two. The funcs are not safe for
// concurrent use.
func (c *Config) PolicyDraws(seed uint64) PolicyDraws {
	yields, retries := sim.NewStream(seed, 0, "policy.yield_for"), sim.NewStream(seed, 0, "policy.retry_for")
	var yieldFor, retryFor []sampler
	for i := range c.Classes {
		k := &c.Classes[i]
		_, yield := pauseOf("", k.YieldFor, "", c.Policy.YieldFor)
		_, retry := pauseOf("", k.RetryFor, "", c.Policy.RetryFor)
		yieldFor, retryFor = append(yieldFor, newSampler(yield.Dist, yields)), append(retryFor, newSampler(retry.Dist, retries))
	}
	d := PolicyDraws{
		Yield: func(class int) time.Duration { return yieldFor[class].draw() },
		Retry: func(class int) time.Duration { return retryFor[class].draw() },
	}
	if p := c.Worker.LowFirst; p > 0 && c.Worker.Driver == DriverPoller {
		order := sim.NewStream(seed, 0, "worker.low_first")
		d.LowFirst = func() bool { return order.Float64() < p }
	}
	return d
}
