package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// edgeOf is the farthest that the figure of the front goes beyond a bound, or four
// times as far as the best: settings that are further out stand at its edge.
func edgeOf(t *plan.Tuning) float64 {
	edge := 20.
	if t.Best != nil {
		edge = max(edge, 4*t.Best.Tight.Ratio)
	}
	return edge
}

// frontFigure draws what every setting that was run costs, against the
// objective that it is worst at.
func frontFigure(t *plan.Tuning) Figure {
	f := Figure{Name: "front", Title: frontMessage(t), chart: &chart{right: 14, below: "the worst objective, in percent of its bound (logarithmic)"},
		Caption: "Every setting that was run: what is minimised, against the largest mean of an objective as a share of its bound, over the what-ifs too. Left of the line every objective is kept, on average. The front joins the settings that no other beats in both. Those further out than " + ratioWords(edgeOf(t)) + " stand at the edge. Most settings were run a few times only, so that points far from the front are rough."}
	f.chart.title = f.Title
	f.chart.foot = fmt.Sprintf("%s, %s of %d run, seed %d, penstock %s", plain(t.Scenario), plural(len(t.Tried), "setting"), t.Spent.Settings, t.Seed, plain(t.Version))
	cloud := cloudOf(t)
	p := newPlot()
	p.X.Scale = plot.LogScale{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = cloud.ranges()
	ticks := boundTicks(p.X.Min, p.X.Max)
	if last := len(ticks) - 1; cloud.beyond && last >= 0 && ticks[last].Value > 0.999*edgeOf(t) {
		ticks[last].Label += " or more"
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	m := measureOf(t.Minimize)
	step := roundStep((p.Y.Max - p.Y.Min) / 7)
	p.Y.Tick.Marker = stepTicks(m, step, max(math.Abs(p.Y.Min), math.Abs(p.Y.Max)))
	p.Add(broken{}, guide{}, caption{words: shortName(t.Minimize) + " of a replication", color: grey()}, cloud)
	f.chart.plots = []*plot.Plot{p}
	f.chart.legend = cloud.legend()
	return f
}

// frontMessage says what the figure is about.
func frontMessage(t *plan.Tuning) string {
	m := measureOf(t.Minimize)
	switch {
	case t.Best == nil:
		return "No setting was chosen"
	case t.Outcome == plan.TournamentNone:
		return "No setting keeps every objective: the closest has " + tightAs(t.Best.Tight, " of its bound")
	}
	who := "The best setting: "
	if t.Outcome == plan.Undecided {
		who = "The best so far: "
	}
	return who + m.value(val(t.Best.Cost)) + ", with " + tightAs(t.Best.Tight, " of its bound")
}

// boundTicks marks a logarithmic axis of shares at 1, 2 and 5 times powers of
// ten, and 1.
func boundTicks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for decade := math.Pow(10, math.Floor(math.Log10(low))); decade <= high; decade *= 10 {
		for _, k := range []float64{1, 2, 5} {
			if v := k * decade; v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: share().exact(v)})
			}
		}
	}
	return ticks
}

// stepTicks marks a linear axis at multiples of step.
func stepTicks(m measure, step, most float64) plot.Ticker {
	u := m.unitOf(most, digitsOf(most, 6))
	return plot.TickerFunc(func(low, high float64) []plot.Tick {
		var ticks []plot.Tick
		for i := math.Ceil(low/step - 1e-9); i*step <= high*(1+1e-9); i++ {
			ticks = append(ticks, plot.Tick{Value: i * step, Label: u.write(i*step, decimalsOf(step/u.size), true)})
		}
		return ticks
	})
}

// broken shades the half of the plot where an objective is broken.
type broken struct{}

