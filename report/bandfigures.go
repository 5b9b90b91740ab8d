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
	f.Title = fmt.Sprintf("%s queues up to %s messages", plain(plotClass(r, deep)), count().value(math.Ceil(all[deep].most)))
	switch {
	case all[deep].most == 0:
		f.Title = "No message waits in a queue"
	case all[shallow].most == 0:
		f.Title += ", " + plain(plotClass(r, shallow)) + " none"
	case deep != shallow:
		f.Title += ", " + plain(plotClass(r, shallow)) + " no more than " + count().value(math.Ceil(all[shallow].most))
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
	f.Title = fmt.Sprintf("A %s message gets %s old", plain(plotClass(r, old)), seconds().write(all[old].most, 3))
	switch {
	case all[old].most == 0:
		f.Title = "No message stays in a queue for longer than a step of the figure"
	case old != young:
		f.Title += fmt.Sprintf(", a %s message %s", plain(plotClass(r, young)), seconds().write(all[young].most, 3))
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
		k := caption{name: plain(plotClass(r, i)), color: hue(i)}
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

// busyFigure draws the worker and the legacy system against their limits.
func busyFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "busy", Title: "Worker and legacy system against their limits", chart: &chart{right: 10},
		Caption: "Work in progress in the worker and in the legacy system over time, against the limit of each (dashed). The line that stays at its limit binds." + bandCaption}
	step, end := r.Plots.Step.Seconds(), watched(&r.Plots)
	if len(r.Plots.Busy)+len(r.Plots.Calls) == 0 || end <= 0 {
		f.chart.empty = "No series of work in progress was recorded."
		return f, nil
	}
	f.Title, f.chart.below = busyMessage(r), timeLabel(end)
	for i, panel := range []struct {
		name  string
		band  []plan.Band
		limit int
		what  string
	}{
		{"Worker", r.Plots.Busy, r.Plots.Slots, "running at once"},
		{"Legacy system", r.Plots.Calls, r.Plots.LegacyCap, "calls in flight"},
	} {
		s := seriesOf(step, panel.band)
		p := newPlot()
		timeAxis(p, end, i == 1)
		p.Y.Min, p.Y.Max = 0, math.Max(1, math.Max(s.most, float64(panel.limit))*1.18)
		p.Y.Tick.Marker = countTicks(p.Y.Max, 6, 1, count())
		p.Add(guide{everyX: true}, caption{panel.name, panel.what + ": " + count().value(s.average) + " on average", hue(i)})
		horizonMark(p, &r.Plots, end, i == 0)
		s.add(p, i)
		if panel.limit > 0 {
			p.Add(level{at: float64(panel.limit), name: fmt.Sprintf("limit %d", panel.limit), line: limitLine()})
		}
		f.chart.plots = append(f.chart.plots, p)
	}
	return f, nil
}

// busyMessage says how often each of the two was at its limit.
func busyMessage(r *plan.Result) string {
	worker, legacy := atLimit(r.Plots.Busy, r.Plots.Slots), atLimit(r.Plots.Calls, r.Plots.LegacyCap)
	w, l := ratio(worker, 1), ratio(legacy, 1)
	switch {
	case worker < 0.005 && legacy < 0.005:
		return "Neither the worker nor the legacy system stays at its limit"
	case legacy >= worker:
		return fmt.Sprintf("The legacy system is at its limit %s of the time, the worker %s", l, w)
	}
	return fmt.Sprintf("The worker is at its limit %s of the time, the legacy system %s", w, l)
}

// full is the share of a limit from which on a step counts as full: a mean
// over a step never quite reaches it.
const full = 0.95

// atLimit returns the share of the steps in which the mean was at the limit.
func atLimit(band []plan.Band, limit int) float64 {
	if limit <= 0 || len(band) == 0 {
		return 0
	}
	n := 0
	for _, b := range band {
		if b.Mean >= full*float64(limit) {
			n++
		}
	}
	return float64(n) / float64(len(band))
}
