package scenarios

import "penstock/model"

// studyEntries are the keys of [[assert]], [[reference]], [tune] and
// [tournament].
func studyEntries() []Entry {
	return []Entry{
		{Key: "assert", Type: Tables, Doc: "Conditions on the result; one that is not met makes the exit code 1.",
			grow: func(t *target) {
				t.config.Asserts = append(t.config.Asserts, model.Assert{})
				t.assert = &t.config.Asserts[len(t.config.Asserts)-1]
			}},
		{Key: "assert.metric", Type: Text, required: true, Doc: "Path into the result, such as classes.HIGH.latency.p95.",
			ref: func(t target) any { return &t.assert.Metric }},
		{Key: "assert.op", Type: Choice, required: true, Values: []string{"<=", "<", ">=", ">"}, Doc: "Relation that the metric has to the value.",
			ref: func(t target) any { return &t.assert.Op }},
		{Key: "assert.value", Type: Bound, required: true, Doc: "A duration for metrics in seconds; a plain number for counts, shares and USD.",
			ref: func(t target) any { return t.assert }},

		{Key: "reference", Type: Tables, Doc: "Exact answers that are known without any simulation: penstock selftest holds the result against them.",
			grow: func(t *target) {
				t.config.References = append(t.config.References, model.Reference{Rel: 0.0005})
				t.reference = &t.config.References[len(t.config.References)-1]
			}},
		{Key: "reference.metric", Type: Text, required: true, Doc: "Path into the result, such as classes.HIGH.wait.mean.",
			ref: func(t target) any { return &t.reference.Metric }},
		{Key: "reference.exact", Type: Bound, required: true, Doc: "The exact answer: a duration for metrics in seconds; a plain number for counts, shares and USD.",
			ref: func(t target) any { return t.reference }},
		{Key: "reference.rel", Type: Number, Default: "0.0005", Min: "0", Max: "0.1", Doc: "Deviation from the exact answer that passes however narrow the interval is, relative to it.",
			ref: func(t target) any { return &t.reference.Rel }},
		{Key: "reference.source", Type: Text, required: true, Doc: "Formula or solver that the answer comes from, in a few words.",
			ref: func(t target) any { return &t.reference.Source }},

		{Key: "tune", Type: Knobs, Doc: "Knobs that the planner may move: quoted keys of the scenario, each with a list of values or { min = …, max = … }; class.* means every class."},
		{Key: "tune.minimize", Type: Text, Default: "cost", Doc: "What the planner makes small: \"cost\" or the path of a metric.",
			ref: func(t target) any { return &t.config.Minimize }},

		{Key: "tournament", Type: Table, Doc: "What penstock tournament compares, and by what."},
		{Key: "tournament.policies", Type: Texts,
			Doc: "Policies that take part: each a kind, with settings if wanted, those of [policy] by their short names: \"aging age_step=2m\", \"weighted class.HIGH.weight=4\"; every kind that the driver can do when left out.",
			ref: func(t target) any { return &t.config.Tournament.Policies }},
		{Key: "tournament.by", Type: Text, Default: "cost",
			Doc: "What decides: \"cost\", of the policies that keep every objective, or if none does the class furthest beyond its own; or the path of a metric.",
			ref: func(t target) any { return &t.config.Tournament.By }},
		{Key: "tournament.largest", Type: Bool, Default: "false",
			Doc: "Whether the largest value of the metric wins, not the smallest.",
			ref: func(t target) any { return &t.config.Tournament.Largest }},
		{Key: "tournament.within", Type: Number, Default: "0.01", Min: "0.0001", Max: "1",
			Doc: "Difference that does not matter, relative to the best value: policies that are closer are as good.",
			ref: func(t target) any { return &t.config.Tournament.Within }},
	}
}

