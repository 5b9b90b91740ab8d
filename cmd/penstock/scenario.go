package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	printProblems(std.err, problems)
	if scenarios.Failed(problems) {
		return source, cfg, errExit(exitBadInput)
	}
	return source, cfg, nil
}

func printProblems(w io.Writer, problems []scenarios.Problem) {
	for _, p := range problems {
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

// sideFile is a file that appears under its name only once it is complete: it
// is written beside, and renamed.
type sideFile struct {
	*os.File
	path string
}

// createBeside opens a temporary file next to path.
func createBeside(path string) (*sideFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return nil, errInput{fmt.Errorf("cannot write %s: %w", path, err)}
	}
	return &sideFile{f, path}, nil
}

// keep makes the file appear under its name.
func (f *sideFile) keep() error {
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}

// discard removes the file if it was not kept.
func (f *sideFile) discard() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
