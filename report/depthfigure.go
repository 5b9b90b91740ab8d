package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg/draw"

	"penstock/model/plan"
)

// depthFigure draws the depth of each class's queue over time, a panel each,
// and the messages in flight, which is where a yield hides them.
func depthFigure(r *plan.Result) (Figure, error) {
	f := Figure{Name: "depth", Title: "Queue depth by class", chart: &chart{right: 10},
		Caption: "Messages of each class over time: those that wait in its queue (solid; visible or delayed) and those in flight (dashed; received and not deleted yet, " +
			"so at work, held by a poller, or hidden after a yield or an error). Every panel has its own scale." + bandCaption}
	all, end := classSeries(r, r.Plots.Depth)
	if len(all) == 0 {
		f.chart.empty = "No series of queue depth was recorded."
		return f, nil
	}
	flight, _ := classSeries(r, r.Plots.Flight)
	flight = append(flight, make([]series, len(all))...)
	peaks(all, r.Plots.Most, func(e plan.Extremes) float64 { return e.Depth })
	peaks(flight, r.Plots.Most, func(e plan.Extremes) float64 { return e.Flight })
	f.Title = depthMessage(r, all, flight)
	f.chart.legend = []key{{name: "waiting", line: draw.LineStyle{Color: grey(), Width: 1.5}}, {name: "in flight", line: hidden(grey())}}
	f.chart.panels(r, all, end, func(i int, s series) panel {
		most := math.Max(math.Max(s.most, flight[i].most)*1.05, 1)
		words := "waiting: none at any time"
		if s.peak > 0 {
			words = "waiting: " + average(s) + ", at most " + count().value(math.Ceil(s.peak))
		}
		if flight[i].peak > 0 {
			words += "; in flight: " + average(flight[i]) + ", at most " + count().value(math.Ceil(flight[i].peak))
		}
		return panel{words, most, countTicks(most, panelTicks(len(all)), 1, count()), flight[i]}
	})
	return f, nil
}

// depthMessage names the class that waits most, and how much of it is hidden.
func depthMessage(r *plan.Result, waiting, flight []series) string {
	deep, _ := extremes(waiting)
	for i := range waiting {
		if waiting[i].peak+flight[i].peak > waiting[deep].peak+flight[deep].peak {
			deep = i
		}
	}
	name, n, hidden := figureName(r, deep), count().value(math.Ceil(waiting[deep].peak)), count().value(math.Ceil(flight[deep].peak))
	switch {
	case waiting[deep].peak == 0 && flight[deep].peak == 0:
		return "No message waits in a queue"
	case flight[deep].peak > waiting[deep].peak:
		return fmt.Sprintf("Up to %s %s messages wait in the queue, up to %s are out of sight in flight", n, name, hidden)
	}
	s := fmt.Sprintf("%s queues up to %s messages", name, n)
	if _, least := extremes(waiting); least != deep {
		s += ", " + figureName(r, least) + " "
		if waiting[least].peak == 0 {
			return s + "none"
		}
		return s + "no more than " + count().value(math.Ceil(waiting[least].peak))
	}
	return s
}

// average writes the mean of a series of counts.
func average(s series) string {
	if s.average > 0 && s.average < 0.01 {
		return "<0.01 on average"
	}
	return count().value(s.average) + " on average"
}
