package report

import (
	"fmt"
	"math"

	"penstock/model/plan"
)

// busyFigure draws the worker and the legacy system against their limits.
func busyFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "busy", Title: "Worker and legacy system against their limits", chart: &chart{right: 10},
		Caption: "Work in progress in the worker and in the legacy system over time, against the limit of each (dashed). The one that stays at its limit binds." + bandCaption}
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
		mean  plan.Estimate // over the time with work, as in the tables
	}{
		{"Worker", r.Plots.Busy, r.Plots.Slots, "running at once", r.Worker.ConcurrencyMean},
		{"Legacy system", r.Plots.Calls, r.Plots.LegacyCap, "calls in it, worked on or waiting", r.Legacy.InFlightMean},
	} {
		s := seriesOf(step, panel.band)
		p := newPlot()
		timeAxis(p, end, i == 1)
		p.Y.Min, p.Y.Max = 0, math.Max(1, math.Max(s.most, float64(panel.limit))*1.18)
		p.Y.Tick.Marker = countTicks(p.Y.Max, 6, 1, count())
		words := panel.what
		if panel.mean.Value != nil {
			words += ": " + count().value(*panel.mean.Value) + " on average"
		}
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
	worker, legacy := val(r.Worker.AtLimit), val(r.Legacy.AtLimit)
	switch {
	case r.Worker.AtLimit.Value == nil || r.Legacy.AtLimit.Value == nil:
		return "Worker and legacy system against their limits"
	case worker == 0 && legacy == 0:
		return "Neither the worker nor the legacy system ever reaches its limit"
	case legacy >= worker:
		return fmt.Sprintf("The legacy system is at its limit %s of the time, the worker %s", ratio(legacy, 1), often(worker))
	}
	return fmt.Sprintf("The worker is at its limit %s of the time, the legacy system %s", ratio(worker, 1), often(legacy))
}

// often writes the smaller share of the time.
func often(v float64) string {
	if v == 0 {
		return "never"
	}
	return ratio(v, 1)
}
