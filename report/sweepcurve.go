package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model"
	"penstock/model/plan"
)

// curveFigure draws a metric over the only axis.
func (v *sweepView) curveFigure() Figure {
	points := alongFirst(v.Axes, 0)
	f := Figure{Title: v.message(points), chart: &chart{right: sweepRight, below: axisLabel(v.Axes[0])},
		Caption: "The " + v.name + " at each point, with its " + percent(v.First().Confidence) + " interval (band and bars)." + kneeCaption}
	low, high, ok := v.extent(points)
	if !ok {
		f.chart.empty = "No point has a figure: " + v.values[0].Why
		return f
	}
	for _, e := range v.values {
		if e.Low != nil {
			low, high = math.Min(low, *e.Low), math.Max(high, *e.High)
		}
	}
	if v.promise != nil && v.promise.Bound < high*wide && v.promise.Bound > 0 {
		low, high = math.Min(low, v.promise.Bound), math.Max(high, v.promise.Bound)
	}
	p := newPlot()
	v.scaleY(p, low, high, v.logarithmic(points))
	at := v.scaleX(p, points)
	p.Add(guide{}, caption{words: v.name, color: grey()})
	v.addBand(p, points, at)
	if v.promise != nil && v.promise.Bound >= p.Y.Min && v.promise.Bound <= p.Y.Max {
		p.Add(level{at: v.promise.Bound, name: v.promised(), line: limitLine()})
	}
	if k, _ := v.knee(0); k >= 0 {
		i := 0
		for points[i] != k {
			i++
		}
		p.Add(moment{at: at[i], name: "knee: " + v.Axes[0].Values[v.Axes.At(k)[0]]})
	}
	f.chart.plots = []*plot.Plot{p}
	f.chart.legend = v.curveLegend()
	return f
}

func percent(confidence float64) string { return share().write(confidence, 4) }

// curveLegend explains the marks of points.
func (v *sweepView) curveLegend() []key {
	line := stroke(0)
	keys := []key{{name: "with its " + percent(v.First().Confidence) + " interval", line: line}}
	if v.promise != nil {
		for _, o := range []string{plan.Met, plan.Undecided, plan.NotMet} {
			keys = append(keys, key{name: v.promised() + " " + o, dot: o})
		}
	}
	return keys
}

// scaleY scales the y axis.
func (v *sweepView) scaleY(p *plot.Plot, low, high float64, logarithmic bool) {
	if logarithmic {
		low = max(low, high*1e-9)
		p.Y.Min, p.Y.Max, p.Y.Scale = low/1.3, high*1.3, plot.LogScale{}
		p.Y.Tick.Marker = logClockTicks(p.Y.Min, p.Y.Max)
		return
	}
	p.Y.Min, p.Y.Max = 0, high*1.1
	if p.Y.Max <= 0 {
		p.Y.Max = 1
	}
	if low > 0.6*high && high > low { // what differs little would be a flat line far above 0
		p.Y.Min, p.Y.Max = low-0.3*(high-low), high+0.3*(high-low)
	}
	n := int(7 * p.Y.Max / (p.Y.Max - p.Y.Min))
	ticks := countTicks(p.Y.Max, n, 0, v.measure)
	if v.unit == model.Seconds {
		ticks = ageTicks(p.Y.Max, n)
	}
	p.Y.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick { return within(ticks.Ticks(low, high), low, high) })
}

