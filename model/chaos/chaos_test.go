package chaos

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"penstock/scenarios"
)

const someSeeds = 600

// A few hundred seeds are safe, and reach all there is: every key and every word
// of the schema, every event of a trace and every fault.
func TestSeedsAreSafeAndReachEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred runs")
	}
	r, err := Run(context.Background(), nil, Options{From: 1, Seeds: someSeeds})
	if err != nil || r.Done != someSeeds {
		t.Fatalf("%d seeds done: %v", r.Done, err)
	}
	for _, f := range r.Found {
		t.Errorf("seed %d and %d more: %s: %s\n%s", f.Seed, f.Seeds-1, f.Rule, f.Detail, f.Document)
	}
	keys, words := drawable()
	for _, k := range keys {
		if r.Coverage.Keys[k] == 0 {
			t.Errorf("no scenario has %s", k)
		}
	}
	for _, w := range words {
		if r.Coverage.Words[w] == 0 {
			t.Errorf("no scenario has %s", w)
		}
	}
	for _, e := range []string{"started", "sent", "received", "looked", "yielded", "escalated", "called", "answered", "callback", "deleted",
		"visible", "throttled", "dead_lettered", "retention_expired", "task_timed_out", "heartbeat_missed", "retried", "finished", "redriven", "visibility_changed"} {
		if r.Coverage.Events[e] < 10 {
			t.Errorf("%s happened %d times", e, r.Coverage.Events[e])
		}
	}
	timed := map[string]bool{"faults.until": true, "faults.restart": true, "faults.clock_ahead": true, "faults.clock_behind": true}
	for _, e := range scenarios.Keys() {
		if name := e.Key[min(len(e.Key), len("faults.")):]; directly("faults", e.Key) && e.Type != scenarios.Tables && !timed[e.Key] && r.Coverage.Events["fault "+name] < 10 {
			t.Errorf("fault %s struck %d times", name, r.Coverage.Events["fault "+name])
		}
	}
}

// The report does not depend on the number of workers, and tells of what was
// done when it is cut short.
func TestReportsRepeat(t *testing.T) {
	var reports []*Report
	for _, workers := range []int{1, 3} {
		r, err := Run(context.Background(), nil, Options{From: 40, Seeds: 12, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if !reflect.DeepEqual(reports[0], reports[1]) {
		t.Error("one worker and three report differently")
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Run(ctx, nil, Options{From: 1, Seeds: 50, Workers: 1, Progress: func(share float64) {
		if share > 0.1 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || r.Done < 5 || r.Done > 8 {
		t.Errorf("%d seeds done: %v", r.Done, err)
	}
}

// What fails only by one key of many is shrunk to that key.
func TestShrink(t *testing.T) {
	fails := func(doc table) (string, int) {
		classes, _ := doc["class"].([]any)
		if n, ok := at(doc, "worker", "concurrency").(int64); ok && n >= 3 && len(classes) >= 2 {
			return "too wide", 10
		}
		return "", 10
	}
	for seed := range uint64(200) {
		doc := draw(seed)
		if rule, _ := fails(doc); rule == "" {
			continue
		}
		small, done := shrink(doc, "too wide", fails)
		want := table{"worker": table{"concurrency": int64(3)}, "replications": int64(1), "seed": int64(seed), "class": []any{table{}, table{}}}
		if !done || !reflect.DeepEqual(small, want) {
			t.Fatalf("seed %d is shrunk to\n%s", seed, write(small))
		}
	}
}

// A failure whose runs are too dear to be shrunk to the end is said to be
// unfinished, in the file and on the screen.
func TestShrinkUnfinished(t *testing.T) {
	doc := draw(3)
	tries := 0
	small, done := shrink(doc, "dear", func(table) (string, int) {
		tries++
		return "", shrinkBudget / 10
	})
	if done || tries > 11 || !reflect.DeepEqual(small, doc) {
		t.Errorf("done %v after %d tries", done, tries)
	}
	for _, unfinished := range []bool{false, true} {
		f := Found{Seed: 3, Failure: Failure{Rule: "a rule", Detail: "found so"}, Document: []byte("seed = 3\n"), Unfinished: unfinished, File: "chaos-3.toml"}
		var screen bytes.Buffer
		r := Report{Found: []Found{f}}
		if err := r.WriteText(&screen); err != nil {
			t.Fatal(err)
		}
		head := strings.Join(strings.Fields(string(f.Text("chaos-3.toml"))), " ")
		if got := strings.Contains(head, "not to the end"); got != unfinished {
			t.Errorf("unfinished %v: %s", unfinished, head)
		}
		if got := strings.Contains(screen.String(), "not to the end"); got != unfinished {
			t.Errorf("unfinished %v: %s", unfinished, &screen)
		}
	}
}
