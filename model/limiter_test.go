package model

import (
	"math"
	"strings"
	"testing"
	"time"

	"penstock/sim"
)

// limits asks a rate limit at these seconds and returns y for yes, n for no.
func limits(cfg RateLimit, at ...float64) string {
	l := newLimiter(cfg)
	var b strings.Builder
	for _, x := range at {
		if l.take(int64(seconds(x))) {
			b.WriteByte('y')
		} else {
			b.WriteByte('n')
		}
	}
	return b.String()
}

// TestRateLimitsByHand: refused calls do not count.
func TestRateLimitsByHand(t *testing.T) {
	s := time.Second
	bucket := func(rate float64, burst int) RateLimit {
		return RateLimit{Kind: "token-bucket", Rate: rate, Burst: burst}
	}
	window := func(kind string, rate float64, w time.Duration) RateLimit {
		return RateLimit{Kind: kind, Rate: rate, Window: w}
	}
	for _, c := range []struct {
		rule string
		cfg  RateLimit
		at   []float64
		want string
	}{
		{"none", RateLimit{Kind: "none"}, []float64{0, 0, 0, 0}, "yyyy"},
		{"the bucket is full at first", bucket(1, 3), []float64{0, 0, 0, 0}, "yyyn"},
		{"and refills continuously, no fuller than full", bucket(2, 2), []float64{0, 0, 0.499999, 0.5, 0.75, 1, 9, 9, 9}, "yynynyyyn"},
		{"one token", bucket(0.1, 1), []float64{5, 14.999999, 15, 24, 25}, "ynyny"},
		{"a fixed window is aligned at 0", window("fixed-window", 3, s), []float64{0.1, 0.2, 0.3, 0.4, 0.9, 1.05, 1.15, 1.25, 1.35, 2.5}, "yyynnyyyny"},
		{"its end belongs to the next", window("fixed-window", 0.2, 5*s), []float64{4.999999, 5, 9.999999, 10, 30, 31}, "yynyyn"},
		{"twice the limit at a seam", window("fixed-window", 2, s), []float64{0.9, 0.9, 1, 1, 1}, "yyyyn"},
		{"a sliding window is not aligned", window("sliding-window", 2, s), []float64{0.9, 0.9, 1, 1.899999, 1.9, 1.9, 2}, "yynnyyn"},
		{"each call leaves it after its own window", window("sliding-window", 0.3, 10*s), []float64{1, 4, 5, 6, 10.999999, 11, 12, 14, 14, 15}, "yyynnynyny"},
	} {
		if got := limits(c.cfg, c.at...); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

// TestAcceptedShares of Poisson calls, the refused ones lost, against the exact
// probabilities: a bucket is the bounded work of M/D/1, a window is
// E[min(Poisson, limit)].
func TestAcceptedShares(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  RateLimit
		rate float64
		want float64
	}{
		{"bucket 10/s, 20", RateLimit{Kind: "token-bucket", Rate: 10, Burst: 20}, 12, 0.833237334545},
		{"bucket 40/s, 40", RateLimit{Kind: "token-bucket", Rate: 40, Burst: 40}, 50, 0.799999998119},
		{"bucket 5/s, 1", RateLimit{Kind: "token-bucket", Rate: 5, Burst: 1}, 5, 0.5},
		{"window of 10", RateLimit{Kind: "fixed-window", Rate: 10, Window: time.Second}, 12, 0.786367647042},
		{"window of 25", RateLimit{Kind: "fixed-window", Rate: 25, Window: time.Second}, 20, 0.983458594071},
		{"sliding window of 1", RateLimit{Kind: "sliding-window", Rate: 1, Window: time.Second}, 3, 0.25},
	} {
		var share sim.Tally
		for r := range 20 {
			l := newLimiter(c.cfg)
			at := instants(t, Arrivals{Kind: "poisson", Rate: c.rate}, time.Duration(20_000/c.rate*1e9), r)
			yes := 0.0
			for _, x := range at {
				if l.take(int64(seconds(x))) {
					yes++
				}
			}
			share.Add(yes / float64(len(at)))
		}
		if z := (share.Mean() - c.want) / math.Sqrt(share.Var()/20); math.Abs(z) > 3.5 {
			t.Errorf("%s: %v accepted, want %v (z %.1f)", c.name, share.Mean(), c.want, z)
		}
	}
}

// TestSlidingWindowNeverExceedsItsLimit in any window, wherever it begins.
func TestSlidingWindowNeverExceedsItsLimit(t *testing.T) {
	l := newLimiter(RateLimit{Kind: "sliding-window", Rate: 7, Window: time.Second})
	var taken []float64
	for _, x := range instants(t, Arrivals{Kind: "poisson", Rate: 30}, 2000*time.Second, 0) {
		if l.take(int64(seconds(x))) {
			taken = append(taken, x)
			if n := len(taken); n > 7 && taken[n-1]-taken[n-8] < 1-1e-9 {
				t.Fatalf("eight calls from %v to %v", taken[n-8], taken[n-1])
			}
		}
	}
	if len(taken) < 13_000 { // it is nearly always full
		t.Errorf("only %d calls in 2000 windows of 7", len(taken))
	}
}
