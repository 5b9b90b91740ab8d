package model

import (
	"time"

	"penstock/sim"
)

// Pauses draws, for the real worker, what the simulated one takes from a
// message's fate: how long a message that goes back stays hidden, and whether a
// sweep of a polling service goes from the lowest class up. Not safe for use by
// several goroutines.
type Pauses struct {
	yield, retry []sampler // by class
	drawn        uint64
	lowFirst     float64
	order        *sim.Stream
}

// NewPauses returns the draws of a scenario, which must have passed Validate.
// Workers with the same seed draw the same.
func NewPauses(cfg *Config, seed uint64) *Pauses {
	stream := func(name string) *sim.Stream { return sim.NewStream(seed, 0, name) }
	p := &Pauses{lowFirst: cfg.Worker.LowFirst, order: stream("worker.low_first")}
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		_, yield := pauseOf("", k.YieldFor, "", cfg.Policy.YieldFor)
		_, retry := pauseOf("", k.RetryFor, "", cfg.Policy.RetryFor)
		p.yield = append(p.yield, newSampler(yield.Dist, stream("policy.yield_for")))
		p.retry = append(p.retry, newSampler(retry.Dist, stream("policy.retry_for")))
	}
	return p
}

// Yield draws for how long a yielded message of a class stays hidden; it is
// called only where the policy's mode is policy.Drawn.
func (p *Pauses) Yield(class int) time.Duration { return p.draw(p.yield, class) }

// Retry draws it for a message whose call went wrong.
func (p *Pauses) Retry(class int) time.Duration { return p.draw(p.retry, class) }

func (p *Pauses) draw(laws []sampler, class int) time.Duration {
	p.drawn++
	return laws[class].job(p.drawn, 0)
}

// LowFirst draws whether a sweep begins at the lowest class.
func (p *Pauses) LowFirst() bool { return p.lowFirst > 0 && p.order.Float64() < p.lowFirst }