// scaleX scales the x axis and returns where each point is on it.
func (v *sweepView) scaleX(p *plot.Plot, points []int) []float64 {
	a := v.Axes[0]
	at := make([]float64, len(points))
	labels := make([]string, len(points))
	for i, point := range points {
		k := v.Axes.At(point)[0]
		labels[i], at[i] = clip(plain(a.Values[k]), 14), float64(i)
		if a.Numbers != nil {
			at[i] = a.Numbers[k]
		}
	}
	first, last := at[0], at[len(at)-1]
	pad := max((last-first)/40, 1e-9)
	p.X.Min, p.X.Max = first-pad, last+pad
	place := func(x float64) float64 { return (x - first) / max(last-first, 1e-12) }
	if multiplies(at) {
		p.X.Scale = plot.LogScale{}
		p.X.Min, p.X.Max = first*math.Pow(last/first, -0.025), last*math.Pow(last/first, 0.025)
		place = func(x float64) float64 { return math.Log(x/first) / math.Log(last/first) }
	}
	var ticks []plot.Tick
	before := -1.0
	for i, x := range at {
		label := ""
		if least := 0.012 * float64(3+len(labels[i])); place(x)-before >= least || i == 0 {
			label, before = labels[i], place(x)
		}
		ticks = append(ticks, plot.Tick{Value: x, Label: label})
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	return at
}

// multiplies tells whether numbers in rising order grow by factors rather than
// by steps.
func multiplies(x []float64) bool {
	n := len(x)
	return n >= 4 && x[0] > 0 && x[n-1]/x[0] >= 8 && x[n-1]-x[n-2] > 4*(x[1]-x[0])
}

// addBand draws the values with their intervals; where a point has none, the
// line is broken.
func (v *sweepView) addBand(p *plot.Plot, points []int, at []float64) {
	var low, high, line []point
	flush := func() {
		if v.Axes[0].Numbers != nil {
			p.Add(area{low, high, shade(hue(0))}, curve{line, stroke(0)})
		}
		low, high, line = nil, nil, nil
	}
	var dots dots
	for i, q := range points {
		e := v.values[q]
		if e.Value == nil {
			flush()
			continue
		}
		d := dot{point{at[i], *e.Value}, *e.Value, *e.Value, v.outcome[q]}
		if e.Low != nil && e.High != nil {
			d.low, d.high = *e.Low, *e.High
		}
		low, high = append(low, point{at[i], d.low}), append(high, point{at[i], d.high})
		line, dots = append(line, d.point), append(dots, d)
	}
	flush()
	p.Add(dots)
}

// dots are the points of a curve: filled if the promise is kept or there is
// none, hollow if that is undecided, a cross if it is not kept.
type dots []dot

type dot struct {
	point
	low, high float64
	outcome   string
}

// Plot draws the points with their intervals.
func (k dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	bar := draw.LineStyle{Color: hue(0), Width: 1}
	for _, d := range k {
		at := vg.Point{X: x(d.x), Y: y(clamp(d.y, &p.Y))}
		c.StrokeLine2(bar, at.X, y(clamp(d.low, &p.Y)), at.X, y(clamp(d.high, &p.Y)))
		drawDot(c, at, d.outcome)
	}
}

// minor is the outcome of a point that is there for comparison only.
const minor = "minor"

// drawDot draws the mark of a point.
func drawDot(c draw.Canvas, at vg.Point, outcome string) {
	const r = 3.2 * vg.Length(1)
	ring := draw.GlyphStyle{Color: hue(0), Radius: r, Shape: draw.CircleGlyph{}}
	switch outcome {
	case minor:
		ring.Color, ring.Radius = color.NRGBA{R: 0x66, G: 0x66, B: 0x66, A: 0x90}, 2.4
		c.DrawGlyph(ring, at)
	case plan.NotMet:
		line := draw.LineStyle{Color: hue(1), Width: 1.8}
		c.StrokeLine2(line, at.X-r, at.Y-r, at.X+r, at.Y+r)
		c.StrokeLine2(line, at.X-r, at.Y+r, at.X+r, at.Y-r)
	case plan.Undecided:
		c.DrawGlyph(ring, at)
		ring.Color, ring.Radius = color.White, r-1.3
		c.DrawGlyph(ring, at)
	default:
		c.DrawGlyph(ring, at)
	}
}

// axisLabel names an axis with its unit, which the values carry themselves.
func axisLabel(a plan.Axis) string { return a.Key }
