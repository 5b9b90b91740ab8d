package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// tuneCommand is penstock tune.
type tuneCommand struct {
	scenarioFlags `embed:""`

	Knob         []string `help:"A key that may be moved and its values, as sweep's --axis takes them; instead of [tune]. Repeat it." placeholder:"KEY=VALUES" sep:"none"`
	Minimize     string   `help:"What is made small: cost, or a path into the result; instead of that of [tune]." placeholder:"PATH"`
	Robust       bool     `help:"Keep the objectives also when calls take 20% longer, when 30% more arrives, and through a 20-minute outage; --what-if chooses others."`
	WhatIf       []string `help:"Keep the objectives also then: service+20%, arrivals+30%, outage=20m. Repeat it." placeholder:"CHANGE" sep:"none"`
	Within       float64  `help:"Difference in cost that does not matter, a share of the best." default:"0.01"`
	All          bool     `help:"Simulate every setting that the formulas leave, instead of searching among them."`
	Out          string   `help:"Write tune.md, plots, tune.json and tried.csv into this folder." placeholder:"DIR" type:"path"`
	Emit         []string `help:"Also write what runs the setting that was found, as penstock emit does, into the folder of --out: terraform, sam, asl, env." placeholder:"FORM"`
	JSON         bool     `name:"json" help:"Print the answer as one JSON document."`
	Seed         *uint64  `help:"Override the seed."`
	Replications *int     `help:"Replications of a finalist to begin with, at least 5; 20 by default."`
	Workers      int      `help:"Replications that run at a time; 0: one a core. The answer does not depend on it." default:"0"`
}

// Help says what the guarantee covers and what the exit code means.
func (tuneCommand) Help() string {
	return "Formulas rule out what cannot work; the rest is searched on common random numbers, and the best settings meet in a final with a guarantee. " +
		"Ctrl-C prints the best so far. The exit code is 0 if a setting is found, 1 if none keeps every objective, 2 if that is undecided, 3 if the input is bad, 4 if it was interrupted."
}

// Run looks for the cheapest setting.
func (c *tuneCommand) Run(ctx context.Context, std streams) error {
	opt, err := c.options()
	if err != nil {
		return errInput{err}
	}
	source, cfg, err := c.load(std, overrides(c.Seed, nil)...)
	if err != nil {
		return err
	}
	if c.Minimize != "" {
		if err := checkMinimize(c.Minimize, &cfg); err != nil {
			return errInput{err}
		}
		cfg.Minimize = c.Minimize
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, inputs(c.File, &cfg)...); err != nil {
			return errInput{err}
		}
	}
	space, err := c.space(std, source, &cfg)
	if err != nil {
		return err
	}
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return err
	}
	bar := newProgress(std.err)
	opt.Progress = bar.set
	tuning, err := plan.RunTune(ctx, &cfg, *space, book, *opt)
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	return c.emit(ctx, std, source, tuning, c.print(std, tuning))
}

// emit writes what runs the setting that was found. outcome is what the tuning
// ends with; nothing is written after a fault, or where nothing was found.
func (c *tuneCommand) emit(ctx context.Context, std streams, source scenarios.Source, t *plan.Tuning, outcome error) error {
	var code errExit
	switch {
	case len(c.Emit) == 0 || outcome != nil && !errors.As(outcome, &code):
		return outcome
	case t.Interrupted:
		fmt.Fprintln(std.err, "penstock: --emit writes nothing, since the tuning was interrupted before its answer was sure")
		return outcome
	case t.Best == nil || t.Outcome == plan.TournamentNone: // the closest is none that keeps what it must
		fmt.Fprintln(std.err, "penstock: --emit writes nothing, since no setting was found")
		return outcome
	}
	e := emission{source: source, file: c.File, set: append(slices.Clone(c.Set), t.Knobs.Set(t.Best.Point)...), forms: c.Emit, extra: overrides(c.Seed, nil), workers: c.Workers}
	if err := e.run(ctx, std, c.Out); err != nil {
		return err
	}
	if !t.BestKeeps() {
		fmt.Fprintln(std.err, "penstock: the setting that --emit wrote is not sure to keep its objectives")
	}
	return outcome
}

