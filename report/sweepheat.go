package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/brewer"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// heatFigure draws a metric over the first two axes, the others as at the given
// point.
func (v *sweepView) heatFigure(point int) Figure {
	f := Figure{chart: &chart{right: 84, below: axisLabel(v.Axes[0])},
		Caption: "The " + v.name + " at each point, coloured, and with the half-width of its " + percent(v.First().Confidence) + " interval where there is room."}
	m := &heat{v: v, columns: alongFirst(v.Axes, point), colors: heatColors()}
	m.rows = v.alongSecond(point)
	var all []int
	for _, c := range m.columns {
		for _, r := range m.rows {
			all = append(all, m.point(c, r))
		}
	}
	f.Title = v.message(all)
	var ok bool
	if m.low, m.high, ok = v.extent(everyPoint(v.Sweep)); !ok {
		f.chart.empty = "No point has a figure: " + v.values[all[0]].Why
		return f
	}
	m.log = m.low > 0 && m.high/m.low > wide
	p := newPlot()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(len(m.columns))-0.5, -0.5, float64(len(m.rows))-0.5
	p.X.Tick.Marker = labelTicks(v.Axes, 0, m.columns, 24)
	p.Y.Tick.Marker = labelTicks(v.Axes, 1, m.rows, 24)
	p.Add(caption{words: axisLabel(v.Axes[1]) + " (vertical); " + v.name, color: grey()}, m)
	f.chart.plots = []*plot.Plot{p}
	if v.promise != nil {
		edge := draw.LineStyle{Color: ink(), Width: keptEdge}
		f.chart.legend = append(f.chart.legend, key{name: "inside: " + v.promised() + " for certain", line: edge}, key{name: "undecided", sign: "?"})
		f.Caption += " Inside the thick line the objective is kept for certain; a question mark: the interval straddles the bound."
	}
	if v.anyKnee() {
		f.chart.legend = append(f.chart.legend, key{name: "knee of the row", mark: true})
		f.Caption += kneeCaption
	}
	return f
}

// keptEdge is the width of the line around what keeps its promise.
const keptEdge = 2.6 * vg.Length(1)

// everyPoint lists all points: slices share their colours.
func everyPoint(s *plan.Sweep) []int {
	points := make([]int, len(s.Results))
	for p := range points {
		points[p] = p
	}
	return points
}

// alongSecond lists the points along the second axis, in rising order of its
// numbers.
func (v *sweepView) alongSecond(point int) []int {
	g := v.Axes
	at := g.At(point)
	swapped := append(plan.Grid{g[1], g[0]}, g[2:]...)
	at[0], at[1] = at[1], at[0]
	var points []int
	for _, p := range alongFirst(swapped, swapped.Point(at)) {
		back := swapped.At(p)
		back[0], back[1] = back[1], back[0]
		points = append(points, g.Point(back))
	}
	return points
}

// anyKnee tells whether any row has a knee.
func (v *sweepView) anyKnee() bool {
	for _, p := range rows(v.Axes) {
		if k, _ := v.knee(p); k >= 0 {
			return true
		}
	}
	return false
}

// labelTicks labels the values of an axis of a heat map, at most so many.
func labelTicks(g plan.Grid, axis int, points []int, most int) plot.Ticker {
	var ticks []plot.Tick
	step := (len(points) + most - 1) / most
	for i, p := range points {
		label := ""
		if i%step == 0 {
			label = clip(plain(g[axis].Values[g.At(p)[axis]]), 14)
		}
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	return plot.ConstantTicks(ticks)
}

// heat draws the cells of a heat map and the scale of its colours.
type heat struct {
	v             *sweepView
	columns, rows []int // points along the first axis, and along the second
	low, high     float64
	log           bool
	colors        []color.Color
}

// heatColors is the palette YlGnBu of ColorBrewer, which is safe for the
// colour-blind and grows darker all the way.
func heatColors() []color.Color {
	palette, err := brewer.GetPalette(brewer.TypeSequential, "YlGnBu", 9)
	if err != nil {
		panic("report: " + err.Error()) // the name is constant
	}
	return palette.Colors()
}

// point is the point of a column and a row.
func (m *heat) point(column, row int) int {
	g := m.v.Axes
	at := g.At(row)
	at[0] = g.At(column)[0]
	return g.Point(at)
}

// Plot draws all.
func (m *heat) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	words := m.words(x(1)-x(0), y(1)-y(0))
	for i, column := range m.columns {
		for j, row := range m.rows {
			q := m.point(column, row)
			left, right, low, high := x(float64(i)-0.5), x(float64(i)+0.5), y(float64(j)-0.5), y(float64(j)+0.5)
			fill := color.Color(color.RGBA{R: 0xEE, G: 0xEE, B: 0xEE, A: 0xFF})
			if e := m.v.values[q]; e.Value != nil {
				fill = m.shade(*e.Value)
			}
			c.FillPolygon(fill, box(left, low, right, high))
			words(c, q, vg.Point{X: (left + right) / 2, Y: (low + high) / 2}, fill)
		}
	}
	m.edges(c, x, y)
	for j, row := range m.rows {
		k, _ := m.v.knee(row)
		for i, column := range m.columns {
			if k >= 0 && k == m.point(column, row) {
				diamond(c, vg.Point{X: x(float64(i)+0.5) - 8, Y: y(float64(j)+0.5) - 8}, color.White)
			}
		}
	}
	m.scale(c)
}

