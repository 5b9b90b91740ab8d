package plan

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/rules"
)

// mustVary varies a study in a made-up world.
func mustVary(t *testing.T, cfg *model.Config, opt Options, simulate simulateFunc) *Variations {
	t.Helper()
	v, err := vary(context.Background(), cfg, usEast(t), opt, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestOtherSettings: what each open rule is set to instead, and nothing for
// rules that no key sets.
func TestOtherSettings(t *testing.T) {
	want := map[string]string{
		"queue_order": "visible random", "back_of_queue": "false", "dead_letter_at": "visible", "stale_delete": "deletes",
		"retention_in_flight": "waits", "reserved_rate_limit": "false", "throttled_batch": "drop", "mapping_backoff": "none",
		"mapping_rest": "0s 10m", "idle_pollers": "5", "batch_delete": "false", "start_transition": "true", "start_queue": "false",
		"environment_reuse": "newest",
		"timing.sqs_send":   "10ms 40ms", "timing.sqs_receive": "5ms 20ms", "timing.sqs_delete": "5ms 20ms",
		"timing.sqs_attributes": "5ms 20ms", "timing.sqs_visibility": "5ms 20ms", "timing.attributes_lag": "0s 1m",
		"timing.sfn_callback": "12.5ms 50ms", "timing.lambda_invoke": "5ms 20ms", "timing.esm_retry": "500ms 2s",
		"class.queue.duplicate_probability": "0.0001",
		"worker.cold_start":                 "lognormal median 60ms p99 200ms, lognormal median 240ms p99 800ms",
		"worker.idle_lifetime":              "7m30s 30m", "worker.log": "200B 800B",
	}
	cfg := scenario()
	before := *cfg
	for _, name := range model.Touchable() {
		r, _ := rules.Named(name)
		a := assumption(cfg, name)
		var got []string
		for _, o := range otherSettings(cfg, a.Name) {
			if o.cfg.Seed != cfg.Seed {
				t.Errorf("%s: another seed", a.Name)
			}
			got = append(got, o.setting)
		}
		sep := " "
		if a.Name == "worker.cold_start" {
			sep = ", "
		}
		if strings.Join(got, sep) != want[a.Name] {
			t.Errorf("%s: %q, want %s", a.Name, got, want[a.Name])
		}
		if fixed := r.Switch == "" && r.Key == ""; fixed != (len(got) == 0) {
			t.Errorf("%s has %d other settings", a.Name, len(got))
		}
	}
	if !reflect.DeepEqual(*cfg, before) || cfg.Classes[0].Queue.DuplicateProbability != 0 {
		t.Error("the scenario itself was changed")
	}
}

// TestOtherSettingsAreOther: from either side of a switch to the other, and no
// setting that is the present one.
func TestOtherSettingsAreOther(t *testing.T) {
	cfg := scenario()
	cfg.Assumptions = model.IdealAssumptions()
	cfg.Assumptions.MappingRest, cfg.Assumptions.IdlePollers = 0, 3
	cfg.Timing.AttributesLag, cfg.Timing.SQSSend = time.Minute, model.Dist{}
	cfg.Classes[1].Queue.DuplicateProbability = 0.5
	sample := []time.Duration{time.Second, 3 * time.Second}
	cfg.Timing.SFNCallback = model.Dist{Kind: "mixture", Parts: []model.Part{{Weight: 1, Dist: model.Dist{Kind: "empirical", File: "a.csv", Sample: sample}}}}
	for name, want := range map[string]string{
		"queue_order": "sent random", "stale_delete": "ignored", "mapping_rest": "10m", "idle_pollers": "2 5", "timing.attributes_lag": "0s",
		"timing.sqs_send": "", "class.queue.duplicate_probability": "0", "timing.sfn_callback": "half of mixture of 1 twice mixture of 1",
	} {
		var got []string
		for _, o := range otherSettings(cfg, name) {
			got = append(got, o.setting)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %s", name, got, want)
		}
	}
	twice := otherSettings(cfg, "timing.sfn_callback")[1].cfg.Timing.SFNCallback
	if got := twice.Parts[0].Dist.Sample; !slices.Equal(got, []time.Duration{2 * time.Second, 6 * time.Second}) || sample[0] != time.Second {
		t.Errorf("twice %v is %v", sample, got)
	}
}

// swayed is a world in which much depends on one assumption, a metric on
// another, and nothing on the others.
func swayed(cfg *model.Config, opt model.Options) (model.Run, bool) {
	r, ok := made(cfg, opt)
	r.Touched = []string{"queue_order", "throttled_batch", "mapping_rest", "ESM-05"}
	if cfg.Assumptions.QueueOrder == "visible" {
		r.Classes[1].Latency.Mean += 100
		r.Classes[1].Latency.P95 += 100
		for i := range r.Backlog {
			r.Backlog[i] = int64(1000 * i)
		}
		r.Drained = false
	}
	if cfg.Assumptions.MappingRest == 0 {
		r.Usage.Add(model.SQSReceive, model.CauseWork, 1e9)
	}
	return r, ok
}

func TestVary(t *testing.T) {
	cfg := scenario()
	cfg.Classes[0].Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 1}}
	cfg.Classes[1].Objective.Latency = []model.Bound{{Metric: "p95", AtMost: 20 * time.Second}}
	cfg.Asserts = []model.Assert{{Metric: "cost.total", Op: "<", Value: 100}}
	cfg.Timing.ESMRetry, cfg.Assumptions.ThrottledBatch = model.Dist{}, "drop"
	v := mustVary(t, cfg, Options{}, swayed)
	var got []string
	for _, x := range v.Varied {
		line := x.ID + " " + x.Name + " " + x.Setting + "→" + x.Other + ":"
		for _, c := range x.Changes {
			line += " " + c.Kind + " " + c.Metric + " " + c.Before + "→" + c.After + ";"
			if c.Conclusion() == (c.Kind == ChangeMetric) {
				t.Errorf("%+v", c)
			}
		}
		got = append(got, line+x.Invalid)
	}
	want := []string{
		"SQS-20 queue_order sent→visible: verdict  stable→saturated; objective classes.BATCH.latency.p95 met→not met;" +
			" metric classes.BATCH.latency.mean →; metric classes.BATCH.latency.p95 →;",
		"SQS-20 queue_order sent→random:",
		"ESM-29 throttled_batch drop→retry:timing.esm_retry: a throttled batch could be tried for ever without time passing: " +
			"set it above 0s, or assumptions.throttled_batch to \"drop\"",
		"ESM-27 mapping_rest 1m→0s: assert cost.total met→not met; metric cost.total →;",
		"ESM-27 mapping_rest 1m→10m:",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(v.Fixed) != 1 || v.Fixed[0].ID != "ESM-05" || v.Verdict != Stable || v.Base().Verdict != Stable {
		t.Errorf("fixed %+v, verdict %s", v.Fixed, v.Verdict)
	}
	if x := v.Varied[4]; x.LogHash != v.LogHash {
		t.Errorf("other seeds: log %s, want %s", x.LogHash, v.LogHash)
	}
}

// TestApart: intervals that touch are not apart, and what has no interval
// tells nothing.
func TestApart(t *testing.T) {
	for _, c := range []struct {
		a, b Estimate
		want bool
	}{
		{est(2, 1, 3), est(5, 4, 6), true},
		{est(5, 4, 6), est(2, 1, 3), true},
		{est(2, 1, 3), est(4, 3, 6), false},
		{est(2, 2, 2), est(2, 2, 2), false},
		{est(2, 2, 2), est(3, 3, 3), true},
		{Estimate{Value: ptr(1)}, est(5, 4, 6), false},
		{est(5, 4, 6), Estimate{Value: ptr(1)}, false},
	} {
		if got := apart(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: %v", c.a, c.b, got)
		}
	}
}

// TestVarySameBytes: the number of workers does not reach the document.
func TestVarySameBytes(t *testing.T) {
	var first string
	for _, workers := range []int{1, 3} {
		last := 0.0
		v := mustVary(t, scenario(), Options{Workers: workers, Progress: func(share float64) {
			if share < last || share > 1 {
				t.Errorf("progress %v after %v", share, last)
			}
			last = share
		}}, made)
		var b bytes.Buffer
		if err := v.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = b.String()
		}
		if b.String() != first || last != 1 {
			t.Errorf("%d workers: another document, or progress that ends at %v", workers, last)
		}
	}
}
