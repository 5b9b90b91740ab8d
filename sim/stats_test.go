package sim

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestTally(t *testing.T) {
	for _, c := range []struct {
		name               string
		in                 []float64
		mean, vari, lo, hi float64
	}{
		{"none", nil, 0, 0, 0, 0},
		{"one", []float64{-3}, -3, 0, -3, -3},
		{"two", []float64{1, 3}, 2, 2, 1, 3},
		{"falling", []float64{4, 2, 0, -2}, 1, 20.0 / 3, -2, 4},
		{"equal", []float64{7, 7, 7}, 7, 0, 7, 7},
		{"far from zero", []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, 1e9 + 10, 30, 1e9 + 4, 1e9 + 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s Tally
			for _, x := range c.in {
				s.Add(x)
			}
			if s.N() != int64(len(c.in)) || s.Mean() != c.mean || math.Abs(s.Var()-c.vari) > 1e-12 || s.Min() != c.lo || s.Max() != c.hi {
				t.Errorf("n %d mean %v var %v min %v max %v, want %+v", s.N(), s.Mean(), s.Var(), s.Min(), s.Max(), c)
			}
		})
	}
}

// TestTallyAgainstExactArithmetic compares with rational numbers.
func TestTallyAgainstExactArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, offset := range []float64{0, 1e3, 1e8} {
		const n = 2000
		var s Tally
		sum, squares := new(big.Rat), new(big.Rat)
		for range n {
			x := offset + r.NormFloat64()
			s.Add(x)
			exact := new(big.Rat).SetFloat64(x)
			sum.Add(sum, exact)
			squares.Add(squares, exact.Mul(exact, exact))
		}
		mean := new(big.Rat).Quo(sum, big.NewRat(n, 1))
		variance := squares.Sub(squares, sum.Mul(sum, mean))
		variance.Quo(variance, big.NewRat(n-1, 1))
		if want, _ := mean.Float64(); math.Abs(s.Mean()-want) > 1e-13*max(1, offset) {
			t.Errorf("offset %g: mean %v, want %v", offset, s.Mean(), want)
		}
		if want, _ := variance.Float64(); math.Abs(s.Var()-want) > 1e-8*want {
			t.Errorf("offset %g: variance %v, want %v", offset, s.Var(), want)
		}
	}
}

// TestTallyBits freezes all digits: a fused product would change the last.
func TestTallyBits(t *testing.T) {
	var s Tally
	r := rand.NewPCG(1, 1)
	for range 1000 {
		s.Add(unit(r.Uint64()))
	}
	if got, want := math.Float64bits(s.Var()), uint64(0x3fb5a22629159e63); got != want {
		t.Errorf("variance bits %#x, want %#x", got, want)
	}
}

func TestLevelAgainstExactArithmetic(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var l Level
		area, now, start, value, highest := new(big.Int), int64(0), int64(0), int64(0), int64(0)
		for range 50 {
			step := r.Int64N(Forever/64) >> r.IntN(60)
			area.Add(area, new(big.Int).Mul(big.NewInt(value), big.NewInt(step)))
			now += step
			switch r.IntN(8) {
			case 0:
				l.ResetAt(now)
				area, start, highest = new(big.Int), now, value
			case 1, 2, 3:
				delta := r.Int64N(9) - min(value, 4)
				value += delta
				l.Add(now, delta)
			case 4, 5:
				value = r.Int64() >> r.IntN(62)
				l.Set(now, value)
			}
			highest = max(highest, value)
			checkLevel(t, &l, now, area, now-start, value, highest)
		}
	}
}

func checkLevel(t *testing.T, l *Level, now int64, area *big.Int, span, value, highest int64) {
	t.Helper()
	hi, lo := l.Area(now)
	got := new(big.Int).Add(new(big.Int).Lsh(new(big.Int).SetUint64(hi), 64), new(big.Int).SetUint64(lo))
	mean := float64(value)
	if span > 0 {
		mean, _ = new(big.Rat).SetFrac(area, big.NewInt(span)).Float64()
	}
	if got.Cmp(area) != 0 || l.Value() != value || l.Max() != highest || math.Abs(l.Mean(now)-mean) > 1e-15*mean {
		t.Fatalf("at %d: area %v value %d max %d mean %v; want %v %d %d %v",
			now, got, l.Value(), l.Max(), l.Mean(now), area, value, highest, mean)
	}
}
