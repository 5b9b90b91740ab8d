package model

import (
	"testing"
	"time"
)

// TestBatchForgetsTheOneBefore: a batch has the quantiles of what it observed
// itself, and the whole has those of everything.
func TestBatchForgetsTheOneBefore(t *testing.T) {
	o := observations{batch: &observations{}}
	o.init()
	o.batch.init()
	for range 300 {
		o.add(int64(time.Millisecond))
	}
	o.closeBatch()
	for range 100 {
		o.add(int64(time.Second))
	}
	o.closeBatch()
	s := o.sample()
	if len(s.Batches) != 2 || s.N != 400 || s.P50 > 0.0011 || s.P90 < 0.99 {
		t.Fatalf("whole: %+v", s)
	}
	for i, want := range []Sample{{N: 300, Mean: 0.001, P50: 0.001, Max: 0.001}, {N: 100, Mean: 1, P50: 1, Max: 1}} {
		got := s.Batches[i]
		if got.N != want.N || got.Mean != want.Mean || got.Max != want.Max || got.P50 < 0.99*want.P50 || got.P50 > 1.01*want.P50 || got.Hist != nil {
			t.Errorf("batch %d: %+v, want %+v", i, got, want)
		}
	}
}
