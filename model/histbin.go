package model

import "math"

// Latency histograms for plots are counted on a fixed logarithmic grid, so
// that runs can be added up: bin 0 holds everything below 1 ms, then 20 bins a
// decade up to 10^7 s.
const (
	histFirst     = 1e-3
	histPerDecade = 20
	// HistBins is the number of bins of Sample.Hist.
	HistBins = 1 + 10*histPerDecade
)

// HistBound returns the upper bound, in seconds, of bin i.
func HistBound(i int) float64 {
	return histFirst * math.Pow(10, float64(i)/histPerDecade)
}
