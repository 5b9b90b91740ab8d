package scenarios

import (
	"slices"
	"testing"
)

func TestExplain(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"class.queue.delay", "class.queue.delay"},
		{"class.BATCH.queue.delay", "class.queue.delay"},
		{"class[0].queue.delay", "class.queue.delay"},
		{"class.*.queue", "class.queue"},
		{"class.BATCH", "class"},
		{"class.arrivals[2].points[0].rate", "class.arrivals.points.rate"},
		{"legacy.service.median", "distribution.median"},
		{"policy.yield_for.mean", "distribution.mean"},
		{"class.HIGH.service.parts[1].weight", "distribution.parts.weight"},
		{"class.HIGH.service.parts[1].k", "distribution.k"},
		{"distribution", "distribution"},
		{"distribution.parts", "distribution.parts"},
		{"horizon", "horizon"},
		{"horizonn", ""},
		{"worker.concurrency.min", ""},
		{"", ""},
		{"[0]", ""},
	} {
		e, ok := Explain(c.key)
		if e.Key != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", c.key, e.Key, ok)
		}
	}
}

func TestMatchAndNear(t *testing.T) {
	keys := func(list []Entry) []string {
		var keys []string
		for _, e := range list {
			keys = append(keys, e.Key)
		}
		return keys
	}
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"policy.on_*", []string{"policy.on_error", "policy.on_rejected"}},
		{"*.heartbeat", []string{"policy.heartbeat", "stepfunctions.heartbeat"}},
		{"visibility", []string{"class.queue.visibility_timeout", "timing.sqs_visibility", "faults.early_visibility"}},
		{"prices", []string{"prices", "prices.book", "prices.free_tier"}},
		{"nothing like it", nil},
	} {
		if got := keys(Match(c.pattern)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.pattern, got)
		}
	}
	for key, want := range map[string]string{
		"worker.concurency": "worker.concurrency", "class.BATCH.queue.visibility_timout": "class.queue.visibility_timeout", "retentoin": "class.queue.retention", "legacy.concurency": "legacy.concurrency",
	} {
		if got := Near(key); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}
