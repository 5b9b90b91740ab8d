package report

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model"
	"penstock/model/plan"
)

// limitFigures draws the metric of each condition against the values tried. Two
// conditions on one metric share a figure.
func limitFigures(r *plan.LimitResult) []Figure {
	var list []Figure
	for k, c := range r.Conditions {
		if slices.ContainsFunc(r.Conditions[:k], func(o plan.Condition) bool { return o.Metric == c.Metric }) {
			continue
		}
		f := limitFigure(r, k)
		f.Name = "limit-" + fileName(c.Metric)
		f.Title = limitMessage(r)
		f.chart.title, f.chart.foot = f.Title, plain(r.Scenario)+", "+limitIdentity(r)
		list = append(list, f)
	}
	return list
}

// limitMessage is what the figures say.
func limitMessage(r *plan.LimitResult) string {
	key := lastPart(plain(r.Key))
	kept := metricName(r.Conditions[0].Metric) + " " + comparison(r.Conditions[0].Op) + " " + measureOf(r.Conditions[0].Metric).exact(r.Conditions[0].Bound)
	if len(r.Conditions) > 1 {
		kept = fmt.Sprintf("all %d conditions", len(r.Conditions))
	}
	way := map[string]string{"largest": "up to", "smallest": "from"}[r.Limit]
	switch {
	case r.Outcome == plan.LimitFound:
		return fmt.Sprintf("%s: kept %s %s = %s", upper(kept), way, key, plain(r.Kept.Text))
	case r.Outcome == plan.LimitEverywhere:
		return fmt.Sprintf("%s: kept at every %s tried", upper(kept), key)
	case r.Outcome == plan.LimitNowhere:
		return fmt.Sprintf("%s: kept at no %s tried", upper(kept), key)
	case r.Outcome == plan.LimitNotMonotone:
		return fmt.Sprintf("%s: kept and broken by turns", upper(kept))
	case r.Kept != nil && r.Broken != nil:
		return fmt.Sprintf("%s: kept %s %s = %s, broken at %s, undecided between", upper(kept), way, key, plain(r.Kept.Text), plain(r.Broken.Text))
	}
	return fmt.Sprintf("%s: undecided", upper(kept))
}

// limitFigure draws the metric of one condition: at every value, and once more
// next to the limit where others lie far away.
func limitFigure(r *plan.LimitResult, k int) Figure {
	c := r.Conditions[k]
	v := &sweepView{metric: c.Metric, name: metricName(c.Metric), measure: measureOf(c.Metric)}
	if v.measure.zero == seconds().zero {
		v.unit = model.Seconds
	}
	interval := "with its " + share().write(r.Confidence, 5) + " interval"
	f := Figure{chart: &chart{right: sweepRight, below: plain(r.Key)},
		Caption: fmt.Sprintf("The %s at each value tried, %s. Replications were added at each value until the interval lay on one side of the bound, as far as the budget allowed. The limit lies in the shaded zone.", v.name, interval)}
	all := limitDots(r, k)
	if len(all) == 0 {
		f.chart.empty = "No value tried has a figure: " + r.Probes[0].Conditions[k].Why
		return f
	}
	f.chart.plots = append(f.chart.plots, limitPanel(v, r, c, all, v.name))
	if near := nearLimit(r, all); len(near) > 2 && len(near) < len(all) {
		f.chart.plots = append(f.chart.plots, limitPanel(v, r, c, near, "next to the limit"))
		f.chart.tall = 620
	}
	f.chart.legend = []key{{name: "kept", dot: plan.Met}, {name: "undecided", dot: plan.Undecided}, {name: "broken", dot: plan.NotMet},
		{name: "interval of " + share().write(r.Confidence, 5), line: draw.LineStyle{Color: hue(0), Width: 1}},
		{name: "the limit lies here", fill: shade(hue(4))}}
	if r.Kept == nil || r.Broken == nil {
		f.chart.legend = f.chart.legend[:4]
	}
	return f
}

// limitDots are the values tried that have a figure of a condition.
func limitDots(r *plan.LimitResult, k int) dots {
	var all dots
	for i := range r.Probes {
		a := r.Probes[i].Conditions[k]
		if a.Value.Value == nil {
			continue
		}
		d := dot{point{r.Probes[i].Value, *a.Value.Value}, *a.Value.Value, *a.Value.Value, a.Outcome}
		if a.Value.Low != nil && a.Value.High != nil {
			d.low, d.high = *a.Value.Low, *a.Value.High
		}
		all = append(all, d)
	}
	return all
}

// nearLimit picks the values that are no further from the limit than a few times
// the width of the zone in which it lies.
func nearLimit(r *plan.LimitResult, all dots) dots {
	if r.Kept == nil || r.Broken == nil {
		return nil
	}
	middle, width := (r.Kept.Value+r.Broken.Value)/2, math.Abs(r.Kept.Value-r.Broken.Value)
	var near dots
	for _, d := range all {
		if math.Abs(d.x-middle) <= 4*width {
			near = append(near, d)
		}
	}
	return near
}