// distributionForms are the kinds of distributions with what each needs.
func distributionForms() []form {
	return []form{
		{kind: "constant", needs: [][]string{{"value"}}},
		{kind: "exponential", needs: [][]string{{"mean"}}},
		{kind: "uniform", needs: [][]string{{"min", "max"}}},
		{kind: "lognormal", needs: [][]string{{"median", "p99"}, {"mean", "cv"}}},
		{kind: "gamma", needs: [][]string{{"mean", "cv"}}},
		{kind: "erlang", needs: [][]string{{"mean", "k"}}},
		{kind: "hyperexponential", needs: [][]string{{"mean", "cv"}}},
		{kind: "weibull", needs: [][]string{{"mean", "shape"}}},
		{kind: "pareto", needs: [][]string{{"min", "alpha", "max"}}},
		{kind: "empirical", needs: [][]string{{"file", "column", "unit"}}},
		{kind: "mixture", needs: [][]string{{"parts"}}},
	}
}

// distributionEntries are the keys within any distribution.
func distributionEntries() []Entry {
	return []Entry{
		{Key: distribution, Type: Table, forms: distributionForms(),
			Doc: "A random duration: an inline table with a kind, or a plain duration for a constant."},
		{Key: "distribution.kind", Type: Choice, required: true, Values: kinds(distributionForms()), Doc: "Kind of the distribution.",
			ref: func(t target) any { return &t.dist.Kind }},
		{Key: "distribution.value", Type: Duration, Min: "0s", Max: longest, Doc: "constant: the duration.",
			ref: func(t target) any { return &t.dist.Value }},
		{Key: "distribution.mean", Type: Duration, Min: "1ns", Max: longest, Doc: "exponential, lognormal, gamma, erlang, hyperexponential, weibull: mean.",
			ref: func(t target) any { return &t.dist.Mean }},
		{Key: "distribution.min", Type: Duration, Min: "0s", Max: longest, Doc: "uniform, pareto: least value.",
			ref: func(t target) any { return &t.dist.Min }},
		{Key: "distribution.max", Type: Duration, Min: "0s", Max: longest, Doc: "uniform, pareto: largest value.",
			ref: func(t target) any { return &t.dist.Max }},
		{Key: "distribution.median", Type: Duration, Min: "1ns", Max: longest, Doc: "lognormal, with p99: median.",
			ref: func(t target) any { return &t.dist.Median }},
		{Key: "distribution.p99", Type: Duration, Min: "1ns", Max: longest, Doc: "lognormal, with median: 99th percentile, above the median.",
			ref: func(t target) any { return &t.dist.P99 }},
		{Key: "distribution.cv", Type: Number, Min: "0.001", Max: "100", Doc: "lognormal, gamma, hyperexponential: standard deviation divided by the mean.",
			ref: func(t target) any { return &t.dist.CV }},
		{Key: "distribution.shape", Type: Number, Min: "0.1", Max: "100", Doc: "weibull: shape; 1 is exponential, below 1 heavy-tailed.",
			ref: func(t target) any { return &t.dist.Shape }},
		{Key: "distribution.alpha", Type: Number, Min: "0.01", Max: "100", Doc: "pareto: tail index; small is heavy.",
			ref: func(t target) any { return &t.dist.Alpha }},
		{Key: "distribution.k", Type: Count, Min: "1", Max: "1000", Doc: "erlang: number of exponential stages.",
			ref: func(t target) any { return &t.dist.K }},
		{Key: "distribution.file", Type: Text, Doc: "empirical: CSV file with a header line, named relative to the scenario.",
			ref: func(t target) any { return &t.dist.File }},
		{Key: "distribution.column", Type: Text, Doc: "empirical: name of its column.",
			ref: func(t target) any { return &t.dist.Column }},
		{Key: "distribution.unit", Type: Choice, Values: []string{"ns", "us", "ms", "s"}, Doc: "empirical: unit of the numbers.",
			ref: func(t target) any { return &t.dist.Unit }},
		{Key: "distribution.parts", Type: Tables, Doc: "mixture: distributions, each with a weight.",
			grow: func(t *target) {
				t.dist.Parts = append(t.dist.Parts, model.Part{})
				t.part = &t.dist.Parts[len(t.dist.Parts)-1]
				t.dist = &t.part.Dist
			}},
		{Key: "distribution.parts.weight", Type: Number, required: true, Min: "0.000001", Max: "1000000", Doc: "mixture: share of the part, relative to the others.",
			ref: func(t target) any { return &t.part.Weight }},
	}
}
