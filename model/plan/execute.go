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
	bill, err := billOf(cfg, book)
	if err != nil {
		return nil, err
	}
	return execute(ctx, cfg, bill, opt, model.Simulate)
}

// billOf returns the function that bills a run; nil without a book.
func billOf(cfg *model.Config, book *price.Book) (billFunc, error) {
	if book == nil {
		return nil, nil
	}
	return book.Bill, CheckPrices(cfg, book)
}

func execute(ctx context.Context, cfg *model.Config, bill billFunc, opt Options, simulate simulateFunc) (*Result, error) {
	s, err := newSampler(ctx, cfg, bill, opt, simulate)
	if err != nil {
		return nil, err
	}
	n, err := s.Settle(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.Result(n)
	if err != nil {
		return nil, err
	}
	s.study.progress.finish()
	return r, nil
}

// warn keeps a warning for the result.
func (s *study) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// result reduces the outcomes, in the order of their indexes. runs are those of
// out.
func (s *study) result(out []outcome, runs []model.Run, warmup time.Duration) (*Result, error) {
	cfg := s.cfg
	hash, err := ConfigHash(cfg)
	if err != nil {
		return nil, err
	}
	e := newStudyEstimator(runs, cfg)
	r := s.figures(e, out)
	r.Scenario, r.Seed, r.ConfigHash, r.LogHash = cfg.Name, cfg.Seed, hash, logHash(runs)
	r.Version, r.Study = s.opt.Version, string(cfg.Study)
	r.WarmupS, r.HorizonS = round9(warmup.Seconds()), round9(cfg.Horizon.Seconds())
	r.Assumptions, r.Warnings = assumptions(cfg, runs), s.warnings
	r.Plots = plots(cfg, runs)
	if r.Version == "" {
		r.Version = BuildVersion()
	}
	r.Verdict, r.VerdictWhy = e.verdict(cfg.Study, cfg.Horizon-warmup)
	if r.Twin, err = s.twin(r, warmup); err != nil {
		return nil, err
	}
	r.Warnings = append(r.Warnings, r.Twin.flagged(r.ClassOrder)...)
	r.BacklogGrowth = e.growth(cfg.Horizon - warmup).estimate()
	if r.Asserts, err = judge(r, cfg.Asserts); err != nil {
		return nil, err
	}
	if r.Objectives, err = judge(r, objectives(cfg)); err != nil {
		return nil, err
	}
	if cfg.Replications == 0 {
		r.Precision = achieved(cfg, r)
	}
	return r, nil
}
