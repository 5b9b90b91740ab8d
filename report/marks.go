package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A guide is what a figure shows behind its data: lines at the labelled ticks,
// and at every tick of an x axis of times, which only the lowest panel labels.
type guide struct{ everyX bool }

// Plot draws the guide lines.
func (g guide) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	line := draw.LineStyle{Color: faint(), Width: 0.6}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if g.everyX || t.Label != "" {
			c.StrokeLine2(line, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" {
			c.StrokeLine2(line, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// A point is a place in the units of the axes.
type point struct{ x, y float64 }

// A curve is a line through points that may leave the plot's range; it is cut
// there.
type curve struct {
	points []point
	line   draw.LineStyle
}

// Plot draws the curve.
func (k curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	pts := make([]vg.Point, len(k.points))
	for i, pt := range k.points {
		pts[i] = vg.Point{X: x(positive(pt.x, &p.X)), Y: y(positive(pt.y, &p.Y))}
	}
	c.StrokeLines(k.line, c.ClipLinesXY(pts)...)
}

// An area is a band between two curves over the same x.
type area struct {
	low, high []point
	fill      color.Color
}

// Plot draws the area.
func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var pts []vg.Point
	for _, pt := range a.high {
		pts = append(pts, vg.Point{X: x(pt.x), Y: y(clamp(pt.y, &p.Y))})
	}
	for i := len(a.low) - 1; i >= 0; i-- {
		pts = append(pts, vg.Point{X: x(a.low[i].x), Y: y(clamp(a.low[i].y, &p.Y))})
	}
	if len(pts) > 2 {
		c.FillPolygon(a.fill, pts)
	}
}

// positive moves v to where a logarithmic axis can still place it.
func positive(v float64, a *plot.Axis) float64 {
	if _, log := a.Scale.(plot.LogScale); log {
		return max(v, a.Min*1e-3)
	}
	return v
}

// clamp moves v into the range of the axis.
func clamp(v float64, a *plot.Axis) float64 { return min(max(v, a.Min), a.Max) }

// diamond draws the mark of an objective.
func diamond(c draw.Canvas, at vg.Point, fill color.Color) {
	const h = 6 * vg.Length(1)
	corners := []vg.Point{{X: at.X - h, Y: at.Y}, {X: at.X, Y: at.Y + h}, {X: at.X + h, Y: at.Y}, {X: at.X, Y: at.Y - h}}
	c.FillPolygon(fill, corners)
	c.StrokeLines(draw.LineStyle{Color: ink(), Width: 0.8}, append(corners, corners[0], corners[1]))
}
