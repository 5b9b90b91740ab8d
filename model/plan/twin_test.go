package plan

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/scenarios"
)

// partOf returns a reference scenario that counts so small a part of its time.
func partOf(t *testing.T, name string, part time.Duration) model.Config {
	t.Helper()
	source, err := scenarios.Open("reference/" + name)
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := source.Load(nil)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	cfg.Horizon = cfg.Warmup.For + (cfg.Horizon-cfg.Warmup.For)/part
	cfg.Replications, cfg.Asserts = 20, nil
	return cfg
}

func twinOf(t *testing.T, cfg *model.Config, simulate simulateFunc) *Result {
	t.Helper()
	r, err := execute(context.Background(), cfg, nil, Options{}, simulate)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func agreeing(r *Result, agrees string) (paths []string) {
	for _, row := range r.Twin.Rows {
		if row.Agrees == agrees {
			paths = append(paths, row.Metric)
		}
	}
	return paths
}

// TestTwinAgrees runs ideal systems of every kind that has a formula, and holds
// the twin to them: it is two answers to one question that share no code.
func TestTwinAgrees(t *testing.T) {
	for _, c := range []struct {
		name  string
		exact int // rows of exact formulas, at least
	}{
		{"MM1-03", 9}, {"MM1-01-timeout", 3}, {"MMC-05", 10}, {"MG1-03", 5}, {"MG1-07", 5}, {"MDC-01", 4},
		{"MPHC-03", 2}, {"GIM-01", 9}, {"MX-01", 4}, {"PRI-03", 20}, {"PRG-01", 8}, {"ERLA-01", 5}, {"ERLD-01", 4},
		{"ERLB-03", 4}, {"MMCK-03", 4}, {"PS-03", 4}, {"SLOW-03", 5}, {"RT1-01", 4}, {"SU-01", 3}, {"FW-01", 2},
		{"Y0-05", 7}, {"YA-01", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := partOf(t, c.name, 50)
			r := twinOf(t, &cfg, model.Simulate)
			exact := 0
			for _, row := range r.Twin.Rows {
				if row.Exact {
					exact++
				}
				if row.Agrees != Agrees {
					t.Errorf("%s: %s says %v ± %v, simulated %v (%s)", row.Metric, row.Method, row.Value, row.Error, deref(row.Simulated.Value), row.Agrees)
				}
			}
			if exact < c.exact {
				t.Errorf("%d rows of exact formulas, want %d or more; without one: %s", exact, c.exact, r.Twin.Why)
			}
		})
	}
}

func deref(x *float64) float64 {
	if x == nil {
		return -1
	}
	return *x
}

// TestTwinFlagsABrokenServiceLaw lets the simulator work by another law than the
// scenario says: the twin must notice.
func TestTwinFlagsABrokenServiceLaw(t *testing.T) {
	constant := func(d *model.Dist) { *d = model.Dist{Kind: "constant", Value: d.Mean} }
	slower := func(d *model.Dist) { d.Mean += d.Mean / 20 }
	wider := func(d *model.Dist) { d.CV *= 1.3 }
	for _, c := range []struct {
		name, scenario string
		breakLaw       func(*model.Dist)
		flagged        string
	}{
		{"constant, not exponential", "MM1-03", constant, "classes.Q.wait.mean"},
		{"5 % slower", "MMC-05", slower, "legacy.in_flight_mean"},
		{"5 % slower behind priorities", "PRI-03", slower, "classes.L.wait.mean"},
		{"wider, with the same mean", "MG1-03", wider, "classes.Q.wait.mean"},
		{"5 % slower where calls are lost", "ERLB-01", slower, "legacy.in_flight_mean"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := partOf(t, c.scenario, 20)
			r := twinOf(t, &cfg, func(cfg *model.Config, opt model.Options) (model.Run, bool) {
				other := *cfg
				c.breakLaw(&other.Legacy.Service)
				return model.Simulate(&other, opt)
			})
			if no := agreeing(r, Disagrees); !slices.Contains(no, c.flagged) {
				t.Errorf("flagged are %q, want %s among them", no, c.flagged)
			}
			warned := func(w string) bool { return strings.HasPrefix(w, c.flagged+" is ") }
			if !slices.ContainsFunc(r.Warnings, warned) {
				t.Errorf("the warnings are %q", r.Warnings)
			}
		})
	}
}

// TestTwinOfShippedScenarios pins which of them have a formula, and that the
// others say why not.
func TestTwinOfShippedScenarios(t *testing.T) {
	for _, c := range []struct{ name, why, row string }{
		{"minimal", "", "classes.ONLY.wait.mean"},
		{"shared-lanes", "class NORMAL: no formula holds for messages that give way", "classes.HIGH.wait.mean"},
		{"erp-orders", `class NORMAL: arrivals of kind "schedule" change over time`, ""},
		{"closed-loop", "class CLERKS: a closed load depends on the waits", ""},
		{"outage-recovery", "an outage is no steady state", ""},
		{"short-visibility", "class ONLY: calls longer than the visibility timeout of 30s are made twice", ""},
		{"rate-limit", "calls that a rate limit refuses have no formula", ""},
		{"orphans", `class ORDERS: arrivals of kind "burst" change over time`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			source, err := scenarios.Open(c.name)
			if err != nil {
				t.Fatal(err)
			}
			cfg, _ := source.Load(nil)
			cfg.Asserts = nil
			if c.row == "" { // nothing to compare: one short run will do
				cfg.Horizon, cfg.Replications, cfg.Study, cfg.Drain = time.Hour, 1, model.Terminating, model.Drain{}
			}
			r := twinOf(t, &cfg, model.Simulate)
			if !strings.HasPrefix(r.Twin.Why, c.why) || c.why == "" && r.Twin.Why != "" {
				t.Errorf("why is %q, want %q", r.Twin.Why, c.why)
			}
			yes := agreeing(r, Agrees)
			if len(yes) != len(r.Twin.Rows) || c.row != "" && !slices.Contains(yes, c.row) || c.row == "" && len(yes) > 0 {
				t.Errorf("of %d rows agree %q", len(r.Twin.Rows), yes)
			}
		})
	}
}
