package report

import (
	"fmt"
	"math"
	"slices"

	"penstock/model/plan"
)

// busyFigure draws the worker and the legacy system against their limits.
func busyFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "busy", Title: "Worker and legacy system against their limits", chart: &chart{right: 10},
		Caption: "Work in progress in the worker and in the legacy system over time, against the limit of each (dashed). The one that stays at its limit binds. A system counts as at its limit in a step if its mean over the step and the replications is at least 95% of the limit." + bandCaption}
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
		{"Legacy system", r.Plots.Calls, r.Plots.LegacyCap, "calls in it, worked on or waiting"},
	} {
		s := seriesOf(step, panel.band)
		p := newPlot()
		timeAxis(p, end, i == 1)
		p.Y.Min, p.Y.Max = 0, math.Max(1, math.Max(s.most, float64(panel.limit))*1.18)
		p.Y.Tick.Marker = countTicks(p.Y.Max, 6, 1, count())
		words := panel.what + ": " + average(s)
		if len(panel.band) == 0 {
			words = "not recorded"
		}
		p.Add(guide{everyX: true}, caption{panel.name, words, hue(i)})
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
	w, l := often(worker, r.Plots.Busy, r.Plots.Slots), often(legacy, r.Plots.Calls, r.Plots.LegacyCap)
	switch {
	case worker < 0.005 && legacy < 0.005:
		return "Neither the worker nor the legacy system stays at its limit"
	case legacy >= worker:
		return fmt.Sprintf("The legacy system is at its limit %s of the time, the worker %s", l, w)
	}
	return fmt.Sprintf("The worker is at its limit %s of the time, the legacy system %s", w, l)
}

// often writes the share of the time at a limit; never only where no
// replication came near it.
func often(v float64, band []plan.Band, limit int) string {
	if v > 0 {
		return ratio(v, 1)
	}
	if slices.ContainsFunc(band, func(b plan.Band) bool { return b.Max >= full*float64(limit) }) {
		return "hardly ever"
	}
	return "never"
}

// full is the share of a limit from which on a step counts as full: a mean
// over a step never quite reaches it.
const full = 0.95

// atLimit returns the share of the steps in which the mean over the step and
// the replications was at the limit.
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
