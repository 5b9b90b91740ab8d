package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"

	"penstock/model/plan"
)

const bandCaption = " The line is the mean over the replications, the band spans their smallest and largest."

// depthFigure draws the depth of each class's queue over time, a panel each.
func depthFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "depth", Title: "Queue depth by class", chart: &chart{right: 10},
		Caption: "Messages that wait in the queue of each class (visible or delayed, not those in flight) over time; every panel has its own scale." + bandCaption}
	all, end := classSeries(r, r.Plots.Depth)
	if len(all) == 0 {
		f.chart.empty = "No series of queue depth was recorded."
		return f, nil
	}
	deep, shallow := extremes(all)
	f.Title = fmt.Sprintf("%s queues up to %s messages", figureName(r, deep), count().value(math.Ceil(all[deep].most)))
	switch {
	case all[deep].most == 0:
		f.Title = "No message waits in a queue"
	case all[shallow].most == 0:
		f.Title += ", " + figureName(r, shallow) + " none"
	case deep != shallow:
		f.Title += ", " + figureName(r, shallow) + " no more than " + count().value(math.Ceil(all[shallow].most))
	}
	f.chart.panels(r, all, end, func(s series) (string, float64, plot.Ticker) {
		words := "messages that wait: " + count().value(s.average) + " on average, at most " + count().value(math.Ceil(s.most))
		if s.most == 0 {
			words = "messages that wait: none at any time"
		}
		most := math.Max(s.most*1.05, 1)
		return words, most, countTicks(most, panelTicks(len(all)), 1, count())
	})
	return f, nil
}

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
	old, young := extremes(all)
	f.Title = fmt.Sprintf("A %s message gets %s old", figureName(r, old), seconds().write(all[old].most, 3))
	switch {
	case all[old].most == 0:
		f.Title = "No message stays in a queue for longer than a step of the figure"
	case old != young:
		f.Title += fmt.Sprintf(", a %s message %s", figureName(r, young), seconds().write(all[young].most, 3))
	}
	f.chart.panels(r, all, end, func(s series) (string, float64, plot.Ticker) {
		most := math.Max(s.most*1.05, 0.001)
		words := "oldest message: " + seconds().write(s.average, 3) + " on average, at most " + seconds().write(s.most, 3)
		return words, most, ageTicks(most, panelTicks(len(all)))
	})
	return f, nil
}

// extremes returns the series with the largest and the smallest peak.
func extremes(all []series) (most, least int) {
	for i, s := range all {
		if s.most >= all[most].most {
			most = i
		}
		if s.most < all[least].most {
			least = i
		}
	}
	return most, least
}

// panels adds one panel for each class; words says what to write above it,
// the top of its y axis, and the ticks.
func (ch *chart) panels(r *plan.Result, all []series, end float64, words func(series) (string, float64, plot.Ticker)) {
	ch.below = timeLabel(end)
	for i, s := range all {
		p := newPlot()
		timeAxis(p, end, i == len(all)-1)
		k := caption{name: figureName(r, i), color: hue(i)}
		k.words, p.Y.Max, p.Y.Tick.Marker = words(s)
		p.Y.Min = 0
		p.Add(guide{everyX: true}, k)
		horizonMark(p, &r.Plots, end, i == 0)
		s.add(p, i)
		ch.plots = append(ch.plots, p)
	}
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
