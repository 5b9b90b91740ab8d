package model

import (
	"math/rand/v2"
	"testing"
)

// TestHighest holds the layout of the histogram's counts against the library's
// own list of bars.
func TestHighest(t *testing.T) {
	var o observations
	o.init()
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
