package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/plan"
	"penstock/model/policy"
	"penstock/report"
	"penstock/scenarios"
)

// tournamentCommand is penstock tournament.
type tournamentCommand struct {
	scenarioFlags `embed:""`

	Policy       []string `help:"A policy that takes part, instead of those of [tournament]: a kind, with settings if wanted, e.g. --policy none --policy \"aging age_step=2m\"." placeholder:"KIND" sep:"none"`
	By           string   `help:"Rank by this metric alone, e.g. classes.HIGH.latency.p95; without it by the cost of the policies that keep every objective." placeholder:"METRIC"`
	Largest      bool     `help:"The largest value of --by wins, not the smallest."`
	Within       *float64 `help:"Difference that does not matter, relative to the best value (0.01)."`
	Seed         *uint64  `help:"Override the seed."`
	Replications int      `help:"Replications of every policy to begin with, at least 5." default:"20"`
	Most         int      `help:"Replications of a policy at the most; 0: [precision].max_replications." default:"0"`
	JSON         bool     `name:"json" help:"Print only the ranking, as one JSON document."`
	Workers      int      `help:"Replications that run at a time; 0: one a core. The result does not depend on it." default:"0"`
}

// Run ranks the policies.
func (c *tournamentCommand) Run(ctx context.Context, std streams) error {
	if c.Workers < 0 || c.Most < 0 || c.Replications < 5 {
		return errInput{fmt.Errorf("--workers and --most are 0 or more, --replications 5 or more")}
	}
	source, cfg, err := c.load(std, c.overrides()...)
	if err != nil {
		return err
	}
	entrants, excluded, err := c.enter(std, source, &cfg)
	if err != nil {
		return err
	}
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return err
	}
	bar := newProgress(std.err)
	opt := plan.TournamentOptions{First: c.Replications, Most: c.Most}
	opt.Workers, opt.Version, opt.Progress = c.Workers, version(), bar.set
	t, err := plan.RunTournament(ctx, &cfg, entrants, book, opt)
	bar.done()
	if err != nil {
		return blame(ctx, err)
	}
	t.Excluded = append(t.Excluded, excluded...)
	return c.print(std, t)
}

func (c *tournamentCommand) print(std streams, t *plan.Tournament) error {
	var err error
	if c.JSON {
		err = t.WriteJSON(std.out)
	} else {
		err = report.Tournament(std.out, t, options(std.out))
	}
	switch code := t.ExitCode(); {
	case err != nil:
		return err
	case t.Interrupted:
		fmt.Fprintln(std.err, "penstock: interrupted; this is what stood by then")
		return errExit(exitInternal)
	case code != plan.ExitMet:
		return errExit(code)
	}
	return nil
}

// overrides are the flags that stand for keys.
func (c *tournamentCommand) overrides() []string {
	var set []string
	if c.By != "" {
		set = append(set, "tournament.by="+c.By)
	}
	if c.Largest {
		set = append(set, "tournament.largest=true")
	}
	if c.Within != nil {
		set = append(set, fmt.Sprintf("tournament.within=%v", *c.Within))
	}
	if c.Seed != nil {
		set = append(set, fmt.Sprintf("seed=%d", *c.Seed))
	}
	return set
}

// enter loads the scenario once for each policy. One that was named has to be
// in order; of the kinds that take part by default those that are not are left
// out, with the reason.
func (c *tournamentCommand) enter(std streams, source scenarios.Source, cfg *model.Config) (entrants []plan.Entrant, excluded []plan.Excluded, err error) {
	named := c.Policy
	if len(named) == 0 {
		named = cfg.Tournament.Policies
	}
	list := named
	if len(named) == 0 {
		list = everyKind(cfg)
	}
	failed := false
	for _, spec := range list {
		set := append(slices.Clone(c.Set), c.overrides()...)
		own, err := entry(spec)
		if err != nil {
			return nil, nil, errInput{fmt.Errorf("policy %q: %w", spec, err)}
		}
		variant, problems := source.Load(append(set, own...))
		switch {
		case !scenarios.Failed(problems):
			v := variant
			entrants = append(entrants, plan.Entrant{Policy: spec, Config: &v})
		case len(named) == 0:
			excluded = append(excluded, plan.Excluded{Policy: spec, Why: reasons(problems)})
		default:
			failed = true
			for _, p := range problems {
				fmt.Fprintf(std.err, "policy %q: %s: %s\n", spec, p.Key, p.Message)
			}
		}
	}
	if failed {
		return nil, nil, errExit(exitBadInput)
	}
	return entrants, excluded, nil
}

// reasons joins what is wrong with a scenario.
func reasons(problems []scenarios.Problem) string {
	var all []string
	for _, p := range problems {
		if !p.Warning {
			all = append(all, p.Key+": "+p.Message)
		}
	}
	return strings.Join(all, "; ")
}

// entry turns "aging age_step=2m" into overrides. A key without a table is
// one of [policy].
func entry(spec string) ([]string, error) {
	words := strings.Fields(spec)
	if len(words) == 0 {
		return nil, fmt.Errorf("a kind is needed, such as none or \"aging age_step=2m\"")
	}
	set := []string{"policy.kind=" + words[0]}
	for _, w := range words[1:] {
		key, _, ok := strings.Cut(w, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not of the form key=value", w)
		}
		if !strings.Contains(key, ".") {
			w = "policy." + w
		}
		set = append(set, w)
	}
	return set, nil
}

// everyKind names every kind of policy, with settings for the classes where the
// scenario has none: a slot for the highest class, weights that double from
// class to class, and the loosest objective as the deadline.
func everyKind(cfg *model.Config) []string {
	last := len(cfg.Classes) - 1
	kept, weighed := false, false
	reserve, weighted, deadline := string(policy.Reserve), string(policy.Weighted), string(policy.Deadline)
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		kept, weighed = kept || k.Reserve > 0, weighed || k.Weight != 1
		if loosest := loosest(k); k.Deadline == 0 && loosest > 0 {
			deadline += fmt.Sprintf(" class.%s.deadline=%s", k.Name, model.DurationText(loosest))
		}
	}
	if !kept {
		reserve += fmt.Sprintf(" class.%s.reserve=1", cfg.Classes[0].Name)
	}
	for i := range cfg.Classes {
		if w := 1 << min(last-i, 9); !weighed && w > 1 {
			weighted += fmt.Sprintf(" class.%s.weight=%d", cfg.Classes[i].Name, w)
		}
	}
	return []string{string(policy.None), string(policy.Yield), reserve, weighted, string(policy.Aging), deadline}
}

// loosest returns the largest latency that a class is promised.
func loosest(k *model.Class) (d time.Duration) {
	for _, b := range k.Objective.Latency {
		d = max(d, b.AtMost)
	}
	return d
}
