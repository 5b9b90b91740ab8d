package plan

import (
	"context"
	"fmt"
	"sync"

	"penstock/model"
	"penstock/model/price"
)

// A SweepStudy returns the scenario of a point, ready to run, and its prices.
type SweepStudy func(point int) (*model.Config, *price.Book, error)

// RunSweep runs the study of each of points, with the runs of all of them in
// one pool: while the last replications of a point are on their way, the first
// of the next begin. keep is told each result when it is there, from one
// goroutine at a time and in no fixed order; the results depend neither on that
// order nor on the number of workers.
//
// The error is ctx.Err() if ctx ended the sweep, else one that load, a study or
// keep returned, which ends it too. What was kept stays kept.
func RunSweep(ctx context.Context, points []int, load SweepStudy, opt Options, keep func(point int, r *Result) error) error {
	return runSweep(ctx, points, load, opt, keep, model.Simulate)
}

func runSweep(ctx context.Context, points []int, load SweepStudy, opt Options, keep func(int, *Result) error, simulate simulateFunc) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &sweepRun{load: load, opt: opt, keep: keep, simulate: simulate, shares: make([]float64, len(points))}
	s.opt.gate, s.opt.Trace = newGate(opt.workers()), nil
	// Enough studies are open for every worker to find a run, even where each
	// has but one left.
	open := make(chan struct{}, opt.workers()+1)
	errs := make([]error, len(points))
	var wg sync.WaitGroup
	for i, point := range points {
		open <- struct{}{}
		if within.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-open }()
			if errs[i] = guarded(func() error { return s.study(within, i, point) }); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil && within.Err() != err { // those that another error cancelled say nothing
			return err
		}
	}
	return nil
}

// sweepRun is one RunSweep on its way.
type sweepRun struct {
	load     SweepStudy
	opt      Options
	keep     func(int, *Result) error
	simulate simulateFunc

	mu     sync.Mutex
	shares []float64 // how far each point is
	done   float64   // their sum
}

// study runs the i-th point and hands its result over.
func (s *sweepRun) study(ctx context.Context, i, point int) error {
	cfg, book, err := s.load(point)
	if err != nil {
		return err
	}
	opt := s.opt
	opt.rank = i
	if s.opt.Progress != nil {
		opt.Progress = func(share float64) { s.progress(i, share) }
	}
	var bill billFunc
	if book != nil {
		if err := CheckPrices(cfg, book); err != nil {
			return err
		}
		bill = book.Bill
	}
	r, err := execute(ctx, cfg, bill, opt, s.simulate)
	if err != nil {
		if ctx.Err() == nil {
			err = fmt.Errorf("point %d: %w", point, err)
		}
		return err
	}
	r.Plots = Plots{} // the largest part of a result, which no sweep keeps
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keep(point, r)
}

// progress reports the share of all points that is done.
func (s *sweepRun) progress(i int, share float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done += share - s.shares[i]
	s.shares[i] = share
	s.opt.Progress(min(1, s.done/float64(len(s.shares))))
}
