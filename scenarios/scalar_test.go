package scenarios

import (
	"math"
	"strings"
	"testing"

	"penstock/model"
)

func TestCondition(t *testing.T) {
	classes := []string{"HIGH", "BATCH"}
	for text, want := range map[string]model.Assert{
		"classes.HIGH.latency.p95<=5s":             {Metric: "classes.HIGH.latency.p95", Op: "<=", Value: 5, Text: "5s"},
		" classes.BATCH.oldest  <  1h30m ":         {Metric: "classes.BATCH.oldest", Op: "<", Value: 5400, Text: "1h30m"},
		"worker.busy>=0.5":                         {Metric: "worker.busy", Op: ">=", Value: 0.5, Text: "0.5"},
		"cost.monthly > 100":                       {Metric: "cost.monthly", Op: ">", Value: 100, Text: "100"},
		"cost.items.sqs.receive.yield.usd <= 0.01": {Metric: "cost.items.sqs.receive.yield.usd", Op: "<=", Value: 0.01, Text: "0.01"},
	} {
		if got, err := Condition(text, classes); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                                  "is no condition",
		"worker.busy":                       "is no condition",
		"worker.busy==1":                    `unknown operator "=="`,
		"worker.busy<>1":                    `unknown operator "<>"`,
		"worker.bussy<1":                    `did you mean "worker.busy"?`,
		"worker.busy<":                      "worker.busy: ",
		"worker.busy<1.5":                   "0 to 1",
		"worker.busy<-1":                    "never negative",
		"worker.busy<nan":                   "worker.busy: ",
		"worker.busy<1s":                    "is no time",
		"classes.HIGH.latency.p95<=5":       `needs a unit, for example "5s"`,
		"classes.HIGH.latency.p95<=soon":    "is no duration",
		"classes.LOW.latency.p95<=5s":       "has no metric",
		"classes.HIGH.latency.p95<=5s<=6s":  "is no duration",
		"<=5s":                              "has no metric",
		"classes.HIGH.latency.p95<=\"5s\"x": "classes.HIGH.latency.p95: ",
	} {
		if _, err := Condition(text, classes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

func TestScalar(t *testing.T) {
	s, err := Open("erp-orders")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key         string
		set         []string
		unit        string
		whole       bool
		current     float64 // NaN: none
		least, most float64
	}{
		{"worker.concurrency", nil, "", true, 10, 1, 100000},
		{"worker.concurrency", []string{"worker.concurrency=7"}, "", true, 7, 1, 100000},
		{"class.BATCH.arrivals[0].count", nil, "", true, 3000, 1, 10000000},
		{"class[2].arrivals[0].count", nil, "", true, 3000, 1, 10000000},
		{"class.*.queue.visibility_timeout", nil, "s", false, 360, 0, 43200},
		{"class.HIGH.arrivals[0].rate", nil, "/s", false, 0.5, 0, 1e6},
		{"legacy.error_rate", nil, "share", false, 0, 0, 1},
		{"class.HIGH.payload", nil, "B", true, 4096, math.NaN(), math.NaN()},
		{"legacy.service", nil, "s", false, math.NaN(), math.NaN(), math.NaN()},
		{"legacy.service.median", nil, "s", false, 0.8, math.NaN(), math.NaN()},
	} {
		got, err := s.Scalar(c.set, c.key)
		if err != nil {
			t.Errorf("%s: %v", c.key, err)
			continue
		}
		current := math.NaN()
		if got.Current != nil {
			current = *got.Current
		}
		same := func(a, b float64) bool { return a == b || math.IsNaN(b) }
		if got.Unit != c.unit || got.Whole != c.whole || !same(got.Least, c.least) || !same(got.Most, c.most) || current != c.current && !(math.IsNaN(current) && math.IsNaN(c.current)) {
			t.Errorf("%s: %q, whole %v, %v, %v to %v", c.key, got.Unit, got.Whole, current, got.Least, got.Most)
		}
	}
	for key, want := range map[string]string{
		"":                          "is no key",
		"policy.kind":               "takes no numbers",
		"name":                      "is not a value that can be varied",
		"class":                     "is not a value that can be varied",
		"worker.concurency":         `did you mean "concurrency"`,
		"class.BIG.payload":         `there is no class "BIG"`,
		"class.HIGH.arrivals.rate":  "say which one",
		"class.HIGH.queue.delay[0]": "",
	} {
		if _, err := s.Scalar(nil, key); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", key, err, want)
		}
	}
	v, _ := s.Scalar(nil, "worker.concurrency")
	if _, err := v.Value("0"); err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("0 slots: %v", err)
	}
	if x, err := v.Value("12"); x != 12 || err != nil {
		t.Errorf("12 slots: %v, %v", x, err)
	}
}
