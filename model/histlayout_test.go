package model

import (
	"math/rand/v2"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestHighest holds the layout of the histogram's counts against the library's
// own list of bars.
func TestHighest(t *testing.T) {
	var o observations
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		o.add(rng.Int64N(int64(1) << (10 + rng.IntN(50))))
	}
	for _, us := range []int64{0, 1, 1023, 1024, 2047, 2048, 4095, histMost} {
		o.add(us * 1000)
	}
	bars := o.hist.Distribution()
	counts := o.hist.Export().Counts
	for i, bar := range bars {
		if highest(i) != bar.To || counts[i] != bar.Count {
			t.Fatalf("index %d: %d of up to %d µs, the library has %d of up to %d", i, counts[i], highest(i), bar.Count, bar.To)
		}
	}
	if len(bars) < 30_000 {
		t.Errorf("only %d bars", len(bars))
	}
}

// TestGrowingKeepsAll: a histogram that had to grow has what one of the full
// range has, whatever the order of the times.
func TestGrowingKeepsAll(t *testing.T) {
	full := hdrhistogram.New(1, histMost, histDigits)
	var o observations
	for _, us := range []int64{0, 5, histRoom - 1, histRoom, histRoom + 1, 7, histRoom << 4, histRoom<<4 + 1, histMost - 1, histMost, 3000} {
		o.add(us * 1000)
		if err := full.RecordValue(us); err != nil {
			t.Fatal(err)
		}
		counts := o.hist.Export().Counts
		for i, n := range full.Export().Counts {
			if i < len(counts) && counts[i] != n || i >= len(counts) && n != 0 {
				t.Fatalf("after %d µs, index %d: %d instead of %d", us, i, counts[min(i, len(counts)-1)], n)
			}
		}
	}
}

// TestSmallRunsAreSmall: what has seen nothing, or only short times, does not take
// the memory of the whole range.
func TestSmallRunsAreSmall(t *testing.T) {
	var o observations
	if o.sample(); o.hist != nil {
		t.Error("a histogram of nothing")
	}
	o.add(1e9)
	if n := len(o.hist.Export().Counts); n > 12*histHalf {
		t.Errorf("%d counts for a second", n)
	}
}
