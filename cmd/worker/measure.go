package main

import (
	"context"
	"time"

	"penstock/model/policy"
)

// watchDepth looks at every queue twice a minute until ctx ends: with a policy
// that need not look, nobody would know how deep they are.
func (w *instance) watchDepth(ctx context.Context) {
	every := time.NewTicker(30 * time.Second)
	defer every.Stop()
	for {
		for class := range w.cfg.Classes {
			if visible, inFlight, status := w.clients.Queues.Look(ctx, class); status == policy.OK {
				w.meter.Depth(class, visible, inFlight)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// closeMeter exports what was measured last.
func (w *instance) closeMeter() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.meter.Close(ctx); err != nil {
		w.log.Error("metrics could not be exported", "error", err)
	}
}

// flush exports at the end of an invocation: the environment may be frozen now.
// What is exported late must not cost what has been done.
func (w *instance) flush(ctx context.Context) {
	if w.meter == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := w.meter.Flush(ctx); err != nil {
		w.log.Error("metrics could not be exported", "error", err)
	}
}