// print shows the answer, and says by the exit code what it is.
func (c *tuneCommand) print(std streams, t *plan.Tuning) error {
	if c.Out != "" {
		if err := report.WriteTuning(c.Out, t); err != nil {
			return err
		}
	}
	var err error
	if c.JSON {
		err = t.WriteJSON(std.out)
	} else {
		err = report.Tune(std.out, t, options(std.out))
	}
	switch code := t.ExitCode(); {
	case err != nil:
		return err
	case t.Interrupted:
		fmt.Fprintln(std.err, "penstock: interrupted; this is what stood by then")
		return errExit(exitInternal)
	case code != plan.ExitMet:
		return errExit(code)
	}
	return nil
}

// checkMinimize refuses a path that no result has.
func checkMinimize(path string, cfg *model.Config) error {
	if path == "cost" {
		return nil
	}
	_, near, ok := model.FindMetric(classNames(cfg), path)
	switch {
	case ok:
		return nil
	case near != "":
		return fmt.Errorf("--minimize: a result has no %q; did you mean %q?", path, near)
	}
	return fmt.Errorf("--minimize: a result has no %q", path)
}

// options checks the flags.
func (c *tuneCommand) options() (*plan.TuneOptions, error) {
	opt := &plan.TuneOptions{Options: plan.Options{Workers: c.Workers, Version: version()}, Within: c.Within, All: c.All}
	if err := checkForms("--emit", c.Emit); err != nil {
		return nil, err
	}
	switch {
	case len(c.Emit) > 0 && c.Out == "":
		return nil, errors.New("--emit writes into the folder of --out: give that as well")
	case c.Workers < 0:
		return nil, fmt.Errorf("--workers=%d: 0 or more", c.Workers)
	case !(c.Within > 0 && c.Within <= 1):
		return nil, fmt.Errorf("--within=%v: more than 0, at most 1", c.Within)
	case c.Replications != nil && *c.Replications < 5:
		return nil, fmt.Errorf("--replications=%d: at least 5", *c.Replications)
	case c.Replications != nil:
		opt.First = *c.Replications
	}
	changes := c.WhatIf
	if c.Robust && len(changes) == 0 {
		changes = []string{"service+20%", "arrivals+30%", "outage=20m"}
	}
	for _, text := range changes {
		w, err := scenarios.WhatIf(text)
		if err != nil {
			return nil, fmt.Errorf("--what-if: %w", err)
		}
		opt.WhatIfs = append(opt.WhatIfs, plan.WhatIf{Name: text, Apply: w})
	}
	return opt, nil
}

// space reads the knobs: those of the flags, or else those of [tune].
func (c *tuneCommand) space(std streams, source scenarios.Source, cfg *model.Config) (*plan.Space, error) {
	specs := c.Knob
	if len(specs) == 0 {
		for _, k := range cfg.Tune {
			specs = append(specs, scenarios.KnobSpec(k))
		}
	}
	if len(specs) == 0 {
		return nil, errInput{errors.New("no knob may be moved: give the scenario a [tune], or --knob KEY=VALUES")}
	}
	set := append(slices.Clone(c.Set), overrides(c.Seed, nil)...)
	axes, problems := source.Axes(set, specs)
	for i := range problems {
		if problems[i].File == "--axis" {
			problems[i].File = "--knob"
		}
	}
	for _, a := range axes {
		if wrong := scenarios.NotTunable(a.Key); wrong != "" {
			problems = append(problems, scenarios.Problem{File: "--knob", Key: a.Key, Message: wrong})
		}
	}
	printProblems(std.err, problems, nil)
	if scenarios.Failed(problems) {
		return nil, errExit(exitBadInput)
	}
	space := &plan.Space{}
	for _, a := range axes {
		space.Knobs = append(space.Knobs, plan.Axis(a))
	}
	if n := space.Knobs.Len(); n > maxSettings {
		return nil, errInput{fmt.Errorf("the knobs have more than %d settings together: give them fewer values", maxSettings)}
	}
	space.Load = func(p int) (*model.Config, string, error) {
		cfg, problems := source.Load(append(slices.Clone(set), space.Knobs.Set(p)...))
		if scenarios.Failed(problems) {
			return nil, reasons(problems), nil
		}
		return &cfg, "", nil
	}
	return space, nil
}

// maxSettings is the most settings of a tuning: each is loaded and screened.
const maxSettings = 50_000

func classNames(cfg *model.Config) []string {
	var names []string
	for i := range cfg.Classes {
		names = append(names, cfg.Classes[i].Name)
	}
	return names
}
