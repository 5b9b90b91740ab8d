package plan

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"penstock/model"
)

func verified() model.Config {
	c := model.Default()
	c.Horizon, c.Replications = 10*time.Minute, 3
	k := model.DefaultClass()
	k.Name = "A"
	k.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 1}}
	c.Classes = []model.Class{k}
	return c
}

func TestVerifyFindsTheSameEvents(t *testing.T) {
	c := verified()
	v, err := Verify(context.Background(), &c, Options{Workers: 2})
	if err != nil || v.Replications != 3 || v.Events < 3000 || len(v.LogHash) != 16 {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestVerifyNamesTheFirstDifference: a run that depends on how often it was
// made is caught at the very event.
func TestVerifyNamesTheFirstDifference(t *testing.T) {
	var runs atomic.Int64
	flaky := func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		n, i, log := runs.Add(1), 0, opt.Log
		opt.Log = func(e model.LoggedEvent) {
			if n > 1 && i == 100 {
				e.A++
			}
			i++
			log(e)
		}
		return model.Simulate(cfg, opt)
	}
	c := verified()
	c.Replications = 1
	_, err := verify(context.Background(), &c, Options{Workers: 1}, flaky)
	var d *Difference
	if !errors.As(err, &d) || d.Index != 100 || d.Replication != 0 || !strings.Contains(d.Error(), "at event 100: ") {
		t.Errorf("got %v", err)
	}
}

func TestCompareOfALogThatEndsEarly(t *testing.T) {
	e := model.LoggedEvent{At: 1e9}
	if d := compare([]model.LoggedEvent{e}, []model.LoggedEvent{e, e}); d == nil || d.Index != 1 || d.First != "" {
		t.Errorf("got %v", d)
	}
	if d := compare([]model.LoggedEvent{e, e}, []model.LoggedEvent{e}); d == nil || d.Second != "" {
		t.Errorf("got %v", d)
	}
	if d := compare(nil, nil); d != nil {
		t.Errorf("got %v", d)
	}
}
