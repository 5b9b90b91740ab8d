package model

import (
	"strings"
	"testing"
)

// TestMetricPaths counts the metrics and looks each of them up.
func TestMetricPaths(t *testing.T) {
	classes := []string{"HIGH", "BATCH"}
	seen := map[string]bool{}
	for _, m := range MetricPaths(classes) {
		if seen[m.Path] {
			t.Errorf("%s is listed twice", m.Path)
		}
		seen[m.Path] = true
		if got, _, ok := FindMetric(classes, m.Path); !ok || got != m {
			t.Errorf("%s: %+v, %v", m.Path, got, ok)
		}
	}
	for path, unit := range map[string]Unit{
		"classes.HIGH.completed": Count, "classes.BATCH.latency.p99": Seconds, "classes.HIGH.escalated": Share,
		"classes.HIGH.wait_parts.cold_start": Seconds, "legacy.utilization": Share, "classes.HIGH.oldest": Seconds, "cost.monthly": USD,
		"cost.items.sqs.receive.yield.usd": USD, "cost.items.sqs.receive.yield.quantity": Count,
	} {
		if m, _, ok := FindMetric(classes, path); !ok || m.Unit != unit {
			t.Errorf("%s: %+v, %v", path, m, ok)
		}
	}
}

func TestNearestMetric(t *testing.T) {
	for path, want := range map[string]string{
		"classes.BATC.latency.p95":  "classes.BATCH.latency.p95",
		"clases.HIGH.latency.p95":   "classes.HIGH.latency.p95",
		"classes.HIGH.latancy.p95":  "classes.HIGH.latency.p95",
		"classes.HIGH.wait.p96":     "classes.HIGH.wait.p90",
		"worker.throtles":           "worker.throttles",
		"cost.montly":               "cost.monthly",
		"classes.HIGH.latency":      "",
		"classes.HIGH.arrived.mean": "",
		"":                          "",
		"nothing.of.the.kind":       "",
	} {
		_, near, ok := FindMetric([]string{"HIGH", "BATCH"}, path)
		if ok || near != want {
			t.Errorf("%q: %q, %v", path, near, ok)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"concurrency", "call_timeout", "timeout", "memory", "p95", "p99", "visible", "visible+inflight"}
	for word, want := range map[string]string{
		"concurency": "concurrency", "CONCURRENCY": "concurrency", "conc": "concurrency", "tiemout": "timeout",
		"timeouts": "timeout", "memry": "memory", "p96": "p95", "visible+in-flight": "visible+inflight",
		"visible_inflight": "visible+inflight", "xyz": "", "": "", "c": "", strings.Repeat("concurrency", 9): "",
	} {
		if got := Nearest(word, keys); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "acb", 1}, {"abcd", "badc", 2}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := editDistance(c.a, c.b); got != c.want || editDistance(c.b, c.a) != got {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
