package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"penstock/model"
	"penstock/model/policy"
	"penstock/worker"
)

// runCommand is worker run.
type runCommand struct {
	File string `arg:"" help:"The scenario file with its [deploy] table."`
}

// Run works until ctx ends.
func (c *runCommand) Run(ctx context.Context, std streams) error {
	s, err := load(ctx, c.File, std)
	if err != nil {
		return err
	}
	if s.scenario.Worker.Driver != model.DriverPoller {
		return errInput{errors.New("worker.driver is \"lambda\": this scenario's worker is a function behind event source mappings; a service needs driver \"poller\"")}
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	cfg := s.config()
	ports := s.ports(cfg.Policy)
	if s.deploy.DryRun {
		ports = worker.DryRun(ports)
	}
	service, err := worker.NewService(cfg, ports)
	if err != nil {
		return errInput{err}
	}
	var stopping atomic.Bool
	health, err := serveHealth(s.deploy.Health, &stopping)
	if err != nil {
		return errInput{err}
	}
	defer health()
	context.AfterFunc(ctx, func() { stopping.Store(true) })
	if s.meter != nil {
		defer s.closeMeter()
		go s.watchDepth(ctx)
	}
	s.log.Info("working", "scenario", s.scenario.Name, "slots", cfg.Policy.Slots, "version", version())
	err = service.Run(ctx)
	s.log.Info("stopped")
	return err
}

// closeMeter exports what was measured last.
func (s *setup) closeMeter() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.meter.Close(ctx); err != nil {
		s.log.Error("metrics could not be exported", "error", err)
	}
}

// watchDepth looks at every queue twice a minute: a policy that need not look
// would leave nobody knowing how deep they are.
func (s *setup) watchDepth(ctx context.Context) {
	every := time.NewTicker(30 * time.Second)
	defer every.Stop()
	for {
		for class := range s.classes {
			if visible, inFlight, status := s.clients.Queues.Look(ctx, class); status == policy.OK {
				s.meter.Depth(class, visible, inFlight)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// serveHealth answers at address whether the process lives (/healthz) and takes
// messages (/readyz), and serves Go's profiles (/debug/pprof/). It returns what
// ends it.
func serveHealth(address string, stopping *atomic.Bool) (end func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("deploy.health: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if stopping.Load() {
			http.Error(w, "shutting down", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// checkCommand is worker check.
type checkCommand struct {
	File string `arg:"" help:"The scenario file with its [deploy] table."`
}

// Run asks whether everything is there.
func (c *checkCommand) Run(ctx context.Context, std streams) error {
	s, err := load(ctx, c.File, std)
	if err != nil {
		return err
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: the queues of %d classes are there, and Step Functions takes answers\n", c.File, len(s.classes))
	return err
}
