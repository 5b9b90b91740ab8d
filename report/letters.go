package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// sans is the font of all figures.
func sans(size vg.Length, bold bool) font.Font {
	f := font.From(plot.DefaultFont, size)
	f.Variant = "Sans"
	if bold {
		f.Weight = 3 // font.WeightBold of golang.org/x/image
	}
	return f
}

// letters is a style of text.
func letters(size vg.Length, bold bool) text.Style {
	return text.Style{Color: ink(), Font: sans(size, bold), Handler: plot.DefaultTextHandler}
}

// fold breaks s into lines that are no wider than width, three at most.
func fold(sty text.Style, s string, width vg.Length) []string {
	perLine := len(s)
	for range 60 {
		lines := wrap(s, max(perLine, 8))
		widest := vg.Length(0)
		for _, line := range lines {
			widest = max(widest, sty.Width(line))
		}
		if widest <= width || perLine <= 8 {
			return lines[:min(len(lines), 3)]
		}
		perLine = int(math.Floor(float64(perLine) * 0.95))
	}
	return []string{s}
}

// box returns the corners of a rectangle.
func box(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}
