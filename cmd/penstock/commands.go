package main

import (
	"fmt"
	"runtime"
	"strings"

	"penstock/model/plan"
	"penstock/model/price"
	"penstock/model/rules"
	"penstock/model/theory"
	"penstock/report"
	"penstock/scenarios"
)

// checkCommand is penstock check.
type checkCommand struct {
	scenarioFlags `embed:""`
}

// Run validates, lints, and says what theory rules out without a run.
func (c *checkCommand) Run(std streams) error {
	source, cfg, err := c.load(std)
	if err != nil {
		return err
	}
	book, err := openBook(source, cfg.Prices.Book)
	if err != nil {
		return err
	}
	if err := plan.CheckPrices(&cfg, book); err != nil {
		return errInput{err}
	}
	if _, err = fmt.Fprintf(std.out, "%s: valid\n", source.Name()); err != nil {
		return err
	}
	return report.Screen(std.out, theory.Screen(&cfg), options(std.out))
}

// explainCommand is penstock explain.
type explainCommand struct {
	Key         string `arg:"" optional:"" help:"A key, a table or a wildcard such as class.*; without it, every key in short."`
	Assumptions bool   `help:"Print the rules of AWS that the simulator follows: how far each is known, from where, its setting, its test."`
}

// Run prints what is known of the keys.
func (c *explainCommand) Run(std streams) error {
	if c.Assumptions {
		if c.Key != "" {
			return errInput{fmt.Errorf("--assumptions prints all rules: leave %q out", c.Key)}
		}
		return report.Rules(std.out, ruleSetting)
	}
	if c.Key == "" {
		return report.Keys(std.out, scenarioKeys(scenarios.Keys()))
	}
	entries := scenarios.Match(c.Key)
	if e, ok := scenarios.Explain(c.Key); ok && len(entries) == 0 {
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		msg := fmt.Sprintf("there is no key %q", c.Key)
		if near := scenarios.Near(c.Key); len(near) > 0 {
			msg += fmt.Sprintf("; did you mean %q?", near[0])
		}
		return errInput{fmt.Errorf("%s", msg)}
	}
	return report.Keys(std.out, scenarioKeys(entries))
}

// ruleSetting returns the key that sets an open rule, with its default.
func ruleSetting(r *rules.Rule) (key, value string) {
	key = r.Key
	if key == "" {
		key = r.Switch
	}
	if r.Switch != "" && !strings.Contains(key, ".") {
		key = "assumptions." + key
	}
	e, _ := scenarios.Explain(key)
	return key, e.Default
}

// scenarioKeys turns the loader's entries into the manual's.
func scenarioKeys(entries []scenarios.Entry) []report.Key {
	var keys []report.Key
	for _, e := range entries {
		keys = append(keys, report.Key{Name: e.Key, Type: string(e.Type), Default: e.Default, Allowed: e.Allowed(), Doc: e.Doc})
	}
	return keys
}

// pricesCommand is penstock prices.
type pricesCommand struct {
	Book string `arg:"" optional:"" help:"A shipped price book; without it, their names."`
}

// Run prints a price book.
func (c *pricesCommand) Run(std streams) error {
	if c.Book == "" {
		for _, name := range price.Names() {
			if _, err := fmt.Fprintln(std.out, name); err != nil {
				return err
			}
		}
		return nil
	}
	book, err := price.Open(c.Book)
	if err != nil {
		return errInput{err}
	}
	return report.Prices(std.out, book)
}

// versionCommand is penstock version.
type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintf(std.out, "penstock %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func version() string { return plan.BuildVersion() }
