package main

import (
	"fmt"
	"io"
	"os"

	"penstock/model/policy"
	steps "penstock/worker/journal"
)

// replayCommand is penstock replay.
type replayCommand struct {
	Log  string   `arg:"" help:"The log of a worker; other lines may stand between its steps. -: standard input."`
	File string   `arg:"" optional:"" help:"A scenario file, or the name of a shipped scenario, whose [policy] is to decide; without it, the policies that the log names."`
	Set  []string `help:"Override a scalar of the scenario." placeholder:"KEY=VALUE" sep:"none"`
}

// Run feeds the log through the policy and says which decision is the first that
// differs.
func (c *replayCommand) Run(std streams) error {
	var cfg *policy.Config
	if c.File != "" {
		flags := scenarioFlags{File: c.File, Set: c.Set}
		_, scenario, err := flags.load(std)
		if err != nil {
			return err
		}
		p := scenario.PolicyConfig()
		cfg = &p
	} else if len(c.Set) > 0 {
		return errInput{fmt.Errorf("--set changes a scenario: name its file after the log")}
	}
	var log io.Reader = os.Stdin
	if c.Log != "-" {
		f, err := os.Open(c.Log)
		if err != nil {
			return errInput{err}
		}
		defer f.Close()
		log = f
	}
	r, err := steps.Replay(log, cfg)
	if err != nil {
		return errInput{fmt.Errorf("%s: %w", c.Log, err)}
	}
	if r.Steps == 0 {
		return errInput{fmt.Errorf("%s: no step of a policy in %d lines", c.Log, r.Others)}
	}
	return c.tell(std, &r)
}

// tell says what the replay has found.
func (c *replayCommand) tell(std streams, r *steps.Replayed) error {
	for _, g := range r.Late {
		what := fmt.Sprintf("steps %d to %d are missing", g.From, g.To)
		if g.From == 1 {
			what = fmt.Sprintf("the log begins in the middle, at step %d", g.To+1)
		}
		fmt.Fprintf(std.err, "%s:%d: policy %s: %s; what it remembered of them is unknown\n", c.Log, g.Line, g.Policy, what)
	}
	if r.Cut {
		fmt.Fprintf(std.err, "%s: the last line is cut off, and was left out\n", c.Log)
	}
	same := r.Steps - r.Skipped
	rest := ""
	if r.Skipped > 0 {
		rest = fmt.Sprintf("; %s of work that had begun before could not be compared", several(r.Skipped, "step"))
	}
	if c.File != "" && r.Drawn > 0 {
		rest += fmt.Sprintf("; %s as long as in the log, whatever the scenario would draw", several(r.Drawn, "pause"))
	}
	d := r.Difference
	switch {
	case d == nil && same == 0:
		fmt.Fprintf(std.out, "%s: nothing to compare%s\n", c.Log, rest)
		return errExit(exitUndecided)
	case d == nil:
		_, err := fmt.Fprintf(std.out, "%s: %s of %s, the same now%s\n", c.Log, several(same, "decision"), several(r.Policies, "worker"), rest)
		return err
	}
	fmt.Fprintf(std.out, "%s:%d: policy %s, step %d, %s in slot %d:\n  then %s\n  now  %s\n",
		c.Log, d.Line, d.Policy, d.N, d.Event, d.Slot, nothing(d.Then), nothing(d.Now))
	if d.Unsure {
		fmt.Fprintln(std.out, "steps before it are missing, which may be the reason")
		return errExit(exitUndecided)
	}
	return errExit(exitNotMet)
}

// nothing names a decision for no action.
func nothing(decided string) string {
	if decided == "" {
		return "nothing"
	}
	return decided
}

// several writes a count with its noun.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
