package main

import (
	"fmt"
	"io"
	"strings"

	"penstock/model"
	"penstock/model/price"
	"penstock/scenarios"
)

// scenarioFlags choose a scenario and change it.
type scenarioFlags struct {
	File string   `arg:"" help:"A scenario file, or the name of a shipped scenario."`
	Set  []string `help:"Override a scalar, e.g. --set worker.concurrency=8 or --set class.BATCH.queue.visibility_timeout=2m." placeholder:"KEY=VALUE" sep:"none"`
}

// load reads the scenario, prints every problem, and fails if one of them is
// more than a warning.
func (f *scenarioFlags) load(std streams, extra ...string) (scenarios.Source, model.Config, error) {
	source, err := scenarios.Find(f.File)
	if err != nil {
		return source, model.Config{}, errInput{err}
	}
	cfg, problems := source.Check(append(f.Set[:len(f.Set):len(f.Set)], extra...))
	printProblems(std.err, problems, extra)
	if scenarios.Failed(problems) {
		return source, cfg, errExit(exitBadInput)
	}
	return source, cfg, nil
}

// printProblems writes one problem a line. extra are the overrides that flags
// of their own stand for, such as --seed: the user never wrote --set.
func printProblems(w io.Writer, problems []scenarios.Problem, extra []string) {
	for _, p := range problems {
		for _, e := range extra {
			if p.File == "--set" && strings.HasPrefix(e, p.Key+"=") {
				p.File, p.Key = "--"+p.Key, ""
			}
		}
		fmt.Fprintln(w, p)
	}
}

// openBook opens the price book of a scenario: a shipped one by its name, or a
// file beside the scenario.
func openBook(source scenarios.Source, name string) (*price.Book, error) {
	if !strings.HasSuffix(name, ".json") {
		book, err := price.Open(name)
		if err != nil {
			return nil, errInput{err}
		}
		return book, nil
	}
	data, err := source.File(name)
	if err != nil {
		return nil, errInput{fmt.Errorf("prices.book: %w", err)}
	}
	book, err := price.Parse(name, data)
	if err != nil {
		return nil, errInput{err}
	}
	return book, nil
}
