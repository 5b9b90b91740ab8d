package model

import (
	"math"
	"testing"
	"time"
)

func TestTextsAtTheEnds(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Minute: "1m", time.Minute - 1: "59.999999999s", time.Hour: "1h", day: "1d"} {
		if got := DurationText(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
	for x, want := range map[float64]string{0.1: "0.1/s", 0.05: "3/min", 1e-9: "1e-09/s", -0.01: "-0.01/s"} {
		if got := RateText(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
	for x, want := range map[float64]string{
		0: "0", -2.5: "-2.5", 1e-6: "0.000001", 9.5e-7: "9.5e-07", 1e14: "100000000000000", 1e15: "1e+15",
		1.25e20: "1.25e+20", math.Inf(1): "+Inf",
	} {
		if got := NumberText(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}
