package report

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// rowRoom is the height of a knob's row.
const rowRoom = 64 * vg.Length(1)

// reachFigure draws how far each knob may move from the best setting before an
// objective breaks, that with the least room first.
func reachFigure(t *plan.Tuning) Figure {
	rows := reachRows(t)
	f := Figure{Name: "reach", Title: reachMessage(rows), chart: &chart{right: 20, below: "the values offered, in order"},
		Caption: "For each knob its values from the first to the last, evenly spaced. Green: from the best setting so far it may move, the others as they are, and every value tried keeps every objective. A cross is a value that breaks one, a ring one that leaves it in doubt after as many runs as there were; the objective stands beside it."}
	if bestDoubt(t.Best) != "" {
		f.Title = "The best setting itself is not sure to keep every objective"
		f.Caption = strings.Replace(f.Caption, "every value tried", "every other value tried", 1)
	}
	f.chart.title = f.Title
	f.chart.foot = fmt.Sprintf("around the best setting of %s, seed %d, penstock %s", plain(t.Scenario), t.Seed, plain(t.Version))
	f.chart.tall = rowRoom*vg.Length(len(rows)) + 130
	p := newPlot()
	p.X.Min, p.X.Max = -0.02, 1.02
	p.X.Tick.Marker = plot.ConstantTicks(nil)
	p.X.LineStyle.Width, p.X.Tick.Length = 0, 0
	p.Y.Min, p.Y.Max = -0.5, float64(len(rows))-0.5
	p.Y.LineStyle.Width, p.Y.Tick.Length = 0, 0
	var names []plot.Tick
	for i, r := range rows {
		names = append(names, plot.Tick{Value: float64(len(rows) - 1 - i), Label: clip(r.name, nameRoom)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Add(reaches(rows))
	f.chart.plots = []*plot.Plot{p}
	f.chart.legend = []key{{name: "the best setting", mark: true, fill: hue(4)}, {name: "keeps every objective", fill: hue(2)}, {name: "breaks one", dot: plan.NotMet}, {name: "in doubt", dot: plan.Undecided}}
	return f
}

// knobName is a key in short: "BATCH visibility_timeout".
func knobName(s string) string {
	parts := strings.Split(plain(s), ".")
	last := parts[len(parts)-1]
	if len(parts) > 2 && parts[0] == "class" {
		who := parts[1]
		if who == "*" {
			who = "every class"
		}
		return who + " " + last
	}
	return last
}

// A reach is the row of a knob.
type reach struct {
	plan.Reach
	name   string
	values []string
	words  bool
}

// room is the share of the values that the knob may take.
func (r *reach) room() float64 {
	if r.words {
		return 1 // words have no order
	}
	return float64(r.High-r.Low+1) / float64(len(r.values))
}

func reachRows(t *plan.Tuning) []reach {
	var rows []reach
	for i, r := range t.Around {
		rows = append(rows, reach{Reach: r, name: knobName(r.Knob), values: t.Knobs[i].Values, words: t.Knobs[i].Numbers == nil})
	}
	slices.SortStableFunc(rows, func(a, b reach) int {
		switch x, y := a.room(), b.room(); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return rows
}

// reachMessage names the knob with the least room.
func reachMessage(rows []reach) string {
	r := &rows[0]
	switch {
	case r.words || r.room() == 1:
		return "Each knob alone may take every value offered that has an order"
	case r.Low == r.High:
		return upper(r.name) + " has no room: only " + plain(r.values[r.At]) + " is sure to keep every objective"
	}
	return upper(r.name) + " has the least room: " + plain(r.values[r.Low]) + " to " + plain(r.values[r.High]) + ", around " + plain(r.values[r.At])
}

// reaches draws the rows from the top down.
type reaches []reach

// Plot draws the rows.
func (rows reaches) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i := range rows {
		rows[i].draw(c, func(v int) vg.Length { return x(float64(v) / float64(max(1, len(rows[i].values)-1))) }, y(float64(len(rows)-1-i)))
	}
}

// draw draws a row at the height mid; x places a value by its index.
func (r *reach) draw(c draw.Canvas, x func(int) vg.Length, mid vg.Length) {
	last := len(r.values) - 1
	rail := draw.LineStyle{Color: grey(), Width: 1}
	if !r.words {
		c.StrokeLine2(rail, x(0), mid, x(last), mid)
		if r.Low < r.High {
			c.FillPolygon(hue(2), box(x(r.Low), mid-6, x(r.High), mid+6))
		}
	}
	small := letters(10, false)
	small.XAlign = draw.XCenter
	label := func(v int) {
		sty := small
		switch {
		case v == 0 && last > 0:
			sty.XAlign = draw.XLeft
		case v == last:
			sty.XAlign = draw.XRight
		}
		c.FillText(sty, vg.Point{X: x(v), Y: mid - 20}, clip(plain(r.values[v]), 14))
	}
	shown := []int{r.At}
	show := func(v int) {
		for _, s := range shown {
			if d := x(v) - x(s); d < 30 && d > -30 {
				return
			}
		}
		shown = append(shown, v)
	}
	broken := nearest(&r.Reach, r.words)
	for _, b := range broken {
		show(b.Value)
	}
	for _, v := range []int{r.Low, r.High, 0, last} {
		show(v)
	}
	for _, s := range shown {
		label(s)
	}
	for _, q := range r.Probes {
		at := vg.Point{X: x(q.Value), Y: mid}
		if q.Outcome == plan.Met {
			if r.words {
				c.FillPolygon(hue(2), box(at.X-6, mid-6, at.X+6, mid+6))
			}
			continue
		}
		drawDot(c, at, q.Outcome)
	}
	diamond(c, vg.Point{X: x(r.At), Y: mid}, hue(4))
	r.reasons(c, broken, x, mid)
}

// reasons writes above the crosses next to the range what they break.
func (r *reach) reasons(c draw.Canvas, broken []plan.Probe, x func(int) vg.Length, mid vg.Length) {
	sty := letters(9.5, false)
	sty.Color = hue(1)
	for i := range broken {
		q := &broken[i]
		text := tightWords(q.Tight)
		if q.Ruled != "" {
			text = breaks(q)
		}
		room := c.Max.X - c.Min.X
		if len(broken) > 1 {
			room = room/2 - 10
		}
		for sty.Width(text) > room && len(text) > 12 {
			text = clip(text, len([]rune(text))-3)
		}
		at := vg.Point{X: x(q.Value) - 4, Y: mid + 11}
		at.X = max(c.Min.X, min(at.X, c.Max.X-sty.Width(text)))
		if i == 1 {
			if first := tightWords(broken[0].Tight); x(broken[0].Value)+sty.Width(first) > at.X {
				at.X = min(max(at.X, x(broken[0].Value)+sty.Width(first)+8), c.Max.X-sty.Width(text))
			}
		}
		if i > 1 {
			return // no room for more: the table has them
		}
		c.FillText(sty, at, text)
	}
}
