package model

import (
	"slices"
	"testing"
	"time"

	"penstock/model/policy"
)

// What is just within a limit of the scenario passes, and what is just beyond is
// refused under its key.
func TestLimitsOfScenarios(t *testing.T) {
	const s = time.Second
	share, number := "classes.A.waited", "worker.throttles"
	assert := func(metric string, x float64) func(*Config) {
		return func(c *Config) { c.Asserts = []Assert{{Metric: metric, Op: "<=", Value: x}} }
	}
	asserts := func(n int) func(*Config) {
		return func(c *Config) { c.Asserts = slices.Repeat([]Assert{{Metric: share, Op: "<="}}, n) }
	}
	reference := func(metric string, x float64) func(*Config) {
		return func(c *Config) { c.References = []Reference{{Metric: metric, Exact: x, Source: "a formula"}} }
	}
	references := func(n int) func(*Config) {
		return func(c *Config) { c.References = slices.Repeat([]Reference{{Metric: share, Source: "a formula"}}, n) }
	}
	warmup := func(d time.Duration) func(*Config) {
		return func(c *Config) { c.Study, c.Warmup = Steady, Warmup{For: d} }
	}
	knob := func(least, most float64) func(*Config) {
		return func(c *Config) { c.Tune = []Knob{{Key: "k", Min: least, Max: most}} }
	}
	rates := func(errors, hangs float64) func(*Config) {
		return func(c *Config) { c.Legacy.ErrorRate, c.Legacy.HangRate = errors, hangs }
	}
	outages := func(n int) func(*Config) {
		return func(c *Config) {
			for i := range n {
				c.Legacy.Outages = append(c.Legacy.Outages, Outage{At: time.Duration(i) * s, For: s, Kind: "down"}) // one after the other
			}
		}
	}
	spells := func(first, second time.Duration) func(*Config) {
		return func(c *Config) {
			c.Legacy.Outages = []Outage{{At: first, For: s, Kind: "down"}, {At: second, For: s, Kind: "down"}}
		}
	}
	window := func(rate float64, d time.Duration) func(*Config) {
		return func(c *Config) { c.Legacy.RateLimit = RateLimit{Kind: "fixed-window", Rate: rate, Window: d} }
	}
	bucket := func(rate float64) func(*Config) {
		return func(c *Config) { c.Legacy.RateLimit = RateLimit{Kind: "token-bucket", Rate: rate, Burst: 1} }
	}
	ready := func(n, of int) func(*Config) {
		return func(c *Config) { c.Worker.ProvisionedConcurrency, c.Worker.Concurrency = n, of }
	}
	policies := func(n int) func(*Config) {
		return func(c *Config) { c.Tournament.Policies = make([]string, n) }
	}
	reserve := func(n, of int) func(*Config) {
		return func(c *Config) {
			c.Worker.Driver, c.Policy.Kind = DriverPoller, policy.Reserve
			c.Classes[0].Reserve, c.Worker.Concurrency = n, of
		}
	}
	log := func(n int64) func(*Config) { return func(c *Config) { c.Worker.LogBytes = n } }
	cpu := func(x float64) func(*Config) { return func(c *Config) { c.Worker.CPU = x } }
	beat := func(d time.Duration) func(*Config) { return func(c *Config) { c.Policy.Heartbeat = d } }
	patience := func(beat, out time.Duration) func(*Config) {
		return func(c *Config) { c.StepFunctions.Heartbeat, c.StepFunctions.Timeout = beat, out }
	}
	backoff := func(x float64) func(*Config) { return func(c *Config) { c.StepFunctions.Retry.Backoff = x } }
	for _, c := range []struct {
		key        string
		in, beyond []func(*Config)
	}{
		{"warmup", []func(*Config){warmup(time.Hour - 1)}, []func(*Config){warmup(time.Hour)}},
		{"assert", []func(*Config){asserts(MaxAsserts)}, []func(*Config){asserts(MaxAsserts + 1)}},
		{"assert[0].value", []func(*Config){assert(share, 0), assert(share, 1), assert(number, 0), assert(number, 2)},
			[]func(*Config){assert(share, -0.001), assert(share, 1.001), assert(number, -1)}},
		{"reference", []func(*Config){references(MaxAsserts)}, []func(*Config){references(MaxAsserts + 1)}},
		{"reference[0].exact", []func(*Config){reference(share, 0), reference(share, 1), reference(number, 0), reference(number, 2)},
			[]func(*Config){reference(share, -0.001), reference(share, 1.001), reference(number, -1)}},
		{`tune."k"`, []func(*Config){knob(1, 1.001)}, []func(*Config){knob(1, 1)}},
		{"tournament.policies", []func(*Config){policies(maxPolicies)}, []func(*Config){policies(maxPolicies + 1)}},
		{"legacy.hang_rate", []func(*Config){rates(0.5, 0.5), rates(1, 0), rates(0, 1)}, []func(*Config){rates(0.5, 0.501), rates(1, 0.001), rates(0.001, 1)}},
		{"legacy.outage", []func(*Config){outages(maxOutages)}, []func(*Config){outages(maxOutages + 1)}},
		{"legacy.outage[1].at", []func(*Config){spells(5*s, 6*s), spells(5*s, 4*s)}, []func(*Config){spells(5*s, 6*s-1), spells(5*s, 4*s+1)}},
		{"legacy.rate_limit.window", []func(*Config){window(1, s), window(maxWindow, s)}, []func(*Config){window(1, s-1), window(maxWindow, 2*s)}},
		{"legacy.rate_limit.rate", []func(*Config){bucket(0.001 / 3600), bucket(maxPerSecond)}, []func(*Config){bucket(0.0009 / 3600), bucket(maxPerSecond + 1)}},
		{"worker.provisioned_concurrency", []func(*Config){ready(3, 3)}, []func(*Config){ready(4, 3)}},
		{"worker.concurrency", []func(*Config){reserve(3, 3)}, []func(*Config){reserve(4, 3)}},
		{"worker.log", []func(*Config){log(0), log(1 << 30)}, []func(*Config){log(-1), log(1<<30 + 1)}},
		{"worker.cpu", []func(*Config){cpu(0.25), cpu(16)}, []func(*Config){cpu(0.249), cpu(16.001)}},
		{"policy.heartbeat", []func(*Config){beat(0), beat(100 * time.Millisecond), beat(Longest)}, []func(*Config){beat(-1), beat(100*time.Millisecond - 1), beat(Longest + 1)}},
		{"stepfunctions.heartbeat", []func(*Config){patience(0, s), patience(s, 2*s)}, []func(*Config){patience(2*s, 2*s)}},
		{"stepfunctions.retry.backoff", []func(*Config){backoff(1), backoff(1000)}, []func(*Config){backoff(0.999), backoff(1000.001)}},
	} {
		for i, set := range slices.Concat(c.in, c.beyond) {
			cfg := plainAWS("A")
			cfg.Worker.Timeout = 15 * time.Minute
			set(&cfg)
			said := slices.ContainsFunc(cfg.Validate(), func(p Problem) bool { return p.Key == c.key })
			if said != (i >= len(c.in)) {
				t.Errorf("%s, number %d: said %v", c.key, i, said)
			}
		}
	}
}

// TestOneFaultOneProblem: what is out of range itself is not also held against
// what it is combined with.
func TestOneFaultOneProblem(t *testing.T) {
	window := func(rate float64, d time.Duration) RateLimit {
		return RateLimit{Kind: "sliding-window", Rate: rate, Window: d}
	}
	for _, c := range []struct {
		key string
		set func(*Legacy)
	}{
		{"legacy.error_rate", func(l *Legacy) { l.ErrorRate, l.HangRate = 1.5, 0.5 }},
		{"legacy.hang_rate", func(l *Legacy) { l.ErrorRate, l.HangRate = 0.5, 1.5 }},
		{"legacy.rate_limit.rate", func(l *Legacy) { l.RateLimit = window(0, time.Second) }},
		{"legacy.rate_limit.window", func(l *Legacy) { l.RateLimit = window(1, 0) }},
	} {
		cfg := plainAWS("A")
		cfg.Worker.Timeout = 15 * time.Minute
		c.set(&cfg.Legacy)
		if all := cfg.Validate(); len(all) != 1 || all[0].Key != c.key {
			t.Errorf("%s: %v", c.key, all)
		}
	}
}
