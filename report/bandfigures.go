package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

const bandCaption = " The line is the mean over the replications, the band spans their smallest and largest."

// oldestFigure draws the age of the oldest message of each class over time, a
// panel each.
func oldestFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "oldest", Title: "Age of the oldest message by class", chart: &chart{right: 10},
		Caption: "Age of the oldest message of each class that is not deleted yet, over time; every panel has its own scale." + bandCaption}
	all, end := classSeries(r, r.Plots.Oldest)
	if len(all) == 0 {
		f.chart.empty = "No series of message ages was recorded."
		return f, nil
	}
	peaks(all, r.Plots.Most, func(e plan.Extremes) float64 { return e.Oldest })
	old, young := extremes(all)
	f.Title = fmt.Sprintf("The oldest %s message is %s old", figureName(r, old), seconds().write(all[old].peak, 3))
	switch {
	case all[old].peak == 0:
		f.Title = "No message waits in a queue"
	case old != young:
		f.Title += fmt.Sprintf(", the oldest %s message %s", figureName(r, young), seconds().write(all[young].peak, 3))
	}
	f.chart.panels(r, all, end, func(_ int, s series) panel {
		most := math.Max(s.most*1.05, 0.001)
		words := "oldest message: " + seconds().write(s.average, 3) + " on average, at most " + seconds().write(s.peak, 3)
		return panel{words, most, ageTicks(most, panelTicks(len(all))), series{}}
	})
	return f, nil
}

// extremes returns the series with the largest and the smallest peak.
func extremes(all []series) (most, least int) {
	for i, s := range all {
		if s.peak >= all[most].peak {
			most = i
		}
		if s.peak < all[least].peak {
			least = i
		}
	}
	return most, least
}

// A panel is what one class shows: words above the data, the top of the y
// axis, its ticks, and a second series, drawn as a dashed mean.
type panel struct {
	words  string
	most   float64
	ticks  plot.Ticker
	second series
}

// panels adds one panel for each class.
func (ch *chart) panels(r *plan.Result, all []series, end float64, of func(int, series) panel) {
	ch.below = timeLabel(end)
	for i, s := range all {
		p, show := newPlot(), of(i, s)
		timeAxis(p, end, i == len(all)-1)
		p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, show.most, show.ticks
		p.Add(guide{everyX: true}, caption{figureName(r, i), show.words, hue(i)})
		horizonMark(p, &r.Plots, end, i == 0)
		s.add(p, i)
		p.Add(curve{points: show.second.line(show.second.mean), line: hidden(hue(i))})
		ch.plots = append(ch.plots, p)
	}
}

// hidden is the line of what is in flight.
func hidden(c color.RGBA) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: 1.3, Dashes: []vg.Length{5, 2.5}}
}

// panelTicks returns how many ticks the y axis of one of n panels has room for.
func panelTicks(n int) int { return max(2, 12/n) }

// classSeries reads a band for each class; nothing if there is none.
func classSeries(r *plan.Result, bands [][]plan.Band) (all []series, end float64) {
	some := false
	for _, b := range bands {
		all = append(all, seriesOf(r.Plots.Step.Seconds(), b))
		some = some || len(b) > 0
	}
	end = watched(&r.Plots)
	if !some || end <= 0 {
		return nil, 0
	}
	return all, end
}
