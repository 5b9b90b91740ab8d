package chaos

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// Liveness. Once nothing arrives, no fault is injected and the legacy system is
// up, there is no load but what is left, and so every message has to leave its
// queue within a time that the scenario bounds: each receive hides it for so
// long and takes a worker for so long, and there are so many receives. The bound
// is coarse, by orders of magnitude at times; a message that is forgotten, or a
// poller that never wakes, is late by days all the same.

// calmFrom returns when the calm phase begins, with so many messages sent in the
// whole run.
func calmFrom(cfg *model.Config, sent int64) time.Duration {
	f := &cfg.Faults
	calm := cfg.Horizon
	for _, o := range cfg.Legacy.Outages {
		calm = max(calm, o.At+o.For)
	}
	if f.Until > 0 { // a worker that was struck may die a call later, and a delete come late
		calm = max(calm, f.Until+cfg.Worker.CallTimeout+f.Restart)
		for i := range cfg.Classes {
			calm = max(calm, f.Until+cfg.Classes[i].Queue.VisibilityTimeout)
		}
	}
	for _, p := range f.Policies {
		calm = max(calm, p.At)
	}
	for _, r := range f.Redrives { // it ends before it has moved all that was ever sent
		last := r.At
		if r.Every != nil { // it starts as long as a task is open, and at most once more
			last = max(last, cfg.Horizon+lastAttempt(cfg)+longest(*r.Every))
		}
		calm = max(calm, last+time.Duration(min(float64(sent)/r.Rate, 1e9)*1e9))
	}
	return calm
}

// unbounded says why a scenario may never drain, for no fault of the simulator;
// "" if it has to.
func unbounded(cfg *model.Config) string {
	quiet := cfg.Faults
	quiet.Redrives, quiet.Policies = nil, nil // those come to an end by themselves
	if cfg.Faults.Until == 0 && !reflect.DeepEqual(quiet, model.Faults{}) {
		return "the faults never end"
	}
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		if k.Queue.MaxReceiveCount > 0 {
			continue
		}
		if !cfg.Policy.CheckToken {
			return "without a receive limit, a message whose calls all fail comes back for ever, unless the worker asks whether its task is alive"
		}
		if drop := dropTime(cfg); drop > k.Queue.VisibilityTimeout {
			return "without a receive limit, a message that is visible again before it can be deleted comes back for ever"
		} else if cfg.Worker.Driver == model.DriverLambda && drop > cfg.Worker.Timeout {
			return "without a receive limit, a message that the function has no time to drop comes back for ever"
		}
	}
	return ""
}

// dropTime bounds the time from the receive of a message, whose task has ended,
// to its delete.
func dropTime(cfg *model.Config) time.Duration {
	t := &cfg.Timing
	d := longest(t.SQSReceive) + longest(t.SFNCallback) + longest(t.SQSDelete) + longest(t.LambdaInvoke) + longest(cfg.Worker.ColdStart)
	d += time.Duration(len(cfg.Classes)) * longest(t.SQSAttributes)
	most := 1
	for _, k := range cfg.Classes {
		most = max(most, k.Mapping.BatchSize)
		d = max(d, d+k.Mapping.BatchWindow)
	}
	if cfg.Worker.Driver == model.DriverLambda && most > 1 { // the others of its batch are worked on first
		return time.Duration(most) * (d + workTime(cfg))
	}
	return d
}

// workTime bounds the time for which one message keeps a worker busy.
func workTime(cfg *model.Config) time.Duration {
	const answers = 8 // tries of an answer of the token, some 20 s of pauses together
	t := &cfg.Timing
	d := cfg.Worker.CallTimeout + 20*time.Second + time.Duration(answers+1)*longest(t.SFNCallback) +
		time.Duration(len(cfg.Classes))*longest(t.SQSAttributes) + longest(t.SQSDelete) + longest(t.SQSVisibility) + longest(t.SQSReceive)
	if cfg.Worker.Driver == model.DriverLambda {
		d = min(d, cfg.Worker.Timeout) + longest(cfg.Worker.ColdStart) + longest(t.LambdaInvoke) + longest(t.SQSDelete)
	}
	return d
}

