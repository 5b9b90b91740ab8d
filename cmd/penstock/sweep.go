package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"penstock/model"
	"penstock/model/plan"
	"penstock/report"
	"penstock/scenarios"
)

// sweepCommand is penstock sweep.
type sweepCommand struct {
	scenarioFlags `embed:""`

	Axis         []string `help:"A key and its values: worker.concurrency=1..40, policy.escalate_at=3,5,8, class.BATCH.queue.visibility_timeout=1m..10m:1m (a step), worker.concurrency=1..64:x2 (a factor). Repeat it for a grid. A key with a list in the file is an axis, too." placeholder:"KEY=VALUES" sep:"none"`
	Out          string   `help:"Keep each finished point in this folder, go on from the points that it holds, and write sweep.md, plots and CSV files." placeholder:"DIR" type:"path"`
	Metric       []string `help:"What is plotted, a path into the result such as cost.monthly; the objective that is kept least, by default." placeholder:"PATH" sep:"none"`
	SkipInvalid  bool     `help:"Leave out points whose settings are invalid instead of refusing the sweep."`
	Shard        string   `help:"Run only a part: i/n, i from 0; auto or auto/n takes i from an array job of Slurm, Kubernetes or AWS Batch. penstock merge puts the parts together." placeholder:"I/N"`
	JSON         bool     `name:"json" help:"Print the points with their results as one JSON document."`
	Seed         *uint64  `help:"Override the seed."`
	Replications *int     `help:"Override the number of replications."`
	Workers      int      `help:"Replications that run at a time; 0: one a core. The results do not depend on it." default:"0"`
}

// Help says what the exit code means: a sweep looks around, so that a point
// that breaks an objective is no failure.
func (sweepCommand) Help() string {
	return "Every combination of the values is run, with the same seeds. The exit code is 0 when all points are there, whatever they say; 3 if the input is bad; 4 if the sweep did not come to its end: run the same command with the same --out again, and it goes on."
}

// Run runs the points that are not there yet.
func (c *sweepCommand) Run(ctx context.Context, std streams) error {
	grid, err := c.grid(ctx, std)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := report.CheckDir(c.Out, inputs(c.File, &grid.first)...); err != nil {
			return errInput{err}
		}
	}
	j, err := openJournal(c.Out, grid.head)
	if err != nil {
		return err
	}
	defer j.close()
	if err := c.simulate(ctx, std, grid, j); err != nil {
		return err
	}
	if err := j.finish(); err != nil {
		return err
	}
	if grid.head.Shard != nil {
		fmt.Fprintf(std.err, "shard %s of %d points is finished; when all are, penstock merge %s\n", grid.head.Shard, len(grid.head.Own()), c.Out)
		return nil
	}
	sweep, err := j.Sweep()
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := report.WriteSweepDir(c.Out, sweep, c.Metric); err != nil {
			return err
		}
	}
	return printSweep(std, sweep, c.Metric, c.JSON)
}

// printSweep prints the points.
func printSweep(std streams, s *plan.Sweep, metrics []string, asJSON bool) error {
	if asJSON {
		return s.WriteJSON(std.out)
	}
	return report.SweepText(std.out, s, metrics, options(std.out))
}

// grid finds the axes, loads every point, and says all that is wrong.
func (c *sweepCommand) grid(ctx context.Context, std streams) (*sweepGrid, error) {
	shard, err := parseShard(c.Shard, os.Getenv)
	switch {
	case err != nil:
		return nil, errInput{err}
	case c.Workers < 0:
		return nil, errInput{fmt.Errorf("--workers=%d: 0 or more", c.Workers)}
	case shard != nil && c.Out == "":
		return nil, errInput{errors.New("--shard needs --out DIR, the folder that penstock merge reads")}
	case shard != nil && (c.JSON || len(c.Metric) > 0):
		return nil, errInput{errors.New("a shard prints and plots nothing: give --json and --metric to penstock merge")}
	}
	source, err := scenarios.Find(c.File)
	if err != nil {
		return nil, errInput{err}
	}
	g := &sweepGrid{source: source, set: c.Set, flags: overrides(c.Seed, c.Replications)}
	axes, problems := source.Axes(g.base(), c.Axis)
	printProblems(std.err, problems, nil)
	if scenarios.Failed(problems) {
		return nil, errExit(exitBadInput)
	}
	for _, a := range axes {
		g.axes = append(g.axes, plan.Axis(a))
	}
	switch n := g.axes.Len(); {
	case len(g.axes) == 0:
		return nil, errInput{errors.New("nothing varies: give --axis KEY=VALUES, or a key of the scenario a list of values")}
	case n > plan.MaxPoints:
		return nil, errInput{fmt.Errorf("the grid is too large: at most %d points", plan.MaxPoints)}
	case shard != nil && shard.Count > n:
		return nil, errInput{fmt.Errorf("--shard=%s: the grid has %d points only", shard, n)}
	}
	if err := g.load(ctx, std, shard, c.SkipInvalid); err != nil {
		return nil, err
	}
	return g, checkMetrics(c.Metric, g.classes)
}

// checkMetrics refuses a path that no result has.
func checkMetrics(paths, classes []string) error {
	for _, path := range paths {
		_, near, ok := model.FindMetric(classes, path)
		if ok {
			continue
		}
		message := fmt.Sprintf("--metric: a result has no %q", path)
		if near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		return errInput{errors.New(message)}
	}
	return nil
}

// simulate runs the points that the journal lacks.
func (c *sweepCommand) simulate(ctx context.Context, std streams, g *sweepGrid, j *journal) error {
	if j.mended {
		fmt.Fprintf(std.err, "%s: its last line was half-written; that point is run again\n", j.path)
	}
	own := len(j.Head.Own())
	if j.found > 0 {
		fmt.Fprintf(std.err, "%s: %d of %d points are there\n", j.path, j.found, own)
	}
	var todo []int
	for _, p := range j.Missing() {
		if len(g.invalid[p]) == 0 {
			todo = append(todo, p)
			continue
		}
		if err := j.add(&plan.SweepPoint{Point: p, Settings: g.axes.Settings(p), Invalid: g.invalid[p]}); err != nil {
			return err
		}
	}
	bar := newProgress(std.err)
	opt := plan.Options{Workers: c.Workers, Version: version(), Progress: bar.set}
	err := plan.RunSweep(ctx, todo, g.study, opt, func(point int, r *plan.Result) error {
		return j.add(&plan.SweepPoint{Point: point, Settings: g.axes.Settings(point), Result: r})
	})
	bar.done()
	if !errors.Is(err, context.Canceled) {
		return err
	}
	kept := "nothing is kept, since there is no --out DIR"
	if c.Out != "" {
		kept = fmt.Sprintf("%d of %d points are kept in %s; the same command goes on from there", len(j.Lines), own, j.path)
	}
	fmt.Fprintln(std.err, "penstock: interrupted; "+kept)
	return errExit(exitInternal)
}
