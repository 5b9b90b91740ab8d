package plan

import (
	"math"
	"testing"

	"penstock/model"
)

// Reference cases on statistical procedures, as far as a study uses them. Their
// figures come from the formulas, worked out independently.

func closeTo(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-6*math.Abs(want)) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

// TestBatchMeansReference is case ST-03: 200 values of an autoregressive series
// in ten batches, by their means.
func TestBatchMeansReference(t *testing.T) {
	const mean = 9.76896535
	whole := model.Sample{N: 200, Mean: mean}
	for _, m := range []float64{10.4326027, 10.52274735, 9.64265265, 9.75348825, 9.4033355, 9.06991005, 10.2730869, 9.4357596, 10.0086186, 9.1474519} {
		whole.Batches = append(whole.Batches, model.Sample{N: 20, Mean: m})
	}
	e := newEstimator(nil, 0.95).byBatches(&whole, 1, func(s *model.Sample) float64 { return s.Mean })
	if e.Low == nil {
		t.Fatal(e.Why)
	}
	closeTo(t, "mean", *e.Value, mean)
	closeTo(t, "half-width", *e.High-mean, 0.3736964522386538)
	xs := make([]float64, 10)
	for i := range xs {
		xs[i] = whole.Batches[i].Mean
	}
	spread, steps := spreadAround(xs, mean)
	closeTo(t, "von Neumann ratio", steps/spread, 1.7293240091416757)
}

// TestMedianRanksReference is case ST-07: between which order statistics of 100
// values their median lies, and how few values carry no interval.
func TestMedianRanksReference(t *testing.T) {
	if r := newMedianRanks(100, 0.95); r.k != 40 { // and so up to the 61st
		t.Errorf("from the %d-th of 100, want the 40th", r.k)
	}
	if few, enough := newMedianRanks(5, 0.95), newMedianRanks(6, 0.95); few.k != 0 || enough.k != 1 {
		t.Errorf("ranks %d of 5 and %d of 6 values, want none and the first", few.k, enough.k)
	}
}

// TestPairsReference is case ST-11, a textbook example by Law and Kelton: the
// paired difference of two inventory policies.
func TestPairsReference(t *testing.T) {
	e := pairs([]float64{126.97, 124.31, 126.68, 122.66, 127.23}, []float64{118.21, 120.22, 122.45, 122.68, 119.4}, 0.9)
	closeTo(t, "difference", *e.Value, 4.978)
	closeTo(t, "half-width", *e.High-*e.Value, 3.328873117372079)
}

// TestSelectionReference is case ST-13: the constants of KN for five systems, ten
// replications each to begin with, and a difference whose variance is 6.
func TestSelectionReference(t *testing.T) {
	first := make([][]float64, 5)
	for i := range first {
		first[i] = make([]float64, 10)
	}
	s := newSelection(0.95, 1, first)
	closeTo(t, "h²", s.h2, 11.429410772766115)
	s.variance[0][1], s.n = 6, 20
	closeTo(t, "W at 20", s.margin(0, 1), 24.28823231829834)
	if s.n = 68; s.margin(0, 1) <= 0 {
		t.Error("the region is closed after 68 replications")
	}
	if s.n = 69; s.margin(0, 1) > 0 {
		t.Error("the region is open after 69 replications")
	}
}
