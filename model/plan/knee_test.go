package plan

import (
	"math"
	"strings"
	"testing"
)

// curve makes estimates of a function, with intervals of ± half.
func curve(x []float64, half float64, f func(float64) float64) []Estimate {
	var ys []Estimate
	for _, v := range x {
		ys = append(ys, est(f(v), f(v)-half, f(v)+half))
	}
	return ys
}

func upTo(n int) (x []float64) {
	for i := range n {
		x = append(x, float64(i+1))
	}
	return x
}

// TestKnee: the knee of curves whose farthest point from the line between their
// ends is known, in all four shapes.
func TestKnee(t *testing.T) {
	ten := upTo(10)
	elbow := func(v float64) float64 { return math.Max(0, 4-v)*5 + (10-v)*0.1 } // falls, and is flat from 4 on
	for name, c := range map[string]struct {
		f    func(float64) float64
		want int
	}{
		"falls, sags":  {elbow, 3},
		"rises, sags":  {func(v float64) float64 { return elbow(11 - v) }, 6},
		"rises, domed": {func(v float64) float64 { return -elbow(v) }, 3},
		"falls, domed": {func(v float64) float64 { return -elbow(11 - v) }, 6},
	} {
		if got, why := Knee(ten, curve(ten, 0.01, c.f)); got != c.want {
			t.Errorf("%s: knee at %d, want %d; %s", name, got, c.want, why)
		}
	}
	// Figure 2 of the paper: y = -1/x + 5, whose knee is at 0.22.
	var x []float64
	for i := range 10 {
		x = append(x, float64(i)/9)
	}
	ys := curve(x, 0.001, func(v float64) float64 { return -1/(v+0.1) + 5 })
	if got, why := Knee(x, ys); got != 2 {
		t.Errorf("the example of the paper: knee at %d; %s", got, why)
	}
}

// TestNoKnee: where a knee is in doubt there is none, and the reason is told.
func TestNoKnee(t *testing.T) {
	ten := upTo(10)
	elbow := func(v float64) float64 { return math.Max(0, 4-v) * 5 }
	missing := curve(ten, 0.01, elbow)
	missing[5] = Estimate{Why: "too few"}
	for want, ys := range map[string][]Estimate{
		"more than one point may be the knee": curve(ten, 0.9, elbow),
		"too straight":                        curve(ten, 0.01, func(v float64) float64 { return 3 * v }),
		"its intervals are too wide":          curve(ten, 9, elbow),
		"flat":                                curve(ten, 0.01, func(float64) float64 { return 2 }),
		"rises and falls":                     curve(ten, 0.01, func(v float64) float64 { return (v - 4) * (v - 4) }),
		"some points have no interval":        missing,
	} {
		if got, why := Knee(ten, ys); got >= 0 || !strings.Contains(why, want) {
			t.Errorf("%s: knee at %d; %s", want, got, why)
		}
	}
	if got, why := Knee(upTo(4), curve(upTo(4), 0.01, elbow)); got >= 0 {
		t.Errorf("four points have a knee at %d; %s", got, why)
	}
	// A little noise does not count as a turn.
	noisy := curve(ten, 0.2, elbow)
	noisy[8] = est(0.05, -0.15, 0.25)
	if got, why := Knee(ten, noisy); got != 3 {
		t.Errorf("with noise: knee at %d; %s", got, why)
	}
}