// hidden bounds the time for which a message of the class is hidden after a
// receive.
func hidden(cfg *model.Config, k *model.Class) time.Duration {
	d := max(k.Queue.VisibilityTimeout, cfg.Legacy.RateLimit.RetryAfter)
	for _, own := range []*model.Dist{k.YieldFor, k.RetryFor} {
		if own != nil {
			d = max(d, longest(*own))
		}
	}
	for _, p := range []*model.Pause{&cfg.Policy.YieldFor, &cfg.Policy.RetryFor} {
		if p.Mode == policy.Drawn {
			d = max(d, longest(p.Dist))
		}
	}
	return min(d, 12*time.Hour)
}

// longest bounds what is drawn from a law; 200 means where nothing else does,
// which none of the laws drawn here ever reaches.
func longest(d model.Dist) time.Duration {
	most := d.MeanDuration() * 200
	switch d.Kind {
	case "", "constant":
		most = d.Value
	case "uniform", "pareto":
		most = d.Max
	case "empirical":
		for _, x := range d.Sample {
			most = max(most, x)
		}
	case "mixture":
		for _, p := range d.Parts {
			most = max(most, longest(p.Dist))
		}
	}
	return most
}

// drainTime bounds the time in which the calm system works off so many
// messages, and what retries of their tasks may still send.
func drainTime(cfg *model.Config, messages int) time.Duration {
	const idle = time.Minute // a poll that has just missed a message, and the growth of a mapping
	work := workTime(cfg).Seconds()
	receives, hide, window := 1, time.Duration(0), time.Duration(0)
	ended := cfg.StepFunctions.Retry.MaxAttempts > 0
	for i := range cfg.Classes {
		k := &cfg.Classes[i]
		if k.Queue.MaxReceiveCount == 0 {
			ended = true
		}
		receives = max(receives, k.Queue.MaxReceiveCount, len(cfg.Classes))
		hide = max(hide, hidden(cfg, k)+k.Queue.Delay)
		window = max(window, k.Mapping.BatchWindow+20*time.Second)
	}
	s := float64(receives+1)*(hide+idle+window+cfg.Timing.AttributesLag+cfg.Assumptions.MappingRest).Seconds() +
		float64(receives+1)*float64(messages)*work
	if ended { // the tasks run into their timeouts first
		s += lastAttempt(cfg).Seconds()
	}
	return time.Duration(min(s, 1e9) * 1e9)
}

// lastAttempt bounds the time from the start of a task to its end.
func lastAttempt(cfg *model.Config) time.Duration {
	r := &cfg.StepFunctions.Retry
	n := float64(min(r.MaxAttempts, 4000))
	s := (n + 1) * cfg.StepFunctions.Timeout.Seconds()
	last := r.Interval.Seconds() * math.Pow(r.Backoff, n)
	if r.MaxDelay > 0 {
		last = min(last, r.MaxDelay.Seconds())
	}
	return time.Duration(min(s+n*last, 1e9) * 1e9)
}

// drained checks that everything came to an end in the calm phase.
func (w *watcher) drained(run *model.Run) {
	const rule = "in calm everything drains"
	if w.cfg.Drain.UntilEmpty && !run.Drained {
		w.fail(rule, "the run has nothing left to do, and is not empty")
	}
	if unbounded(w.cfg) != "" {
		return
	}
	calm, left := calmFrom(w.cfg, w.counts["sent"]), 0
	w.messages(func(_ *classBook, m *messageBook) {
		if m.gone == "" || m.goneAt > calm {
			left++
		}
	})
	end := calm + drainTime(w.cfg, left)
	w.messages(func(k *classBook, m *messageBook) {
		gone := m.goneAt
		if m.gone == "" {
			gone = run.End
		}
		if gone > end && m.sent+k.cfg.Queue.Retention > end {
			fate := "is still there"
			if m.gone != "" {
				fate = fmt.Sprintf("was %s", m.gone)
			}
			w.fail(rule, "a message of %s, sent at %v and received %d times, %s at %v; calm since %v, bound %v", k.cfg.Name, m.sent, len(m.receives), fate, gone, calm, end)
		}
	})
}

// messages calls visit for every message, in order of class, task and attempt.
func (w *watcher) messages(visit func(*classBook, *messageBook)) {
	for _, k := range w.classes {
		for _, t := range k.inOrder() {
			for _, a := range t.attempts {
				if a.message != nil {
					visit(k, a.message)
				}
			}
		}
	}
}
