package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// A ruler is the unit in which an axis of times is labelled.
type ruler struct {
	name string // as in an axis label
	size float64
}

// rulerOf returns the unit for an axis that goes up to so many seconds.
func rulerOf(most float64) ruler {
	switch {
	case most < 180:
		return ruler{"seconds", 1}
	case most < 3*3600:
		return ruler{"minutes", 60}
	case most < 4*86400:
		return ruler{"hours", 3600}
	}
	return ruler{"days", 86400}
}

// clockTicks marks a linear axis of seconds at values that people count in.
func clockTicks(most float64, labels bool) plot.Ticker {
	r := rulerOf(most)
	step := clockStep(most / 12)
	return plot.TickerFunc(func(low, high float64) []plot.Tick {
		var ticks []plot.Tick
		for i := math.Ceil(low / step); i*step <= high*(1+1e-9); i++ {
			label := ""
			if labels {
				label = strconv.FormatFloat(i*step/r.size, 'f', decimalsOf(step/r.size), 64)
			}
			ticks = append(ticks, plot.Tick{Value: i * step, Label: label})
		}
		return ticks
	})
}

// clockStep returns the smallest round time of at least so many seconds.
func clockStep(least float64) float64 {
	for _, step := range []float64{0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400} {
		if step >= least {
			return step
		}
	}
	return math.Ceil(least/(28*86400)) * 28 * 86400
}

// decimalsOf returns the decimals that a multiple of step needs.
func decimalsOf(step float64) int {
	for d := range 9 {
		if s := step * math.Pow(10, float64(d)); math.Abs(s-math.Round(s)) < 1e-9 {
			return d
		}
	}
	return 9
}

// countTicks marks a linear axis from 0 at no more than about n round values,
// least apart or more.
func countTicks(most float64, n int, least float64, write measure) plot.Ticker {
	step := max(roundStep(most/float64(n)), least)
	u := write.unitOf(most, digitsOf(most, 6))
	return plot.TickerFunc(func(low, high float64) []plot.Tick {
		var ticks []plot.Tick
		for i := 0.0; i*step <= high*(1+1e-9); i++ {
			ticks = append(ticks, plot.Tick{Value: i * step, Label: u.write(i*step, decimalsOf(step/u.size), true)})
		}
		ticks[0].Label = write.zero
		return ticks
	})
}

// roundStep returns the smallest of 1, 2, 5, 10, … that is at least v.
func roundStep(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	decade := math.Pow(10, math.Floor(math.Log10(v)+1e-9))
	for _, m := range []float64{1, 2, 5} {
		if m*decade >= v*(1-1e-9) {
			return m * decade
		}
	}
	return 10 * decade
}

func inside(values []float64, low, high float64) int {
	n := 0
	for _, v := range values {
		if v >= low && v <= high {
			n++
		}
	}
	return n
}

func within(ticks []plot.Tick, low, high float64) []plot.Tick {
	var list []plot.Tick
	for _, t := range ticks {
		if t.Value >= low*(1-1e-9) && t.Value <= high*(1+1e-9) {
			list = append(list, t)
		}
	}
	return list
}
