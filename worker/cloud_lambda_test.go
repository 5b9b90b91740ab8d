package worker

import (
	"context"
	"slices"
	"time"
)

// fakeLambda is a function behind event source mappings with a maximum
// concurrency: each of so many pollers takes a batch, invokes the function and
// deletes what it did not list.
type fakeLambda struct {
	c    *cloud
	cold time.Duration
	make func() *Handler
	idle []*environment // used last at the end, which is reused first
}

type environment struct {
	handler *Handler
}

// run starts the pollers of every mapping. They end with ctx.
func (l *fakeLambda) run(ctx context.Context) {
	for class := range l.c.cfg.Classes {
		for range l.c.cfg.Classes[class].Mapping.MaximumConcurrency {
			go l.poller(ctx, class)
		}
	}
}

func (l *fakeLambda) poller(ctx context.Context, class int) {
	c := l.c
	for ctx.Err() == nil {
		batch, err := c.receive(ctx, class, min(10, c.cfg.Classes[class].Mapping.BatchSize), 20*time.Second)
		if err != nil || len(batch) == 0 {
			continue
		}
		wait(ctx, c.value(c.cfg.Timing.LambdaInvoke))
		failed, err := l.invoke(ctx, batch)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.t.Error(err)
			continue
		}
		l.delete(ctx, batch, failed)
	}
}

// invoke runs the function in an idle environment, or a new one.
func (l *fakeLambda) invoke(ctx context.Context, batch []Message) ([]string, error) {
	c := l.c
	c.mu.Lock()
	var e *environment
	if n := len(l.idle); n > 0 {
		e, l.idle = l.idle[n-1], l.idle[:n-1]
	}
	c.mu.Unlock()
	if e == nil {
		wait(ctx, l.cold)
		e = &environment{l.make()}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Worker.Timeout)
	defer cancel()
	failed, err := e.handler.Handle(ctx, batch)
	c.mu.Lock()
	l.idle = append(l.idle, e)
	c.mu.Unlock()
	return failed, err
}

// delete deletes the messages that were not listed. An id that is none of the
// batch fails the whole of it.
func (l *fakeLambda) delete(ctx context.Context, batch []Message, failed []string) {
	for _, id := range failed {
		if !slices.ContainsFunc(batch, func(m Message) bool { return m.ID == id }) {
			l.c.t.Errorf("an id that is none of the batch: %q", id)
			return
		}
	}
	if len(failed) == len(batch) {
		return
	}
	wait(ctx, l.c.value(l.c.cfg.Timing.SQSDelete))
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	for _, m := range batch {
		if !slices.Contains(failed, m.ID) {
			l.c.delete(m)
		}
	}
}