// words returns how a cell of this size is written in: its value and half-width,
// its value, or only that it is undecided.
func (m *heat) words(wide, high vg.Length) func(c draw.Canvas, q int, at vg.Point, fill color.Color) {
	sty := letters(9, false)
	sty.XAlign = draw.XCenter
	value := func(e plan.Estimate) string {
		if e.Value == nil {
			return none
		}
		return m.v.value(*e.Value)
	}
	write := func(plan.Estimate) string { return "" }
	for _, try := range []func(plan.Estimate) string{m.v.estimate, value} {
		// A cell that is too small for five letters has no room for a value.
		if high >= leastCell && wide >= 2*leastCell && m.widest(sty, try)+4 <= wide {
			write = try
			break
		}
	}
	return func(c draw.Canvas, q int, at vg.Point, fill color.Color) {
		words := write(m.v.values[q])
		sty.Color = contrast(fill)
		if m.v.outcome[q] == plan.Undecided && high >= leastCell {
			switch {
			case words == "":
				words = "?"
			case high >= 2*leastCell:
				c.FillText(sty, vg.Point{X: at.X, Y: at.Y + 2}, "?")
				at.Y -= 8
			default:
				words += "?"
			}
		}
		c.FillText(sty, vg.Point{X: at.X, Y: at.Y - 3}, words)
	}
}

// leastCell is the least height of a cell that is written in.
const leastCell = 12 * vg.Length(1)

// widest is the width of the longest of all values as write writes them.
func (m *heat) widest(sty text.Style, write func(plan.Estimate) string) vg.Length {
	w := vg.Length(0)
	for _, column := range m.columns {
		for _, row := range m.rows {
			w = max(w, sty.Width(write(m.v.values[m.point(column, row)])))
		}
	}
	return w
}

// edges draws the thick line around the cells that keep their promise.
func (m *heat) edges(c draw.Canvas, x, y func(float64) vg.Length) {
	if m.v.promise == nil {
		return
	}
	met := func(i, j int) bool {
		return i >= 0 && j >= 0 && i < len(m.columns) && j < len(m.rows) && m.v.outcome[m.point(m.columns[i], m.rows[j])] == plan.Met
	}
	line := draw.LineStyle{Color: ink(), Width: keptEdge}
	for i := 0; i <= len(m.columns); i++ {
		for j := 0; j <= len(m.rows); j++ {
			left, low := x(float64(i)-0.5), y(float64(j)-0.5)
			if j < len(m.rows) && met(i, j) != met(i-1, j) {
				c.StrokeLine2(line, left, low-keptEdge/2, left, y(float64(j)+0.5)+keptEdge/2)
			}
			if i < len(m.columns) && met(i, j) != met(i, j-1) {
				c.StrokeLine2(line, left-keptEdge/2, low, x(float64(i)+0.5)+keptEdge/2, low)
			}
		}
	}
}

// share01 is the place of a value on the scale of colours, 0..1.
func (m *heat) share01(v float64) float64 {
	switch {
	case m.high <= m.low:
		return 0
	case m.log:
		return math.Log(v/m.low) / math.Log(m.high/m.low)
	}
	return (v - m.low) / (m.high - m.low)
}

// value01 is the value at a place of the scale.
func (m *heat) value01(s float64) float64 {
	if m.log {
		return m.low * math.Pow(m.high/m.low, s)
	}
	return m.low + s*(m.high-m.low)
}

// shade is the colour of a value.
func (m *heat) shade(v float64) color.Color {
	colors := m.colors
	at := m.share01(v) * float64(len(colors)-1)
	i := min(int(at), len(colors)-2)
	return mix(colors[i], colors[i+1], at-float64(i))
}

// mix is the colour at a place between two.
func mix(a, b color.Color, at float64) color.RGBA {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	part := func(x, y uint32) uint8 {
		return uint8(math.Round((float64(float64(x)*(1-at)) + float64(float64(y)*at)) / 257))
	}
	return color.RGBA{R: part(ar, br), G: part(ag, bg), B: part(ab, bb), A: 0xFF}
}

// contrast is black or white, whichever is read better on a colour.
func contrast(fill color.Color) color.Color {
	r, g, b, _ := fill.RGBA()
	if 0.299*float64(r)+0.587*float64(g)+0.114*float64(b) < 0.5*0xFFFF {
		return color.White
	}
	return ink()
}

// scale draws the colours with their values to the right of the data.
func (m *heat) scale(c draw.Canvas) {
	const steps = 64
	left, right := c.Max.X+14, c.Max.X+28
	at := func(s float64) vg.Length { return c.Min.Y + vg.Length(s)*(c.Max.Y-c.Min.Y) }
	for i := range steps {
		c.FillPolygon(m.shade(m.value01((float64(i)+0.5)/steps)), box(left, at(float64(i)/steps), right, c.Max.Y))
	}
	sty := letters(9, false)
	for _, s := range []float64{0, 0.25, 0.5, 0.75, 1} {
		if m.high > m.low || s == 0 {
			c.FillText(sty, vg.Point{X: right + 4, Y: at(s) - 3}, m.v.value(m.value01(s)))
		}
	}
}
