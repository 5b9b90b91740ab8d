package plan

import (
	"context"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// TestTuneClosestOfTheLost: where a what-if lets no task finish, every setting is as
// far beyond its bound: what else they break decides, then the cost, and nobody is
// called worse.
func TestTuneClosestOfTheLost(t *testing.T) {
	cfg, space := slotProblem(5.5, 12)
	out := WhatIf{Name: "outage", Apply: func(c *model.Config) { c.Legacy.Service.Value = 0 }}
	lost := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		broken := cfg.Legacy.Service.Value == 0
		if broken {
			changed := *cfg
			changed.Legacy.Service.Value = 1e9
			cfg = &changed
		}
		r, ok := slots(cfg, opt)
		if ok && broken {
			r.Classes[0].Latency.P95 = 86400
		}
		return r, ok
	}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{WhatIfs: []WhatIf{out}}, lost)
	if got.Outcome != TournamentNone || got.Best.Settings["worker.concurrency"] != "8" {
		t.Fatalf("%s %+v: 8 is the cheapest that breaks its bound under the outage alone", got.Outcome, got.Best)
	}
	if !strings.Contains(got.Why, "under outage by a factor") || !strings.Contains(got.Why, "as close by that measure") {
		t.Errorf("why: %s", got.Why)
	}
	for _, o := range got.Others {
		if o.Standing != StandsEqual || !strings.Contains(o.Lost, "is as close") {
			t.Errorf("%+v", o)
		}
	}
}

// TestTuneJoint: two objectives that no setting keeps: no relaxation of one would
// do, that of both is told, each with its interval and the what-if where it is worst.
func TestTuneJoint(t *testing.T) {
	cfg, space := slotProblem(0.5, 40)
	cfg.Classes[1].Objective.Latency = []model.Bound{{Metric: "p95", AtMost: 100 * time.Millisecond}}
	slow := WhatIf{Name: "service+100%", Apply: func(c *model.Config) { c.Legacy.Service.Value *= 2 }}
	got := mustTune(t, context.Background(), cfg, space, TuneOptions{WhatIfs: []WhatIf{slow}}, slots)
	if got.Outcome != TournamentNone || len(got.Obstacles) != 2 || len(got.Joint) != 2 {
		t.Fatalf("%s %+v %+v", got.Outcome, got.Obstacles, got.Joint)
	}
	for i, metric := range []string{"classes.HIGH.latency.p95", "classes.BATCH.latency.p95"} {
		o := got.Joint[i]
		if o.Metric != metric || o.WhatIf != slow.Name || o.Value.Low == nil || o.Settings["worker.concurrency"] != "40" {
			t.Errorf("%+v", o)
			continue
		}
		near(t, metric, *o.Relaxed, 2, 0.02)
	}
}
