package plan

import (
	"reflect"
	"slices"
	"time"

	"penstock/model"
)

// other is the scenario with one open rule set otherwise.
type other struct {
	cfg     model.Config
	setting string
}

// otherSettings returns the scenario once for each other setting of an open
// rule: of a choice the other words, of a time that AWS leaves open half and
// double, and where the documentation gives a range, its ends. A rule that
// nothing sets has none, and nor has a time of zero.
func otherSettings(cfg *model.Config, name string) []other {
	var all []other
	for _, change := range changes(cfg, name) {
		c := *cfg
		c.Classes = slices.Clone(cfg.Classes)
		change.make(&c)
		if reflect.DeepEqual(&c, cfg) {
			continue
		}
		text := setting(&c, name)
		if now := setting(cfg, name); text == now { // a law whose text shows no time
			text = change.word + " " + now
		}
		all = append(all, other{c, text})
	}
	return all
}

// change is one way to set a rule otherwise.
type change struct {
	word string
	make func(*model.Config)
}

// changes returns what makes the other settings of an open rule.
func changes(cfg *model.Config, name string) []change {
	if latency(&cfg.Timing, name) != nil {
		return scaled(func(c *model.Config, factor float64) {
			d := latency(&c.Timing, name)
			*d = stretch(*d, factor)
		})
	}
	switch name {
	case "timing.attributes_lag":
		return times(func(c *model.Config) *time.Duration { return &c.Timing.AttributesLag }, 0, time.Minute)
	case "mapping_rest":
		return times(func(c *model.Config) *time.Duration { return &c.Assumptions.MappingRest }, 0, 10*time.Minute)
	case "idle_pollers":
		return []change{
			{"", func(c *model.Config) { c.Assumptions.IdlePollers = 2 }},
			{"", func(c *model.Config) { c.Assumptions.IdlePollers = 5 }},
		}
	case "class.queue.duplicate_probability":
		return []change{{"", duplicates}}
	case "worker.cold_start":
		return scaled(func(c *model.Config, factor float64) { c.Worker.ColdStart = stretch(c.Worker.ColdStart, factor) })
	case "worker.idle_lifetime":
		return scaled(func(c *model.Config, factor float64) {
			c.Worker.IdleLifetime = stretch(c.Worker.IdleLifetime, factor)
		})
	case "worker.log":
		return scaled(func(c *model.Config, factor float64) { c.Worker.LogBytes = int64(float64(c.Worker.LogBytes) * factor) })
	}
	return switched(name)
}

// switched returns what sets a choice of [assumptions] to each of its words.
func switched(name string) []change {
	word := func(of func(*model.Assumptions) *string, words ...string) (all []change) {
		for _, w := range words {
			all = append(all, change{"", func(c *model.Config) { *of(&c.Assumptions) = w }})
		}
		return all
	}
	flip := func(of func(*model.Assumptions) *bool) []change {
		return []change{{"", func(c *model.Config) { b := of(&c.Assumptions); *b = !*b }}}
	}
	switch name {
	case "queue_order":
		return word(func(a *model.Assumptions) *string { return &a.QueueOrder }, "sent", "visible", "random")
	case "back_of_queue":
		return flip(func(a *model.Assumptions) *bool { return &a.BackOfQueue })
	case "dead_letter_at":
		return word(func(a *model.Assumptions) *string { return &a.DeadLetterAt }, "next-receive", "visible")
	case "stale_delete":
		return word(func(a *model.Assumptions) *string { return &a.StaleDelete }, "ignored", "deletes")
	case "retention_in_flight":
		return word(func(a *model.Assumptions) *string { return &a.RetentionInFlight }, "expires", "waits")
	case "reserved_rate_limit":
		return flip(func(a *model.Assumptions) *bool { return &a.ReservedRateLimit })
	case "throttled_batch":
		return word(func(a *model.Assumptions) *string { return &a.ThrottledBatch }, "retry", "drop")
	case "mapping_backoff":
		return word(func(a *model.Assumptions) *string { return &a.MappingBackoff }, "shrink", "none")
	case "batch_delete":
		return flip(func(a *model.Assumptions) *bool { return &a.BatchDelete })
	case "start_transition":
		return flip(func(a *model.Assumptions) *bool { return &a.StartTransition })
	case "start_queue":
		return flip(func(a *model.Assumptions) *bool { return &a.StartQueue })
	case "environment_reuse":
		return word(func(a *model.Assumptions) *string { return &a.EnvironmentReuse }, "last-used", "newest")
	}
	return nil
}

// scaled halves and doubles.
func scaled(by func(c *model.Config, factor float64)) []change {
	return []change{
		{"half of", func(c *model.Config) { by(c, 0.5) }},
		{"twice", func(c *model.Config) { by(c, 2) }},
	}
}

// times sets a time to each of these.
func times(of func(*model.Config) *time.Duration, each ...time.Duration) (all []change) {
	for _, d := range each {
		all = append(all, change{"", func(c *model.Config) { *of(c) = d }})
	}
	return all
}

// duplicates doubles one receive in ten thousand where none was, and else none:
// AWS gives no number.
func duplicates(c *model.Config) {
	const rare = 1e-4
	none := !slices.ContainsFunc(c.Classes, func(k model.Class) bool { return k.Queue.DuplicateProbability > 0 })
	for i := range c.Classes {
		c.Classes[i].Queue.DuplicateProbability = 0
		if none {
			c.Classes[i].Queue.DuplicateProbability = rare
		}
	}
}

// stretch returns the law with every time of it multiplied by factor.
func stretch(d model.Dist, factor float64) model.Dist {
	for _, x := range []*time.Duration{&d.Value, &d.Mean, &d.Min, &d.Max, &d.Median, &d.P99} {
		*x = scaleTime(*x, factor)
	}
	d.Sample = slices.Clone(d.Sample)
	for i := range d.Sample {
		d.Sample[i] = scaleTime(d.Sample[i], factor)
	}
	d.Parts = slices.Clone(d.Parts)
	for i := range d.Parts {
		d.Parts[i].Dist = stretch(d.Parts[i].Dist, factor)
	}
	return d
}

// scaleTime multiplies a time.
func scaleTime(d time.Duration, factor float64) time.Duration {
	return time.Duration(float64(d) * factor)
}
