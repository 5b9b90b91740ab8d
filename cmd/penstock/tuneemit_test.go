package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"penstock/model/plan"
	"penstock/scenarios"
)

// TestTuneEmitInterrupted: after an interruption nothing is emitted, and that is said.
func TestTuneEmitInterrupted(t *testing.T) {
	var errs bytes.Buffer
	c := &tuneCommand{Emit: []string{"env"}, Out: t.TempDir()}
	outcome := c.emit(context.Background(), streams{io.Discard, &errs}, scenarios.Source{}, &plan.Tuning{Interrupted: true}, errExit(exitInternal))
	if outcome != errExit(exitInternal) || !strings.Contains(errs.String(), "--emit writes nothing, since the tuning was interrupted") {
		t.Errorf("%v: %s", outcome, errs.String())
	}
}
