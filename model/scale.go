package model

import (
	"math"
	"slices"
	"time"
)

// Times returns the distribution of by times the duration; by > 0.
func (d Dist) Times(by float64) Dist {
	for _, x := range []*time.Duration{&d.Value, &d.Mean, &d.Min, &d.Max, &d.Median, &d.P99} {
		*x = stretch(*x, by)
	}
	d.Sample = slices.Clone(d.Sample)
	for i := range d.Sample {
		d.Sample[i] = stretch(d.Sample[i], by)
	}
	d.Parts = slices.Clone(d.Parts)
	for i := range d.Parts {
		d.Parts[i].Dist = d.Parts[i].Dist.Times(by)
	}
	return d
}

func stretch(d time.Duration, by float64) time.Duration {
	return time.Duration(math.Round(float64(d) * by))
}

// Times returns the source with by times as many tasks; by > 0. Rates and counts
// grow, gaps shrink; of recorded times every so many are repeated, or left out.
func (a Arrivals) Times(by float64) Arrivals {
	a.Rate *= by
	a.Gap = a.Gap.Times(1 / by)
	if a.Count > 0 {
		a.Count = max(1, int(float64(a.Count)*by+0.5))
	}
	if a.Population > 0 {
		a.Population = max(1, int(float64(a.Population)*by+0.5))
	}
	a.Points = slices.Clone(a.Points)
	for i := range a.Points {
		a.Points[i].Rate *= by
	}
	a.States = slices.Clone(a.States)
	for i := range a.States {
		a.States[i].Rate *= by
	}
	a.Trace.Scale *= by
	a.Trace.Times, a.Trace.Services = repeated(a.Trace.Times, by), repeated(a.Trace.Services, by)
	return a
}

// Slower returns the source with by times the service times that it brings along;
// by > 0.
func (a Arrivals) Slower(by float64) Arrivals {
	a.Trace.Services = slices.Clone(a.Trace.Services)
	for i := range a.Trace.Services {
		a.Trace.Services[i] = stretch(a.Trace.Services[i], by)
	}
	return a
}

// repeated returns the list with each element as often as makes it by times as
// long.
func repeated(all []time.Duration, by float64) []time.Duration {
	var out []time.Duration
	for i, x := range all {
		for range int(float64(i+1)*by) - int(float64(i)*by) {
			out = append(out, x)
		}
	}
	return out
}
