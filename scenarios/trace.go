package scenarios

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"penstock/model"
)

// finishArrivals fills in the defaults of the kind and reads a trace.
func (d *decoder) finishArrivals(n *node, a *model.Arrivals) {
	for _, name := range []string{"size", "count"} { // 0 in a Config means left out
		if c := n.child(name); c != nil && c.kind == integer && c.text == "0" {
			d.report.add(c.at, c.key, "0 is out of range: 1 to 10000000")
		}
	}
	switch a.Kind {
	case "schedule":
		if a.Shape == "" {
			a.Shape = "step"
		}
	case "trace":
		if n.child("scale") == nil {
			a.Trace.Scale = 1
		}
		d.trace(n, &a.Trace)
	}
}

func (d *decoder) trace(n *node, t *model.Trace) {
	for _, name := range []string{"bin", "scale", "service_column"} {
		c := n.child(name)
		switch {
		case c == nil && name == "bin" && t.Format == "counts":
			d.report.add(n.at, n.key, "format \"counts\" needs bin, the width of a bin")
		case c != nil && t.Format != "" && (name == "service_column") == (t.Format == "counts"):
			d.report.add(c.at, c.key, "format %q does not take %s", t.Format, name)
		}
	}
	if t.Column == "" {
		return
	}
	columns := []string{t.Column}
	if t.ServiceColumn != "" && t.Format != "counts" {
		columns = append(columns, t.ServiceColumn)
	}
	switch t.Format {
	case "counts":
		d.sheet(n, t.File, columns, func(cells []string) (int, string) {
			v, wrong := amount(cells[0], maxBin)
			t.Counts = append(t.Counts, v)
			return 0, wrong
		})
	case "timestamps":
		var first time.Time
		d.sheet(n, t.File, columns, func(cells []string) (int, string) {
			at, wrong := stamp(cells[0])
			if wrong != "" {
				return 0, wrong
			}
			if len(t.Times) == 0 {
				first = at
			}
			return take(t, at.Sub(first), cells)
		})
	case "seconds":
		d.sheet(n, t.File, columns, func(cells []string) (int, string) {
			at, wrong := quantityOf(cells[0], 1e9)
			if wrong != "" {
				return 0, wrong
			}
			return take(t, at, cells)
		})
	}
}

// maxBin is the largest count of one bin of a trace.
const maxBin = 1e9

// take adds one task to a trace of times, which never go back.
func take(t *model.Trace, at time.Duration, cells []string) (column int, wrong string) {
	if n := len(t.Times); n > 0 && at < t.Times[n-1] {
		return 0, fmt.Sprintf("%s is before the line above it; times may not go back", clip(cells[0]))
	}
	if at > model.Longest {
		return 0, fmt.Sprintf("%s is too late: at most %s after the start", clip(cells[0]), longest)
	}
	t.Times = append(t.Times, at)
	if len(cells) > 1 {
		service, wrong := quantityOf(cells[1], 1e9)
		if wrong != "" {
			return 1, wrong
		}
		t.Services = append(t.Services, service)
	}
	return 0, ""
}

// stamp reads a time of day. Without a zone it is taken as UTC, which only
// matters where zones are mixed.
func stamp(s string) (time.Time, string) {
	for _, layout := range []string{time.RFC3339, time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, ""
		}
	}
	return time.Time{}, fmt.Sprintf("%q is no time; times are written 2006-01-02T15:04:05Z or 2006-01-02 15:04:05", clip(s))
}

// amount reads a number from 0 to most.
func amount(s string, most float64) (float64, string) {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Sprintf("%q is no number that can be used", clip(s))
	case v < 0:
		return 0, fmt.Sprintf("%s is negative", clip(s))
	case v > most:
		return 0, fmt.Sprintf("%s is too large: at most %s", clip(s), model.NumberText(most))
	}
	return v, ""
}

// quantityOf reads a number of units of so many nanoseconds.
func quantityOf(s string, unit float64) (time.Duration, string) {
	v, wrong := amount(s, model.Longest.Seconds()*1e9/unit)
	return time.Duration(math.Round(v * unit)), wrong
}
