package plan

import (
	"context"
	"fmt"
	"sync/atomic"

	"penstock/model"
	"penstock/model/price"
)

// study is one Execute on its way.
type study struct {
	cfg      *model.Config
	opt      Options
	simulate simulateFunc
	bill     billFunc
	progress *progress
	warnings []string
}

// outcome is what one replication left behind.
type outcome struct {
	run    model.Run
	bill   price.Bill
	billed bool
	err    error
	seen   []seen // metrics that were asked for
}

// replicate makes one outcome for each of options, whole runs side by side, and
// returns them by index. Where runs fail, the error is that of the first by index, whichever failed
// first by the clock: indexes are handed out in order, and a failure stops only
// the runs behind it.
func (s *study) replicate(ctx context.Context, cfg *model.Config, options []model.Options, bill billFunc) ([]outcome, error) {
	n := len(options)
	out := make([]outcome, n)
	var failed atomic.Int64
	failed.Store(int64(n))
	sideBySide(n, s.opt.workers(), func(i int) bool {
		s.opt.gate.enter(s.opt.rank)
		defer s.opt.gate.leave()
		stop := func() bool { return ctx.Err() != nil || failed.Load() < int64(i) }
		if stop() {
			return false
		}
		if out[i] = s.one(cfg, options[i], bill, stop); out[i].err != nil {
			lower(&failed, int64(i))
		}
		return true
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].err != nil {
			return nil, out[i].err
		}
	}
	return out, nil
}

// lower sets a to i if that is less.
func lower(a *atomic.Int64, i int64) {
	for old := a.Load(); i < old && !a.CompareAndSwap(old, i); old = a.Load() {
	}
}

// one simulates and bills a single replication. A panic in it becomes an
// InternalError.
func (s *study) one(cfg *model.Config, opt model.Options, bill billFunc, stop func() bool) (out outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			out.err = s.internal(cfg, opt, cause)
		}
	}()
	opt.Cancelled = stop
	task := s.progress.start()
	if task != nil {
		opt.Progress = task.update
	}
	run, ok := s.simulate(cfg, opt)
	if !ok {
		if !stop() {
			panic("the run stopped although nobody cancelled it")
		}
		return outcome{}
	}
	if len(run.Classes) != len(cfg.Classes) {
		panic(fmt.Sprintf("the run has %d classes, the scenario %d", len(run.Classes), len(cfg.Classes)))
	}
	out.run = run
	if bill != nil && run.Metered > 0 {
		out.bill, out.err = bill(&run.Usage, price.Options{
			FreeTier: cfg.Prices.FreeTier, Horizon: run.Metered, Architecture: cfg.Worker.Architecture,
		})
		out.billed = true
		if out.err != nil {
			out.err = fmt.Errorf("bill of replication %d: %w", opt.Replication, out.err)
		}
	}
	if task != nil {
		task.update(1)
	}
	return out
}
