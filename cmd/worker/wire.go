package main

import (
	"math/rand/v2"

	"penstock/worker"
)

// config is how the driver is to work: as the scenario says.
func (w *instance) config() worker.Config {
	draws := w.cfg.PolicyDraws(rand.Uint64())
	c := worker.Config{
		Policy: w.cfg.PolicyConfig(), Shutdown: w.deploy.Shutdown, DryRun: w.deploy.DryRun, Log: w.log,
		Draws: worker.Draws{Yield: draws.Yield, Retry: draws.Retry, LowFirst: draws.LowFirst},
	}
	for i := range w.cfg.Classes {
		c.Classes = append(c.Classes, w.cfg.Classes[i].Name)
	}
	if w.meter != nil {
		c.Meter = w.meter
	}
	return c
}

// ports are the real world.
func (w *instance) ports() worker.Ports {
	var legacy worker.Legacy = &worker.HTTP{URL: w.deploy.LegacyURL, Token: w.deploy.LegacyToken, Client: worker.NewClient(max(1, w.cfg.PolicyConfig().Slots))}
	if w.deploy.RateLimit > 0 {
		legacy = worker.Limit(legacy, w.deploy.RateLimit, w.deploy.RateBurst)
	}
	ports := worker.Ports{Queues: w.clients.Queues, Tasks: w.clients.Tasks, Legacy: legacy}
	if w.deploy.DryRun {
		return worker.DryRun(ports)
	}
	return ports
}
