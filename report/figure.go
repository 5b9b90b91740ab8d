package report

import (
	"bytes"
	"html"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"penstock/model/plan"
)

// A Figure is a drawing of a result with one message. The same result gives
// the same bytes.
type Figure struct {
	Name    string // of its files, without the extension
	Title   string // the message, also written above the drawing
	Caption string // what is drawn, and how to read it
	chart   *chart
}

// The size of a figure: 1600 by 900 pixels at dots per inch. Figures with many
// panels are taller.
const (
	figureWidth  = 800 * vg.Length(1)
	figureHeight = 450 * vg.Length(1)
	dotsPerInch  = 144
)

// Figures returns the figures of the result, always the same five. One that
// has nothing to show says so.
func Figures(r *plan.Result) ([]Figure, error) {
	var list []Figure
	for _, f := range []func(*plan.Result) (Figure, error){latencyFigure, depthFigure, oldestFigure, busyFigure, billFigure} {
		figure, err := f(r)
		if err != nil {
			return nil, err
		}
		figure.chart.title = figure.Title
		figure.chart.foot = strings.TrimPrefix(plain(r.Scenario)+", ", ", ") + plural(r.Replications, "replication") + ", " + identity(r, 12)
		list = append(list, figure)
	}
	return list, nil
}

// WritePNG writes the figure as a PNG image.
func (f Figure) WritePNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(figureWidth, f.chart.height()), vgimg.UseDPI(dotsPerInch))
	f.chart.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// WriteSVG writes the figure as an SVG document. Its text stays text, in
// Liberation Sans or a font of the same widths.
func (f Figure) WriteSVG(w io.Writer) error {
	c := vgsvg.New(figureWidth, f.chart.height())
	f.chart.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	svg := bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	title := "xlink\">\n<title>" + html.EscapeString(f.Title) + "</title>"
	svg = bytes.Replace(svg, []byte("xlink\">"), []byte(title), 1)
	_, err := w.Write(svg)
	return err
}

// figureName returns the name of the i-th class as a figure writes it: no
// longer than a legend has room for, and only if the fonts can draw it.
func figureName(r *plan.Result, i int) string {
	name := plain(plotClass(r, i))
	for _, c := range name {
		if c > lastDrawn {
			return "class " + strconv.Itoa(i+1)
		}
	}
	return clip(name, nameRoom)
}

// nameRoom is the longest name that a figure writes out, in characters.
const nameRoom = 40

// lastDrawn is the last character of Latin Extended-B: Liberation Sans has
// what comes before it, and lacks most scripts of the world.
const lastDrawn = '\u024F'
