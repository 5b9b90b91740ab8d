package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"penstock/worker"
)

// serve polls until ctx ends, and then shuts down.
func (w *instance) serve(ctx context.Context) error {
	service, err := worker.NewService(w.config(), w.ports())
	if err != nil {
		return errInput{err}
	}
	var ready atomic.Bool
	closeHealth, err := w.listen(&ready)
	if err != nil {
		return err
	}
	defer closeHealth()
	defer context.AfterFunc(ctx, func() { ready.Store(false) })()
	ready.Store(true)
	if w.meter != nil {
		defer w.closeMeter()
		go w.watchDepth(ctx)
	}
	w.log.Info("the worker is running", "scenario", w.cfg.Name, "slots", w.cfg.Worker.Concurrency)
	return service.Run(ctx)
}

// listen answers questions after the health of the process.
func (w *instance) listen(ready *atomic.Bool) (stop func(), err error) {
	if w.deploy.Health == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", w.deploy.Health)
	if err != nil {
		return nil, errInput{err}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, _ *http.Request) {
		if !ready.Load() {
			http.Error(rw, "shutting down", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /debug/pprof/", local(pprof.Index))
	mux.HandleFunc("GET /debug/pprof/profile", local(pprof.Profile))
	mux.HandleFunc("GET /debug/pprof/trace", local(pprof.Trace))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("the health of the process can no longer be asked", "error", err)
		}
	}()
	return func() { server.Close() }, nil
}

// local lets only this machine ask: a profile costs time, and shows what is in
// memory. A forwarded port, or a shell in the container, is this machine.
func local(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || !ip.IsLoopback() {
			http.Error(w, "profiles are for this machine only", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}
