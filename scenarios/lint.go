package scenarios

import (
	"fmt"
	"strings"
	"time"

	"penstock/model"
)

// Lint returns warnings about settings that are allowed but seldom meant: what
// will happen, and what to do instead. The Config has to be free of errors.
func Lint(c model.Config) []model.Problem {
	l := &linter{c: &c}
	for i := range c.Classes {
		l.class(i)
	}
	l.concurrency()
	l.worker()
	l.task()
	l.policy()
	l.load()
	if !l.ideal() {
		l.seconds()
	}
	l.times()
	l.faults()
	return l.warnings
}

type linter struct {
	c        *model.Config
	warnings []model.Problem
}

func (l *linter) warn(key, format string, args ...any) {
	l.warnings = append(l.warnings, model.Problem{Key: key, Message: fmt.Sprintf(format, args...), Warning: true})
}

// span writes a duration as a scenario does.
func span(d time.Duration) string { return model.DurationText(d) }

func (l *linter) lambda() bool { return l.c.Worker.Driver == model.DriverLambda }

// ideal reports whether AWS is switched off, and its pitfalls with it.
func (l *linter) ideal() bool { return l.c.Timing.Profile == "ideal" }

// class looks at one class and its queue.
func (l *linter) class(i int) {
	c, key := &l.c.Classes[i], fmt.Sprintf("class[%d].", i)
	l.visibility(c, key+"queue.visibility_timeout")
	l.escalation(i, key+"queue.max_receive_count")
	l.deferral(i, key)
	l.lining(c, key+"legacy_backlog_until")
	if len(c.Arrivals) == 0 && c.InitialBacklog == 0 {
		l.warn(key+"arrivals", "class %s never has a task: give it [[class.arrivals]] or an initial_backlog", c.Name)
	}
	if !l.lambda() && c.Mapping != model.DefaultClass().Mapping {
		l.warn(key+"mapping", "is not used: a worker with driver \"poller\" polls the queue itself")
	}
	if p := c.Queue.DuplicateProbability; p > 0 && !l.c.Policy.CheckToken {
		l.warn(key+"queue.duplicate_probability", "%s of the receives leave a second delivery behind, and with check_token off each of those calls the legacy system again: set policy.check_token = true, or make the call idempotent", model.NumberText(p))
	}
	l.traces(c, key)
}

// lining finds a legacy_backlog_until that lets no call wait that may not already.
func (l *linter) lining(c *model.Class, key string) {
	until, most := c.LegacyBacklogUntil, c.Queue.MaxReceiveCount
	switch {
	case until == 0 || c.LegacyBacklog == nil:
	case until == 1:
		l.warn(key, "is reached with the first receive: legacy_backlog never holds; leave it out, or set this to 2 or more")
	case most > 0 && until > most:
		l.warn(key, "%d is never reached: after %d receives (queue.max_receive_count) the message goes to the dead-letter queue; set it to %d or less", until, most, most)
	case *c.LegacyBacklog == l.c.Legacy.Backlog:
		l.warn(key, "changes nothing: legacy_backlog and legacy.backlog are both %d", l.c.Legacy.Backlog)
	case *c.LegacyBacklog > l.c.Legacy.Backlog:
		l.warn(key, "from receive %d on fewer calls may wait than before, %d (legacy.backlog) and not %d (legacy_backlog): a message that has come back often is refused sooner", until, l.c.Legacy.Backlog, *c.LegacyBacklog)
	}
}

// traces finds recorded arrivals that end before the study does.
func (l *linter) traces(c *model.Class, key string) {
	for j, a := range c.Arrivals {
		if a.Kind != "trace" {
			continue
		}
		end := time.Duration(len(a.Trace.Counts)) * a.Trace.Bin
		if n := len(a.Trace.Times); n > 0 {
			end = a.Trace.Times[n-1]
		}
		if end < l.c.Horizon*9/10 {
			l.warn(fmt.Sprintf("%sarrivals[%d].file", key, j), "the trace ends after %s, the horizon is %s: nothing arrives in between; set horizon = %q", span(end), span(l.c.Horizon), span(max(end, time.Second)))
		}
	}
}

