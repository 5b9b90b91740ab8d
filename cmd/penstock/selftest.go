package main

import (
	"context"
	"errors"
	"fmt"

	"penstock/model/selftest"
)

// selftestCommand is penstock selftest.
type selftestCommand struct {
	Cases   []string `arg:"" optional:"" help:"Reference cases; without them, all."`
	Quick   bool     `help:"Run a small part of each case: in under a minute, but without the precision that a comparison needs."`
	JSON    bool     `name:"json" help:"Print the comparisons as one JSON document."`
	Workers int      `help:"Replications that run at a time; 0: one a core. The result does not depend on it." default:"0"`
}

// Run holds the simulator against exact answers.
func (c *selftestCommand) Run(ctx context.Context, std streams) error {
	if c.Workers < 0 {
		return errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	}
	bar := newProgress(std.err)
	report, err := selftest.Run(ctx, c.Cases, selftest.Options{Quick: c.Quick, Workers: c.Workers, Progress: bar.set})
	bar.done()
	if err != nil {
		var unknown *selftest.UnknownCase
		if errors.As(err, &unknown) {
			return errInput{err}
		}
		return err
	}
	write := report.WriteText
	if c.JSON {
		write = report.WriteJSON
	}
	if err := write(std.out); err != nil {
		return err
	}
	if report.Failed > 0 {
		return errExit(exitNotMet)
	}
	return nil
}
