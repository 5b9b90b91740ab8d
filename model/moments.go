package model

import (
	"math"
	"time"
)

// MeanDuration returns the mean of the distribution, rounded to nanoseconds.
// It is 0 for the zero value and for parameters that make no distribution.
func (d Dist) MeanDuration() time.Duration {
	return time.Duration(math.Round(min(max(d.mean(), 0), float64(math.MaxInt64/2))))
}

// mean is the mean in nanoseconds.
func (d Dist) mean() float64 {
	switch d.Kind {
	case "", "constant":
		return float64(d.Value)
	case "uniform":
		return float64(d.Min)/2 + float64(d.Max)/2
	case "lognormal":
		if d.Median > 0 {
			_, sigma := d.LogParameters()
			return float64(d.Median) * math.Exp(float64(sigma*sigma)/2)
		}
	case "pareto":
		return boundedPareto(float64(d.Min), float64(d.Max), d.Alpha)
	case "empirical":
		sum := 0.0
		for _, s := range d.Sample {
			sum += float64(s)
		}
		return sum / float64(max(1, len(d.Sample)))
	case "mixture":
		sum, weight := 0.0, 0.0
		for _, p := range d.Parts {
			sum += float64(p.Weight * p.Dist.mean())
			weight += p.Weight
		}
		if weight > 0 {
			return sum / weight
		}
		return 0
	}
	return float64(d.Mean)
}

// boundedPareto is the mean of the Pareto law with tail index alpha cut to
// [lo, hi].
func boundedPareto(lo, hi, alpha float64) float64 {
	if !(lo > 0) || hi <= lo {
		return lo
	}
	ratio := lo / hi
	if math.Abs(alpha-1) < 1e-6 {
		return lo * math.Log(hi/lo) / (1 - ratio)
	}
	return lo * alpha / (alpha - 1) * (1 - math.Pow(ratio, alpha-1)) / (1 - math.Pow(ratio, alpha))
}

// MeanRate returns the mean number of tasks per second until the horizon. For
// closed arrivals it is an upper bound, the rate when tasks take no time:
// population ÷ mean think time, which may be infinite.
func (a Arrivals) MeanRate(horizon time.Duration) float64 {
	h := horizon.Seconds()
	if h <= 0 {
		return 0
	}
	switch a.Kind {
	case "constant":
		return a.Rate
	case "poisson":
		return a.grouped(a.Rate, h)
	case "renewal":
		return a.grouped(1/a.Gap.MeanDuration().Seconds(), h)
	case "burst":
		return a.burstTasks(horizon) / h
	case "schedule":
		return a.scheduleTasks(h) / h
	case "mmpp":
		tasks, cycle := 0.0, 0.0
		for _, s := range a.States {
			tasks += float64(s.Rate * s.Hold.Seconds())
			cycle += s.Hold.Seconds()
		}
		if cycle > 0 {
			return tasks / cycle
		}
	case "closed":
		return float64(a.Population) / a.Think.MeanDuration().Seconds()
	case "trace":
		return a.Trace.tasks(horizon) / h
	}
	return 0
}

// grouped returns the mean number of tasks per second of a source whose groups
// come at a rate, until h seconds have passed.
func (a Arrivals) grouped(rate, h float64) float64 {
	rate *= float64(max(1, a.Size))
	if a.Count > 0 {
		rate = min(rate, float64(a.Count)/h)
	}
	return rate
}

// burstTasks counts the tasks of whole and cut-off bursts before the horizon.
func (a Arrivals) burstTasks(horizon time.Duration) float64 {
	one := func(left time.Duration) float64 {
		if left <= 0 {
			return 0
		}
		if a.Over <= left {
			return float64(a.Count)
		}
		return math.Ceil(float64(a.Count) * left.Seconds() / a.Over.Seconds())
	}
	left := horizon - a.At
	if a.Every <= 0 || left <= 0 {
		return one(left)
	}
	if a.Over > a.Every { // not valid, but an answer is due
		return float64(a.Count) * left.Seconds() / a.Every.Seconds()
	}
	whole := max(0, (left-a.Over)/a.Every) // all of these end before the horizon
	tasks := float64(whole) * float64(a.Count)
	for at := whole * a.Every; at < left; at += a.Every {
		tasks += one(left - at)
	}
	return tasks
}

// scheduleTasks integrates the rate over h seconds.
func (a Arrivals) scheduleTasks(h float64) float64 {
	if len(a.Points) == 0 {
		return 0
	}
	period := a.Period.Seconds()
	if period <= 0 || period > h {
		return a.scheduleArea(h)
	}
	turns := math.Floor(h / period)
	return turns*a.scheduleArea(period) + a.scheduleArea(h-turns*period)
}

// scheduleArea integrates the rate from 0 to h seconds within one period.
func (a Arrivals) scheduleArea(h float64) float64 {
	area := 0.0
	for i, p := range a.Points {
		from, rate := p.At.Seconds(), p.Rate
		until, next := math.Inf(1), rate
		switch {
		case i+1 < len(a.Points):
			until, next = a.Points[i+1].At.Seconds(), a.Points[i+1].Rate
		case a.Period > 0:
			until, next = a.Period.Seconds(), a.Points[0].Rate
		}
		if h <= from {
			break
		}
		end := min(h, until)
		if a.Shape == "linear" && !math.IsInf(until, 1) {
			next = rate + (next-rate)*(end-from)/(until-from)
		} else {
			next = rate
		}
		area += (end - from) * (rate + next) / 2
	}
	return area
}

// tasks returns the number of tasks of the trace before the horizon.
func (t Trace) tasks(horizon time.Duration) float64 {
	n := 0.0
	if t.Format == "counts" {
		for i, c := range t.Counts {
			left := horizon.Seconds() - float64(i)*t.Bin.Seconds()
			if left <= 0 || t.Bin <= 0 {
				break
			}
			n += c * t.Scale * min(1, left/t.Bin.Seconds())
		}
		return n
	}
	for _, at := range t.Times {
		if at < horizon {
			n++
		}
	}
	return n
}
