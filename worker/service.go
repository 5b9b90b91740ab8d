package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"penstock/model/policy"
)

// Service is the long-polling worker: one process with a fixed number of slots,
// each of which polls as the policy says, works on one message, and deletes it.
type Service struct {
	d      *driver
	ctx    context.Context // of polls
	cut    context.CancelFunc
	active int // slots that poll or work
	errors []failing
}

// failing is what is known of a queue that cannot be received from.
type failing struct {
	times int       // in a row
	until time.Time // it is left alone until then
}

// A queue that cannot be received from is asked again after receivePause,
// doubling up to receivePauseMax.
const (
	receivePause    = 250 * time.Millisecond
	receivePauseMax = 16 * time.Second
)

// farewell is how long a service that has cut off its work tries to give the
// messages back: what stops it seldom waits for longer.
const farewell = 4 * time.Second

// NewService returns a service. An error says what of the configuration cannot
// work.
func NewService(cfg Config, ports Ports) (*Service, error) {
	if cfg.Policy.Slots < 1 {
		return nil, errors.New("worker: a service needs at least one slot")
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Service{d: newDriver(&cfg, ports, cfg.Instance, cfg.Policy.Slots), errors: make([]failing, len(cfg.Classes))}
	s.d.helpers = make(chan func() func())
	s.d.deletes = true
	s.d.poll = s.poll
	s.d.ended = s.ended
	return s, nil
}

// Run works until ctx ends, and then shuts down: polls are cut off, what was
// received and not begun is given back at once, what runs may finish within
// Config.Shutdown, and the rest is given back. It returns an error if messages
// could not be given back: they come back when their visibility timeouts run out.
// It must be called once.
func (s *Service) Run(ctx context.Context) error {
	s.d.base, s.cut = context.WithCancel(context.WithoutCancel(ctx))
	defer s.cut()
	polls, cut := context.WithCancel(ctx)
	defer cut()
	s.ctx = polls
	s.active = len(s.d.works)
	for slot := range s.d.works {
		s.free(slot)
	}
	stop := ctx.Done()
	var late, last <-chan time.Time
	for s.active > 0 {
		select {
		case then := <-s.d.posts:
			then()
		case <-stop:
			stop, late = nil, time.After(s.d.cfg.Shutdown)
			s.stop()
		case <-late:
			last = time.After(farewell)
			s.d.abandon()
		case <-last:
			s.active = 0
		}
	}
	return s.leave()
}

// leave ends what goroutines are left, and says what was lost sight of.
func (s *Service) leave() error {
	lost := 0
	for _, w := range s.d.works {
		if w != nil {
			lost++
			w.cancel()
		}
	}
	s.cut()
	close(s.d.over)
	s.d.running.Wait()
	close(s.d.helpers)
	if lost > 0 {
		return fmt.Errorf("worker: %d messages could not be given back: they come back when their visibility timeouts run out", lost)
	}
	return nil
}

// stop tells the policy that the worker is shutting down, and gives back what
// has not begun.
func (s *Service) stop() {
	s.d.cfg.Log.Info("shutting down", "grace", s.d.cfg.Shutdown.String())
	s.d.step(0, policy.Event{Kind: policy.Stopping})
	for slot, w := range s.d.works {
		if w != nil && !w.leaving {
			s.d.step(slot, policy.Event{Kind: policy.DeadlineNear})
		}
	}
}

// ended lets the slot of a message look for work, unless it was cut off.
func (s *Service) ended(w *work, _ bool) {
	if w.cut {
		s.active--
		return
	}
	s.free(w.slot)
}

// free lets a slot look for work. When the worker is shutting down, the policy
// wants nothing of it.
func (s *Service) free(slot int) {
	s.idle(slot, policy.SlotFree)
}

// idle tells the policy that a slot has nothing to do, or that its poll was
// empty, and counts the slots that are left.
func (s *Service) idle(slot int, kind policy.EventKind) {
	s.d.step(slot, policy.Event{Kind: kind})
	if len(s.d.actions) == 0 {
		s.active--
	}
}

// poll receives for a slot. A queue that cannot be received from is left alone
// for a while: a short poll of it finds nothing at once, so that the slot goes on
// to the other queues, and a long one takes its time.
func (s *Service) poll(slot int, a policy.Action) {
	ctx, alone := s.ctx, max(0, time.Until(s.errors[a.Queue].until))
	s.d.beside(func() func() {
		wait := a.For
		if alone > 0 {
			if !pause(ctx, min(alone, wait)) || alone >= wait {
				return func() { s.idle(slot, policy.PollEmpty) }
			}
			wait = (wait - alone).Truncate(time.Second)
		}
		since := time.Now()
		got, err := s.d.ports.Queues.Receive(ctx, a.Queue, wait)
		return func() { s.polled(slot, a.Queue, since, got, err) }
	})
}

// polled goes on with what a slot's poll has brought.
func (s *Service) polled(slot, class int, since time.Time, got []Message, err error) {
	f := &s.errors[class]
	switch {
	case err == nil:
		*f = failing{}
	case s.ctx.Err() != nil: // a poll that was cut off is no failure
	case time.Now().Before(f.until): // nor is another slot's, that had begun before
	default:
		f.times++
		f.until = time.Now().Add(min(receivePause<<min(f.times-1, 10), receivePauseMax))
		s.d.cfg.Meter.Count(Trouble, class, 1)
		s.d.cfg.Log.Error("cannot receive messages: the queue is left alone for a while", "class", s.d.cfg.Classes[class], "times", f.times, "error", err)
	}
	if len(got) == 0 {
		s.idle(slot, policy.PollEmpty)
		return
	}
	for _, m := range got[1:] { // more than was asked for
		s.spare(m)
	}
	s.d.receive(s.d.begin(s.d.base, slot, got[0], since), true, time.Time{})
}

// spare gives back a message that no slot has room for.
func (s *Service) spare(m Message) {
	s.d.beside(func() func() {
		ctx, cancel := context.WithTimeout(s.d.base, patience)
		defer cancel()
		if err := s.d.ports.Queues.Hide(ctx, m, 0); err != nil {
			s.d.cfg.Meter.Count(Trouble, m.Class, 1)
			s.d.cfg.Log.Error("a message could not be given back: it comes back when its visibility timeout runs out", "class", s.d.cfg.Classes[m.Class], "message", m.ID, "error", err)
		}
		return nil
	})
}
