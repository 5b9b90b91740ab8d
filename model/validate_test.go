package model

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// valid is a small scenario without a problem.
func valid() Config {
	c := Default()
	class := DefaultClass()
	class.Name = "A"
	class.Arrivals = []Arrivals{{Kind: "poisson", Rate: 1}}
	c.Classes = []Class{class}
	return c
}

// TestValid: the defaults with one class can be run, and so can profile ideal.
func TestValid(t *testing.T) {
	c := valid()
	if p := c.Validate(); len(p) > 0 {
		t.Error(p)
	}
	c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
	if p := c.Validate(); len(p) > 0 {
		t.Error(p)
	}
}

// TestProgrammatic holds what no file can produce, since the loader refuses it
// earlier: a Config that was put together by a program is checked as well.
func TestProgrammatic(t *testing.T) {
	for key, spoil := range map[string]func(*Config){
		"study":                               func(c *Config) { c.Study = "" },
		"worker.driver":                       func(c *Config) { c.Worker.Driver = "" },
		"worker.cpu":                          func(c *Config) { c.Worker.CPU = math.NaN() },
		"worker.log":                          func(c *Config) { c.Worker.LogBytes = -1 },
		"policy.kind":                         func(c *Config) { c.Policy.Kind = "fifo" },
		"policy.yield_for":                    func(c *Config) { c.Policy.YieldFor.Mode = "retry-after" },
		"policy.retry_for":                    func(c *Config) { c.Policy.RetryFor = Pause{} },
		"legacy.service.kind":                 func(c *Config) { c.Legacy.Service.Kind = "normal" },
		"legacy.service.value":                func(c *Config) { c.Legacy.Service = Dist{Value: -1} },
		"legacy.slowdown.kind":                func(c *Config) { c.Legacy.Slowdown.Kind = "" },
		"legacy.rate_limit.kind":              func(c *Config) { c.Legacy.RateLimit.Kind = "" },
		"legacy.error_rate":                   func(c *Config) { c.Legacy.ErrorRate = math.NaN() },
		"legacy.outage":                       func(c *Config) { c.Legacy.Outages = make([]Outage, maxOutages+1) },
		"drain":                               func(c *Config) { c.Drain.For = -1 },
		"replications":                        func(c *Config) { c.Replications = -1 },
		"precision.mean":                      func(c *Config) { c.Precision.Mean = math.Inf(1) },
		"prices.book":                         func(c *Config) { c.Prices.Book = "" },
		"assert[0].value":                     func(c *Config) { c.Asserts = []Assert{{Metric: "cost.total", Op: "<", Value: math.NaN()}} },
		"assert":                              func(c *Config) { c.Asserts = make([]Assert, MaxAsserts+1) },
		`tune."x"`:                            func(c *Config) { c.Tune = []Knob{{Key: "x", Min: 1, Max: 1}} },
		"class":                               func(c *Config) { c.Classes = nil },
		"class[0].objective.p42":              func(c *Config) { c.Classes[0].Objective.Latency = []Bound{{"p42", time.Second}} },
		"class[0].objective.timed_out":        func(c *Config) { c.Classes[0].Objective.TimedOut = math.NaN() },
		"class[0].objective.dead_lettered":    func(c *Config) { c.Classes[0].Objective.DeadLetters = 2 },
		"class[0].mapping.batch_size":         func(c *Config) { c.Classes[0].Mapping.BatchSize = -1 },
		"class[0].arrivals":                   func(c *Config) { c.Classes[0].Arrivals = make([]Arrivals, maxSources+1) },
		"class[0].arrivals[0].rate":           func(c *Config) { c.Classes[0].Arrivals[0].Rate = math.NaN() },
		"class[0].arrivals[0].kind":           func(c *Config) { c.Classes[0].Arrivals[0].Kind = "" },
		"class[0].arrivals[0].states":         func(c *Config) { c.Classes[0].Arrivals[0].Kind = "mmpp" },
		"class[0].arrivals[0].points":         func(c *Config) { c.Classes[0].Arrivals[0] = Arrivals{Kind: "schedule", Shape: "step"} },
		"class[0].arrivals[0].column":         traced(Trace{Format: "seconds", Times: []time.Duration{2, 1}}),
		"class[0].arrivals[0].file":           traced(Trace{Format: "seconds"}),
		"class[0].arrivals[0].service_column": traced(Trace{Format: "seconds", Times: []time.Duration{1}, ServiceColumn: "s"}),
		"class[0].arrivals[0].bin":            traced(Trace{Format: "counts", Counts: []float64{1}}),
		"class[0].arrivals[0].format":         traced(Trace{Format: "dates"}),
		"class[0].service.parts":              served(Dist{Kind: "mixture"}),
		"class[0].service.parts[0].weight":    served(Dist{Kind: "mixture", Parts: []Part{{}}}),
		"class[0].service.file":               served(Dist{Kind: "empirical", Unit: "ms"}),
		"class[0].service.column":             served(Dist{Kind: "empirical", Unit: "ms", Sample: []time.Duration{-1}}),
	} {
		c := valid()
		spoil(&c)
		var keys []string
		for _, p := range c.Validate() {
			keys = append(keys, p.Key)
			if p.Warning {
				t.Errorf("%s: only a warning: %s", key, p.Message)
			}
		}
		if len(keys) != 1 || keys[0] != key {
			t.Errorf("%s: problems with %v", key, keys)
		}
	}
}

func traced(t Trace) func(*Config) {
	return func(c *Config) { c.Classes[0].Arrivals[0] = Arrivals{Kind: "trace", Trace: t} }
}

func served(d Dist) func(*Config) { return func(c *Config) { c.Classes[0].Service = &d } }

// TestIdealWarns: limits of AWS are warnings in profile ideal, limits of this
// program and what cannot work at all are not.
func TestIdealWarns(t *testing.T) {
	c := valid()
	c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
	q, m := &c.Classes[0].Queue, &c.Classes[0].Mapping
	q.VisibilityTimeout, q.Retention, q.Delay = 20*time.Hour, time.Second, time.Hour
	m.BatchSize, m.MaximumConcurrency = 20_000, 1
	c.Worker.Timeout, c.Worker.Memory = time.Hour, 1<<20
	c.StepFunctions.Timeout, c.StepFunctions.Retry.Interval = 400*day, 0
	problems := c.Validate()
	for _, p := range problems {
		if !p.Warning {
			t.Error(p)
		}
	}
	if len(problems) != 10 {
		t.Errorf("%d warnings: %v", len(problems), problems)
	}
	q.Delay, m.MaximumConcurrency, c.Worker.Timeout = -1, -1, 0
	failed := 0
	for _, p := range c.Validate() {
		if !p.Warning {
			failed++
		}
	}
	if failed != 3 {
		t.Errorf("%d failures", failed)
	}
}

// TestValidateOnlyReads: a check does not write.
func TestValidateOnlyReads(t *testing.T) {
	c, same := valid(), valid()
	c.Validate()
	if !reflect.DeepEqual(c, same) {
		t.Error("Validate changed the configuration")
	}
	bad := Config{}
	if len(bad.Validate()) < 20 {
		t.Error("checking stopped early")
	}
	for _, p := range bad.Validate() {
		if p.Message == "" || strings.Contains(p.Message, "%!") {
			t.Errorf("%+v", p)
		}
	}
}
