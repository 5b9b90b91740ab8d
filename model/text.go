package model

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// DurationText writes d as a scenario does: "6m", "1h30m", "4d", "0s". Whole
// days come first, and parts that are zero are left out.
func DurationText(d time.Duration) string {
	if d < 0 {
		if d == -d { // the least int64 has no positive counterpart
			return d.String()
		}
		return "-" + DurationText(-d)
	}
	if d < time.Minute {
		return d.String()
	}
	var b strings.Builder
	if n := d / day; n > 0 {
		b.WriteString(strconv.FormatInt(int64(n), 10) + "d")
	}
	if n := d % day / time.Hour; n > 0 {
		b.WriteString(strconv.FormatInt(int64(n), 10) + "h")
	}
	if n := d % time.Hour / time.Minute; n > 0 {
		b.WriteString(strconv.FormatInt(int64(n), 10) + "m")
	}
	if s := d % time.Minute; s > 0 {
		b.WriteString(s.String())
	}
	return b.String()
}

// SizeText writes a number of bytes as a scenario does: "4KiB", "256MiB",
// "400B", in the largest unit that keeps it whole.
func SizeText(n int64) string {
	units := []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}
	for _, u := range units {
		if n != 0 && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}

// RateText writes a rate per second as a scenario does: "20/s". Rates below
// one in ten seconds are written per minute or hour when that is whole.
func RateText(perSecond float64) string {
	if perSecond > 0 && perSecond < 0.1 {
		for _, u := range []struct {
			name    string
			seconds float64
		}{{"/min", 60}, {"/h", 3600}, {"/d", 86400}} {
			n := float64(perSecond * u.seconds)
			if n >= 1 {
				return NumberText(float64(int64(n*1e6+0.5))/1e6) + u.name
			}
		}
	}
	return NumberText(perSecond) + "/s"
}

// NumberText writes x with as few digits as give it back exactly, and with an
// exponent only where it is very large or small.
func NumberText(x float64) string {
	if a := math.Abs(x); a == 0 || a >= 1e-6 && a < 1e15 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
