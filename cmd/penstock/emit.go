package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"penstock/deploy"
	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// emitCommand is penstock emit.
type emitCommand struct {
	scenarioFlags `embed:""`

	As           []string `help:"Forms to write: terraform, sam, asl (the state machine alone), env (variables for the worker)." required:"" placeholder:"FORM"`
	Out          string   `help:"Write into this folder, with the scenario as the worker has to read it; otherwise one form goes to standard output." placeholder:"DIR" type:"path"`
	Seed         *uint64  `help:"Override the seed."`
	Replications *int     `help:"Override the number of replications: thresholds of alarms come from the first half, their rates from the second."`
	Workers      int      `help:"Replications that run at a time; 0: one a core. The output does not depend on it." default:"0"`
}

// Help says what is simulated, and why.
func (emitCommand) Help() string {
	return "The settings are those of the scenario, so that what runs is what was simulated. terraform and sam hold a dashboard and alarms as well: the scenario is simulated, " +
		"each alarm has a threshold that its minutes seldom reach, and says how often it goes off although nothing is wrong."
}

// Run writes the forms.
func (c *emitCommand) Run(ctx context.Context, std streams) error {
	if err := checkForms("--as", c.As); err != nil {
		return errInput{err}
	}
	if len(c.As) > 1 && c.Out == "" {
		return errInput{errors.New("several forms need a folder: give --out, or one --as")}
	}
	if c.Workers < 0 {
		return errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	}
	source, _, err := c.load(std, overrides(c.Seed, c.Replications)...)
	if err != nil {
		return err
	}
	e := emission{source: source, file: c.File, set: c.Set, forms: c.As, extra: overrides(c.Seed, c.Replications), workers: c.Workers}
	return e.run(ctx, std, c.Out)
}

// checkForms refuses forms that there are not.
func checkForms(flag string, forms []string) error {
	for _, form := range forms {
		if !slices.Contains(deploy.Forms(), form) {
			return fmt.Errorf("%s=%s: there is no such form%s Forms: %s", flag, form, model.Meant(form, deploy.Forms()), strings.Join(deploy.Forms(), ", "))
		}
	}
	return nil
}

// emission is what is written of one scenario, with overrides.
type emission struct {
	source  scenarios.Source
	file    string   // as the user named it
	set     []string // overrides that the worker has to know as well
	extra   []string // and those that only the simulation knows
	forms   []string
	workers int
}

// run prepares everything before anything is written.
func (e *emission) run(ctx context.Context, std streams, dir string) error {
	cfg, d, problems := e.source.LoadDeploy(append(slices.Clone(e.set), e.extra...))
	if scenarios.Failed(problems) {
		printProblems(std.err, problems, e.extra)
		return errExit(exitBadInput)
	}
	if dir != "" {
		if err := report.CheckDir(dir); err != nil {
			return errInput{err}
		}
	}
	if _, unfit := deploy.New(&cfg, &d, nil, nil); len(unfit) > 0 {
		return refuse(std, e.source, unfit)
	}
	var signals *plan.Signals
	if slices.ContainsFunc(e.forms, deploy.Watched) {
		bar := newProgress(std.err)
		var err error
		signals, err = plan.RunSignals(ctx, &cfg, plan.Options{Workers: e.workers, Progress: bar.set})
		bar.done()
		if err != nil {
			return blame(ctx, err)
		}
	}
	stack, unfit := deploy.New(&cfg, &d, dataFiles(&cfg), signals)
	if len(unfit) > 0 {
		return refuse(std, e.source, unfit)
	}
	return e.write(std, stack, &cfg, dir)
}

// refuse says what of a scenario cannot be deployed.
func refuse(std streams, source scenarios.Source, unfit []model.Problem) error {
	for _, p := range unfit {
		fmt.Fprintf(std.err, "%s: %s: %s\n", source.Name(), p.Key, p.Message)
	}
	return errExit(exitBadInput)
}

// dataFiles lists the files beside the scenario that the worker needs to read it.
func dataFiles(cfg *model.Config) (names []string) {
	for _, name := range filesIn(reflect.ValueOf(*cfg)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if strings.HasSuffix(cfg.Prices.Book, ".json") {
		names = append(names, cfg.Prices.Book)
	}
	return names
}

// write puts the forms into the folder, or one of them on standard output.
func (e *emission) write(std streams, stack *deploy.Stack, cfg *model.Config, dir string) error {
	files := map[string][]byte{}
	for _, form := range e.forms {
		name, content, err := stack.Emit(form)
		if err != nil {
			return err
		}
		files[name] = content
		if dir == "" {
			if len(e.set) > 0 && form != "asl" {
				fmt.Fprintln(std.err, "penstock: the worker reads its settings from the scenario file, which has not those of --set: give --out to have it written as scenario.toml")
			}
			_, err := std.out.Write(content)
			return err
		}
	}
	text, err := e.source.Rewritten(e.set)
	if err != nil {
		return err
	}
	files["scenario.toml"] = text
	return writeFiles(dir, files, inputs(e.file, cfg))
}

// writeFiles makes files appear in a folder, all of them or, but for a fault in
// between, none. spare are files that it must not replace.
func writeFiles(dir string, files map[string][]byte, spare []string) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return errInput{fmt.Errorf("cannot write to %s: %w", dir, reason(err))}
	}
	var open []*sideFile
	defer func() {
		if err != nil {
			for _, f := range open {
				f.discard()
			}
		}
	}()
	for _, name := range sorted(files) {
		f, err := createBeside(filepath.Join(dir, name), spare...)
		if err != nil {
			return err
		}
		open = append(open, f)
		if _, err := f.Write(files[name]); err != nil {
			return fmt.Errorf("cannot write %s: %w", filepath.Join(dir, name), reason(err))
		}
	}
	for _, f := range open {
		if err := f.keep(); err != nil {
			return err
		}
	}
	return nil
}

func sorted(files map[string][]byte) (names []string) {
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
