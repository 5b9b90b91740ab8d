package scenarios

import (
	"testing"
	"time"

	"penstock/model"
)

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0s": 0, "250ms": 250 * ms, "6m": 6 * time.Minute, "1h30m": 90 * time.Minute, "4d": 96 * time.Hour,
		"1d12h": 36 * time.Hour, "1.5h": 90 * time.Minute, "0.5d": 12 * time.Hour, "1us": time.Microsecond,
		"1µs": time.Microsecond, ".5s": 500 * ms, "3660d": model.Longest,
	} {
		if got, wrong := parseDuration(s); wrong != "" || got != want {
			t.Errorf("%s: %v, %s", s, got, wrong)
		}
	}
	for _, s := range []string{"", "s", "5", "5 s", "5x", "1e3s", "+5s", "--5s", "5s3", "1..5s", ".s", "5S", "1d1", "\x00", "3660d1ns", "99999999999999999999d"} {
		if got, wrong := parseDuration(s); wrong == "" {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func TestRates(t *testing.T) {
	for s, want := range map[string]float64{"20/s": 20, "300/min": 5, "5/h": 5.0 / 3600, "86400/d": 1, "0.5/s": 0.5, "0/s": 0} {
		if got, wrong := parseRate(s); wrong != "" || got != want {
			t.Errorf("%s: %v, %s", s, got, wrong)
		}
	}
	for _, s := range []string{"", "/s", "5", "5/", "5/m", "5 /s", "1e3/s", "-5/s", "inf/s", "nan/s", "5/s/s", "0x10/s"} {
		if got, wrong := parseRate(s); wrong == "" {
			t.Errorf("%q is %v", s, got)
		}
	}
}

// TestSizes: M is 2^20 with and without the i, as AWS means it.
func TestSizes(t *testing.T) {
	for s, want := range map[string]int64{"0B": 0, "400B": 400, "4KiB": 4096, "4KB": 4096, "256MB": 256 << 20, "256MiB": 256 << 20, "1GB": 1 << 30, "0.5KiB": 512} {
		if got, wrong := parseSize(s); wrong != "" || got != want {
			t.Errorf("%s: %v, %s", s, got, wrong)
		}
	}
	for _, s := range []string{"", "KiB", "5", "5 KiB", "5kb", "5K", "0.1B", "-5B", "5TiB", "99999999GiB", "5KiB1"} {
		if got, wrong := parseSize(s); wrong == "" {
			t.Errorf("%q is %v", s, got)
		}
	}
}

// TestNumberAndText: a sweep gets numbers out of values and values out of
// numbers.
func TestNumberAndText(t *testing.T) {
	for _, c := range []struct {
		key, value string
		number     float64
	}{
		{"class.queue.visibility_timeout", "1h30m", 5400},
		{"class.queue.visibility_timeout", "100ms", 0.1},
		{"class.queue.visibility_timeout", "570ms", 0.57}, // 569,999,999.9 ns as a float
		{"class.arrivals.rate", "2.5/s", 2.5},
		{"class.arrivals.rate", "2000000/s", 2e6},
		{"worker.memory", "512MiB", 512 << 20},
		{"worker.concurrency", "8", 8},
		{"legacy.backlog", "10000000", 1e7},
		{"legacy.error_rate", "0.25", 0.25},
	} {
		e, _ := Explain(c.key)
		x, err := e.Number(c.value)
		if err != nil || x != c.number || e.Text(x) != c.value {
			t.Errorf("%s = %s: %v, %v, %s", c.key, c.value, x, err, e.Text(x))
		}
	}
	for key, value := range map[string]string{"policy.kind": "yield", "policy.check_token": "true", "worker.timeout": "5", "worker.concurrency": "x"} {
		e, _ := Explain(key)
		if x, err := e.Number(value); err == nil {
			t.Errorf("%s = %s is %v", key, value, x)
		}
	}
}
