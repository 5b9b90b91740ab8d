package model

import (
	"math"
	"testing"
	"time"

	"penstock/sim"
)

// The Laplace transform of the gamma law at shapes near 1, where its method has
// least to spare: within five standard errors of (1 + 1/shape)^-shape.
func TestGammaOfSmallShapes(t *testing.T) {
	const n = 400_000
	for _, cv := range []float64{0.9, 1, 1.5, 2} {
		shape := 1 / (cv * cv)
		exact := func(s float64) float64 { return math.Pow(1+s/shape, -shape) }
		s := newSampler(Dist{Kind: "gamma", Mean: time.Hour, CV: cv}, sim.NewStream(1, 0, "test"))
		sum := 0.0
		for range n {
			sum += math.Exp(-s.draw().Hours())
		}
		tolerance := 5 * math.Sqrt((exact(2)-exact(1)*exact(1))/n)
		if got := sum / n; !(math.Abs(got-exact(1)) <= tolerance) {
			t.Errorf("variation %v: %v, want %v ± %v", cv, got, exact(1), tolerance)
		}
	}
}
