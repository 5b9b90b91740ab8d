package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model"
	"penstock/model/plan"
)

// billFigure draws the bill, a bar for each service, split by cause.
func billFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "bill", Title: "The bill by service and cause", chart: &chart{},
		Caption: "The mean bill of one replication in USD, by the service that charges it and by what the call was for."}
	b := billOf(r)
	if b.total <= 0 {
		f.chart.empty = "Nothing was billed."
		return f, nil
	}
	f.Title = billMessage(b)
	p := newPlot()
	rows := len(b.services)
	p.X.Min, p.X.Max = 0, b.service[b.services[0]]*1.2
	p.X.Tick.Marker = countTicks(p.X.Max, 8, 0, money())
	f.chart.below = "USD per replication"
	p.Y.Min, p.Y.Max = -0.6, float64(rows)-0.4
	p.Y.LineStyle.Width, p.Y.Tick.Length = 0, 0
	p.Y.Tick.Label.Font = sans(11, false)
	var names []plot.Tick
	for i, s := range b.services {
		names = append(names, plot.Tick{Value: float64(rows - 1 - i), Label: serviceName(s)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Add(upright{}, bars{b})
	for _, c := range b.causes {
		f.chart.legend = append(f.chart.legend, key{name: causeName(c), fill: causeHue(causeRank(c))})
	}
	f.chart.plots = []*plot.Plot{p}
	return f, nil
}

// billMessage names the dearest service, and what was paid for other than work.
func billMessage(b bill) string {
	s := fmt.Sprintf("%s makes up %s of the %s bill", serviceName(b.services[0]), ratio(b.service[b.services[0]], b.total), money().value(b.total))
	if rest := b.wasted(); rest > 0 {
		s += fmt.Sprintf("; %s of the bill buys no progress", ratio(rest, b.total))
	}
	return s
}

// wasted returns what was paid for calls that moved no message towards its
// end, capacity kept ready left aside.
func (b bill) wasted() float64 {
	return math.Max(0, b.total-b.cause[model.CauseWork.String()]-b.cause[model.CauseStandby.String()])
}

// upright draws guide lines at the ticks of the x axis only.
type upright struct{}

// Plot draws the lines.
func (upright) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		c.StrokeLine2(draw.LineStyle{Color: faint(), Width: 0.6}, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
}

// bars draws the stacked bars of a bill, with the total at the end of each.
type bars struct{ bill }

// Plot draws the bars.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min((y(1)-y(0))*0.3, 24)
	sty := letters(10.5, false)
	for i, s := range b.services {
		mid, sum := y(float64(len(b.services)-1-i)), 0.0
		for _, cause := range b.causes {
			v := b.usd[[2]string{s, cause}]
			if v <= 0 {
				continue
			}
			c.FillPolygon(causeHue(causeRank(cause)), box(x(sum), mid-half, x(sum+v), mid+half))
			sum += v
			c.StrokeLine2(draw.LineStyle{Color: faint(), Width: 0.8}, x(sum), mid-half, x(sum), mid+half)
		}
		words := money().value(b.service[s]) + " (" + ratio(b.service[s], b.total) + ")"
		c.FillText(sty, vg.Point{X: x(sum) + 6, Y: mid - 3.5}, words)
	}
}
