// Command penstock predicts, before anything is deployed, how long each
// priority class of work waits in front of a slow system, what starves, what is
// lost and what it costs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"penstock/model/plan"
	"penstock/report"
)

// Exit codes, which scripts depend on.
const (
	exitDone      = 0 // done, every assert and objective met
	exitNotMet    = 1
	exitUndecided = 2 // an interval straddles its bound
	exitBadInput  = 3
	exitInternal  = 4 // a fault of the program, or of its surroundings: a full disk, a closed pipe, Ctrl-C
)

// commands is the command line.
type commands struct {
	Run        runCommand        `cmd:"" help:"Simulate a scenario and report what it predicts."`
	Compare    compareCommand    `cmd:"" help:"Compare scenarios, replication by replication, on the same arrivals and fates."`
	Tune       tuneCommand       `cmd:"" help:"Find the cheapest setting that keeps every objective, and say how sure that is."`
	Limit      limitCommand      `cmd:"" help:"Find the largest or smallest value of a key that keeps a condition."`
	Drain      drainCommand      `cmd:"" help:"Map how long a system takes to recover from an outage, over its length and the load."`
	Sweep      sweepCommand      `cmd:"" help:"Simulate a grid of settings, on one machine or in an array job."`
	Merge      mergeCommand      `cmd:"" help:"Put the shards of a sweep together."`
	Tournament tournamentCommand `cmd:"" help:"Rank policies on common random numbers, with a guarantee for the one selected."`
	Check      checkCommand      `cmd:"" help:"Validate a scenario and warn about settings that are seldom meant."`
	Emit       emitCommand       `cmd:"" help:"Write what runs a scenario on AWS: queues, worker, state machine, rights, dashboard and alarms."`
	Legacy     legacyCommand     `cmd:"" help:"Serve the slow system of a scenario over HTTP, for real workers to call."`
	Verify     verifyCommand     `cmd:"" help:"Simulate a scenario twice, on one core and on all, and compare event by event."`
	Chaos      chaosCommand      `cmd:"" help:"Run drawn scenarios and faults against the rules that must always hold, and shrink what fails."`
	Replay     replayCommand     `cmd:"" help:"Feed a worker's log through the policy, and name the first decision that differs."`
	Explain    explainCommand    `cmd:"" help:"Explain a scenario key: what it takes, its default, its source."`
	Prices     pricesCommand     `cmd:"" help:"Show a price book with the source of every price."`
	Version    versionCommand    `cmd:"" help:"Show the version."`
	Selftest   selftestCommand   `cmd:"" help:"Hold the simulator against exact answers that it did not produce."`
}

// streams are where a command writes: results to out, everything else to err.
type streams struct {
	out, err io.Writer
}

func main() {
	// What a study keeps is large, free of pointers and seldom garbage: let the
	// heap grow by a quarter, not by its double, before it is swept.
	// A quarter of a small heap is filled hundreds of times a second, and each
	// sweep stops every core: a block that nobody touches, and that takes address
	// space but no memory, keeps them 32 MB apart.
	debug.SetGCPercent(25)
	ballast := make([]byte, 128<<20)
	// A closed pipe is an error to report, not a signal to die of.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr})
	stop()
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// errExit ends a command with an exit code once it has said why.
type errExit int

func (e errExit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// errInput is what the user gave that cannot be used.
type errInput struct{ err error }

func (e errInput) Error() string { return e.err.Error() }

// run parses the arguments, runs the command and returns the exit code.
func run(ctx context.Context, args []string, std streams) int {
	code := -1
	parser, err := kong.New(&commands{},
		kong.Name("penstock"),
		kong.Description("What will wait, starve, be lost and cost, before you deploy.\n\nExit codes: 0 done and every assert met; 1 an assert or objective not met; 2 undecided; 3 bad input; 4 internal failure."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(c int) { code = c; panic(errExit(c)) }),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		panic(err) // the command line itself is wrong
	}
	return parse(parser, args, std, &code)
}

// parse runs the command. Kong leaves through its Exit function, after help:
// the panic brings us back here. Any other panic is a fault of the program, which
// Go would end with the code for "undecided".
func parse(parser *kong.Kong, args []string, std streams, code *int) (result int) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case errExit:
			result = int(cause)
			return
		case *plan.InternalError:
			printInternal(std.err, cause)
			result = exitInternal
			return
		default:
			printInternal(std.err, &plan.InternalError{Outside: true, Cause: cause, Stack: debug.Stack()})
			result = exitInternal
			return
		}
		if *code >= 0 {
			result = *code
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "penstock: %v\nTry \"penstock --help\".\n", err)
		return exitBadInput
	}
	return exitCode(kctx.Run(), std)
}

// exitCode says what went wrong and returns the code for it.
func exitCode(err error, std streams) int {
	var exit errExit
	var input errInput
	var internal *plan.InternalError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &input):
		fmt.Fprintf(std.err, "penstock: %v\n", err)
		return exitBadInput
	case errors.As(err, &internal):
		printInternal(std.err, internal)
		return exitInternal
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(std.err, "penstock: interrupted; nothing was written")
		return exitInternal
	case errors.Is(err, syscall.EPIPE):
		fmt.Fprintln(std.err, "penstock: standard output was closed before everything was written")
		return exitInternal
	}
	fmt.Fprintf(std.err, "penstock: %v\n", err)
	return exitInternal
}

// printInternal reports a fault of the program so that it can be repeated and
// mended: what broke and when, what happened last, and where in the code.
func printInternal(w io.Writer, e *plan.InternalError) {
	fmt.Fprintf(w, "penstock: %v\n", e)
	if len(e.Last) > 0 {
		fmt.Fprintln(w, "What happened last:")
	}
	for i := range e.Last {
		_, _ = w.Write(report.TraceLine(nil, &e.Last[i]))
	}
	again := "."
	if !e.Outside {
		again = fmt.Sprintf("; --seed=%d --replications=%d repeats it.", e.Seed, e.Replication+1)
	}
	fmt.Fprintf(w, "Please report this with the scenario%s\n%s", again, e.Stack)
}
