package report

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func ink() color.RGBA   { return color.RGBA{0x22, 0x22, 0x22, 0xFF} } // text
func grey() color.RGBA  { return color.RGBA{0x66, 0x66, 0x66, 0xFF} } // axes
func faint() color.RGBA { return color.RGBA{0xE2, 0xE2, 0xE2, 0xFF} } // guides

// hue returns the i-th colour of the palette of Okabe and Ito (2008), which
// people with any form of colour blindness can tell apart; its yellow is left
// out, it is too faint on white.
func hue(i int) color.RGBA {
	palette := [...]color.RGBA{
		{0x00, 0x72, 0xB2, 0xFF}, // blue
		{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
		{0x00, 0x9E, 0x73, 0xFF}, // bluish green
		{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
		{0xE6, 0x9F, 0x00, 0xFF}, // orange
		{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
		{0x33, 0x33, 0x33, 0xFF}, // black
	}
	return palette[i%len(palette)]
}

// stroke returns the line of the i-th class. Colours and dashes repeat after
// 7 and 5 lines, so that 35 lines differ.
func stroke(i int) draw.LineStyle {
	dashes := [...][]vg.Length{nil, {8, 3}, {2, 2}, {9, 3, 2, 3}, {4, 2}}
	return draw.LineStyle{Color: hue(i), Width: 1.8, Dashes: dashes[i%len(dashes)]}
}

// shade returns a colour mixed with white, for bands behind lines.
func shade(c color.RGBA) color.Color {
	return color.NRGBA{R: c.R, G: c.G, B: c.B, A: 0x40}
}

// limitLine is the line of a limit.
func limitLine() draw.LineStyle {
	return draw.LineStyle{Color: ink(), Width: 1.2, Dashes: []vg.Length{6, 3}}
}

// causeHue returns the colour of a cause of the bill: work is blue, what was
// paid for nothing is warm.
func causeHue(rank int) color.Color {
	order := [...]int{0, 5, 1, 4, 3, 6, 2}
	if rank < len(order) {
		return hue(order[rank])
	}
	return color.RGBA{R: 0x99, G: 0x99, B: 0x99, A: 0xFF}
}
