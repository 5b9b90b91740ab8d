package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"penstock/model/plan"
	"penstock/report"
)

// mergeCommand is penstock merge.
type mergeCommand struct {
	From   []string `arg:"" help:"Folders with the points of shards, or the files themselves." type:"path"`
	Out    string   `help:"Write the whole sweep into this folder; the one that was read, by default." placeholder:"DIR" type:"path"`
	Metric []string `help:"What is plotted, as in penstock sweep." placeholder:"PATH" sep:"none"`
	JSON   bool     `name:"json" help:"Print the points with their results as one JSON document."`
}

// Run puts shards together. The files are those that one machine would have
// written.
func (c *mergeCommand) Run(std streams) error {
	if c.Out == "" {
		info, err := os.Stat(c.From[0])
		if len(c.From) > 1 || err == nil && !info.IsDir() {
			return errInput{errors.New("say where the whole sweep goes: --out DIR")}
		}
		c.Out = c.From[0]
	}
	whole, err := c.read()
	if err != nil {
		return errInput{err}
	}
	sweep, err := whole.Sweep()
	if err != nil {
		return errInput{err}
	}
	if first := sweep.First(); first != nil {
		if err := checkMetrics(c.Metric, first.ClassOrder); err != nil {
			return err
		}
	}
	if err := report.CheckDir(c.Out); err != nil {
		return errInput{err}
	}
	if err := report.WriteSweepDir(c.Out, sweep, c.Metric); err != nil {
		return err
	}
	if err := writeBeside(filepath.Join(c.Out, pointsFile(nil)), whole.Write); err != nil {
		return err
	}
	return printSweep(std, sweep, c.Metric, c.JSON)
}

// read reads the shards, and says all that is wrong with them.
func (c *mergeCommand) read() (*plan.SweepFile, error) {
	var names []string
	for _, from := range c.From {
		found, err := pointsIn(from)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	var files []*plan.SweepFile
	var errs []error
	for _, name := range names {
		f, err := readPoints(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		files = append(files, f)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return plan.Merge(files, names)
}

// pointsIn lists the files of shards in a folder, else that of a whole sweep,
// which is then plotted anew; a file stands for itself.
func pointsIn(from string) ([]string, error) {
	info, err := os.Stat(from)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", from, reason(err))
	case !info.IsDir():
		return []string{from}, nil
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, reason(err))
	}
	var shards []string
	whole := ""
	for _, e := range entries {
		path := filepath.Join(from, e.Name())
		if ok, _ := filepath.Match("points-*-of-*.jsonl", e.Name()); ok {
			shards = append(shards, path)
		} else if e.Name() == pointsFile(nil) {
			whole = path
		}
	}
	switch {
	case len(shards) > 0:
		return shards, nil
	case whole != "":
		return []string{whole}, nil
	}
	return nil, fmt.Errorf("%s holds no points of a sweep: no points-0-of-….jsonl", from)
}

func readPoints(name string) (*plan.SweepFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	return plan.ReadSweepFile(f)
}
