package chaos

import (
	"fmt"
	"slices"

	"penstock/scenarios"
)

// classes draws one to four classes with their queues and arrivals.
func (d *drawer) classes(doc table) {
	var all []any
	for i := range 1 + d.r.IntN(4) {
		k := table{"name": fmt.Sprintf("%c", 'A'+i)}
		d.fill(k, "class", func(key string) bool { return key != "class.name" && key != "class.arrivals" })
		var sources []any
		for range 1 + d.r.IntN(2) {
			sources = append(sources, d.arrivals())
		}
		k["arrivals"] = sources
		all = append(all, k)
	}
	doc["class"] = all
}

// arrivals draws one source.
func (d *drawer) arrivals() table {
	e, _ := scenarios.Explain("class.arrivals")
	kind, _ := scenarios.Explain("class.arrivals.kind")
	a := d.form(e, kind)
	switch a["kind"] {
	case "burst":
		if a["every"] != nil { // a burst ends before it comes again
			delete(a, "over")
		}
	case "schedule":
		d.points(a)
	case "trace":
		d.trace(a)
	}
	return a
}

// points puts the knots of a schedule in order, the first at the start.
func (d *drawer) points(a table) {
	points := a["points"].([]any)
	for i, p := range points {
		p.(table)["at"] = durationText(float64(i) * (5 + float64(d.r.IntN(60))/float64(len(points))))
	}
	for i := 1; i < len(points); i++ { // each later than the one before it
		points[i].(table)["at"] = durationText(float64(30*i + d.r.IntN(20)))
	}
	if a["period"] != nil {
		a["period"] = durationText(float64(30*len(points) + d.r.IntN(60)))
	}
}

// trace gives a trace the keys and the column that its format needs.
func (d *drawer) trace(a table) {
	delete(a, "service_column")
	delete(a, "scale")
	delete(a, "bin")
	switch a["format"] {
	case "counts":
		a["column"] = "count"
		a["bin"], a["scale"] = d.number("class.arrivals.bin"), d.number("class.arrivals.scale")
		return
	case "timestamps":
		a["column"] = "time"
	default:
		a["column"] = "at"
	}
	if d.chance(0.5) {
		a["service_column"] = "s"
	}
}

// outages draws spells of failure. Spells of one kind must not overlap, so that
// there is one of each at most.
func (d *drawer) outages(doc table) {
	if d.off["legacy.outage"] {
		return
	}
	e, _ := scenarios.Explain("legacy.outage")
	kind, _ := scenarios.Explain("legacy.outage.kind")
	var all []any
	var had []any
	for range d.r.IntN(4) {
		if o := d.form(e, kind); !slices.Contains(had, o["kind"]) {
			had = append(had, o["kind"])
			all = append(all, o)
		}
	}
	if len(all) > 0 {
		inner(doc, "legacy")["outage"] = all
	}
}
