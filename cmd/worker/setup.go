package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"

	"penstock/model"
	"penstock/model/policy"
	"penstock/scenarios"
	"penstock/worker"
	"penstock/worker/aws"
	"penstock/worker/metrics"
)

// setup is a scenario with everything around it that a worker needs.
type setup struct {
	scenario model.Config
	deploy   scenarios.Deploy
	classes  []string
	log      *slog.Logger
	clients  *aws.Clients
	meter    *metrics.Meter // nil: nothing is measured
}

// load reads the scenario and opens what it names. Every problem is one line of
// the error.
func load(ctx context.Context, file string, std streams) (*setup, error) {
	source, err := scenarios.Find(file)
	if err != nil {
		return nil, errInput{err}
	}
	cfg, deploy, problems := source.LoadWorker(os.LookupEnv)
	var wrong []error
	for _, p := range problems {
		if p.Warning {
			fmt.Fprintln(std.err, p)
			continue
		}
		wrong = append(wrong, errors.New(p.String()))
	}
	if len(wrong) > 0 {
		return nil, errInput{errors.Join(wrong...)}
	}
	s := &setup{scenario: cfg, deploy: deploy, log: slog.New(slog.NewJSONHandler(std.out, nil))}
	for _, c := range cfg.Classes {
		s.classes = append(s.classes, c.Name)
	}
	if s.clients, err = aws.Open(ctx, s.aws()); err != nil {
		return nil, errInput{err}
	}
	if deploy.Metrics != "none" {
		if s.meter, err = metrics.New(ctx, deploy.Metrics, s.classes, std.out); err != nil {
			return nil, errInput{err}
		}
	}
	return s, nil
}

// aws says where the queues are, and how they should be set up.
func (s *setup) aws() aws.Config {
	c := aws.Config{Region: s.deploy.Region, SQSEndpoint: s.deploy.SQSEndpoint, SFNEndpoint: s.deploy.SFNEndpoint, Log: s.log}
	for _, k := range s.scenario.Classes {
		c.Queues = append(c.Queues, aws.Queue{
			Class: k.Name, URL: s.deploy.Queues[k.Name], DeadLetterURL: s.deploy.DeadLetterQueues[k.Name],
			Visibility: k.Queue.VisibilityTimeout, Retention: k.Queue.Retention, Delay: k.Queue.Delay, MaxReceive: k.Queue.MaxReceiveCount,
		})
	}
	return c
}

// check asks whether everything is there, and logs what differs from the
// scenario.
func (s *setup) check(ctx context.Context) error {
	warnings, err := s.clients.Check(ctx)
	for _, w := range warnings {
		s.log.Warn(w)
	}
	if err != nil {
		return errInput{err}
	}
	return nil
}

// config is the worker's. Pauses differ from worker to worker, or those of a
// fleet would all end at once; the journal notes what was drawn.
func (s *setup) config() worker.Config {
	pauses := model.NewPauses(&s.scenario, rand.Uint64())
	c := worker.Config{
		Policy: s.scenario.PolicyConfig(), Classes: s.classes, Shutdown: s.deploy.Shutdown, DryRun: s.deploy.DryRun, Log: s.log,
		Draws: worker.Draws{Yield: pauses.Yield, Retry: pauses.Retry},
	}
	if s.scenario.Worker.LowFirst > 0 {
		c.Draws.LowFirst = pauses.LowFirst
	}
	if s.meter != nil {
		c.Meter = s.meter
	}
	return c
}

// ports are the queues, the tasks and the legacy system.
func (s *setup) ports(cfg policy.Config) worker.Ports {
	var legacy worker.Legacy = &worker.HTTP{
		URL: s.deploy.LegacyURL, Token: s.deploy.LegacyToken, Client: worker.NewClient(max(1, cfg.Slots)),
	}
	if s.deploy.RateLimit > 0 {
		legacy = worker.Limit(legacy, s.deploy.RateLimit, s.deploy.RateBurst)
	}
	return worker.Ports{Queues: s.clients.Queues, Tasks: s.clients.Tasks, Legacy: legacy}
}
