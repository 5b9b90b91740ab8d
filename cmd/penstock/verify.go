package main

import (
	"context"
	"errors"
	"fmt"

	"penstock/model/plan"
)

// verifyCommand is penstock verify.
type verifyCommand struct {
	scenarioFlags `embed:""`

	Replications *int `help:"Override the number of replications."`
	Workers      int  `help:"Replications that run at a time in the second pass; 0: one a core." default:"0"`
}

// Run simulates everything twice and says whether it was the same.
func (c *verifyCommand) Run(ctx context.Context, std streams) error {
	var set []string
	if c.Replications != nil {
		set = append(set, fmt.Sprintf("replications=%d", *c.Replications))
	}
	_, cfg, err := c.load(std, set...)
	if err != nil {
		return err
	}
	if c.Workers < 0 {
		return errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	}
	bar := newProgress(std.err)
	v, err := plan.Verify(ctx, &cfg, plan.Options{Workers: c.Workers, Progress: bar.set})
	bar.done()
	var d *plan.Difference
	if errors.As(err, &d) {
		return fmt.Errorf("%s: %w", cfg.Name, err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: %d replications, run one by one and side by side, are the same in all %d events; log %s\n",
		cfg.Name, v.Replications, v.Events, v.LogHash)
	return err
}
