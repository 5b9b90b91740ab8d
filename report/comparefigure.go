package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// A whisker is a row of a figure of differences: in percent of the base.
type whisker struct {
	name             string
	value, low, high float64
	sure             bool
}

const (
	mostWhiskers = 40   // rows that can be read on a sheet
	widest       = 300. // percent; what reaches further ends in an arrow
	whiskerRoom  = 17 * vg.Length(1)
)

// comparisonFigure draws the differences of one scenario as shares of the base,
// with their intervals.
func comparisonFigure(c *plan.Comparison, o *plan.Comparand, name string) Figure {
	f := Figure{Name: name, chart: &chart{right: 10, below: "change in percent of " + clip(plain(c.Base.Label), nameRoom)},
		Caption: fmt.Sprintf("Differences that %s makes, each in percent of its value before, with %s intervals over pairs of replications. Filled: certain for all figures at once. Metrics that are 0 before, and those that are the same in every pair, are left out.", plain(o.Label), share().write(c.Confidence, 4))}
	rows := whiskersOf(o)
	f.Title = comparisonMessage(c, o)
	f.chart.title = f.Title
	f.chart.foot = plain(c.Base.Label) + " and " + plain(o.Label) + ", " + plural(c.Replications, "pair") + " of replications, seed " + fmt.Sprint(c.Seed) + ", penstock " + plain(c.Version)
	if len(rows) == 0 {
		f.chart.empty = "No metric differs in any pair of replications."
		return f
	}
	f.chart.tall = whiskerRoom*vg.Length(len(rows)) + 150
	p := newPlot()
	p.X.Min, p.X.Max = whiskerRange(rows)
	p.X.Tick.Marker = percentTicks()
	p.Y.Min, p.Y.Max = -0.7, float64(len(rows))-0.3
	p.Y.LineStyle.Width, p.Y.Tick.Length = 0, 0
	var names []plot.Tick
	for i, w := range rows {
		names = append(names, plot.Tick{Value: float64(len(rows) - 1 - i), Label: clip(w.name, nameRoom)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Add(upright{}, whiskers(rows))
	f.chart.legend = whiskerKeys(rows)
	f.chart.plots = []*plot.Plot{p}
	return f
}

// whiskerKeys explains the colours that the rows have.
func whiskerKeys(rows []whisker) []key {
	var keys []key
	for _, k := range []struct {
		has func(w whisker) bool
		key key
	}{
		{func(w whisker) bool { return w.sure && w.value > 0 }, key{name: "more, for certain", fill: hue(1)}},
		{func(w whisker) bool { return w.sure && w.value <= 0 }, key{name: "less, for certain", fill: hue(0)}},
		{func(w whisker) bool { return !w.sure }, key{name: "may be chance", line: draw.LineStyle{Color: grey(), Width: 1.4}}},
	} {
		if slices.ContainsFunc(rows, k.has) {
			keys = append(keys, k.key)
		}
	}
	return keys
}

// comparisonMessage says how much changes for certain.
func comparisonMessage(c *plan.Comparison, o *plan.Comparand) string {
	sure := 0
	var most *plan.Paired
	for i := range o.Differences {
		p := &o.Differences[i]
		if !p.Certain {
			continue
		}
		sure++
		if share := change(p); share != 0 && (most == nil || math.Abs(share) > math.Abs(change(most))) {
			most = p
		}
	}
	label := clip(plain(o.Label), nameRoom)
	switch {
	case sure == 0:
		return label + " changes nothing for certain"
	case most == nil:
		return label + " changes " + plural(sure, "figure") + " for certain"
	}
	return label + " changes " + plural(sure, "figure") + " for certain, most of all " + shortName(most.Metric) + ": " + relative(most)
}

// change is a difference as a share of the base; 0 where there is none.
func change(p *plan.Paired) float64 {
	if p.Base.Value == nil || *p.Base.Value == 0 || p.Difference.Value == nil {
		return 0
	}
	return *p.Difference.Value / math.Abs(*p.Base.Value)
}

// whiskersOf lists what can be drawn; where that is too much, what is certain
// comes first.
func whiskersOf(o *plan.Comparand) []whisker {
	var all, sure []whisker
	for i := range o.Differences {
		p := &o.Differences[i]
		d := p.Difference
		if p.Base.Value == nil || *p.Base.Value == 0 || d.Value == nil || d.Low == nil || same(p) {
			continue
		}
		scale := 100 / math.Abs(*p.Base.Value)
		w := whisker{shortName(p.Metric), *d.Value * scale, *d.Low * scale, *d.High * scale, p.Certain}
		if all = append(all, w); w.sure {
			sure = append(sure, w)
		}
	}
	if len(all) > mostWhiskers && len(sure) > 0 {
		all = sure
	}
	return all[:min(len(all), mostWhiskers)]
}

// whiskerRange is the range of the axis: it holds 0 and every interval, but for
// what reaches so far that the others could not be told apart.
func whiskerRange(rows []whisker) (low, high float64) {
	for _, w := range rows {
		if math.Abs(w.value) <= widest {
			low, high = min(low, w.low), max(high, w.high)
		}
	}
	low, high = max(low, -widest), min(high, widest)
	if low == high {
		low, high = -10, 10
	}
	room := (high - low) * 0.04
	return low - room, high + room
}

// percentTicks marks an axis of percentages on both sides of 0.
func percentTicks() plot.Ticker {
	return plot.TickerFunc(func(low, high float64) []plot.Tick {
		step := roundStep((high - low) / 8)
		var ticks []plot.Tick
		for i := math.Ceil(low / step); i*step <= high; i++ {
			label := fmt.Sprintf("%+.*f%%", decimalsOf(step), i*step)
			if i == 0 {
				label = "0"
			}
			ticks = append(ticks, plot.Tick{Value: i * step, Label: label})
		}
		return ticks
	})
}

// whiskers draws the rows from the top down.
type whiskers []whisker

// Plot draws the intervals and their middles.
func (rows whiskers) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: ink(), Width: 1}, x(0), c.Min.Y, x(0), c.Max.Y)
	for i, w := range rows {
		at := y(float64(len(rows) - 1 - i))
		color := w.color()
		line := draw.LineStyle{Color: color, Width: 1.6}
		if w.value != clamp(w.value, &p.X) {
			beyondAxis(c, x(clamp(w.value, &p.X)), at, w.value, line)
			continue
		}
		from, to := x(clamp(w.low, &p.X)), x(clamp(w.high, &p.X))
		c.StrokeLine2(line, from, at, to, at)
		if w.low == clamp(w.low, &p.X) {
			c.StrokeLine2(line, from, at-3, from, at+3)
		}
		if w.high == clamp(w.high, &p.X) {
			c.StrokeLine2(line, to, at-3, to, at+3)
		}
		dot := draw.GlyphStyle{Color: color, Radius: 3.6, Shape: draw.RingGlyph{}}
		if w.sure {
			dot.Shape = draw.CircleGlyph{}
		}
		c.DrawGlyph(dot, vg.Point{X: x(w.value), Y: at})
	}
}

// beyondAxis writes a change that the axis has no room for at its end, with an
// arrow.
func beyondAxis(c draw.Canvas, end, at vg.Length, percent float64, line draw.LineStyle) {
	sty := letters(10, false)
	sty.Color = line.Color
	way := vg.Length(1)
	if sty.XAlign = draw.XRight; percent < 0 {
		sty.XAlign, way = draw.XLeft, -1
	}
	c.StrokeLine2(line, end-16*way, at, end, at)
	c.StrokeLine2(line, end-5*way, at+3, end, at)
	c.StrokeLine2(line, end-5*way, at-3, end, at)
	c.FillText(sty, vg.Point{X: end - 20*way, Y: at - 3.5}, fmt.Sprintf("%+.0f%%", percent))
}

func (w whisker) color() color.Color {
	switch {
	case w.sure && w.value > 0:
		return hue(1)
	case w.sure:
		return hue(0)
	}
	return grey()
}