// limitPanel draws some of the values.
func limitPanel(v *sweepView, r *plan.LimitResult, c plan.Condition, marks dots, words string) *plot.Plot {
	low, high := math.Inf(1), math.Inf(-1)
	var xs []float64
	for _, d := range marks {
		xs = append(xs, d.x)
		low, high = min(low, d.y), max(high, d.y)
	}
	logarithmic := low > 0 && high/low > wide && v.unit == model.Seconds
	for _, d := range marks {
		from := d.low
		if logarithmic {
			from = max(from, low/2)
		}
		low, high = min(low, from), max(high, d.high)
	}
	if c.Bound < high*wide {
		low, high = min(low, c.Bound), max(high, c.Bound)
	}
	p := newPlot()
	v.scaleY(p, low, high, logarithmic)
	scaleValues(p, xs, r.Unit)
	p.Add(guide{}, caption{words: words, color: grey()}, zone{r.Kept, r.Broken}, marks)
	if c.Bound >= p.Y.Min && c.Bound <= p.Y.Max {
		p.Add(level{at: c.Bound, name: comparison(c.Op) + " " + v.exact(c.Bound), line: limitLine()})
	}
	return p
}

// scaleValues scales the x axis to the values tried.
func scaleValues(p *plot.Plot, xs []float64, unit string) {
	first, last := slices.Min(xs), slices.Max(xs)
	if first == last {
		first, last = first*0.9, last*1.1+1e-9
	}
	write := valueMeasure(unit)
	if first > 0 && last/first >= 8 {
		p.X.Min, p.X.Max, p.X.Scale = first*math.Pow(last/first, -0.03), last*math.Pow(last/first, 0.03), plot.LogScale{}
		p.X.Tick.Marker = plot.ConstantTicks(decadeTicks(p.X.Min, p.X.Max, write))
		if unit == "s" {
			p.X.Tick.Marker = logClockTicks(p.X.Min, p.X.Max)
		}
		return
	}
	pad := (last - first) / 30
	p.X.Min, p.X.Max = max(0, first-pad), last+pad
	n := int(9 * p.X.Max / (p.X.Max - p.X.Min))
	ticks := countTicks(p.X.Max, n, 0, write)
	if unit == "s" {
		ticks = ageTicks(p.X.Max, n)
	}
	p.X.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick { return within(ticks.Ticks(low, high), low, high) })
}

// valueMeasure writes values of a key in their unit.
func valueMeasure(of string) measure {
	switch of {
	case "s":
		return seconds()
	case "share":
		return share()
	case "/s":
		return measure{zero: "0/s", digits: 3, units: []unit{{size: 1, suffix: "/s"}}}
	case "B":
		return measure{zero: "0B", digits: 3, units: []unit{{size: 1, suffix: "B"}, {from: 1 << 10, size: 1 << 10, suffix: "KiB"}, {from: 1 << 20, size: 1 << 20, suffix: "MiB"}, {from: 1 << 30, size: 1 << 30, suffix: "GiB"}}}
	}
	return count()
}

// decadeTicks marks a logarithmic axis at 1, 2, 5, 10, …
func decadeTicks(low, high float64, write measure) []plot.Tick {
	var ticks []plot.Tick
	for x := roundStep(low); x <= high; x = roundStep(x * 1.5) {
		ticks = append(ticks, plot.Tick{Value: x, Label: write.exact(x)})
	}
	return ticks
}

// A zone is where the limit lies: a band between two values, with their names
// above the data.
type zone struct {
	kept, broken *plan.Rung
}

// Plot draws the zone.
func (z zone) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	if z.kept != nil && z.broken != nil {
		from, to := x(z.kept.Value), x(z.broken.Value)
		c.FillPolygon(shade(hue(4)), box(min(from, to), c.Min.Y, max(from, to), c.Max.Y))
	}
	sty := letters(10, false)
	end := c.Max.X
	for _, v := range []struct {
		rung *plan.Rung
		word string
	}{{z.broken, "broken: "}, {z.kept, "kept: "}} {
		if v.rung == nil {
			continue
		}
		line := draw.LineStyle{Color: grey(), Width: 0.8, Dashes: []vg.Length{3, 3}}
		at := x(v.rung.Value)
		c.StrokeLine2(line, at, c.Min.Y, at, c.Max.Y)
		sty.Color, sty.XAlign = grey(), draw.XRight
		name := v.word + plain(v.rung.Text)
		c.FillText(sty, vg.Point{X: end, Y: c.Max.Y + 5}, name)
		end -= sty.Width(name) + 14
	}
}
