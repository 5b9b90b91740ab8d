package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"penstock/model"
)

// WhatIf reads a change of the world, as --what-if takes it: "service+20%" makes
// every legacy call take longer, "arrivals+30%" makes more arrive (a burst, a
// population and a trace grow in number), and "outage=20m" takes the legacy
// system down in the middle of the horizon. The func changes a shallow copy of a
// scenario and leaves the original as it is.
func WhatIf(text string) (func(*model.Config), error) {
	if length, ok := strings.CutPrefix(text, "outage="); ok {
		d, wrong := parseDuration(length)
		if wrong != "" || d <= 0 {
			return nil, fmt.Errorf("%q: the length of the outage is needed, as in outage=20m", text)
		}
		return func(c *model.Config) { outage(c, d) }, nil
	}
	for _, what := range []string{"service", "arrivals"} {
		rest, ok := strings.CutPrefix(text, what)
		if !ok {
			continue
		}
		percent, hasSign := strings.CutSuffix(rest, "%")
		x, err := strconv.ParseFloat(percent, 64)
		if err != nil || !hasSign || rest[0] != '+' && rest[0] != '-' || !(x > -100 && x <= 10_000) {
			return nil, fmt.Errorf("%q: a change in per cent is needed, as in %s+20%%", text, what)
		}
		if what == "service" {
			return func(c *model.Config) { slower(c, 1+x/100) }, nil
		}
		return func(c *model.Config) { busier(c, 1+x/100) }, nil
	}
	return nil, fmt.Errorf("%q is not known; allowed: service+20%%, arrivals+30%%, outage=20m, with figures of your own", text)
}

// outage takes the legacy system down around the middle of the horizon, in
// place of the spells of that kind that it has there.
func outage(c *model.Config, d time.Duration) {
	o := model.Outage{At: max(0, (c.Horizon-d)/2), For: d, Kind: "down"}
	kept := slices.DeleteFunc(slices.Clone(c.Legacy.Outages), func(p model.Outage) bool {
		return p.Kind == o.Kind && o.At < p.At+p.For && p.At < o.At+o.For
	})
	c.Legacy.Outages = append(kept, o)
}

// slower multiplies every service time.
func slower(c *model.Config, by float64) {
	c.Legacy.Service = c.Legacy.Service.Times(by)
	c.Classes = slices.Clone(c.Classes)
	for i := range c.Classes {
		k := &c.Classes[i]
		if k.Service != nil {
			d := k.Service.Times(by)
			k.Service = &d
		}
		k.Arrivals = slices.Clone(k.Arrivals)
		for j := range k.Arrivals {
			k.Arrivals[j] = k.Arrivals[j].Slower(by)
		}
	}
}

// busier multiplies what arrives.
func busier(c *model.Config, by float64) {
	c.Classes = slices.Clone(c.Classes)
	for i := range c.Classes {
		k := &c.Classes[i]
		k.InitialBacklog = int(float64(k.InitialBacklog)*by + 0.5)
		k.Arrivals = slices.Clone(k.Arrivals)
		for j := range k.Arrivals {
			k.Arrivals[j] = k.Arrivals[j].Times(by)
		}
	}
}

// KnobSpec writes a knob as an axis: the values of its list, or a range in steps
// that make it no longer than 21 values, or 201 whole numbers.
func KnobSpec(k model.Knob) string {
	if len(k.Values) > 0 {
		return k.Key + "=" + strings.Join(k.Values, ",")
	}
	e, _ := Explain(k.Key)
	step := (k.Max - k.Min) / 20
	if e.Type == Count {
		step = max(1, math.Ceil((k.Max-k.Min)/200))
	}
	return k.Key + "=" + e.Text(k.Min) + ".." + e.Text(k.Max) + ":" + e.Text(step)
}
