package model

import (
	"math"
	"testing"
	"time"
)

// The quantiles of a thousand times, and the histogram of the same.
func TestSampleOfObservations(t *testing.T) {
	var o observations
	if s := o.sample(); s.N != 0 || s.P99 != 0 || s.Hist != nil {
		t.Errorf("of nothing: %+v", s)
	}
	for i := range int64(1000) {
		o.add((i + 1) * int64(10*time.Millisecond))
	}
	s := o.sample()
	for name, c := range map[string]struct{ got, want float64 }{
		"median": {s.P50, 5}, "90 %": {s.P90, 9}, "95 %": {s.P95, 9.5}, "99 %": {s.P99, 9.9},
	} {
		if math.Abs(c.got-c.want) > 0.002*c.want {
			t.Errorf("%s: %v s, want %v", name, c.got, c.want)
		}
	}
	if s.N != 1000 || s.Mean != 5.005 || s.Max != 10 {
		t.Errorf("%d observations, mean %v, maximum %v", s.N, s.Mean, s.Max)
	}
	below := int64(0)
	for i, n := range s.Hist {
		below += n
		// The time of a bound may be on either side of it.
		if want := min(1000, math.Floor(HistBound(i)*100)); math.Abs(float64(below)-want) > 1+0.01*want {
			t.Errorf("%d observations below %v s, want %v", below, HistBound(i), want)
		}
	}
}

// One observation is every quantile, whatever the histogram rounds it to.
func TestQuantilesDoNotExceedTheMaximum(t *testing.T) {
	var o observations
	o.add(1234567891)
	if s := o.sample(); s.P50 != s.Max || s.P99 != s.Max || s.Max != 1.234567891 {
		t.Errorf("median %v, 99 %% %v, maximum %v", s.P50, s.P99, s.Max)
	}
}

// Twenty bins a decade, from a millisecond on.
func TestBoundsOfTheHistogram(t *testing.T) {
	for i, want := range map[int]float64{0: 1e-3, 20: 1e-2, 60: 1, 200: 1e7} {
		if got := HistBound(i); math.Abs(got-want) > 1e-9*want {
			t.Errorf("bin %d ends at %v s, want %v", i, got, want)
		}
	}
}
