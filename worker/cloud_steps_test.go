package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"penstock/model/policy"
)

// fakeSteps is Step Functions: executions that wait for their tokens.
type fakeSteps struct {
	c       *cloud
	byToken map[string]*attempt
	done    int
}

// attempt is one try of a callback task: a token, and a message that carries it.
type attempt struct {
	class, number, try int
	service            time.Duration
	name               string // "HIGH7", from the second try on "HIGH7#2"
	token              string
	over               bool
	beats              int
}

// start starts an execution, which enters its callback task.
func (s *fakeSteps) start(class, number int, service time.Duration) {
	s.try(&attempt{class: class, number: number, try: 1, service: service})
}

func (s *fakeSteps) try(a *attempt) {
	cfg := &s.c.cfg.StepFunctions
	a.name = fmt.Sprintf("%s%d", s.c.cfg.Classes[a.class].Name, a.number)
	execution := a.name
	if a.try > 1 {
		a.name += fmt.Sprintf("#%d", a.try)
	}
	a.token = "token-of-" + a.name
	s.byToken[a.token] = a
	s.c.later(cfg.Timeout, func() { s.fail(a, "task_timed_out", "timed_out") })
	s.clock(a)
	body, err := json.Marshal(map[string]any{"token": a.token, "execution": execution, "state": "Call", "input": a.name})
	if err != nil {
		s.c.t.Error(err)
	}
	s.c.later(s.c.value(s.c.cfg.Timing.SQSSend), func() {
		if !a.over {
			s.c.queues[a.class].send(a.name, string(body))
		}
	})
}

// clock starts the heartbeat clock anew.
func (s *fakeSteps) clock(a *attempt) {
	a.beats++
	if beat := s.c.cfg.StepFunctions.Heartbeat; beat > 0 {
		beats := a.beats
		s.c.later(beat, func() {
			if a.beats == beats {
				s.fail(a, "heartbeat_missed", "timed_out")
			}
		})
	}
}

// fail ends an attempt, and begins the next if the state's Retry says so.
func (s *fakeSteps) fail(a *attempt, event, outcome string) {
	if a.over {
		return
	}
	if event != "" {
		s.c.note("%s %s", event, a.name)
	}
	a.over = true
	retry := &s.c.cfg.StepFunctions.Retry
	if a.try > retry.MaxAttempts {
		s.finish(a, outcome)
		return
	}
	pause := retry.Interval.Seconds() * math.Pow(retry.Backoff, float64(a.try-1))
	s.c.later(time.Duration(pause*1e9), func() {
		s.try(&attempt{class: a.class, number: a.number, try: a.try + 1, service: a.service})
	})
}

func (s *fakeSteps) finish(a *attempt, outcome string) {
	a.over = true
	s.done++
	s.c.note("finished %s %s", a.name, outcome)
}

// hears is a call of Step Functions: whether it is throttled, and whose token it
// is; nil: nobody's any more.
func (c *cloud) hears(ctx context.Context, token string) (a *attempt, status policy.Status) {
	if wait(ctx, c.value(c.cfg.Timing.SFNCallback)) != nil {
		return nil, policy.Unclear
	}
	c.mu.Lock()
	a = c.steps.byToken[token]
	switch {
	case a == nil:
		c.note("a token that nobody gave: %q", token)
		c.mu.Unlock()
		return nil, policy.Gone
	case c.now() < c.throttleUntil:
		return a, policy.Throttled
	case a.over:
		return a, policy.Gone
	}
	return a, policy.OK
}

// Beat is SendTaskHeartbeat.
func (c *cloud) Beat(ctx context.Context, token string) policy.Status {
	a, status := c.hears(ctx, token)
	if a == nil {
		return status
	}
	defer c.mu.Unlock()
	c.note("beat")
	if status == policy.OK {
		c.steps.clock(a)
	}
	return status
}

// Succeed is SendTaskSuccess. The output has to be the one of the token's task.
func (c *cloud) Succeed(ctx context.Context, token, output string) policy.Status {
	a, status := c.hears(ctx, token)
	if a == nil {
		return status
	}
	defer c.mu.Unlock()
	c.note("callback %s %t", a.name, status == policy.OK)
	if want := fmt.Sprintf("%q", a.name); output != want {
		c.note("the output %s, want %s", output, want)
	}
	if status == policy.OK {
		c.steps.finish(a, "completed")
	}
	return status
}

// Fail is SendTaskFailure.
func (c *cloud) Fail(ctx context.Context, token, name, cause string) policy.Status {
	a, status := c.hears(ctx, token)
	if a == nil {
		return status
	}
	defer c.mu.Unlock()
	c.note("callback %s %t", a.name, status == policy.OK)
	if name == "" || cause == "" {
		c.note("a failure without a name or a cause")
	}
	if status == policy.OK {
		c.steps.fail(a, "", "failed")
	}
	return status
}
