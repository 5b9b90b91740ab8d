package model

import (
	"fmt"
	"time"
)

const (
	maxParts   = 100
	maxMixture = 4 // mixtures within mixtures
)

// dist checks a distribution. The zero value is the constant 0.
func (v *validator) dist(key string, d *Dist) { v.distAt(key, d, 0) }

func (v *validator) distAt(key string, d *Dist, depth int) {
	switch d.Kind {
	case "", "constant":
		v.span(key+".value", d.Value, 0, Longest)
	case "exponential":
		v.span(key+".mean", d.Mean, 1, Longest)
	case "uniform":
		v.span(key+".min", d.Min, 0, Longest)
		v.span(key+".max", d.Max, 0, Longest)
		if d.Min > d.Max {
			v.fail(key, "min %s is more than max %s", DurationText(d.Min), DurationText(d.Max))
		}
	case "lognormal":
		v.lognormal(key, d)
	case "gamma":
		v.span(key+".mean", d.Mean, 1, Longest)
		v.number(key+".cv", d.CV, 0.001, 100)
	case "hyperexponential":
		v.span(key+".mean", d.Mean, 1, Longest)
		v.number(key+".cv", d.CV, 1, 100)
	case "erlang":
		v.span(key+".mean", d.Mean, 1, Longest)
		v.count(key+".k", int64(d.K), 1, 1000)
	case "weibull":
		v.span(key+".mean", d.Mean, 1, Longest)
		v.number(key+".shape", d.Shape, 0.1, 100)
	case "pareto":
		v.span(key+".min", d.Min, 1, Longest)
		v.span(key+".max", d.Max, 1, Longest)
		v.number(key+".alpha", d.Alpha, 0.01, 100)
		if d.Min >= d.Max {
			v.fail(key, "max has to be more than min: min is %s, max %s", DurationText(d.Min), DurationText(d.Max))
		}
	case "empirical":
		v.sample(key, d)
	case "mixture":
		v.mixture(key, d, depth)
	default:
		v.choice(key+".kind", d.Kind, "constant", "exponential", "uniform", "lognormal", "gamma", "erlang",
			"hyperexponential", "weibull", "pareto", "empirical", "mixture")
	}
}

func (v *validator) lognormal(key string, d *Dist) {
	if d.Mean != 0 || d.CV != 0 {
		v.span(key+".mean", d.Mean, 1, Longest)
		v.number(key+".cv", d.CV, 0.001, 100)
		return
	}
	v.span(key+".median", d.Median, 1, Longest)
	v.span(key+".p99", d.P99, 1, Longest)
	if d.P99 <= d.Median {
		v.fail(key, "p99 has to be more than the median: the median is %s, p99 %s", DurationText(d.Median), DurationText(d.P99))
	}
}

func (v *validator) sample(key string, d *Dist) {
	v.choice(key+".unit", d.Unit, "ns", "us", "ms", "s")
	if len(d.Sample) == 0 {
		v.fail(key+".file", "the file holds no values")
	}
	for i, s := range d.Sample {
		if s < 0 || s > Longest {
			v.fail(key+".column", "value %d, %s, is out of range: 0s to %s", i, DurationText(s), DurationText(Longest))
			return
		}
	}
}

func (v *validator) mixture(key string, d *Dist, depth int) {
	switch {
	case len(d.Parts) == 0:
		v.fail(key+".parts", "at least one part is needed")
	case len(d.Parts) > maxParts:
		v.fail(key+".parts", "%d parts are too many: at most %d", len(d.Parts), maxParts)
		return
	case depth >= maxMixture:
		v.fail(key+".parts", "mixtures are nested too deep: at most %d levels", maxMixture)
		return
	}
	for i := range d.Parts {
		at := fmt.Sprintf("%s.parts[%d]", key, i)
		v.number(at+".weight", d.Parts[i].Weight, 0.000001, 1_000_000)
		v.distAt(at, &d.Parts[i].Dist, depth+1)
	}
}

// awsPause checks a distribution of visibility timeouts, which SQS bounds; of
// random ones only the mean can be held against the bound.
func (v *validator) awsPause(key string, d *Dist) {
	before := len(v.problems)
	v.dist(key, d)
	if m := d.MeanDuration(); len(v.problems) == before && m > 12*time.Hour {
		v.aws(key, "a mean of %s is out of range: 0s to %s (SQS)", DurationText(m), DurationText(12*time.Hour))
	}
}