// Plot shades it.
func (broken) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	at := x(clamp(1, &p.X))
	c.FillPolygon(color.NRGBA{R: 0xD5, G: 0x5E, B: 0x00, A: 0x12}, box(at, c.Min.Y, c.Max.X, c.Max.Y))
	if p.X.Min >= 1 || p.X.Max <= 1 {
		return
	}
	c.StrokeLine2(limitLine(), at, c.Min.Y, at, c.Max.Y)
	words := letters(10, false)
	words.Color = grey()
	high := c.Max.Y - 14
	if text := "an objective is broken"; at+5+words.Width(text) < c.Max.X {
		c.FillText(words, vg.Point{X: at + 5, Y: high}, text)
	}
	words.XAlign = draw.XRight
	if text := "all are kept"; at-5-words.Width(text) > c.Min.X {
		c.FillText(words, vg.Point{X: at - 5, Y: high}, text)
	}
}

// A cloud is every setting that was run.
type cloud struct {
	tried  []point // ratio, cost
	front  []point
	best   *point
	label  string
	who    string // what the best is called
	beyond bool   // some stand at the edge
}

func cloudOf(t *plan.Tuning) *cloud {
	k, edge := &cloud{who: "the best: "}, edgeOf(t)
	if t.Outcome == plan.TournamentNone {
		k.who = "the closest: "
	}
	for i, s := range t.Tried {
		at := point{math.Min(math.Max(s.Tight.Ratio, 0.01), edge), s.Cost}
		k.beyond = k.beyond || s.Tight.Ratio > edge
		k.tried = append(k.tried, at)
		if slices.Contains(t.Front, i) {
			k.front = append(k.front, at)
		}
		if t.Best != nil && t.Best.Point == s.Point {
			k.best = &point{at.x, at.y}
			k.label = bestLabel(t)
		}
	}
	slices.SortFunc(k.front, func(a, b point) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	return k
}

// bestLabel is the best setting in short: the last part of each key.
func bestLabel(t *plan.Tuning) string {
	s := ""
	for i, v := range t.Knobs.At(t.Best.Point) {
		if i > 0 {
			s += ", "
		}
		s += knobName(t.Knobs[i].Key) + " " + plain(t.Knobs[i].Values[v])
	}
	return s
}

// ranges are those of the axes. A few settings that cost many times more than
// the others would press those together: the axis ends where nine in ten are, or
// at three times the best.
func (k *cloud) ranges() (left, right, low, high float64) {
	left, right = math.Inf(1), 1.15
	var costs []float64
	for _, at := range k.tried {
		left, right = math.Min(left, at.x), math.Max(right, at.x)
		costs = append(costs, at.y)
	}
	slices.Sort(costs)
	low, high = costs[0], costs[len(costs)-1]
	if k.best != nil && len(costs) > 10 {
		high = math.Min(high, math.Max(costs[len(costs)*9/10], k.best.y+2*math.Abs(k.best.y)))
	}
	room := max((high-low)*0.07, math.Abs(high)*1e-3, 1e-12)
	return min(left, 0.9) / 1.12, right * 1.12, low - room, high + 2.2*room
}

func (k *cloud) legend() []key {
	keys := []key{{name: "a setting that was run", dot: minor}, {name: "front: no other is better in both", line: draw.LineStyle{Color: hue(0), Width: 1.8}}}
	if k.best != nil {
		keys = append(keys, key{name: k.who + k.label, mark: true, fill: hue(4)})
	}
	return keys
}

// Plot draws the settings, the front as a staircase, and the best.
func (k *cloud) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	place := func(at point) vg.Point { return vg.Point{X: x(at.x), Y: y(clamp(at.y, &p.Y))} }
	for _, at := range k.tried {
		drawDot(c, place(at), minor)
	}
	line := draw.LineStyle{Color: hue(0), Width: 1.8}
	for i, at := range k.front {
		here := place(at)
		if i > 0 {
			was := place(k.front[i-1])
			c.StrokeLine2(line, was.X, was.Y, here.X, was.Y)
			c.StrokeLine2(line, here.X, was.Y, here.X, here.Y)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: hue(0), Radius: 3.2, Shape: draw.CircleGlyph{}}, here)
	}
	if k.best != nil {
		diamond(c, place(*k.best), hue(4))
	}
}
