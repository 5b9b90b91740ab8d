package model

import "fmt"

// study checks the keys at the top of a scenario, and [precision].
func (v *validator) study(c *Config) {
	v.choice("study", string(c.Study), string(Terminating), string(Steady))
	v.span("horizon", c.Horizon, 1, Longest)
	v.span("drain", c.Drain.For, 0, Longest)
	v.span("warmup", c.Warmup.For, 0, Longest)
	if c.Study == Steady && !c.Warmup.Auto && c.Warmup.For >= c.Horizon && c.Horizon > 0 {
		v.fail("warmup", "%s leaves nothing to count of a horizon of %s", DurationText(c.Warmup.For), DurationText(c.Horizon))
	}
	if c.Replications != 0 {
		v.count("replications", int64(c.Replications), 1, maxReplications)
	}
	v.number("precision.confidence", c.Precision.Confidence, 0.5, 0.9999)
	v.number("precision.mean", c.Precision.Mean, 0.0001, 1)
	v.number("precision.tail", c.Precision.Tail, 0.0001, 1)
	v.count("precision.max_replications", int64(c.Precision.MaxReplications), 2, maxReplications)
	v.span("precision.time_floor", c.Precision.TimeFloor, 0, Longest)
	v.number("precision.share_floor", c.Precision.ShareFloor, 0, 1)
	v.number("precision.count_floor", c.Precision.CountFloor, 0, 1e6)
	if c.Prices.Book == "" {
		v.fail("prices.book", "the name of a price book is missing")
	}
}

// MaxAsserts is the largest number of asserts of a scenario.
const MaxAsserts = 1000

// asserts checks [[assert]] and [tune].
func (v *validator) asserts(c *Config) {
	var names []string
	for _, class := range c.Classes {
		names = append(names, class.Name)
	}
	if len(c.Asserts) > MaxAsserts {
		v.fail("assert", "%d asserts are too many: at most %d", len(c.Asserts), MaxAsserts)
		return
	}
	for i, a := range c.Asserts {
		key := fmt.Sprintf("assert[%d].", i)
		m := v.metric(key+"metric", names, a.Metric)
		v.choice(key+"op", a.Op, "<=", "<", ">=", ">")
		switch {
		case !finite(a.Value):
			v.fail(key+"value", "%s is no bound; a finite number is needed", NumberText(a.Value))
		case m.Unit == Share && (a.Value < 0 || a.Value > 1):
			v.fail(key+"value", "%s is out of range: %s is a share, 0 to 1", NumberText(a.Value), a.Metric)
		case a.Value < 0:
			v.fail(key+"value", "%s is out of range: %s is never negative", NumberText(a.Value), a.Metric)
		}
	}
	if c.Minimize != "cost" {
		v.metric("tune.minimize", names, c.Minimize)
	}
	for _, k := range c.Tune {
		if len(k.Values) == 0 && !(k.Min < k.Max && finite(k.Min) && finite(k.Max)) {
			v.fail(fmt.Sprintf("tune.%q", k.Key), "min has to be less than max")
		}
	}
}

// tournament checks [tournament]. The policies are checked where they are tried.
func (v *validator) tournament(c *Config) {
	var names []string
	for i := range c.Classes {
		names = append(names, c.Classes[i].Name)
	}
	t := &c.Tournament
	switch {
	case t.By != "cost":
		v.metric("tournament.by", names, t.By)
	case t.Largest:
		v.fail("tournament.largest", "the largest cost is nobody's aim: name a metric in tournament.by")
	}
	v.number("tournament.within", t.Within, 0.0001, 1)
	if n := len(t.Policies); n > maxPolicies {
		v.fail("tournament.policies", "%d policies are too many: at most %d", n, maxPolicies)
	}
}

// metric checks a path into the result.
func (v *validator) metric(key string, classes []string, path string) Metric {
	m, near, ok := FindMetric(classes, path)
	switch {
	case ok:
	case path == "":
		v.fail(key, "the path of a metric is missing, such as classes.NAME.latency.p95")
	case near != "":
		v.fail(key, "the result has no metric %q; did you mean %q?", path, near)
	default:
		v.fail(key, "the result has no metric %q; metrics are named classes.NAME.latency.p95, worker.throttles, legacy.utilization, cost.monthly and so on", path)
	}
	return m
}
