package plan

import (
	"context"
	"fmt"

	"penstock/model"
)

// Difference is the first event in which two runs of one replication differ.
type Difference struct {
	Replication int
	Index       int    // of the event, from 0
	First       string // the event of the first run; "" if it had ended
	Second      string
}

// Error describes the difference.
func (d *Difference) Error() string {
	name := func(s string) string {
		if s == "" {
			return "no event"
		}
		return s
	}
	return fmt.Sprintf("replication %d differs from itself at event %d: %s, then %s", d.Replication, d.Index, name(d.First), name(d.Second))
}

// Verification is what Verify found to be the same.
type Verification struct {
	Replications int
	Events       int64
	LogHash      string
}

// Verify simulates every replication twice, first one after the other and then
// side by side on all cores, and compares event by event. Events are kept in
// memory, 24 bytes each, for as many replications as run at a time. The error is
// a *Difference if a run does not repeat.
func Verify(ctx context.Context, cfg *model.Config, opt Options) (Verification, error) {
	return verify(ctx, cfg, opt, model.Simulate)
}

func verify(ctx context.Context, cfg *model.Config, opt Options, simulate simulateFunc) (Verification, error) {
	s := &study{cfg: cfg, opt: opt, simulate: simulate}
	n := s.atFirst()
	s.progress = newProgress(opt.Progress, 2*n)
	var v Verification
	var runs []model.Run
	for first := 0; first < n; first += opt.workers() {
		wave := min(opt.workers(), n-first)
		alone, log, err := s.logged(ctx, first, wave, 1)
		if err != nil {
			return v, err
		}
		_, again, err := s.logged(ctx, first, wave, opt.workers())
		if err != nil {
			return v, err
		}
		for i := range log {
			if d := compare(log[i], again[i]); d != nil {
				d.Replication = first + i
				return v, d
			}
			v.Events += int64(len(log[i]))
		}
		runs = append(runs, alone...)
	}
	v.Replications, v.LogHash = n, logHash(runs)
	return v, nil
}

// logged runs some replications on so many workers and keeps their events.
func (s *study) logged(ctx context.Context, first, n, workers int) ([]model.Run, [][]model.LoggedEvent, error) {
	logs := make([][]model.LoggedEvent, n)
	options := make([]model.Options, n)
	for i := range options {
		options[i] = model.Options{Replication: first + i, Log: func(e model.LoggedEvent) { logs[i] = append(logs[i], e) }}
	}
	one := *s
	one.opt.Workers = workers
	out, err := one.replicate(ctx, s.cfg, options, nil)
	if err != nil {
		return nil, nil, err
	}
	runs := make([]model.Run, n)
	for i := range out {
		runs[i] = out[i].run
	}
	return runs, logs, nil
}

// compare returns the first difference of two logs, or nil.
func compare(a, b []model.LoggedEvent) *Difference {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return &Difference{Index: i, Second: b[i].String()}
		case i >= len(b):
			return &Difference{Index: i, First: a[i].String()}
		case a[i] != b[i]:
			return &Difference{Index: i, First: a[i].String(), Second: b[i].String()}
		}
	}
	return nil
}
