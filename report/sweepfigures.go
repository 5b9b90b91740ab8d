package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"penstock/model"
	"penstock/model/plan"
)

// mostSlices is how many heat maps are drawn of one metric.
const mostSlices = 40

// figures draws the metric: a curve over one axis, a heat map over two, and for
// more axes a heat map for each setting of the others.
func (v *sweepView) figures() []Figure {
	name := "sweep-" + fileName(v.metric)
	foot := fmt.Sprintf("%s, %s, %s", plain(v.Scenario), plural(len(v.Results), "point"), sweepIdentity(v.Sweep))
	var list []Figure
	add := func(f Figure) {
		f.chart.title, f.chart.foot = f.Title, foot
		list = append(list, f)
	}
	if len(v.Axes) == 1 {
		f := v.curveFigure()
		f.Name = name
		add(f)
		return list
	}
	slices := len(v.Results) / (len(v.Axes[0].Values) * len(v.Axes[1].Values))
	for i := range min(slices, mostSlices) {
		f := v.heatFigure(i)
		f.Name = name
		if slices > 1 {
			f.Name += "-" + strconv.Itoa(i+1)
			f.Title = setting(v.Axes, i, 2, len(v.Axes)) + ": " + f.Title
			f.Caption += fmt.Sprintf(" Slice %d of %d; all have the same colours.", i+1, slices)
		}
		add(f)
	}
	return list
}

// fileName makes a metric a part of the name of a file.
func fileName(metric string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '.':
			return '-'
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
			return c
		}
		return '_'
	}, metric)
}

// message is what a figure of these points says: what is promised and where it
// is kept, or the smallest and largest value.
func (v *sweepView) message(points []int) string {
	name := upper(v.name)
	if v.promise == nil {
		low, high, ok := v.extent(points)
		if !ok {
			return name + ": no point has a figure"
		}
		return fmt.Sprintf("%s: %s to %s", name, v.value(low), v.value(high))
	}
	met := 0
	for _, p := range points {
		if v.outcome[p] == plan.Met {
			met++
		}
	}
	switch {
	case met == 0:
		return fmt.Sprintf("%s: no setting keeps %s for certain", name, v.promised())
	case met == len(points):
		return fmt.Sprintf("%s: every setting keeps %s", name, v.promised())
	}
	if span := v.keptSpan(points); span != "" {
		return fmt.Sprintf("%s is %s %s", name, v.promised(), span)
	}
	return fmt.Sprintf("%s: %d of %d settings keep %s for certain", name, met, len(points), v.promised())
}

// keptSpan says of a single numbered axis where the promise is kept, if that is
// one span.
func (v *sweepView) keptSpan(points []int) string {
	if len(v.Axes) > 1 || v.Axes[0].Numbers == nil {
		return ""
	}
	first, last, spans := -1, -1, 0
	for i, p := range points {
		if v.outcome[p] != plan.Met {
			continue
		}
		if last != i-1 || first < 0 {
			spans++
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	value := func(i int) string { return v.Axes[0].Values[v.Axes.At(points[i])[0]] }
	switch {
	case spans != 1:
		return ""
	case last == len(points)-1:
		return "from " + v.Axes[0].Key + "=" + value(first) + " on"
	case first == 0:
		return "up to " + v.Axes[0].Key + "=" + value(last)
	case first == last:
		return "at " + v.Axes[0].Key + "=" + value(first) + " only"
	}
	return "from " + v.Axes[0].Key + "=" + value(first) + " to " + value(last)
}

// upper begins s with a capital.
func upper(s string) string { return strings.TrimSuffix(sentence(s), ".") }

// extent returns the smallest and largest value of points; ok is false where
// there is none.
func (v *sweepView) extent(points []int) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if e := v.values[p]; e.Value != nil {
			low, high = math.Min(low, *e.Value), math.Max(high, *e.Value)
		}
	}
	return low, high, low <= high
}

// wide is the ratio of values from which on they are drawn on a logarithmic
// scale.
const wide = 30

// logarithmic tells whether a curve through these points needs a logarithmic
// scale. Only times have ticks for one.
func (v *sweepView) logarithmic(points []int) bool {
	low, high, ok := v.extent(points)
	return ok && low > 0 && high/low > wide && v.unit == model.Seconds
}

const sweepRight = 24 * vg.Length(1)
