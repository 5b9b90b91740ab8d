package model

import (
	"slices"
	"strings"
)

// Metric is one number of the result: what an assert may bound and the planner
// may minimise.
type Metric struct {
	Path string // "classes.HIGH.latency.p95"
	Unit Unit
}

// Unit is what a metric is measured in.
type Unit string

// The units of metrics.
const (
	Seconds Unit = "s"
	Count   Unit = ""      // tasks, calls, slots, or times per message
	Share   Unit = "share" // 0..1
	USD     Unit = "USD"
)

// MetricPaths lists every metric of a result with the given classes, in the
// order in which the result holds them, but for the lines of the bill.
func MetricPaths(classes []string) []Metric {
	var list []Metric
	add := func(u Unit, prefix string, names ...string) {
		for _, n := range names {
			list = append(list, Metric{prefix + n, u})
		}
	}
	for _, c := range classes {
		p := "classes." + c + "."
		add(Count, p, "arrived", "completed", "failed", "timed_out", "dead_lettered", "expired", "unfinished")
		add(Share, p, "failed_share", "dead_lettered_share", "timed_out_share")
		add(Seconds, p+"latency.", "mean", "p50", "p90", "p95", "p99", "max")
		add(Seconds, p+"latency_completed.", "mean", "p50", "p90", "p95", "p99", "max")
		add(Seconds, p+"wait.", "mean", "sd", "p50", "p90", "p95", "p99")
		add(Seconds, p+"legacy_wait.", "mean", "p50", "p90", "p95", "p99")
		add(Seconds, p+"wait_parts.", "queued", "yielded", "throttled", "backoff", "cold_start", "legacy", "callback", "other")
		add(Count, p, "receives_per_message", "yields_per_message")
		add(Share, p, "waited", "legacy_waited", "escalated")
		add(Count, p, "duplicate_calls")
		add(Seconds, p, "oldest")
		add(Count, p, "depth_mean", "depth_max", "in_flight_mean", "in_flight_max", "dead_letters_mean")
		add(Share, p, "visible_share")
	}
	add(Count, "worker.", "invocations", "throttles", "cold_starts", "timeouts")
	add(Share, "worker.", "cold_start_share", "busy", "at_limit")
	add(Count, "worker.", "concurrency_mean", "concurrency_max", "idle_mean")
	add(Count, "legacy.", "calls", "rejected", "errors", "timeouts", "orphan_calls")
	add(Share, "legacy.", "rejected_share", "utilization", "at_limit", "idle", "slowed")
	add(Count, "legacy.", "in_flight_mean", "in_flight_max")
	add(Count, "stepfunctions.", "started", "retried")
	add(Seconds, "stepfunctions.", "start_delay_mean", "start_delay_max")
	add(Count, "stepfunctions.", "callbacks_refused", "callbacks_throttled")
	add(USD, "cost.", "total", "monthly", "per_thousand_completed")
	return list
}

// FindMetric returns the metric with the given path in a result with the given
// classes. Where there is none, nearest is the path that was probably meant,
// or "".
func FindMetric(classes []string, path string) (m Metric, nearest string, ok bool) {
	all := MetricPaths(classes)
	var siblings []string
	for _, m := range all {
		if m.Path == path {
			return m, "", true
		}
		siblings = append(siblings, m.Path)
	}
	if m, ok := billLine(path); ok {
		return m, "", true
	}
	return Metric{}, nearestPath(path, siblings), false
}

// billLine returns the metric of a line of the bill, such as
// "cost.items.sqs.receive.yield.usd": service, item and cause.
func billLine(path string) (Metric, bool) {
	for m := range NumMeters {
		for c := range NumCauses {
			switch line := "cost.items." + m.Service() + "." + m.Item() + "." + c.String(); path {
			case line + ".quantity":
				return Metric{path, Count}, true
			case line + ".usd":
				return Metric{path, USD}, true
			}
		}
	}
	return Metric{}, false
}

// nearestPath compares part by part, so that "classes.BATC.latency.p95" leads
// to the class that was meant and not to a metric with fewer letters to change.
func nearestPath(path string, paths []string) string {
	parts := strings.Split(path, ".")
	found := ""
	for i, part := range parts {
		var names []string
		for _, p := range paths {
			rest, inside := strings.CutPrefix(p, found)
			if name, _, _ := strings.Cut(rest, "."); inside {
				names = append(names, name)
			}
		}
		name := part
		if !slices.Contains(names, part) {
			name = Nearest(part, names)
		}
		if name == "" {
			return ""
		}
		found += name
		if slices.Contains(paths, found) {
			if i == len(parts)-1 {
				return found
			}
			return ""
		}
		found += "."
	}
	return ""
}
