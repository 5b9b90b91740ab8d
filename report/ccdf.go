package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model"
	"penstock/model/plan"
)

// leastShare is the smallest share on the axis of the latency figure.
const leastShare = 1e-4

// latencyFigure draws, for each class, the share of its tasks that took longer
// than each time.
func latencyFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "latency", Title: latencyMessage(r), chart: &chart{right: 34},
		Caption: "The share of tasks (vertical, logarithmic) whose latency was longer than a time (horizontal, logarithmic), over all replications. Where a curve crosses the line p95, 5% of the tasks of the class took longer. A diamond is an objective: the curve should pass to the left of it. Objectives far to the right of all curves are left out."}
	p := newPlot()
	low, high, most := math.Inf(1), 0.0, int64(0)
	var curves []plot.Plotter
	for i, hist := range r.Plots.Latency {
		points, first, last, n := ccdf(hist)
		if n == 0 {
			continue
		}
		low, high, most = math.Min(low, first), math.Max(high, last), max(most, n)
		curves = append(curves, curve{points, stroke(i)})
		f.chart.legend = append(f.chart.legend, key{name: figureName(r, i), line: stroke(i)})
	}
	if len(curves) == 0 {
		f.Title, f.chart.empty = "Latency by class", "No task was counted, so there is no latency to draw."
		return f, nil
	}
	promises := promisesOf(r, high*farOff)
	for _, o := range promises {
		low, high = math.Min(low, o.at), math.Max(high, o.at)
	}
	p.X.Min, p.X.Max = low/1.2, high*1.2
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logClockTicks(p.X.Min, p.X.Max)
	f.chart.below = "latency"
	p.Y.Min, p.Y.Max = math.Max(leastShare, math.Pow(10, -math.Ceil(math.Log10(float64(max(most, 100)))))), 1
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.TickerFunc(shareTicks)
	p.Add(guide{}, caption{words: "share of tasks that took longer", color: grey()})
	for _, q := range []point{{0.5, 50}, {0.05, 95}, {0.01, 99}} {
		p.Add(level{at: q.x, name: fmt.Sprintf("p%g", q.y), side: true, line: draw.LineStyle{Color: grey(), Width: 0.6, Dashes: []vg.Length{2, 2}}})
	}
	p.Add(curves...)
	for _, o := range promises {
		p.Add(o)
	}
	if len(promises) > 0 {
		f.chart.legend = append(f.chart.legend, key{name: "objective", mark: true})
	}
	f.chart.plots = []*plot.Plot{p}
	return f, nil
}

// early is the share of tasks still open up to which a curve is as good as
// flat: the figure starts there.
const early = 0.995

// ccdf returns the curve of a histogram, the range in which it falls and its
// total.
func ccdf(hist []int64) (points []point, first, last float64, n int64) {
	for _, count := range hist {
		n += max(count, 0)
	}
	left := n
	for bin, count := range hist {
		if count <= 0 {
			continue
		}
		from := model.HistBound(max(bin-1, 0))
		if len(points) == 0 {
			first = from
			points = append(points, point{model.HistBound(0) / 10, 1}, point{from, 1})
		} else if points[len(points)-1].x < from*(1-1e-9) {
			points = append(points, point{from, float64(left) / float64(n)})
		}
		if float64(left) >= early*float64(n) {
			first = from
		}
		left -= count
		last = model.HistBound(bin)
		points = append(points, point{last, math.Max(float64(left)/float64(n), 1e-12)})
	}
	return points, first, last, n
}

// A promise is an objective on a quantile of the latency of a class.
type promise struct {
	at, above float64 // seconds, and the share that may take longer
	line      draw.LineStyle
}

// farOff is how many times the longest latency an objective may be and still be
// drawn: a promise that nobody comes near would squeeze the curves.
const farOff = 20

// promisesOf lists the objectives on quantiles of the classes that have a
// latency, up to most seconds.
func promisesOf(r *plan.Result, most float64) []promise {
	var list []promise
	for i, hist := range r.Plots.Latency {
		if !slices.ContainsFunc(hist, func(n int64) bool { return n > 0 }) {
			continue
		}
		for _, o := range r.Objectives {
			q, ok := strings.CutPrefix(o.Metric, "classes."+plotClass(r, i)+".latency.p")
			var percent float64
			if _, err := fmt.Sscanf(q, "%g", &percent); ok && err == nil && o.Bound > 0 && o.Bound <= most {
				list = append(list, promise{o.Bound, 1 - percent/100, stroke(i)})
			}
		}
	}
	return list
}

// Plot draws the promise as a diamond.
func (o promise) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	diamond(c, vg.Point{X: x(o.at), Y: y(clamp(o.above, &p.Y))}, o.line.Color)
}
