package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A level is a line across the whole plot, with words at its right end.
type level struct {
	at   float64
	name string
	line draw.LineStyle
	side bool // the words stand to the right of the data, not above the line
}

// Plot draws the level.
func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	at := y(l.at)
	c.StrokeLine2(l.line, c.Min.X, at, c.Max.X, at)
	sty := letters(10, false)
	if l.side {
		c.FillText(sty, vg.Point{X: c.Max.X + 6, Y: at - 3.5}, l.name)
		return
	}
	sty.XAlign = draw.XRight
	c.FillText(sty, vg.Point{X: c.Max.X - 2, Y: at + 4}, l.name)
}

// A moment is a vertical line, explained above the right end of the data.
type moment struct {
	at   float64
	name string
}

// Plot draws the moment.
func (m moment) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	line := draw.LineStyle{Color: grey(), Width: 0.8, Dashes: []vg.Length{3, 3}}
	c.StrokeLine2(line, x(m.at), c.Min.Y, x(m.at), c.Max.Y)
	if m.name == "" {
		return
	}
	sty := letters(10, false)
	sty.Color, sty.XAlign = grey(), draw.XRight
	c.FillText(sty, vg.Point{X: c.Max.X, Y: c.Max.Y + 5}, m.name)
	left := c.Max.X - sty.Width(m.name) - 7
	c.StrokeLine2(line, left, c.Max.Y+2, left, c.Max.Y+15)
}

// A caption is a line of words above the data of a panel.
type caption struct {
	name  string // in the colour of its class
	words string
	color color.RGBA
}

// Plot draws the caption.
func (k caption) Plot(c draw.Canvas, _ *plot.Plot) {
	sty := letters(10.5, true)
	sty.Color = k.color
	c.FillText(sty, vg.Point{X: c.Min.X, Y: c.Max.Y + 5}, k.name)
	words := letters(10, false)
	words.Color = grey()
	x := c.Min.X
	if k.name != "" {
		x += sty.Width(k.name) + 8
	}
	c.FillText(words, vg.Point{X: x, Y: c.Max.Y + 5}, k.words)
}

// GlyphBoxes asks for the room above the data.
func (k caption) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 0.5, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: 18}}}}
}
