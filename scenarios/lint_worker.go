package scenarios

import (
	"fmt"
	"time"

	"penstock/model"
)

// accountSlots is the default concurrency of an account, 1,000, without the
// 100 that Lambda keeps unreserved.
const accountSlots = 900

// concurrency compares what the mappings may start with what the function may
// run.
func (l *linter) concurrency() {
	if !l.lambda() || len(l.c.Classes) == 0 {
		return
	}
	w := l.c.Worker
	sum, open, list := 0, []string(nil), []string(nil)
	first := -1
	for i, c := range l.c.Classes {
		n := c.Mapping.MaximumConcurrency
		sum += n
		if n == 0 {
			open = append(open, c.Name)
			if first < 0 {
				first = i
			}
			continue
		}
		list = append(list, fmt.Sprintf("%s %d", c.Name, n))
	}
	switch {
	case len(open) > 0 && !l.ideal():
		l.warn(fmt.Sprintf("class[%d].mapping.maximum_concurrency", first), "not set (%s), while the function is limited to %d: pollers take more messages than may run, each throttled delivery uses up a receive, and messages can reach the dead-letter queue without a call; set it on every class, 2 to 1000", names(open), w.Concurrency)
	case len(open) > 0:
	case sum > w.Concurrency:
		l.warn("worker.concurrency", "the mappings may run %d invocations at once (%s), the function %d: the rest is throttled, and each throttle uses up a receive; raise concurrency to %d, or lower maximum_concurrency", sum, names(list), w.Concurrency, sum)
	case l.c.GivesWay(len(l.c.Classes)-1) && len(l.c.Classes) > 1:
		l.warn("worker.concurrency", "the mappings together (%s) fit under the %d of the function, so each class has slots of its own and a yield frees none for a higher class: it only spares the legacy system; if yields are to free slots, lower concurrency below %d, at the price of throttles", names(list), w.Concurrency, sum)
	}
	if w.Concurrency > accountSlots {
		l.warn("worker.concurrency", "%d is more than an account may reserve by default, %d: 1,000 without the 100 that Lambda keeps; ask AWS for a higher quota first", w.Concurrency, accountSlots)
	}
}

// slots returns how many legacy calls the worker can have open at once.
func (l *linter) slots() int {
	w := l.c.Worker.Concurrency
	if !l.lambda() {
		return w
	}
	sum := 0
	for _, c := range l.c.Classes {
		n := c.Mapping.MaximumConcurrency
		if n == 0 {
			return w
		}
		sum += n
	}
	return min(w, sum)
}

// worker looks at the function and its calls.
func (l *linter) worker() {
	w, g := l.c.Worker, l.c.Legacy
	if l.lambda() && w.CallTimeout >= w.Timeout {
		l.warn("worker.call_timeout", "%s is not shorter than the function's timeout of %s: Lambda kills the invocation before the client gives up, so that the call's fate is unknown and the environment starts anew; set it below %s, with room for the callback", span(w.CallTimeout), span(w.Timeout), span(w.Timeout))
	}
	if !l.lambda() && w.ProvisionedConcurrency > 0 {
		l.warn("worker.provisioned_concurrency", "is not used with driver \"poller\"")
	}
	if n := l.slots(); n > g.Concurrency+g.Backlog {
		l.warn("worker.concurrency", "%d calls may be open at once, but the legacy system works on %d and lets %d wait: it refuses the rest, which come back after their visibility timeout; lower concurrency to %d", n, g.Concurrency, g.Backlog, g.Concurrency+g.Backlog)
	}
	if g.HangRate > 0 {
		l.warn("legacy.hang_rate", "each hung call holds a slot of the worker for the call_timeout of %s, then its message comes back and the work is done again: on average %s of a slot per call; a shorter call_timeout frees it earlier", span(w.CallTimeout), span(time.Duration(g.HangRate*float64(w.CallTimeout))))
	}
}

// task looks at the heartbeat of the callback task, which nobody sends while
// the message waits.
func (l *linter) task() {
	s, p := l.c.StepFunctions, l.c.Policy
	if s.Heartbeat == 0 {
		return
	}
	var longest time.Duration
	name := ""
	for _, c := range l.c.Classes {
		if d := c.Queue.VisibilityTimeout + c.Queue.Delay; d > longest {
			longest, name = d, c.Name
		}
	}
	switch {
	case s.Heartbeat <= longest:
		l.warn("stepfunctions.heartbeat", "%s is not longer than a message of class %s may be hidden, %s, and nobody sends heartbeats while it waits: the task fails although nothing is wrong; leave the heartbeat out and rely on timeout, or raise it above %s", span(s.Heartbeat), name, span(longest), span(longest))
	case p.Heartbeat == 0:
		l.warn("stepfunctions.heartbeat", "the worker sends no heartbeats (policy.heartbeat is 0s), so this is a second timeout of %s on the wait and the call together; set policy.heartbeat, or leave it out", span(s.Heartbeat))
	case p.Heartbeat >= s.Heartbeat:
		l.warn("stepfunctions.heartbeat", "%s passes before the worker's first heartbeat, after %s: tasks fail during long calls; set policy.heartbeat to %s or less", span(s.Heartbeat), span(p.Heartbeat), span(s.Heartbeat/2))
	}
}

// seconds finds settings that AWS takes in whole seconds only.
func (l *linter) seconds() {
	whole := func(key string, d time.Duration, service string) {
		if d%time.Second != 0 {
			l.warn(key, "%s is not a whole number of seconds: the simulator takes it as it is, %s does not", span(d), service)
		}
	}
	for i, c := range l.c.Classes {
		key := fmt.Sprintf("class[%d].", i)
		whole(key+"queue.visibility_timeout", c.Queue.VisibilityTimeout, "SQS")
		whole(key+"queue.retention", c.Queue.Retention, "SQS")
		whole(key+"queue.delay", c.Queue.Delay, "SQS")
		if l.c.Worker.Driver == model.DriverLambda {
			whole(key+"mapping.batch_window", c.Mapping.BatchWindow, "Lambda")
		}
	}
	if l.lambda() {
		whole("worker.timeout", l.c.Worker.Timeout, "Lambda")
	}
	whole("stepfunctions.timeout", l.c.StepFunctions.Timeout, "Step Functions")
	whole("stepfunctions.heartbeat", l.c.StepFunctions.Heartbeat, "Step Functions")
	whole("stepfunctions.retry.interval", l.c.StepFunctions.Retry.Interval, "Step Functions")
	whole("stepfunctions.retry.max_delay", l.c.StepFunctions.Retry.MaxDelay, "Step Functions")
}
