package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// runCommand is penstock run.
type runCommand struct {
	scenarioFlags `embed:""`

	Out          string  `help:"Write report.md, plots, result.json and CSV files into this folder; with --vary-assumptions vary.md, vary.json and changes.csv." placeholder:"DIR" type:"path"`
	JSON         bool    `name:"json" help:"Print only the result, as one JSON document."`
	Trace        string  `help:"Write one event a line, of replication 0, to this file." placeholder:"FILE" type:"path"`
	Seed         *uint64 `help:"Override the seed."`
	Replications *int    `help:"Override the number of replications."`
	NoCheck      bool    `help:"Leave the invariants of the simulation unchecked, to see what they cost."`
	Vary         bool    `name:"vary-assumptions" help:"Run it also under each other setting of what AWS leaves open and it depended on, and say which conclusions change."`
	Workers      int     `help:"Replications that run at a time; 0: one a core. The result does not depend on it." default:"0"`
}

// Run simulates and reports.
func (c *runCommand) Run(ctx context.Context, std streams) error {
	source, cfg, err := c.load(std, overrides(c.Seed, c.Replications)...)
	if err != nil {
		return err
	}
	if c.Workers < 0 {
		return errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, inputs(c.File, &cfg)...); err != nil {
			return errInput{err}
		}
	}
	if c.Vary {
		return c.vary(ctx, std, source, &cfg)
	}
	result, err := c.simulate(ctx, std, source, &cfg)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := report.WriteDir(c.Out, result); err != nil {
			return err
		}
	}
	if err := c.print(std.out, result); err != nil {
		return err
	}
	if code := plan.ExitCode(result.Asserts, result.Objectives); code != plan.ExitMet {
		return errExit(code)
	}
	return nil
}

// simulate runs the study, with a progress bar on a terminal, and writes the
// trace.
func (c *runCommand) simulate(ctx context.Context, std streams, source scenarios.Source, cfg *model.Config) (*plan.Result, error) {
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return nil, err
	}
	opt := plan.Options{Workers: c.Workers, Version: version(), Unchecked: c.NoCheck}
	bar := newProgress(std.err)
	opt.Progress = bar.set
	trace, err := newTrace(c.Trace, inputs(c.File, cfg)...)
	if err != nil {
		return nil, err
	}
	defer trace.discard()
	opt.Trace = trace.observer()
	result, err := plan.Execute(ctx, cfg, book, opt)
	bar.done()
	if err != nil {
		return nil, blame(ctx, err)
	}
	return result, trace.keep()
}

// vary runs the study once more for each other setting of what AWS leaves open.
// The exit code is that of the scenario as it is.
func (c *runCommand) vary(ctx context.Context, std streams, source scenarios.Source, cfg *model.Config) error {
	if c.Trace != "" {
		return errInput{fmt.Errorf("--trace writes the events of one run, and --vary-assumptions makes many: trace the scenario under the setting of your choice with --set")}
	}
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return err
	}
	bar := newProgress(std.err)
	v, err := plan.Vary(ctx, cfg, book, plan.Options{Workers: c.Workers, Version: version(), Progress: bar.set})
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	if c.Out != "" {
		if err := report.WriteVariations(c.Out, v); err != nil {
			return err
		}
	}
	if c.JSON {
		err = v.WriteJSON(std.out)
	} else {
		err = report.Variations(std.out, v, options(std.out))
	}
	if err != nil {
		return err
	}
	if code := plan.ExitCode(v.Asserts, v.Objectives); code != plan.ExitMet {
		return errExit(code)
	}
	return nil
}

// blame says of an error of a study whether the input is at fault.
func blame(ctx context.Context, err error) error {
	var internal *plan.InternalError
	if !errors.As(err, &internal) && ctx.Err() == nil {
		return errInput{err}
	}
	return err
}

func (c *runCommand) print(out io.Writer, r *plan.Result) error {
	if c.JSON {
		return r.WriteJSON(out)
	}
	return report.TextWith(out, r, options(out))
}

// options are the choices for tables on this stream.
func options(out io.Writer) report.Options {
	return report.Options{Width: 100, Color: isTerminal(out) && os.Getenv("NO_COLOR") == ""}
}

// trace writes happenings to a file; with no file it does nothing.
type trace struct {
	file *sideFile
	buf  *bufio.Writer
	line []byte
	err  error
}

func newTrace(path string, spare ...string) (*trace, error) {
	if path == "" {
		return &trace{}, nil
	}
	file, err := createBeside(path, spare...)
	if err != nil {
		return nil, err
	}
	return &trace{file: file, buf: bufio.NewWriterSize(file, 1<<16)}, nil
}

// observer returns the function that a run calls, or nil.
func (t *trace) observer() func(*model.Happening) {
	if t.file == nil {
		return nil
	}
	return func(h *model.Happening) {
		if t.err == nil {
			t.line = report.TraceLine(t.line[:0], h)
			_, t.err = t.buf.Write(t.line)
		}
	}
}

// keep completes the file; the first error of all writing is the one to tell.
func (t *trace) keep() error {
	if t.file == nil {
		return nil
	}
	if t.err == nil {
		t.err = t.buf.Flush()
	}
	if t.err == nil {
		t.err = t.file.keep()
	}
	if t.err != nil {
		return fmt.Errorf("trace %s: %w", t.file.path, t.err)
	}
	t.file = nil
	return nil
}

func (t *trace) discard() {
	if t.file != nil {
		t.file.discard()
	}
}
