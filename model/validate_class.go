package model

import (
	"fmt"
	"time"
)

// maxName bounds the name of a class, which is part of every metric's path.
const maxName = 40

// classes checks [[class]], all but the arrivals.
func (v *validator) classes(c *Config) {
	switch {
	case len(c.Classes) == 0:
		v.fail("class", "a scenario needs at least one [[class]]")
	case len(c.Classes) > maxClasses:
		v.fail("class", "%d classes are too many: at most %d", len(c.Classes), maxClasses)
		return
	}
	for i := range c.Classes {
		class, key := &c.Classes[i], fmt.Sprintf("class[%d].", i)
		v.name(c, i, key+"name")
		v.awsSize(key+"payload", class.Payload, 1, 256<<10, "Step Functions")
		v.count(key+"initial_backlog", int64(class.InitialBacklog), 0, maxBacklog)
		if class.Service != nil {
			v.dist(key+"service", class.Service)
		}
		if class.Patience != nil {
			v.dist(key+"patience", class.Patience)
		}
		if class.YieldFor != nil {
			v.awsPause(key+"yield_for", class.YieldFor)
		}
		if class.RetryFor != nil {
			v.awsPause(key+"retry_for", class.RetryFor)
		}
		v.count(key+"reserve", int64(class.Reserve), 0, maxSlots)
		v.count(key+"weight", int64(class.Weight), 1, maxWeight)
		v.span(key+"deadline", class.Deadline, 0, Longest)
		if class.LegacyBacklog != nil {
			v.count(key+"legacy_backlog", int64(*class.LegacyBacklog), 0, maxBacklog)
		} else if class.LegacyBacklogUntil != 0 {
			v.fail(key+"legacy_backlog_until", "needs class[%d].legacy_backlog, which holds until that receive; without it legacy.backlog holds for every receive", i)
		}
		v.count(key+"legacy_backlog_until", int64(class.LegacyBacklogUntil), 0, 1000)
		v.queue(key+"queue.", &class.Queue)
		v.mapping(key+"mapping.", &class.Mapping)
		v.objective(key+"objective.", &class.Objective)
		v.arrivals(c, class, key+"arrivals")
	}
}

// name checks that a class has a name of its own that fits into keys and paths.
func (v *validator) name(c *Config, i int, key string) {
	name := c.Classes[i].Name
	if name == "" {
		v.fail(key, "the name is missing")
		return
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			v.fail(key, "%q has a character that names may not have: only letters of the alphabet, digits, - and _", name)
			return
		}
	}
	if len(name) > maxName {
		v.fail(key, "%q is too long: at most %d characters", name, maxName)
	}
	for j := range i {
		if c.Classes[j].Name == name {
			v.fail(key, "%q is taken by class[%d]", name, j)
			return
		}
	}
}

func (v *validator) queue(key string, q *Queue) {
	v.awsSpan(key+"visibility_timeout", q.VisibilityTimeout, 0, 12*time.Hour, false, "SQS")
	v.awsCount(key+"max_receive_count", int64(q.MaxReceiveCount), 0, 1000, false, "SQS")
	v.awsSpan(key+"retention", q.Retention, time.Minute, 14*day, false, "SQS")
	v.awsSpan(key+"delay", q.Delay, 0, 15*time.Minute, false, "SQS")
	v.number(key+"duplicate_probability", q.DuplicateProbability, 0, 1)
}

func (v *validator) mapping(key string, m *Mapping) {
	if m.BatchSize < 1 {
		v.fail(key+"batch_size", "%d is out of range: 1 to 10000 (Lambda)", m.BatchSize) // nowhere a batch
	} else {
		v.awsCount(key+"batch_size", int64(m.BatchSize), 1, 10_000, false, "Lambda")
	}
	v.awsSpan(key+"batch_window", m.BatchWindow, 0, 5*time.Minute, false, "Lambda")
	if m.BatchSize > 10 && m.BatchWindow < time.Second {
		v.aws(key+"batch_window", "a batch_size of %d needs a batch_window of at least 1s, not %s (Lambda)", m.BatchSize, DurationText(m.BatchWindow))
	}
	v.awsCount(key+"maximum_concurrency", int64(m.MaximumConcurrency), 2, 1000, true, "Lambda")
	v.awsCount(key+"provisioned_pollers.min", int64(m.ProvisionedPollers.Min), 2, 200, true, "Lambda")
	v.awsCount(key+"provisioned_pollers.max", int64(m.ProvisionedPollers.Max), 2, 10_000, true, "Lambda")
	switch p := m.ProvisionedPollers; {
	case p.Min > p.Max:
		v.fail(key+"provisioned_pollers", "min %d is more than max %d", p.Min, p.Max)
	case p.Max > 0 && p.Min == 0:
		v.aws(key+"provisioned_pollers", "min is needed with max: 2 to 200 (Lambda)")
	case p.Max > 0 && m.MaximumConcurrency > 0:
		v.aws(key+"provisioned_pollers", "does not go with maximum_concurrency: Lambda takes one or the other")
	}
}

// objective checks what a class is promised.
func (v *validator) objective(key string, o *Objective) {
	for _, b := range o.Latency {
		v.choice(key+b.Metric, b.Metric, "p50", "p90", "p95", "p99", "mean", "max", "oldest")
		v.span(key+b.Metric, b.AtMost, 1, Longest)
	}
	if o.DeadLetters >= 0 || !finite(o.DeadLetters) {
		v.number(key+"dead_lettered", o.DeadLetters, 0, 1)
	}
	if o.TimedOut >= 0 || !finite(o.TimedOut) {
		v.number(key+"timed_out", o.TimedOut, 0, 1)
	}
}
