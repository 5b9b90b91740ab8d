package model

import (
	"testing"
	"time"
)

// TestAnyFault: one fault of any kind is something to inject.
func TestAnyFault(t *testing.T) {
	if (&Faults{Until: time.Hour}).Any() {
		t.Error("no fault is something to inject")
	}
	for name, f := range map[string]Faults{
		"a share": {Poison: 0.001}, "a clock ahead": {ClockAhead: 1}, "a clock behind": {ClockBehind: 1},
		"a redrive": {Redrives: make([]Redrive, 1)}, "a change of policy": {Policies: make([]PolicyChange, 1)},
	} {
		if !f.Any() {
			t.Errorf("%s is nothing", name)
		}
	}
}
