package metrics

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"penstock/worker"
)

func TestMeterTellsEverything(t *testing.T) {
	var out bytes.Buffer
	ctx := context.Background()
	m, err := New(ctx, "emf", []Class{{"HIGH", "orders-high"}, {"BATCH", "orders-batch"}}, &out)
	if err != nil {
		t.Fatal(err)
	}
	var w worker.Meter = m
	for _, name := range counted {
		w.Count(name, 1, 1)
	}
	w.Age(1, 3*time.Second)
	w.Age(1, 7*time.Second)
	w.Age(1, 5*time.Second)
	w.Depth(0, 12, 3)
	w.Took(1, 1500*time.Millisecond)
	if err := m.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]any{"HIGH": {}, "BATCH": {}}
	for _, root := range second(read(t, out.String())) {
		for k, v := range root {
			got[root["class"].(string)][k] = v
		}
	}
	for _, name := range counted {
		if got["BATCH"][string(name)] != 1.0 {
			t.Errorf("%s: %v", name, got["BATCH"][string(name)])
		}
	}
	high, batch := got["HIGH"], got["BATCH"]
	if high["queue"] != "orders-high" || batch["queue"] != "orders-batch" {
		t.Errorf("queues %v and %v", high["queue"], batch["queue"])
	}
	if batch["oldest"] != 7.0 || batch["call_seconds"] != 1.5 || high["depth"] != 12.0 || high["in_flight"] != 3.0 {
		t.Errorf("got %v", got)
	}
	if _, there := high["oldest"]; there {
		t.Error("an age of a class that received nothing")
	}

	// The next minute begins anew.
	out.Reset()
	w.Age(1, time.Second)
	if err := m.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, `"oldest":1`) || strings.Contains(text, `"depth":12`) {
		t.Errorf("got %s", text)
	}
}

func TestUnknownWayOut(t *testing.T) {
	if _, err := New(context.Background(), "statsd", nil, nil); err == nil || !strings.Contains(err.Error(), "statsd") {
		t.Errorf("got %v", err)
	}
}
