package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"penstock/legacy"
)

// legacyCommand is penstock legacy.
type legacyCommand struct {
	scenarioFlags `embed:""`

	Listen string  `help:"Address on which calls are answered, and /admin shows what they came to." default:"127.0.0.1:8090" placeholder:"ADDRESS"`
	Admin  string  `help:"Show /admin on this address instead: it can then be reached while an outage refuses connections." placeholder:"ADDRESS"`
	Speed  float64 `help:"Seconds of the scenario in a second: service times, outages and Retry-After pass so many times as fast." default:"1"`
	Seed   *uint64 `help:"Override the seed."`
}

// Help says what is a call, and what it may meet.
func (legacyCommand) Help() string {
	return "A POST to any path is a call of the class that the header X-Penstock-Class names, the highest by default. It meets what [legacy] says, from the entity of the simulator itself: " +
		"200 after its service time, 429 with Retry-After, 500, 503 where the backlog is full, or no answer. In an outage of kind \"down\" connections are refused, and calls in progress lose theirs. " +
		"An Idempotency-Key makes the work of a repeated call the same again; it is done again, and counted. A header X-Penstock-Receive tells the receive count that legacy_backlog_until asks for; without it the calls with the key are counted. Outages are counted from the start. Ctrl-C ends it, with five seconds for calls in progress."
}

// Run answers calls until it is told to stop.
func (c *legacyCommand) Run(ctx context.Context, std streams) error {
	if !(c.Speed >= 0.01 && c.Speed <= 10_000) {
		return errInput{fmt.Errorf("--speed=%v: 0.01 to 10000", c.Speed)}
	}
	_, cfg, err := c.load(std, overrides(c.Seed, nil)...)
	if err != nil {
		return err
	}
	server := legacy.New(&cfg, c.Speed)
	defer server.Close()
	say := func(format string, args ...any) { fmt.Fprintf(std.err, "penstock: "+format+"\n", args...) }
	listener, err := server.Listen(c.Listen, c.Admin, say)
	if err != nil {
		return errInput{err}
	}
	calls, admin := listener.Address()
	say("the legacy system of %s answers on http://%s/, its counters are at http://%s/admin", cfg.Name, calls, admin)
	if err := listener.Serve(ctx); err != nil {
		return err
	}
	return printCounters(std.out, server.Counters())
}

// printCounters shows what the calls came to.
func printCounters(out io.Writer, c legacy.Counters) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "class\tcalls\t200\t429\t503\tdown\t500\tcut\tleft\trepeats\t")
	for _, k := range c.Classes {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", k.Class, k.Calls, k.OK, k.Limited, k.Full, k.Down, k.Errors, k.Cut, k.Left, k.Repeats)
	}
	return w.Flush()
}
