package chaos

import (
	"math"

	"penstock/scenarios"
)

// law draws a distribution whose mean lies within the limits: a plain duration
// now and then, else a table with a kind.
func (d *drawer) law(limits span, depth int) any {
	mean := d.between(max(limits.low(seconds), limits.high(seconds)/100), limits.high(seconds))
	if d.chance(0.3) {
		return durationText(mean)
	}
	e, _ := scenarios.Explain("distribution")
	kinds, _ := scenarios.Explain("distribution.kind")
	kind := d.word(kinds)
	if kind == "mixture" && depth > 0 {
		kind = "exponential"
	}
	needs, _ := e.Takes(kind)
	t := table{"kind": kind}
	for _, name := range needs[d.r.IntN(len(needs))] {
		t[name] = d.parameter(kind, name, mean, limits, depth)
	}
	if kind == "empirical" {
		t["column"] = t["unit"] // the columns of the data file are named so
	}
	return t
}

// seconds is how a duration is read.
var seconds, _ = scenarios.Explain("distribution.mean")

// parameter draws one parameter of a law with about this mean.
func (d *drawer) parameter(kind, name string, mean float64, limits span, depth int) any {
	switch name {
	case "value", "mean", "median":
		return durationText(max(mean, 0.001))
	case "p99":
		return durationText(max(mean, 0.001) * (1.5 + 6*d.r.Float64()))
	case "min":
		return durationText(max(mean/(1+3*d.r.Float64()), 0.001))
	case "max":
		return durationText(max(mean, 0.001) * (2 + 10*d.r.Float64()))
	case "cv":
		if kind == "hyperexponential" {
			return round(1 + 3*d.r.Float64())
		}
		return round(0.1 + 2*d.r.Float64())
	case "shape":
		return round(0.5 + 2*d.r.Float64())
	case "alpha":
		return round(1.1 + 2*d.r.Float64())
	case "k":
		return int64(1 + d.r.IntN(8))
	case "parts":
		var parts []any
		for range 2 + d.r.IntN(2) {
			part, ok := d.law(limits, depth+1).(table)
			if !ok {
				part = table{"kind": "constant", "value": durationText(max(mean, 0.001))}
			}
			part["weight"] = math.Ceil(10*d.r.Float64()) / 2
			parts = append(parts, part)
		}
		return parts
	}
	e, _ := scenarios.Explain("distribution." + name)
	return d.value(e)
}
