package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// compareCommand is penstock compare.
type compareCommand struct {
	Files []string `arg:"" name:"file" help:"Scenario files, or names of shipped scenarios; the first is the base."`
	With  []string `help:"Compare also the first file with these settings, several separated by semicolons, e.g. --with worker.concurrency=9. Each --with is one more scenario." placeholder:"KEY=VALUE[; …]" sep:"none"`
	Set   []string `help:"Override a scalar in every scenario." placeholder:"KEY=VALUE" sep:"none"`

	Out          string  `help:"Write compare.md, plots, compare.json and a CSV file into this folder." placeholder:"DIR" type:"path"`
	JSON         bool    `name:"json" help:"Print only the comparison, as one JSON document." xor:"form"`
	PR           bool    `name:"pr" help:"Print a short Markdown for a pull request: only what changed for certain." xor:"form"`
	Seed         *uint64 `help:"Override the seed of every scenario."`
	Replications *int    `help:"Override the number of replications of every scenario."`
	Workers      int     `help:"Replications that run at a time; 0: one a core. The result does not depend on it." default:"0"`
}

// Help tells what the exit code is about.
func (compareCommand) Help() string {
	return "All scenarios meet the same arrivals, and each task the same fate, so that what differs is what the settings do. " +
		"The exit code tells whether the objectives and asserts of the scenarios other than the first are met."
}

// Run compares.
func (c *compareCommand) Run(ctx context.Context, std streams) error {
	if c.Workers < 0 {
		return errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	}
	list, err := c.load(std)
	if err != nil {
		return err
	}
	if err := plan.Comparable(list); err != nil {
		return errInput{err}
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, c.inputs(list)...); err != nil {
			return errInput{err}
		}
	}
	bar := newProgress(std.err)
	result, err := plan.Compare(ctx, list, plan.Options{Workers: c.Workers, Version: version(), Progress: bar.set})
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	if c.Out != "" {
		if err := report.WriteComparison(c.Out, result); err != nil {
			return err
		}
	}
	if err := c.print(std.out, result); err != nil {
		return err
	}
	var promises [][]plan.Assert
	for _, o := range result.Others {
		promises = append(promises, o.Asserts, o.Objectives)
	}
	if code := plan.ExitCode(promises...); code != plan.ExitMet {
		return errExit(code)
	}
	return nil
}

// inputs lists the files that the scenarios are read from.
func (c *compareCommand) inputs(list []plan.Contender) []string {
	var all []string
	for i, one := range list {
		file := c.Files[0] // what --with changes
		if i < len(c.Files) {
			file = c.Files[i]
		}
		all = append(all, inputs(file, one.Config)...)
	}
	return all
}

func (c *compareCommand) print(out io.Writer, result *plan.Comparison) error {
	switch {
	case c.JSON:
		return result.WriteJSON(out)
	case c.PR:
		return report.PullRequest(out, result)
	}
	return report.Comparison(out, result, options(out))
}

// load reads every scenario, prints every problem of all of them, and fails if
// one is more than a warning. A warning that several share is printed once.
func (c *compareCommand) load(std streams) ([]plan.Contender, error) {
	var list []plan.Contender
	seen := map[string]bool{}
	failed := false
	add := func(label, file string, set []string) error {
		source, err := scenarios.Find(file)
		if err != nil {
			return errInput{err}
		}
		extra := overrides(c.Seed, c.Replications)
		cfg, problems := source.Check(slices.Concat(c.Set, set, extra))
		fresh := slices.DeleteFunc(slices.Clone(problems), func(p scenarios.Problem) bool {
			old := seen[p.String()]
			seen[p.String()] = true
			return old
		})
		for i := range fresh {
			if fresh[i].File == "--set" && given(set, fresh[i].Key) {
				fresh[i].File = "--with"
			}
		}
		printProblems(std.err, fresh, extra)
		if scenarios.Failed(problems) {
			failed = true
			return nil
		}
		book, err := openBook(source, cfg.Prices.Book)
		list = append(list, plan.Contender{Label: label, Config: &cfg, Book: book})
		return err
	}
	for _, file := range c.Files {
		if err := add(file, file, nil); err != nil {
			return nil, err
		}
	}
	for _, with := range c.With {
		if err := add(with, c.Files[0], settings(with)); err != nil {
			return nil, err
		}
	}
	if failed {
		return nil, errExit(exitBadInput)
	}
	return list, nil
}

// settings splits the argument of a --with.
func settings(with string) []string {
	var set []string
	for _, s := range strings.Split(with, ";") {
		if s = strings.TrimSpace(s); s != "" {
			set = append(set, s)
		}
	}
	return set
}

// given reports whether a setting names this key.
func given(set []string, key string) bool {
	return slices.ContainsFunc(set, func(s string) bool {
		k, _, _ := strings.Cut(s, "=")
		return strings.TrimSpace(k) == key
	})
}

// overrides are the flags that stand for keys.
func overrides(seed *uint64, replications *int) []string {
	var set []string
	if seed != nil {
		set = append(set, fmt.Sprintf("seed=%d", *seed))
	}
	if replications != nil {
		set = append(set, fmt.Sprintf("replications=%d", *replications))
	}
	return set
}
