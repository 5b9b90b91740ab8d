// Command worker is the worker whose policy penstock simulated: a Lambda
// function behind event source mappings, or a service that polls, as the
// scenario's [worker] says. It reads the same file.
//
//	worker [-check | -dead-letters | -redrive CLASS [-rate N]] [FILE]
//
// FILE is the scenario with its [deploy] table; else it is what
// PENSTOCK_SCENARIO names, or scenario.toml beside the program. With -check it
// says whether everything is there that it needs, and ends; with -dead-letters it
// fails the tasks whose messages ended in a dead-letter queue, which a function
// does by itself with what such a queue hands it; with -redrive it sends dead
// letters back.
//
// Exit codes: 0 done, 3 bad input or surroundings, 4 internal failure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"penstock/model"
	"penstock/scenarios"
	"penstock/worker/aws"
	"penstock/worker/metrics"
)

func main() {
	err := run(os.Args[1:], os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "worker:", err)
	if address := runtimeAddress(); address != "" {
		tellLambda(address, err)
	}
	if _, bad := errors.AsType[errInput](err); bad {
		os.Exit(3)
	}
	os.Exit(4)
}

// runtimeAddress is where Lambda hands out invocations; empty: this process is
// no function.
func runtimeAddress() string { return os.Getenv("AWS_LAMBDA_RUNTIME_API") }

// errInput is a file, or surroundings, that the worker cannot work with.
type errInput struct{ error }

func run(args []string, logs io.Writer) error {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	flags.SetOutput(logs)
	var what order
	flags.BoolVar(&what.check, "check", false, "only say whether everything is there that the worker needs")
	flags.BoolVar(&what.deadLetters, "dead-letters", false, "fail the tasks of dead letters, and do nothing else")
	flags.StringVar(&what.redrive, "redrive", "", "send the dead letters of this `class` back to its queue, and end")
	flags.IntVar(&what.rate, "rate", 0, "messages a second of -redrive, 1 to 500; else as [[faults.redrive]] says")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil || flags.NArg() > 1 || !what.clear() {
		return errInput{errors.New("usage: worker [-check | -dead-letters | -redrive CLASS [-rate N]] [FILE]")}
	}
	lambda := runtimeAddress() != ""
	ctx := context.Background()
	if !lambda { // a function that is told to end ends at once: its messages come back
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
	}
	w, err := prepare(ctx, scenarioFile(flags.Arg(0)), logs)
	if err != nil {
		return err
	}
	if lambda {
		return w.serveLambda(w.ports()) // a cold start is too short for questions
	}
	return w.obey(ctx, what)
}

// order is what the command line asks for.
type order struct {
	check, deadLetters bool
	redrive            string // a class; "": none
	rate               int    // 0: none is given
}

// clear reports whether the order is for one thing.
func (o order) clear() bool {
	things := 0
	for _, wanted := range []bool{o.check, o.deadLetters, o.redrive != ""} {
		if wanted {
			things++
		}
	}
	return things <= 1 && (o.rate == 0 || o.redrive != "")
}

// obey does what the command line asks for, once everything is found to be
// there.
func (w *instance) obey(ctx context.Context, what order) error {
	works := !what.check && !what.deadLetters && what.redrive == ""
	right := aws.BeatTask
	switch {
	case what.redrive != "":
		right = aws.NoRight
	case what.deadLetters:
		right = aws.FailTask
	}
	if works && w.cfg.Worker.Driver != model.DriverPoller {
		return errInput{errors.New("[worker] driver is \"lambda\", and this is no Lambda function: what was simulated is not what would run")}
	}
	if err := w.check(ctx, right); err != nil || what.check {
		return err
	}
	switch {
	case what.redrive != "":
		return w.redrive(ctx, what.redrive, what.rate, os.Stdout)
	case what.deadLetters:
		return w.serveDeadLetters(ctx)
	}
	return w.serve(ctx)
}

// scenarioFile finds the scenario.
func scenarioFile(argument string) string {
	if argument != "" {
		return argument
	}
	if named := os.Getenv("PENSTOCK_SCENARIO"); named != "" {
		return named
	}
	program, err := os.Executable()
	if err != nil {
		return "scenario.toml"
	}
	return filepath.Join(filepath.Dir(program), "scenario.toml")
}

// instance is this process, ready to work.
type instance struct {
	cfg     model.Config
	deploy  scenarios.Deploy
	clients *aws.Clients
	log     *slog.Logger
	meter   *metrics.Meter // nil: nothing is measured
}

// prepare reads the scenario, and reports everything that is wrong with it.
func prepare(ctx context.Context, file string, logs io.Writer) (*instance, error) {
	log := slog.New(slog.NewJSONHandler(logs, nil))
	source, err := scenarios.Find(file)
	if err != nil {
		return nil, errInput{err}
	}
	cfg, deploy, problems := source.LoadWorker(os.Environ())
	if scenarios.Failed(problems) {
		var all []error
		for _, p := range problems {
			all = append(all, errors.New(p.String()))
		}
		return nil, errInput{errors.Join(all...)}
	}
	for _, p := range problems {
		log.Warn(p.String())
	}
	w := &instance{cfg: cfg, deploy: deploy, log: log}
	set := aws.Config{Region: deploy.Region, SQSEndpoint: deploy.SQSEndpoint, SFNEndpoint: deploy.SFNEndpoint, Log: log}
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		set.Queues = append(set.Queues, aws.Queue{
			Class: k.Name, URL: deploy.Queues[k.Name], DeadLetterURL: deploy.DeadLetterQueues[k.Name],
			Visibility: k.Queue.VisibilityTimeout, Retention: k.Queue.Retention, Delay: k.Queue.Delay, MaxReceive: k.Queue.MaxReceiveCount,
		})
	}
	if w.clients, err = aws.Open(ctx, set); err != nil {
		return nil, errInput{err}
	}
	if deploy.Metrics == "none" {
		return w, nil
	}
	var classes []metrics.Class
	for i := range cfg.Classes {
		name := cfg.Classes[i].Name
		classes = append(classes, metrics.Class{Name: name, Queue: nameOf(deploy.Queues[name], "/")})
	}
	if w.meter, err = metrics.New(ctx, deploy.Metrics, classes, logs); err != nil {
		return nil, errInput{err}
	}
	return w, nil
}

// check asks AWS whether everything is there.
func (w *instance) check(ctx context.Context, right aws.Right) error {
	warnings, err := w.clients.Check(ctx, right)
	for _, warning := range warnings {
		w.log.Warn(warning)
	}
	if err != nil {
		return errInput{err}
	}
	return nil
}
