package report

import (
	"math"

	"gonum.org/v1/plot"

	"penstock/model/plan"
)

// mostPoints is the number of points from which on a series is thinned: a
// figure 800 points wide shows no more.
const mostPoints = 500

// A series is a band over time, in seconds, thinned for drawing.
type series struct {
	t               []float64
	mean, low, high []float64
	average         float64 // of the mean
	most            float64 // the largest value of any replication in any step
	peak            float64 // the largest value at any instant, which a step may not show
}

// seriesOf reads a band. Steps are merged where there are too many: the mean
// of the means, the smallest of the smallest, the largest of the largest.
func seriesOf(step float64, band []plan.Band) series {
	var s series
	merge := (len(band) + mostPoints - 1) / mostPoints
	for first := 0; first < len(band); first += merge {
		last := min(first+merge, len(band))
		sum, low, high := 0.0, math.Inf(1), math.Inf(-1)
		for _, b := range band[first:last] {
			sum += finite(b.Mean)
			low, high = math.Min(low, finite(b.Min)), math.Max(high, finite(b.Max))
		}
		mean := sum / float64(last-first)
		s.t = append(s.t, step*(float64(first)+float64(last-first)/2))
		s.mean, s.low, s.high = append(s.mean, mean), append(s.low, math.Min(low, mean)), append(s.high, math.Max(high, mean))
		s.average += sum / float64(len(band))
		s.most = math.Max(s.most, high)
	}
	return s
}

// finite returns v, and 0 for what no axis can show.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// line returns the points of one of the series' lines.
func (s series) line(of []float64) []point {
	pts := make([]point, len(of))
	for i, v := range of {
		pts[i] = point{s.t[i], v}
	}
	return pts
}

// add draws the band and its mean into p in the colour of line i.
func (s series) add(p *plot.Plot, i int) {
	line := stroke(i)
	line.Dashes, line.Width = nil, 1.5 // a panel has but one line
	p.Add(area{low: s.line(s.low), high: s.line(s.high), fill: shade(hue(i))}, curve{points: s.line(s.mean), line: line})
}

// timeAxis sets up the x axis of p for a run that was watched so long.
// Only the lowest panel of a chart has labels.
func timeAxis(p *plot.Plot, end float64, labels bool) {
	p.X.Min, p.X.Max = 0, end
	p.X.Tick.Marker = clockTicks(end, labels)
}

// timeLabel is the label of an axis of time.
func timeLabel(end float64) string { return "time since the start (" + rulerOf(end).name + ")" }

// watched returns how many seconds the series of the plots cover.
func watched(p *plan.Plots) float64 {
	steps := max(len(p.Busy), len(p.Calls), len(p.Peak))
	for _, list := range [][][]plan.Band{p.Depth, p.Flight, p.Oldest} {
		for _, band := range list {
			steps = max(steps, len(band))
		}
	}
	return float64(steps) * p.Step.Seconds()
}

// horizonMark marks the end of the arrivals in a run that went on after it.
func horizonMark(p *plot.Plot, plots *plan.Plots, end float64, name bool) {
	at := plots.Horizon.Seconds()
	if at <= 0 || at >= end*0.995 {
		return
	}
	m := moment{at: at}
	if name {
		m.name = "arrivals end at " + seconds().exact(at)
	}
	p.Add(m)
}

// peaks notes what the series of each class reached at any instant; where that
// is not known, it is the largest value of a step.
func peaks(all []series, most []plan.Extremes, of func(plan.Extremes) float64) {
	for i := range all {
		all[i].peak = all[i].most
		if i < len(most) {
			all[i].peak = math.Max(all[i].peak, of(most[i]))
		}
	}
}
