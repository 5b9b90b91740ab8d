package model

import (
	"math/rand/v2"
	"testing"
)

// TestHistoryAgainstAList compares what a queue shows with lag with a list of
// all that it ever held.
func TestHistoryAgainstAList(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		h := history{lag: 1 + r.Int64N(200)}
		var all []counts
		now := int64(0)
		for range 2000 {
			now += r.Int64N(3)
			if r.IntN(50) == 0 {
				now += r.Int64N(400)
			}
			if r.IntN(4) > 0 {
				c := counts{now, r.Int64N(1000), r.Int64N(1000)}
				h.record(c.at, c.visible, c.inFlight)
				all = append(all, c)
			}
			var want counts
			for _, c := range all {
				if c.at <= now-h.lag {
					want = c
				}
			}
			if visible, inFlight := h.read(now); visible != want.visible || inFlight != want.inFlight {
				t.Fatalf("seed %d, at %d with a lag of %d: shows %d and %d, want %+v", seed, now, h.lag, visible, inFlight, want)
			}
			if h.n > int(h.lag)+2 {
				t.Fatalf("seed %d: %d entries kept for a lag of %d", seed, h.n, h.lag)
			}
		}
	}
}
