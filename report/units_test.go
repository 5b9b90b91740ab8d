package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"penstock/model/plan"
)

func TestMeasureValue(t *testing.T) {
	for _, c := range []struct {
		m    measure
		v    float64
		want string
	}{
		{seconds(), 0, "0s"}, {seconds(), 0.00025, "250µs"}, {seconds(), 0.0032, "3.2ms"}, {seconds(), 0.312, "312ms"},
		{seconds(), 0.9996, "1s"}, {seconds(), 4.2, "4.2s"}, {seconds(), 42.4, "42s"}, {seconds(), 59.7, "1m"},
		{seconds(), 60, "1m"}, {seconds(), 192, "3m12s"}, {seconds(), 605, "10m05s"}, {seconds(), 3599.7, "1h"},
		{seconds(), 8640, "2.4h"}, {seconds(), 100000, "28h"}, {seconds(), 267840, "3.1d"}, {seconds(), -4.2, "-4.2s"},
		{seconds(), math.NaN(), "–"}, {seconds(), math.Inf(1), "–"},
		{count(), 0, "0"}, {count(), 3.4249, "3.42"}, {count(), 34.25, "34.2"}, {count(), 342, "342"}, {count(), 999.6, "1,000"},
		{count(), 3420, "3,420"}, {count(), 9999.7, "10k"}, {count(), 12345, "12.3k"}, {count(), 999900, "1M"}, {count(), 1234567, "1.23M"}, {count(), 2.5e9, "2.5G"},
		{money(), 0, "$0"}, {money(), 0.0123, "$0.0123"}, {money(), 0.5, "$0.500"}, {money(), 1.234, "$1.23"}, {money(), 0.99999, "$1.00"},
		{money(), 12.3, "$12.30"}, {money(), 123.4, "$123"}, {money(), 12345, "$12.3k"}, {money(), -1.5, "-$1.50"},
		{share(), 0, "0%"}, {share(), 0.00034, "0.034%"}, {share(), 0.034, "3.4%"}, {share(), 0.34, "34%"}, {share(), 1, "100%"},
	} {
		if got := c.m.value(c.v); got != c.want {
			t.Errorf("value(%g) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestMeasureExact(t *testing.T) {
	for _, c := range []struct {
		m    measure
		v    float64
		want string
	}{
		{seconds(), 0, "0s"}, {seconds(), 5, "5s"}, {seconds(), 1.25, "1.25s"}, {seconds(), 0.25, "250ms"}, {seconds(), 90, "1m30s"},
		{seconds(), 90.5, "90.5s"}, {seconds(), 5400, "1.5h"}, {seconds(), 7200, "2h"}, {seconds(), 345600, "4d"},
		{money(), 250, "$250"}, {money(), 1.5, "$1.50"}, {money(), 0.0715, "$0.0715"}, {share(), 0.001, "0.1%"}, {count(), 12345, "12.345k"},
	} {
		if got := c.m.exact(c.v); got != c.want {
			t.Errorf("exact(%g) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestEstimate(t *testing.T) {
	one := plan.Estimate{Value: new(float64), N: 1}
	*one.Value = 4.2137
	for _, c := range []struct {
		m    measure
		e    plan.Estimate
		want string
	}{
		{seconds(), est(4.2137, 0.13), "4.21s ±0.13"}, {seconds(), est(0.312, 0.013), "312ms ±13"}, {seconds(), est(4.21, 0.4), "4.2s ±0.4"},
		{seconds(), est(0.9997, 0.013), "1.000s ±0.013"}, {seconds(), est(192, 8), "3m12s ±8s"}, {seconds(), est(610, 70), "10m10s ±1m10s"},
		{seconds(), est(192, 0.2), "3m12s ±1s"}, {seconds(), est(8640, 470), "2.40h ±0.13"}, {seconds(), est(12.34567, 0.00001), "12.35s ±0.01"},
		{seconds(), between(14, 19, 31), "19s [14–31]"}, {seconds(), between(100, 192, 200), "3m12s [1m40s–3m20s]"}, {seconds(), between(3, 2, 5), "2.0s [3.0–5.0]"},
		{seconds(), sure(4.2), "4.2s"}, {seconds(), one, "4.2s"}, {seconds(), missing("too few"), "–"}, {seconds(), est(0, 0.25), "0ms ±250"},
		{count(), est(12345, 130), "12.35k ±0.13"}, {count(), est(4210, 130), "4,210 ±130"}, {count(), est(4213, 0.3), "4,213.0 ±0.3"}, {count(), sure(26000), "26k"},
		{money(), est(0.0123, 0.0004), "$0.0123 ±0.0004"}, {money(), est(1.234, 0.04), "$1.23 ±0.04"}, {money(), between(190, 201, 240), "$201 [190–240]"},
		{share(), between(0, 0, 0.00005), "0% [0–0.005]"}, {count(), between(0, 0, 0.08), "0 [0–0.08]"}, {seconds(), est(2.85, 0.0196), "2.85s ±0.02"},
		{share(), est(0.62, 0.01), "62.0% ±1.0"}, {share(), est(0.341, 0.004), "34.1% ±0.4"},
		{seconds(), between(math.Inf(-1), 4, math.Inf(1)), "4s"}, {seconds(), between(math.NaN(), 4, math.NaN()), "4s"},
	} {
		if got := c.m.estimate(c.e); got != c.want {
			t.Errorf("estimate(%g) = %q, want %q", val(c.e), got, c.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		a, b float64
		want string
	}{
		{0, 5, "0%"}, {1, 0, "0%"}, {1, 5000, "<0.1%"}, {3, 1000, "0.3%"}, {34, 1000, "3.4%"}, {1, 3, "33%"}, {962, 1000, "96.2%"}, {99999, 100000, ">99.9%"}, {5, 5, "100%"},
	} {
		if got := ratio(c.a, c.b); got != c.want {
			t.Errorf("ratio(%g, %g) = %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

// Where two units meet, no figure may be written as 1,000 of the smaller one.
func TestUnitsMeet(t *testing.T) {
	for _, m := range []measure{seconds(), count(), money(), share()} {
		for v := 1e-6; v < 1e8; v *= 1.003 {
			if m.zero == "0%" && v > 1 {
				break
			}
			for _, s := range []string{m.value(v), m.write(v, 3), m.exact(v), m.estimate(est(v, v/30)), m.estimate(est(v, v/1000))} {
				first, _, _ := strings.Cut(s, " ")
				if slices.Contains([]string{"1,000ms", "1,000µs", "60s", "60m", "1h00m", "1,000k", "$1,000k", "48h"}, first) || strings.ContainsAny(s, "e+") || len(s) > 26 {
					t.Errorf("%g is written %q", v, s)
				}
			}
		}
	}
}
