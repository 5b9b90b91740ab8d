package plan

import (
	"testing"

	"penstock/model"
)

// TestIdleEnvironments: how many are idle has an interval as its neighbours
// have; a service has none, which is not a mean of nothing.
func TestIdleEnvironments(t *testing.T) {
	runs := make([]model.Run, 4)
	for i := range runs {
		runs[i].Worker.IdleMean = float64(1 + i)
	}
	e := newEstimator(runs, 0.95)
	got := e.worker(model.DriverLambda).IdleMean
	checkFigure(t, "mean of 1 to 4", got.Value, 2.5)
	if got.Low == nil || got.High == nil || !(*got.Low < 2.5 && *got.High > 2.5) || got.N != 4 {
		t.Errorf("no interval around 2.5 of 4 runs: %+v", got)
	}
	if s := e.worker(model.DriverPoller).IdleMean; s.Value != nil || s.Why == "" || s.N != 4 {
		t.Errorf("a service: %+v", s)
	}
}