// visibility compares the visibility timeout with the work it has to cover.
func (l *linter) visibility(c *model.Class, key string) {
	v, w, p := c.Queue.VisibilityTimeout, l.c.Worker, l.c.Policy
	if !l.unmappable(c, key) && v < w.CallTimeout && p.Heartbeat == 0 {
		l.warn(key, "%s is shorter than the call_timeout of %s: a slow call's message is delivered again and called a second time; set it above %s, or policy.heartbeat to extend it during the call", span(v), span(w.CallTimeout), span(w.CallTimeout))
	}
	if p.Heartbeat > 0 && p.Heartbeat >= v {
		l.warn(key, "%s runs out before the first heartbeat, after %s, extends it: set policy.heartbeat to %s or less", span(v), span(p.Heartbeat), span(v/2))
	}
}

// unmappable reports whether Lambda refuses to map the queue to the function: one
// that hides messages for less than the function's timeout (Lambda Developer
// Guide, configuring SQS: checked when a mapping is made or changed).
func (l *linter) unmappable(c *model.Class, key string) (refused bool) {
	v, most := c.Queue.VisibilityTimeout, l.c.Worker.Timeout
	if !l.lambda() || v >= most {
		return false
	}
	l.warn(key, "%s is shorter than the function's timeout of %s: AWS refuses such a mapping, since a message would be delivered again while it is worked on; use %s, six times the timeout, or at least %s", span(v), span(most), span(6*most+c.Mapping.BatchWindow), span(most))
	return true
}

// escalation compares the receive count that ends yielding with the one that
// ends the message.
func (l *linter) escalation(i int, key string) {
	c, p := &l.c.Classes[i], l.c.Policy
	most := c.Queue.MaxReceiveCount
	if most == 0 {
		return
	}
	if l.lambda() && most < 5 && !l.ideal() {
		l.warn(key, "%d deliveries are few: throttled and lost ones count too, so that messages are dead-lettered without a call; AWS advises at least 5", most)
	}
	if !l.c.GivesWay(i) || l.bounded(i) {
		return
	}
	switch {
	case p.EscalateAt == 0:
		l.warn(key, "with escalate_at = 0 a message of class %s that was yielded %d times goes to the dead-letter queue, and its task is never answered: set policy.escalate_at below %d", c.Name, most, most)
	case p.EscalateAt > most:
		l.warn(key, "%d is below policy.escalate_at = %d, which is thus never reached: a message of class %s that was yielded %d times goes to the dead-letter queue; set escalate_at to %d or less", most, p.EscalateAt, c.Name, most, max(1, most-2))
	case p.EscalateAt == most:
		l.warn(key, "the delivery that policy.escalate_at = %d lets through is the last: a throttle, timeout or refusal then dead-letters the message; set escalate_at to %d or less", p.EscalateAt, max(1, most-2))
	}
}

// deferred returns how often and for how long in all a message of a class may
// be yielded before it is escalated or used up.
func (l *linter) deferred(i int) (times int, all time.Duration) {
	q, p := l.c.Classes[i].Queue, l.c.Policy
	if !l.c.GivesWay(i) {
		return 0, 0
	}
	times = q.MaxReceiveCount
	if p.EscalateAt > 0 && (times == 0 || p.EscalateAt <= times) {
		times = p.EscalateAt - 1
	}
	each := l.pause(i)
	if most := l.yields(i); most >= 0 && (times == 0 || most < times) {
		times = most
	}
	if each > 0 && time.Duration(times) > model.Longest/each {
		return times, model.Longest
	}
	return times, time.Duration(times) * each
}

// deferral compares the time for which a message may be put off with the lives
// of the message and of its task.
func (l *linter) deferral(i int, key string) {
	c, s := &l.c.Classes[i], l.c.StepFunctions
	times, all := l.deferred(i)
	if all > c.Queue.Retention {
		l.warn(key+"queue.retention", "a message may be yielded %d times, for %s in all, but is deleted after %s: its task is then never answered; raise retention above %s, or lower policy.escalate_at", times, span(all), span(c.Queue.Retention), span(all))
	}
	switch {
	case s.Timeout < c.Queue.VisibilityTimeout:
		l.warn("stepfunctions.timeout", "%s is shorter than the visibility timeout of class %s, %s: a task whose first delivery is yielded or fails times out before the second; raise it above %s", span(s.Timeout), c.Name, span(c.Queue.VisibilityTimeout), span(max(all, c.Queue.VisibilityTimeout)))
	case all > s.Timeout:
		l.warn("stepfunctions.timeout", "a message of class %s may be yielded %d times, for %s in all, longer than the task's timeout of %s: tasks time out while their messages wait, and the messages stay behind as orphans; raise it above %s, or lower policy.escalate_at", c.Name, times, span(all), span(s.Timeout), span(all))
	}
}

// names joins names for a message.
func names(list []string) string { return strings.Join(list, ", ") }
