package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// limitCommand is penstock limit.
type limitCommand struct {
	scenarioFlags `embed:""`

	Vary         string   `required:"" help:"The key whose limit is sought, one that takes a number, e.g. class.BATCH.arrivals[0].count." placeholder:"KEY"`
	Until        []string `help:"A condition that has to be kept, e.g. 'classes.HIGH.latency.p95<=5s'. Repeat it: all have to be. Without it: every objective of the scenario." placeholder:"METRIC<=VALUE" sep:"none"`
	From         string   `help:"Least value considered; without it, down to a sixteenth of the scenario's." placeholder:"VALUE"`
	To           string   `help:"Largest value considered; without it, up to sixteen times the scenario's." placeholder:"VALUE"`
	Within       string   `help:"How close to the limit the answer has to be: a share of the value such as 1%, or an absolute difference such as 10 or 5s. Whole numbers are never closer than 1. Without it 1%, or a quarter of what has to stay undecided." placeholder:"DIFFERENCE"`
	Error        *float64 `help:"Probability, at the most, that the answer is wrong, 0.0001 to 0.5; 1 - [precision].confidence by default." placeholder:"SHARE"`
	Out          string   `help:"Write limit.md, plots, limit.json and probes.csv into this folder." placeholder:"DIR" type:"path"`
	JSON         bool     `name:"json" help:"Print only the answer, as one JSON document."`
	Seed         *uint64  `help:"Override the seed."`
	Replications int      `help:"Replications at a value to begin with, at least 5." default:"20"`
	Most         int      `help:"Replications at a value at the most; 0: 100, or [precision].max_replications if that is less." default:"0"`
	Workers      int      `help:"Replications that run at a time; 0: one a core. The answer does not depend on it." default:"0"`
}

// Help says what is found, how, and what the exit code means.
func (limitCommand) Help() string {
	return "Finds the largest value of a key that keeps the conditions, or the smallest, whichever there is, by bisection: at each value replications are added until the conditions are decided. " +
		"The answer is wrong with a small probability, which is stated, as long as the conditions are kept on one side of the limit alone. " +
		"The exit code is 0 when it is found, or every value tried keeps the conditions; 1 when none does; 2 when some values stay undecided, which leaves an interval; 3 if the input is bad."
}

// Run looks for the limit.
func (c *limitCommand) Run(ctx context.Context, std streams) error {
	if err := c.check(); err != nil {
		return errInput{err}
	}
	source, cfg, err := c.load(std, c.overrides()...)
	if err != nil {
		return err
	}
	conditions, err := c.conditions(&cfg)
	if err != nil {
		return errInput{err}
	}
	vary, err := c.vary(source)
	if err != nil {
		return errInput{err}
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, inputs(c.File, &cfg)...); err != nil {
			return errInput{err}
		}
	}
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return err
	}
	bar := newProgress(std.err)
	opt := plan.LimitOptions{First: c.Replications, Most: c.Most, Loose: c.Within == ""}
	opt.Workers, opt.Version, opt.Progress = c.Workers, version(), bar.set
	r, err := plan.FindLimit(ctx, *vary, conditions, book, opt)
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	return c.print(std, r)
}

// print writes the answer, and returns the exit code that it stands for.
func (c *limitCommand) print(std streams, r *plan.LimitResult) error {
	var err error
	if c.Out != "" && !r.Interrupted {
		if err := report.WriteLimitDir(c.Out, r); err != nil {
			return err
		}
	}
	if c.JSON {
		err = r.WriteJSON(std.out)
	} else {
		err = report.Limit(std.out, r, options(std.out))
	}
	switch code := r.ExitCode(); {
	case err != nil:
		return err
	case r.Interrupted:
		fmt.Fprintln(std.err, "penstock: interrupted; this is what stood by then")
		return errExit(exitInternal)
	case code != plan.ExitMet:
		return errExit(code)
	}
	return nil
}

// check finds flags that are out of range.
func (c *limitCommand) check() error {
	var errs []error
	if c.Workers < 0 || c.Most < 0 || c.Replications < 5 {
		errs = append(errs, errors.New("--workers and --most are 0 or more, --replications 5 or more"))
	}
	if e := c.Error; e != nil && !(*e >= 0.0001 && *e <= 0.5) {
		errs = append(errs, fmt.Errorf("--error=%v: 0.0001 to 0.5", *e))
	}
	return errors.Join(errs...)
}

// overrides are the flags that stand for keys.
func (c *limitCommand) overrides() []string {
	set := overrides(c.Seed, nil)
	if c.Error != nil {
		set = append(set, fmt.Sprintf("precision.confidence=%v", 1-*c.Error))
	}
	return set
}

// conditions reads --until, or takes what the classes are promised.
func (c *limitCommand) conditions(cfg *model.Config) ([]model.Assert, error) {
	if len(c.Until) == 0 {
		all := plan.Objectives(cfg)
		if len(all) == 0 {
			return nil, errors.New("nothing has to be kept: give --until CONDITION, or a class an objective")
		}
		return all, nil
	}
	var all []model.Assert
	var errs []error
	for _, text := range c.Until {
		a, err := scenarios.Condition(text, classNames(cfg))
		if err != nil {
			errs = append(errs, fmt.Errorf("--until: %w", err))
		}
		all = append(all, a)
	}
	return all, errors.Join(errs...)
}

// vary finds the key and the values that it may take.
func (c *limitCommand) vary(source scenarios.Source) (*plan.Varied, error) {
	set := slices.Concat(c.Set, c.overrides())
	key, err := source.Scalar(set, strings.TrimSpace(c.Vary))
	if err != nil {
		return nil, fmt.Errorf("--vary: %w", err)
	}
	v := &plan.Varied{Key: key.Path, Unit: key.Unit, Text: key.Text}
	v.Load = func(value float64) (*model.Config, string) {
		cfg, problems := source.Load(append(slices.Clone(set), key.Path+"="+key.Text(value)))
		if scenarios.Failed(problems) {
			return nil, reasons(problems)
		}
		return &cfg, ""
	}
	first, err := c.ends(key, v)
	if err != nil {
		return nil, err
	}
	by, err := c.resolution(key, first)
	if err != nil {
		return nil, err
	}
	v.Ladder, err = plan.NewLadder(first, by)
	if err != nil {
		return nil, fmt.Errorf("--within: %w", err)
	}
	return v, nil
}
