package model

import (
	"math"
	"testing"
	"time"
)

// The mean of the bounded Pareto law, worked out from its density.
func TestBoundedParetoMean(t *testing.T) {
	for _, c := range []struct{ lo, hi, alpha, want float64 }{
		{1, 2, 1, 2 * math.Ln2},
		{1, 2, 2, 4.0 / 3},
		{1, 4, 0.5, 2},
		{2, 8, 0.5, 4},
		{2, 2, 1.5, 2}, // no width: all of it lies there
		{2, 1, 1.5, 2},
		{0, 5, 1, 0},
	} {
		if got := boundedPareto(c.lo, c.hi, c.alpha); !(math.Abs(got-c.want) <= 1e-12) { // not a number fails as well
			t.Errorf("from %v to %v with index %v: mean %v, want %v", c.lo, c.hi, c.alpha, got, c.want)
		}
	}
}

// A mean that is no duration is the nearest one that is.
func TestMeanDurationAtTheEnds(t *testing.T) {
	for name, c := range map[string]struct {
		d    Dist
		want time.Duration
	}{
		"beyond all":     {Dist{Kind: "lognormal", Median: time.Hour, P99: 1e6 * time.Hour}, 1 << 62},
		"below nothing":  {Dist{Kind: "exponential", Mean: -1}, 0},
		"mixture of all": {Dist{Kind: "mixture"}, 0},
	} {
		if got := c.d.MeanDuration(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestMeanRateAtTheEnds(t *testing.T) {
	const h = time.Hour
	for name, c := range map[string]struct {
		a       Arrivals
		horizon time.Duration
		want    float64 // tasks a second
	}{
		"no time":             {Arrivals{Kind: "constant", Rate: 2}, 0, 0},
		"states of no length": {Arrivals{Kind: "mmpp", States: []RateState{{Rate: 1}}}, h, 0},
		"three states":        {Arrivals{Kind: "mmpp", States: []RateState{{1, h}, {4, h}, {7, 2 * h}}}, h, 19.0 / 4},
		"two seconds to think": {
			Arrivals{Kind: "closed", Population: 5, Think: always(2 * time.Second)}, h, 2.5,
		},
		"bursts that overlap": {
			Arrivals{Kind: "burst", Count: 10, Over: 20 * time.Minute, Every: 10 * time.Minute}, h, 60.0 / 3600,
		},
		"bursts back to back": { // the last is cut off in the middle of its sixth
			Arrivals{Kind: "burst", Count: 10, Over: 10 * time.Minute, Every: 10 * time.Minute}, 3330 * time.Second, 56.0 / 3330,
		},
		"counts beyond the horizon": {
			Arrivals{Kind: "trace", Trace: Trace{Format: "counts", Bin: h, Scale: 2, Counts: []float64{1, 2, 4}}}, h / 2, 1.0 / 1800,
		},
		"counts of no time": {
			Arrivals{Kind: "trace", Trace: Trace{Format: "counts", Scale: 2, Counts: []float64{1, 2, 4}}}, h, 0,
		},
		"one burst that just fits": {
			Arrivals{Kind: "burst", At: 30 * time.Minute, Count: 7, Over: 30 * time.Minute}, h, 7.0 / 3600,
		},
	} {
		if got := c.a.MeanRate(c.horizon); !(math.Abs(got-c.want) <= 1e-12) { // not a number fails as well
			t.Errorf("%s: %v tasks a second, want %v", name, got, c.want)
		}
	}
}
