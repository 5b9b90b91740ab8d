package plan

import (
	"context"
	"fmt"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// Execute runs the replications that cfg asks for, side by side, and returns
// what they say. The result depends on cfg, book and opt.Version alone: neither
// on the number of workers nor on the machine.
//
// cfg must have passed Validate and is not changed; the result keeps it for the
// plots. A nil book leaves every cost without a value. In a steady study with
// an automatic warm-up, pilot runs measure the warm-up first; they are not part
// of the result.
//
// The error is ctx.Err() if ctx ended the study, an *InternalError if the
// program failed, and otherwise says what is wrong with an assert or the price
// book. There is no partial result.
func Execute(ctx context.Context, cfg *model.Config, book *price.Book, opt Options) (*Result, error) {
	var bill billFunc
	if book != nil {
		if err := CheckPrices(cfg, book); err != nil {
			return nil, err
		}
		bill = book.Bill
	}
	return execute(ctx, cfg, bill, opt, model.Simulate)
}

func execute(ctx context.Context, cfg *model.Config, bill billFunc, opt Options, simulate simulateFunc) (*Result, error) {
	if err := checkAsserts(cfg); err != nil {
		return nil, err
	}
	s := &study{cfg: cfg, opt: opt, simulate: simulate, bill: bill}
	n := s.replications()
	s.progress = newProgress(opt.Progress, n+s.pilots(n))
	warmup, err := s.warmup(ctx, n)
	if err != nil {
		return nil, err
	}
	options := make([]model.Options, n)
	for i := range options {
		options[i] = model.Options{Replication: i, Warmup: warmup, Unchecked: opt.Unchecked}
	}
	options[0].Trace = opt.Trace
	out, err := s.replicate(ctx, cfg, options, bill)
	if err != nil {
		return nil, err
	}
	r, err := s.result(out, warmup)
	if err != nil {
		return nil, err
	}
	s.progress.finish()
	return r, nil
}

// replications returns how many runs the study has.
func (s *study) replications() int {
	if s.cfg.Replications > 0 {
		return s.cfg.Replications
	}
	s.warn("replications is not set: %d were run, and [precision] does not add more yet", defaultReplications)
	return defaultReplications
}

// warn keeps a warning for the result.
func (s *study) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// result reduces the outcomes, in the order of their indexes.
func (s *study) result(out []outcome, warmup time.Duration) (*Result, error) {
	cfg := s.cfg
	hash, err := ConfigHash(cfg)
	if err != nil {
		return nil, err
	}
	runs := make([]model.Run, len(out))
	for i := range out {
		runs[i] = out[i].run
	}
	e := newEstimator(runs, cfg.Precision.Confidence)
	r := &Result{
		Scenario: cfg.Name, Seed: cfg.Seed, ConfigHash: hash, LogHash: logHash(runs),
		Version: s.opt.Version, Study: string(cfg.Study), Replications: len(runs),
		Confidence: round9(e.confidence), WarmupS: round9(warmup.Seconds()), HorizonS: round9(cfg.Horizon.Seconds()),
		Classes: map[string]*Class{}, ClassOrder: []string{},
		Worker: e.worker(), Legacy: e.legacy(), StepFunctions: e.steps(),
		Cost:        e.cost(out, cfg.Prices.Book, s.bill != nil),
		Assumptions: assumptions(cfg, runs), Warnings: s.warnings,
		Plots: plots(cfg, runs),
	}
	if r.Version == "" {
		r.Version = BuildVersion()
	}
	for i, c := range cfg.Classes {
		r.Classes[c.Name] = e.class(i)
		r.ClassOrder = append(r.ClassOrder, c.Name)
	}
	r.Verdict, r.VerdictWhy = e.verdict(cfg.Study, cfg.Horizon-warmup)
	if r.Twin, err = s.twin(r, warmup); err != nil {
		return nil, err
	}
	r.Warnings = append(r.Warnings, r.Twin.flagged(r.ClassOrder)...)
	if r.Asserts, err = judge(r, cfg.Asserts); err != nil {
		return nil, err
	}
	if r.Objectives, err = judge(r, objectives(cfg)); err != nil {
		return nil, err
	}
	return r, nil
}
