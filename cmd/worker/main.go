// Command worker is the worker that penstock simulates: it takes messages from
// the queues of all classes, decides by the scenario's own [policy], calls the
// slow system, and answers the tasks that wait. It runs as a Lambda function
// behind event source mappings, or as a service that polls the queues itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes, the same as penstock's.
const (
	exitDone     = 0
	exitBadInput = 3 // the scenario, [deploy], or what is found there
	exitInternal = 4
)

// commands is the command line.
type commands struct {
	Run     runCommand     `cmd:"" help:"Work as a long-polling service (worker.driver \"poller\"), until SIGTERM."`
	Check   checkCommand   `cmd:"" help:"Ask whether everything is there that the worker will need: queues, permissions, clock."`
	Version versionCommand `cmd:"" help:"Show the version."`
}

// streams are where the worker writes: its log and metrics to out, what is wrong
// at start to err.
type streams struct {
	out, err io.Writer
}

// errInput is what was set up so that it cannot work.
type errInput struct{ err error }

func (e errInput) Error() string { return e.err.Error() }
func (e errInput) Unwrap() error { return e.err }

func main() {
	signal.Ignore(syscall.SIGPIPE) // a log that nobody reads any more is an error, not a reason to die in the middle of a call
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	std := streams{os.Stdout, os.Stderr}
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		os.Exit(exitCode(serveLambda(ctx, std), std))
	}
	os.Exit(run(ctx, os.Args[1:], std))
}

// run parses the arguments, runs the command and returns the exit code.
func run(ctx context.Context, args []string, std streams) int {
	type left int
	var code int
	parser, err := kong.New(&commands{}, kong.Name("worker"),
		kong.Description("The worker of a scenario, on real queues. Behind Lambda it takes no arguments: PENSTOCK_FILE names the scenario, else penstock.toml beside it.\n\nExit codes: 0 done; 3 it cannot work as it is set up; 4 internal failure."),
		kong.Writers(std.out, std.err), kong.UsageOnError(),
		kong.Exit(func(c int) { panic(left(c)) }), // after --help
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std))
	if err != nil {
		panic(err) // the command line itself is wrong
	}
	defer func() {
		if c, ok := recover().(left); ok {
			code = int(c)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "worker: %v\nTry \"worker --help\".\n", err)
		return exitBadInput
	}
	code = exitCode(command.Run(), std)
	return code
}

// exitCode says what went wrong, a line each, and returns the code for it.
func exitCode(err error, std streams) int {
	if err == nil {
		return exitDone
	}
	code := exitInternal
	var input errInput
	if errors.As(err, &input) {
		err, code = input.err, exitBadInput
	}
	problems := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		problems = joined.Unwrap()
	}
	for _, p := range problems {
		fmt.Fprintf(std.err, "worker: %v\n", p)
	}
	return code
}

// versionCommand is worker version.
type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "worker", version())
	return err
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
