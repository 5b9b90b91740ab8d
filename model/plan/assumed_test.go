package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// TestEveryAssumptionIsDescribed: the switches are the fields of the struct, in
// its order, each with its setting and a sentence.
func TestEveryAssumptionIsDescribed(t *testing.T) {
	settings := model.DefaultAssumptions()
	switches, fields := settings.Switches(), reflect.TypeFor[model.Assumptions]()
	if fields.NumField() != len(switches) {
		t.Fatalf("%d switches for %d fields", len(switches), fields.NumField())
	}
	for i, s := range switches {
		if field := fields.Field(i).Name; strings.ToLower(field) != strings.ReplaceAll(s.Name, "_", "") {
			t.Errorf("switch %d is %s, its field %s", i, s.Name, field)
		}
		a := assumption(s.Name, s.Setting)
		if !strings.HasSuffix(a.Rule, ".") || (a.Grade != "C" && a.Grade != "D") || a.Setting == "" {
			t.Errorf("%s: %+v", s.Name, a)
		}
	}
}

func TestAssumptions(t *testing.T) {
	cfg := scenario()
	cfg.Timing = model.IdealTiming()
	runs := []model.Run{{Touched: []string{"stale_delete"}}, {Touched: []string{"queue_order", "start_queue"}}, {}}
	var got []string
	for _, a := range assumptions(cfg, runs) {
		got = append(got, a.Name+"="+a.Setting)
	}
	if want := "queue_order=sent stale_delete=ignored start_queue=true"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestAssumedTimings(t *testing.T) {
	aws := model.DefaultTiming()
	for _, tt := range []struct {
		name   string
		change func(*model.Config)
		want   string
	}{
		{"lambda that yields", func(*model.Config) {}, "sqs_send sqs_receive sqs_delete sqs_attributes attributes_lag sfn_callback lambda_invoke esm_retry"},
		{"service", func(c *model.Config) { c.Worker.Driver = model.DriverPoller }, "sqs_send sqs_receive sqs_delete sqs_attributes attributes_lag sfn_callback"},
		{"no look", func(c *model.Config) { c.Policy.Kind = policy.None }, "sqs_send sqs_receive sqs_delete sfn_callback lambda_invoke esm_retry"},
		{"heartbeats", func(c *model.Config) { c.Policy.Kind, c.Policy.Heartbeat = policy.None, time.Second }, "sqs_send sqs_receive sqs_delete sqs_visibility sfn_callback lambda_invoke esm_retry"},
		{"a drawn pause", func(c *model.Config) { c.Policy.Kind, c.Policy.YieldFor.Mode = policy.None, policy.Drawn }, "sqs_send sqs_receive sqs_delete sqs_visibility sfn_callback lambda_invoke esm_retry"},
		{"ideal", func(c *model.Config) { c.Timing.Profile = "ideal" }, ""},
	} {
		cfg := scenario()
		cfg.Timing = aws
		tt.change(cfg)
		var got []string
		for _, a := range assumedTimings(cfg) {
			got = append(got, strings.TrimPrefix(a.Name, "timing."))
			if a.Grade != "D" || !strings.HasSuffix(a.Rule, ".") || a.Setting == "" {
				t.Errorf("%s: %+v", tt.name, a)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
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
