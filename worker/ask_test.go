package worker

import (
	"testing"

	"penstock/model/policy"
)

// State machines retry and catch by these names: they must not change.
func TestErrorNames(t *testing.T) {
	for status, want := range map[policy.Status]string{
		policy.Rejected: "Penstock.Rejected", policy.Failed: "Penstock.Failed", policy.TimedOut: "Penstock.TimedOut",
	} {
		if got := errorName(status); got != want {
			t.Errorf("status %d: %s, want %s", status, got, want)
		}
	}
	if ErrorDead != "Penstock.DeadLetter" {
		t.Errorf("a dead letter is a %s", ErrorDead)
	}
}
