package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// TestEveryAssumptionIsDescribed: the switches are the fields of the struct, in
// its order, and everything that a run can touch has a sentence, a grade and a
// setting.
func TestEveryAssumptionIsDescribed(t *testing.T) {
	cfg := scenario()
	switches, fields := cfg.Assumptions.Switches(), reflect.TypeFor[model.Assumptions]()
	if fields.NumField() != len(switches) {
		t.Fatalf("%d switches for %d fields", len(switches), fields.NumField())
	}
	for i, s := range switches {
		if field := fields.Field(i).Name; strings.ToLower(field) != strings.ReplaceAll(s.Name, "_", "") {
			t.Errorf("switch %d is %s, its field %s", i, s.Name, field)
		}
		if a := assumption(cfg, s.Name); a.Name != s.Name || a.Setting != s.Setting {
			t.Errorf("%s: %+v", s.Name, a)
		}
	}
	for _, name := range model.Touchable() {
		a := assumption(cfg, name)
		if !strings.HasSuffix(a.Rule, ".") || a.Grade != "C" && a.Grade != "D" || a.Setting == "" || a.ID == "" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestAssumptions(t *testing.T) {
	cfg := scenario()
	cfg.Classes[1].Queue.DuplicateProbability = 0.01
	runs := []model.Run{
		{Touched: []string{"stale_delete", "SQS-23", "FN-16", "FN-18", "FN-26", "ESM-05"}},
		{Touched: []string{"queue_order", "start_queue", "timing.attributes_lag", "timing.sqs_send"}}, {},
	}
	var got []string
	for _, a := range assumptions(cfg, runs) {
		got = append(got, a.ID+" "+a.Name+"="+a.Setting)
	}
	want := []string{
		"SQS-20 queue_order=sent", "SQS-30 stale_delete=ignored", "SFN-25 start_queue=true",
		"SQS-40 timing.sqs_send=20ms", "SQS-34 timing.attributes_lag=5s",
		"SQS-23 class.queue.duplicate_probability=0, 0.01", "FN-16 worker.cold_start=lognormal median 120ms p99 400ms",
		"FN-18 worker.idle_lifetime=15m", "FN-26 worker.log=400B", "ESM-05 ESM-05=fixed",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want\n%q", got, want)
	}
}

func TestDistText(t *testing.T) {
	for _, tt := range []struct {
		d    model.Dist
		want string
	}{
		{model.Dist{}, "0s"},
		{model.Dist{Kind: "constant", Value: 20 * time.Millisecond}, "20ms"},
		{model.Dist{Kind: "lognormal", Median: 120 * time.Millisecond, P99: 400 * time.Millisecond}, "lognormal median 120ms p99 400ms"},
		{model.Dist{Kind: "gamma", Mean: time.Second, CV: 0.5}, "gamma mean 1s cv 0.5"},
		{model.Dist{Kind: "erlang", Mean: time.Second, K: 4}, "erlang mean 1s k 4"},
		{model.Dist{Kind: "empirical", File: "calls.csv"}, "empirical calls.csv"},
		{model.Dist{Kind: "mixture", Parts: make([]model.Part, 3)}, "mixture of 3"},
	} {
		if got := distText(tt.d); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
