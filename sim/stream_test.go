package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var _ rand.Source = (*Stream)(nil)

// sample is n draws.
func sample(n int, draw func(i int) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = draw(i)
	}
	return x
}

// looksUniform tests n draws that should be independent and uniform on [0, 1):
// their distribution (Kolmogorov-Smirnov), their bytes (chi-square), and what
// each says of the next ones. The limits are passed by chance once in some
// thousands of times; the seeds are fixed.
func looksUniform(t *testing.T, x []float64) {
	t.Helper()
	n := float64(len(x))
	for lag := 1; lag <= 3; lag++ {
		sum := 0.0
		for i := lag; i < len(x); i++ {
			sum += (x[i] - 0.5) * (x[i-lag] - 0.5)
		}
		if r := 12 * sum / n; math.Abs(r) > 4/math.Sqrt(n) {
			t.Errorf("correlation %.5f with the draw %d before", r, lag)
		}
	}
	for digit, scale := range []float64{256, 65536} {
		var count [256]float64
		for _, u := range x {
			count[int(u*scale)%256]++
		}
		chi := 0.0
		for _, c := range count {
			chi += (c - n/256) * (c - n/256) / (n / 256)
		}
		if z := (chi - 255) / math.Sqrt(2*255); math.Abs(z) > 4 {
			t.Errorf("byte %d: chi-square %.0f, want about 255", digit, chi)
		}
	}
	if d := distance(x, func(u float64) float64 { return u }); d > 2.2 {
		t.Errorf("Kolmogorov-Smirnov distance %.2f", d)
	}
}

// distance is that of Kolmogorov and Smirnov, times the root of n: over 2.2 once
// in 8,000 times.
func distance(x []float64, cdf func(float64) float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n, d := float64(len(x)), 0.0
	for i, v := range x {
		f := cdf(v)
		d = max(d, f-float64(i)/n, float64(i+1)/n-f)
	}
	return d * math.Sqrt(n)
}

func TestDistributions(t *testing.T) {
	const n = 200000
	for _, c := range []struct {
		name     string
		draw     func(s *Stream) float64
		cdf      func(float64) float64
		mean, sd float64
	}{
		{"uniform", (*Stream).Float64, func(x float64) float64 { return x }, 0.5, math.Sqrt(1.0 / 12)},
		{"exponential", (*Stream).ExpFloat64, func(x float64) float64 { return -math.Expm1(-x) }, 1, 1},
		{"normal", (*Stream).NormFloat64, func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(5) {
				s := NewStream(seed, 0, c.name)
				var sum Tally
				x := sample(n, func(int) float64 { v := c.draw(s); sum.Add(v); return v })
				if d := distance(x, c.cdf); d > 2.2 {
					t.Errorf("seed %d: Kolmogorov-Smirnov distance %.2f", seed, d)
				}
				if math.Abs(sum.Mean()-c.mean) > 4*c.sd/math.Sqrt(n) {
					t.Errorf("seed %d: mean %v", seed, sum.Mean())
				}
				u := make([]float64, n)
				for i, v := range x {
					u[i] = min(c.cdf(v), 1-1e-16)
				}
				looksUniform(t, u)
			}
		})
	}
}

