package model

import (
	"math"
	"testing"
	"time"
)

func TestTexts(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1: "1ns", 250 * time.Millisecond: "250ms", time.Second: "1s", 90 * time.Second: "1m30s",
		13 * time.Hour: "13h", 90 * time.Minute: "1h30m", 4 * day: "4d", 36 * time.Hour: "1d12h",
		day + time.Millisecond: "1d1ms", -90 * time.Second: "-1m30s", -36 * time.Hour: "-1d12h", math.MinInt64: "-2562047h47m16.854775808s",
	} {
		if got := DurationText(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0B", 1: "1B", 1024: "1KiB", 1536: "1536B", 256 << 20: "256MiB", 10 << 30: "10GiB", -1024: "-1KiB"} {
		if got := SizeText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for x, want := range map[float64]string{0: "0/s", 20: "20/s", 0.5: "0.5/s", 5.0 / 60: "5/min", 5.0 / 3600: "5/h", 1.0 / 86400: "1/d", 2e6: "2000000/s"} {
		if got := RateText(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}
