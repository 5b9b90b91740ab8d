package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"penstock/model/chaos"
	"penstock/report"
	"penstock/scenarios"
)

// chaosCommand is penstock chaos.
type chaosCommand struct {
	File    string  `arg:"" optional:"" help:"A scenario, or the name of a shipped one, to run with drawn faults; without it, scenarios are drawn as well."`
	Seeds   int     `help:"Number of seeds." default:"100"`
	From    *uint64 `help:"First seed: 1, or the scenario's own." placeholder:"SEED"`
	AsIs    bool    `name:"as-is" help:"Add no faults to the scenario: check it as it stands."`
	JSON    bool    `name:"json" help:"Print the report as one JSON document."`
	Out     string  `help:"Folder for scenarios that fail, made as small as they still fail; no file is overwritten." placeholder:"DIR" type:"path" default:"."`
	Workers int     `help:"Seeds that run at a time; 0: one a core. The report does not depend on it." default:"0"`
}

// Run looks for scenarios that break the simulator.
func (c *chaosCommand) Run(ctx context.Context, std streams) error {
	source, from, err := c.input(std)
	if err != nil {
		return err
	}
	bar := newProgress(std.err)
	r, err := chaos.Run(ctx, source, chaos.Options{From: from, Seeds: c.Seeds, Workers: c.Workers, AsIs: c.AsIs, Progress: bar.set})
	bar.done()
	if r == nil {
		return err
	}
	if err == nil {
		err = c.keep(r)
	} else if ctx.Err() != nil {
		fmt.Fprintf(std.err, "penstock: interrupted after %d of %d seeds; what failed is not shrunk\n", r.Done, r.Seeds)
		err = errExit(exitInternal)
	}
	write := r.WriteText
	if c.JSON {
		write = r.WriteJSON
	}
	if failed := write(std.out); failed != nil {
		return failed
	}
	if err == nil && r.Failed > 0 {
		return errExit(exitInternal)
	}
	return err
}

// input checks what the command was given.
func (c *chaosCommand) input(std streams) (*scenarios.Source, uint64, error) {
	bad := func(format string, args ...any) (*scenarios.Source, uint64, error) {
		return nil, 0, errInput{fmt.Errorf(format, args...)}
	}
	switch {
	case c.Workers < 0:
		return bad("--workers=%d: 0 or more", c.Workers)
	case c.Seeds < 1 || c.Seeds > mostSeeds:
		return bad("--seeds=%d: 1 to %d", c.Seeds, mostSeeds)
	case c.AsIs && c.File == "":
		return bad("--as-is needs a scenario")
	}
	if info, err := os.Stat(c.Out); err == nil && !info.IsDir() {
		return bad("--out=%s: not a folder", c.Out)
	}
	if err := report.CheckDir(c.Out); err != nil { // not at the end, when there is something to lose
		return bad("--out: %w", err)
	}
	from := uint64(1)
	if c.File == "" {
		if c.From != nil {
			from = *c.From
		}
		return nil, from, checkFrom(from, c.Seeds)
	}
	flags := scenarioFlags{File: c.File}
	source, cfg, err := flags.load(std)
	if err != nil {
		return nil, 0, err
	}
	from = cfg.Seed
	if c.From != nil {
		from = *c.From
	}
	return &source, from, checkFrom(from, c.Seeds)
}

// mostSeeds bounds one campaign: what is kept of each seed takes some KB.
const mostSeeds = 10_000_000

// checkFrom checks that a scenario can hold every seed.
func checkFrom(from uint64, seeds int) error {
	if const63 := uint64(1)<<63 - 1; from > const63-uint64(seeds) {
		return errInput{fmt.Errorf("--from=%d: at most %d with %d seeds", from, const63-uint64(seeds), seeds)}
	}
	return nil
}

// keep writes the scenarios that fail.
func (c *chaosCommand) keep(r *chaos.Report) error {
	for i := range r.Found {
		f := &r.Found[i]
		if f.Document == nil {
			continue
		}
		if err := os.MkdirAll(c.Out, 0o777); err != nil {
			return err
		}
		path, err := writeNew(c.Out, fmt.Sprintf("chaos-%d", f.Seed), f.Text)
		if err == nil && f.Data {
			err = c.keepData()
		}
		if err != nil {
			return err
		}
		f.File = path
	}
	return nil
}

// keepData writes the file that a scenario reads beside it.
func (c *chaosCommand) keepData() error {
	name, text := chaos.DataFile()
	path := filepath.Join(c.Out, name)
	err := placeNew(path, text)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(there, text) {
		err = fmt.Errorf("%s is another file; the scenarios read one of this name, so choose another --out", path)
	}
	return err
}

// mostNames bounds the names that are tried for a file.
const mostNames = 1000

// writeNew writes a new TOML file into a folder, under the name or else the name
// with a number behind it: it appears complete, and takes nobody's place.
func writeNew(dir, name string, text func(name string) []byte) (string, error) {
	for n := 1; n <= mostNames; n++ {
		base := name + ".toml"
		if n > 1 {
			base = fmt.Sprintf("%s-%d.toml", name, n)
		}
		path := filepath.Join(dir, base)
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		err := placeNew(path, text(base))
		if !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
	return "", fmt.Errorf("%s: %d files of that name are there already", filepath.Join(dir, name), mostNames)
}

// placeNew writes a file beside, and links it to its name if nothing is there.
func placeNew(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o666)
	}
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	return err
}
