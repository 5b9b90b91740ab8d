package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// logClockTicks marks a logarithmic axis of seconds at 10 ms, 100 ms, 1 s,
// 10 s, 1 min, 10 min, 1 h, 1 d; and more finely where few of these fit.
func logClockTicks(low, high float64) plot.Ticker {
	coarse := []float64{1e-3, 1e-2, 0.1, 1, 10, 60, 600, 3600, 86400, 864000}
	fine := []float64{1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 5 * 3600, 10 * 3600, 86400, 2 * 86400, 5 * 86400, 864000}
	labelled, between := coarse, fine
	if inside(coarse, low, high) < 4 {
		labelled, between = fine, nil
	}
	var ticks []plot.Tick
	for _, v := range labelled {
		ticks = append(ticks, plot.Tick{Value: v, Label: tickName(v)})
	}
	for _, v := range between {
		ticks = append(ticks, plot.Tick{Value: v})
	}
	return plot.TickerFunc(func(low, high float64) []plot.Tick { return within(ticks, low, high) })
}

// tickName writes a round time: 10 ms, 1 s, 10 min, 1 h, 1 d.
func tickName(s float64) string {
	switch {
	case s < 1:
		return strconv.Itoa(int(math.Round(s*1e3))) + " ms"
	case s < 60:
		return strconv.Itoa(int(s)) + " s"
	case s < 3600:
		return strconv.Itoa(int(s/60)) + " min"
	case s < 86400:
		return strconv.Itoa(int(s/3600)) + " h"
	}
	return strconv.Itoa(int(s/86400)) + " d"
}

// shareTicks marks a logarithmic axis of shares at 100%, 10%, 1%, …
func shareTicks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for p, v := 0, 1.0; v >= low*(1-1e-9); p++ {
		ticks = append(ticks, plot.Tick{Value: v, Label: share().exact(v)})
		for m := 2.0; m < 10; m++ {
			ticks = append(ticks, plot.Tick{Value: m * v / 10})
		}
		v = math.Pow(10, -float64(p+1))
	}
	return within(ticks, low, high)
}

// ageTicks marks a linear axis of ages at no more than about n round values,
// all in one unit.
func ageTicks(most float64, n int) plot.Ticker {
	step := clockStep(most / float64(n))
	unit, name := 1e-3, " ms"
	for _, u := range []struct {
		size float64
		name string
	}{{1, " s"}, {60, " min"}, {3600, " h"}, {86400, " d"}} {
		if step >= u.size || u.size == 1 && most >= 1 {
			unit, name = u.size, u.name
		}
	}
	return plot.TickerFunc(func(low, high float64) []plot.Tick {
		ticks := []plot.Tick{{Value: 0, Label: "0"}}
		for i := 1.0; i*step <= high*(1+1e-9); i++ {
			ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step/unit, 'f', decimalsOf(step/unit), 64) + name})
		}
		return within(ticks, low, high)
	})
}
