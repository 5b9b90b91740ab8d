package plan

import (
	"math"
	"math/rand/v2"
	"testing"
)

// normals are systems with the given means whose values share a part of their
// variance, as on common random numbers: correlation r between any two.
type normals struct {
	means, sds []float64
	r          float64
	rand       *rand.Rand
}

// draw returns one replication of every system.
func (n *normals) draw() []float64 {
	common := n.rand.NormFloat64()
	xs := make([]float64, len(n.means))
	for i, m := range n.means {
		xs[i] = m + n.sds[i]*(math.Sqrt(n.r)*common+math.Sqrt(1-n.r)*n.rand.NormFloat64())
	}
	return xs
}

// choose runs the procedure to its end, and returns what it chose and how many
// values it needed.
func choose(n *normals, confidence, delta float64, first int) (best, spent int) {
	values := make([][]float64, len(n.means))
	for range first {
		for i, x := range n.draw() {
			values[i] = append(values[i], x)
		}
	}
	spent = first * len(values)
	s := newSelection(confidence, delta, values)
	for !s.done() {
		xs := n.draw()
		for _, i := range s.left() {
			s.add(i, xs[i])
			spent++
		}
		s.advance()
	}
	return s.best(), spent
}

func same(n int, x float64) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = x
	}
	return xs
}

// slippage is the hardest case: one system is better than all others by no more
// than delta.
func slippage(k int, delta float64) []float64 {
	means := same(k, 10+delta)
	means[k/2] = 10
	return means
}

// TestCorrectSelection: in the hardest case the best system is selected as
// often as promised, or more; correlation only saves work.
func TestCorrectSelection(t *testing.T) {
	const experiments = 600
	for _, c := range []struct {
		name       string
		k, first   int
		r          float64
		confidence float64
		uneven     bool
	}{
		{"two", 2, 10, 0, 0.95, false},
		{"two, correlated", 2, 10, 0.9, 0.95, false},
		{"five", 5, 10, 0, 0.95, false},
		{"five, correlated", 5, 10, 0.8, 0.95, false},
		{"ten, unequal variances", 10, 20, 0.5, 0.95, true},
		{"five, at 80 %", 5, 10, 0.5, 0.8, false},
	} {
		n := &normals{means: slippage(c.k, 1), sds: same(c.k, 3), r: c.r, rand: rand.New(rand.NewPCG(11, uint64(c.k)))}
		for i := range n.sds {
			if c.uneven {
				n.sds[i] = 1 + float64(i)/2
			}
		}
		correct, spent := 0, 0
		for range experiments {
			best, cost := choose(n, c.confidence, 1, c.first)
			spent += cost
			if best == c.k/2 {
				correct++
			}
		}
		share := float64(correct) / experiments
		t.Logf("%s: %.3f correct, %d values on average", c.name, share, spent/experiments)
		// Three standard errors below the promise would be chance once in 700.
		if least := c.confidence - 3*math.Sqrt(c.confidence*(1-c.confidence)/experiments); share < least {
			t.Errorf("%s: the best was selected in a share of %.3f, promised %.2f", c.name, share, c.confidence)
		}
	}
}

// TestSelectionIsCheapWhereItIsEasy: clear differences end with the first
// stage, and common random numbers cut the work of close ones.
func TestSelectionIsCheapWhereItIsEasy(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	clear := &normals{means: []float64{10, 40, 70}, sds: same(3, 2), rand: r}
	if best, spent := choose(clear, 0.95, 1, 10); best != 0 || spent != 30 {
		t.Errorf("chose %d with %d values, want 0 with the 30 of the first stage", best, spent)
	}
	mean := func(corr float64) int {
		n, all := &normals{means: slippage(4, 1), sds: same(4, 4), r: corr, rand: r}, 0
		for range 50 {
			_, spent := choose(n, 0.95, 1, 10)
			all += spent
		}
		return all / 50
	}
	if apart, common := mean(0), mean(0.9); common*4 > apart {
		t.Errorf("%d values with common random numbers, %d without", common, apart)
	}
}

// TestEqualSystemsEnd: what is the same cannot be told apart, and is not tried
// for ever.
func TestEqualSystemsEnd(t *testing.T) {
	s := newSelection(0.95, 1, [][]float64{{1, 2, 3}, {1, 2, 3}, {2, 3, 4}})
	if left := s.left(); !s.done() || len(left) != 2 || s.best() != 0 {
		t.Errorf("done %v, left %v, best %d", s.done(), left, s.best())
	}
	if one := newSelection(0.95, 1, [][]float64{{1, 5}}); !one.done() || one.best() != 0 {
		t.Error("a single system is not the best of all")
	}
	n := &normals{means: same(3, 5), sds: same(3, 1), rand: rand.New(rand.NewPCG(17, 1))}
	for range 50 {
		choose(n, 0.95, 0.5, 5)
	}
}

// TestMargin: the figures of one screening, worked out by hand.
func TestMargin(t *testing.T) {
	s := newSelection(0.95, 1, [][]float64{{0, 1, 2, 3, 4}, {2, 1, 4, 3, 6}})
	// Differences -2, 0, -2, 0, -2: mean -1.2, variance 1.2. With k = 2 and n = 5
	// η = ½((2·0.05)^(-½) - 1) = 1.0811, h² = 8.6491, margin ½(8.6491·1.2 - 5).
	if s.h2 < 8.6490 || s.h2 > 8.6492 || math.Abs(s.margin(0, 1)-2.68947) > 1e-4 || s.most() != 5 {
		t.Errorf("h² %v, margin %v, at most %d", s.h2, s.margin(0, 1), s.most())
	}
	if left := s.left(); len(left) != 1 || left[0] != 0 { // sums 10 and 16
		t.Errorf("left %v", left)
	}
}
