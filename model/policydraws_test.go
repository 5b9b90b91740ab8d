package model

import (
	"testing"
	"time"

	"penstock/model/policy"
)

// A worker outside a run draws what the scenario says, each class its own.
func TestPolicyDraws(t *testing.T) {
	cfg := Default()
	cfg.Worker.Driver, cfg.Worker.LowFirst = DriverPoller, 0.25
	cfg.Policy.YieldFor = Pause{Mode: policy.Drawn, Dist: Dist{Kind: "uniform", Min: 10 * time.Second, Max: 20 * time.Second}}
	own := Dist{Kind: "constant", Value: 7 * time.Second}
	cfg.Classes = []Class{{Name: "HIGH"}, {Name: "LOW", YieldFor: &own, RetryFor: &own}}
	d, same, other := cfg.PolicyDraws(1), cfg.PolicyDraws(1), cfg.PolicyDraws(2)
	low, differ := 0, 0
	for range 1000 {
		a := d.Yield(0)
		if a < 10*time.Second || a > 20*time.Second || a != same.Yield(0) {
			t.Fatalf("drew %v", a)
		}
		if a != other.Yield(0) {
			differ++
		}
		if d.LowFirst() {
			low++
		}
	}
	if d.Yield(1) != 7*time.Second || d.Retry(1) != 7*time.Second || differ < 990 || low < 180 || low > 320 {
		t.Errorf("a class of its own draws %v; %d of 1000 differ by seed, %d go from below", d.Yield(1), differ, low)
	}
	cfg.Worker.LowFirst = 0
	if cfg.PolicyDraws(1).LowFirst != nil {
		t.Error("a sweep may go from below")
	}
}