// TestFirstDraws: whatever is counted, the first draws must look as independent
// as those of one stream.
func TestFirstDraws(t *testing.T) {
	const n = 200000
	s, other := NewStream(1, 0, "legacy.latency"), NewStream(1, 0, "legacy.error")
	for name, draw := range map[string]func(i int) float64{
		"of consecutive jobs":         func(i int) float64 { s.Job(uint64(i), 0); return s.Float64() },
		"of jobs from a high number":  func(i int) float64 { s.Job(1<<40+uint64(i), 0); return s.Float64() },
		"of every 1024th job":         func(i int) float64 { s.Job(uint64(i)<<10, 0); return s.Float64() },
		"of consecutive attempts":     func(i int) float64 { s.Job(77, uint64(i)); return s.Float64() },
		"of jobs and attempts":        func(i int) float64 { s.Job(uint64(i/4), uint64(i%4)); return s.Float64() },
		"of job equal to attempt":     func(i int) float64 { s.Job(uint64(i), uint64(i)); return s.Float64() },
		"of job against attempt":      func(i int) float64 { s.Job(uint64(i), n-uint64(i)); return s.Float64() },
		"of two streams by turns":     func(i int) float64 { x := []*Stream{s, other}[i%2]; x.Job(uint64(i/2), 0); return x.Float64() },
		"of consecutive replications": func(i int) float64 { return NewStream(1, i, "a").Float64() },
		"of consecutive seeds":        func(i int) float64 { return NewStream(uint64(i), 0, "a").Float64() },
		"of similar names": func(i int) float64 {
			return NewStream(1, 0, string([]byte{byte(i), byte(i >> 8), byte(i >> 16)})).Float64()
		},
		"of one job, two by two": func(i int) float64 {
			if i%2 == 0 {
				s.Job(uint64(i), 0)
			}
			return s.Float64()
		},
	} {
		t.Run(name, func(t *testing.T) { looksUniform(t, sample(n, draw)) })
	}
}

// TestStreamIdentity: only seed, replication, name, job and attempt decide.
func TestStreamIdentity(t *testing.T) {
	type id struct {
		seed       uint64
		rep        int
		name       string
		n, attempt uint64
	}
	all := []id{
		{0, 0, "", 0, 0}, {1, 0, "", 0, 0}, {0, 1, "", 0, 0}, {0, -1, "", 0, 0}, {0, 0, "\x00", 0, 0},
		{0, 0, "\x00\x00", 0, 0}, {0, 0, "\x01", 0, 0}, {0, 0, "ab", 0, 0}, {0, 0, "ba", 0, 0},
		{0, 0, "", 1, 0}, {0, 0, "", 0, 1}, {0, 0, "", 1, 1}, {0, 0, "", 2, 1}, {0, 0, "", 1, 2}, {1, 0, "", 1, 0},
	}
	seen := make(map[uint64]id)
	for _, x := range all {
		s := NewStream(x.seed, x.rep, x.name)
		s.Job(x.n, x.attempt)
		first, second := s.Uint64(), s.ExpFloat64()
		if twin, ok := seen[first]; ok {
			t.Errorf("%+v and %+v draw alike", x, twin)
		}
		seen[first] = x

		NewStream(x.seed, x.rep, "another").Uint64()
		s.Job(x.n+5, x.attempt)
		s.NormFloat64()
		s.Job(x.n, x.attempt)
		if s.Uint64() != first || s.ExpFloat64() != second {
			t.Errorf("%+v: the fate of a job depends on what was drawn before", x)
		}
	}
}

// TestStreamGolden freezes the draws: the same on every processor, for ever.
func TestStreamGolden(t *testing.T) {
	s := NewStream(42, 3, "class.HIGH.arrivals")
	fold := func(n int, draw func() float64) uint64 {
		h := uint64(0)
		for range n {
			h = absorb(h, math.Float64bits(draw()))
		}
		return h
	}
	for _, c := range []struct {
		name      string
		got, want uint64
	}{
		{"first", s.Uint64(), 0x670c7b21cd69e296},
		{"uniform", fold(1000, s.Float64), 0x6c9aeadad091e424},
		{"exponential", fold(1e6, s.ExpFloat64), 0x89ed2e8c4816125a},
		{"normal", fold(1e6, s.NormFloat64), 0xff9d84de7e550a91},
		{"job", func() uint64 { s.Job(7, 1); return s.Uint64() }(), 0x142bc0ecd65e918a},
	} {
		if c.got != c.want {
			t.Errorf("%s: %#x, want %#x", c.name, c.got, c.want)
		}
	}
}

func TestStreamNoAllocations(t *testing.T) {
	s := NewStream(1, 1, "a")
	n := uint64(0)
	if allocs := testing.AllocsPerRun(1000, func() {
		n++
		s.Job(n, 0)
		_ = s.Float64() + s.ExpFloat64() + s.NormFloat64()
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
