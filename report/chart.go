package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A chart is a sheet with a title, a legend above the data, one or more plots
// below each other, and a line that says where the data come from.
type chart struct {
	title  string
	legend []key
	plots  []*plot.Plot
	below  string    // the label of the x axis
	right  vg.Length // room to the right of the data
	empty  string    // why there is nothing to draw
	foot   string
	tall   vg.Length // height that the rows of the plot need
}

// A key is an entry of the legend: a line, a box if it has a fill, the mark of
// an objective, white or filled, that of a point by its outcome, or a sign.
type key struct {
	name string
	line draw.LineStyle
	fill color.Color
	mark bool
	dot  string
	sign string
}

const (
	margin     = 16 * vg.Length(1)
	keyWidth   = 26 * vg.Length(1)
	panelLeast = 74 * vg.Length(1) // the lowest panel that can be read
)

// height is that of the sheet.
func (ch *chart) height() vg.Length {
	return max(figureHeight, panelLeast*vg.Length(len(ch.plots))+120, ch.tall)
}

// draw draws the sheet.
func (ch *chart) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	title := letters(15, true)
	title.YAlign = draw.YTop
	for _, line := range fold(title, ch.title, c.Size().X) {
		c.FillText(title, vg.Point{X: c.Min.X, Y: c.Max.Y}, line)
		c.Max.Y -= 20
	}
	foot := letters(8, false)
	foot.Color = grey()
	c.FillText(foot, c.Min, fold(foot, ch.foot, c.Size().X)[0])
	c.Min.Y += 16
	if ch.empty != "" {
		note := letters(13, false)
		note.Color, note.XAlign = grey(), draw.XCenter
		y := c.Center().Y
		for _, line := range fold(note, ch.empty, c.Size().X) {
			c.FillText(note, vg.Point{X: c.Center().X, Y: y}, line)
			y -= 18
		}
		return
	}
	c.Max.Y -= 4
	c.Max.Y = ch.drawLegend(c) - 10
	ch.drawPlots(draw.Crop(c, 0, -ch.right, 0, 0))
}

// drawLegend draws the legend from the top of c down and returns where it ends.
func (ch *chart) drawLegend(c draw.Canvas) vg.Length {
	if len(ch.legend) == 0 {
		return c.Max.Y
	}
	sty := letters(10.5, false)
	x, y := c.Min.X, c.Max.Y-10
	for _, k := range ch.legend {
		wide := keyWidth + 6 + sty.Width(k.name) + 20
		if x > c.Min.X && x+wide-20 > c.Max.X {
			x, y = c.Min.X, y-16
		}
		mid := y + 3.5
		switch {
		case k.mark:
			inside := k.fill
			if inside == nil {
				inside = color.White
			}
			diamond(c, vg.Point{X: x + keyWidth/2, Y: mid}, inside)
		case k.fill != nil:
			c.FillPolygon(k.fill, box(x, mid-5, x+keyWidth, mid+5))
		case k.sign != "":
			c.FillText(sty, vg.Point{X: x + keyWidth - sty.Width(k.sign), Y: y}, k.sign)
		case k.dot != "":
			drawDot(c, vg.Point{X: x + keyWidth/2, Y: mid}, k.dot)
		default:
			c.StrokeLine2(k.line, x, mid, x+keyWidth, mid)
		}
		c.FillText(sty, vg.Point{X: x + keyWidth + 6, Y: y}, k.name)
		x += wide
	}
	return y
}

// drawPlots draws the plots below each other, their data areas aligned.
func (ch *chart) drawPlots(c draw.Canvas) {
	grid := make([][]*plot.Plot, len(ch.plots))
	for i, p := range ch.plots {
		grid[i] = []*plot.Plot{p}
	}
	tiles := draw.Tiles{Rows: len(grid), Cols: 1, PadY: 8}
	label := letters(10.5, false)
	label.XAlign = draw.XCenter
	c.Min.Y += 18
	for i, row := range plot.Align(grid, tiles, c) {
		ch.plots[i].Draw(row[0])
		if i == len(ch.plots)-1 {
			data := ch.plots[i].DataCanvas(row[0])
			c.FillText(label, vg.Point{X: data.Center().X, Y: c.Min.Y - 15}, ch.below)
		}
	}
}

// newPlot returns an empty plot in the style of the house. Its axes have no
// labels of their own: gonum/plot misplaces those of logarithmic axes.
func newPlot() *plot.Plot {
	p := plot.New()
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Tick.Label.Color = ink()
		a.Tick.Label.Font = sans(10, false)
		a.Tick.LineStyle.Color = grey()
		a.Tick.Length = 4
		a.LineStyle.Color = grey()
		a.Padding = 0
	}
	return p
}
