package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// drainFigure draws the map: load across, length of the outage upwards, the
// drain time as colour and in words, and the region of no recovery hatched.
func drainFigure(m *plan.DrainMap) Figure {
	f := Figure{Name: "drain", Title: drainMessage(m),
		Caption: "The mean time from the end of the outage until no more tasks are open than without it, with the half-width of its " + percent(m.Confidence) +
			" interval. Hatched: no replication recovered while it was watched, or the load is too much even without an outage; k of n: only so many did; †: part of the backlog was lost."}
	low, high := math.Inf(1), 0.0
	for i := range m.Cells {
		if v := m.Cells[i].Drain.Value; v != nil && *v > 0 {
			low, high = min(low, *v), max(high, *v)
		}
	}
	h := &drainHeat{m: m, scale: heat{colors: heatColors(), low: min(low, high), high: high, log: high > wide*low}}
	p := newPlot()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(len(m.Loads))-0.5, -0.5, float64(len(m.OutagesS))-0.5
	p.X.Tick.Marker = drainTicks(m.Loads, drainLoad)
	p.Y.Tick.Marker = drainTicks(m.OutagesS, seconds().exact)
	p.Add(caption{words: "length of the outage (vertical); time until it is made up for", color: grey()}, h)
	f.chart = &chart{below: "load, as a share of what worker and legacy system can do", plots: []*plot.Plot{p}, title: f.Title,
		legend: []key{{name: "not every run recovers within " + seconds().exact(m.WithinS) + "; hatched: none does", fill: neverFill()}, {name: "part of the backlog was lost", sign: "†"}}}
	f.chart.foot = plain(m.Scenario) + ", " + plural(m.Replications, "replication") + " a cell, penstock " + plain(m.Version)
	return f
}

// drainTicks labels the values of an axis, at most twenty.
func drainTicks(values []float64, write func(float64) string) plot.Ticker {
	step := (len(values) + 19) / 20
	var ticks []plot.Tick
	for i, v := range values {
		label := ""
		if i%step == 0 {
			label = write(v)
		}
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	return plot.ConstantTicks(ticks)
}

// neverFill is the colour of what does not recover: the vermilion of the palette
// of Okabe and Ito, pale, which no step of the scale of blues comes near.
func neverFill() color.RGBA { return color.RGBA{R: 0xF3, G: 0xC9, B: 0xB0, A: 0xFF} }

// drainHeat draws the cells.
type drainHeat struct {
	m     *plan.DrainMap
	scale heat
}

// Plot draws all.
func (h *drainHeat) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := letters(9, false)
	sty.XAlign = draw.XCenter
	for k := range h.m.OutagesS {
		for i := range h.m.Loads {
			cell := h.m.Cell(k, i)
			left, right, low, high := x(float64(i)-0.5), x(float64(i)+0.5), y(float64(k)-0.5), y(float64(k)+0.5)
			fill := color.Color(neverFill())
			if v := cell.Drain.Value; v != nil {
				fill = h.scale.shade(max(*v, h.scale.low))
			}
			c.FillPolygon(fill, box(left, low, right, high))
			if cell.Verdict == plan.Never {
				hatch(c, left, low, right, high)
			}
			sty.Color = contrast(fill)
			for _, text := range h.words(cell) {
				if high-low >= 10 && sty.Width(text) <= right-left-2 {
					if cell.Verdict == plan.Never {
						w := sty.Width(text)/2 + 2
						mid, at := (left+right)/2, (low+high)/2
						c.FillPolygon(fill, box(mid-w, at-5, mid+w, at+6))
					}
					c.FillText(sty, vg.Point{X: (left + right) / 2, Y: (low+high)/2 - 3}, text)
					break
				}
			}
		}
	}
}

// words are what may stand in a cell, the longest first.
func (h *drainHeat) words(c *plan.DrainCell) []string {
	mark := ""
	if val(c.Lost) >= 0.5 {
		mark = " †"
	}
	switch {
	case c.Verdict == plan.Never:
		text := neverWords(h.m, c)
		return []string{text + mark, text}
	case c.Drain.Value == nil:
		return []string{count().exact(float64(c.Recovered)) + " of " + count().exact(float64(h.m.Replications)) + mark}
	}
	return []string{seconds().estimate(c.Drain) + mark, seconds().value(*c.Drain.Value) + mark, seconds().value(*c.Drain.Value)}
}

// hatch draws rising lines over a cell.
func hatch(c draw.Canvas, left, low, right, high vg.Length) {
	line := draw.LineStyle{Color: grey(), Width: 0.4}
	const apart = 6 * vg.Length(1)
	for from := left - (high - low); from < right; from += apart {
		a, b := max(from, left), min(from+(high-low), right)
		if b > a {
			c.StrokeLine2(line, a, low+(a-from), b, low+(b-from))
		}
	}
}
