package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// drainCommand is penstock drain.
type drainCommand struct {
	scenarioFlags `embed:""`

	Outage       string        `help:"Lengths of the outage: 5m..60m:5m, or 5m,20m,1h." default:"5m,10m,20m,30m,45m,60m" placeholder:"LIST"`
	Load         string        `help:"Loads, as shares of what worker and legacy system can do: 0.5..1.2:0.1, or 0.7,0.9." default:"0.5..1.1:0.1" placeholder:"LIST"`
	Within       time.Duration `help:"How long after the outage to watch: what has not recovered by then counts as never." default:"3h"`
	Out          string        `help:"Write drain.md, the map as SVG and PNG, drain.json and drain.csv into this folder." placeholder:"DIR" type:"path"`
	JSON         bool          `name:"json" help:"Print only the map, as one JSON document."`
	Seed         *uint64       `help:"Override the seed."`
	Replications *int          `help:"Replications of each cell; without it 5, or those of the scenario if they are fewer."`
	Workers      int           `help:"Replications that run at a time; 0: one a core. The result does not depend on it." default:"0"`
}

// Help says what is simulated.
func (drainCommand) Help() string {
	return "For each load and each length, the classes of the scenario send Poisson arrivals in proportion to their mean rates, and the legacy system is down once. The drain time runs from the end of the outage until no more tasks are open than in the same run without it. A load that the system cannot carry even without an outage is not run with one. Ctrl-C prints the loads that are finished. The exit code is 0 when every cell is there, whatever it says."
}

// Run runs the map.
func (c *drainCommand) Run(ctx context.Context, std streams) error {
	_, cfg, err := c.load(std, overrides(c.Seed, c.Replications)...)
	if err != nil {
		return err
	}
	if c.Replications == nil && (cfg.Replications == 0 || cfg.Replications > drainRuns) {
		cfg.Replications = drainRuns // a backlog of thousands drains in nearly the same time whenever it is run
	}
	cells, err := c.cells(&cfg)
	if err != nil {
		return errInput{err}
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, inputs(c.File, &cfg)...); err != nil {
			return errInput{err}
		}
	}
	bar := newProgress(std.err)
	m, err := plan.Drain(ctx, &cfg, cells, plan.Options{Workers: c.Workers, Version: version(), Progress: bar.set})
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	if c.Out != "" { // of an interrupted map, the loads that are finished
		if err := report.WriteDrainDir(c.Out, m); err != nil {
			return err
		}
	}
	if c.JSON {
		err = m.WriteJSON(std.out)
	} else {
		err = report.DrainText(std.out, m, options(std.out))
	}
	if err == nil && m.Interrupted {
		fmt.Fprintf(std.err, "penstock: interrupted; these are the loads that were finished by then, %d of %d\n", len(m.Loads), len(cells.Loads))
		return errExit(exitInternal)
	}
	return err
}

// drainRuns is how many replications a cell has where nobody says.
const drainRuns = 5

// mostCells bounds the map: each cell is a study of its own.
const mostCells = 10_000

// cells reads the flags, and says all that is wrong with them.
func (c *drainCommand) cells(cfg *model.Config) (plan.DrainOptions, error) {
	cells := plan.DrainOptions{Within: c.Within}
	var wrong []string
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	_, lengths, err := scenarios.List("--outage", scenarios.Duration, "1s", "30d", c.Outage)
	note(err)
	for _, s := range lengths {
		cells.Outages = append(cells.Outages, time.Duration(s*1e9))
	}
	_, cells.Loads, err = scenarios.List("--load", scenarios.Number, "0.01", "10", c.Load)
	note(err)
	if c.Within < time.Minute || c.Within > 30*24*time.Hour {
		note(fmt.Errorf("--within=%s: 1m to 720h", c.Within))
	}
	if c.Workers < 0 {
		note(fmt.Errorf("--workers=%d: 0 or more", c.Workers))
	}
	if n := len(cells.Outages) * len(cells.Loads); n > mostCells {
		note(fmt.Errorf("%d cells are too many: at most %d", n, mostCells))
	}
	note(plan.CheckDrain(cfg))
	if len(wrong) > 0 {
		return cells, fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return cells, nil
}
