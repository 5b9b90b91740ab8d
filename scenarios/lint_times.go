package scenarios

import (
	"fmt"
	"reflect"
	"time"

	"penstock/model"
)

// times finds what is to happen when the run is over, or may be.
func (l *linter) times() {
	for i := range l.c.Classes {
		for j, a := range l.c.Classes[i].Arrivals {
			if a.Kind == "burst" && a.At >= l.c.Horizon {
				l.warn(fmt.Sprintf("class[%d].arrivals[%d].at", i, j), "%s is not before the horizon of %s, when arrivals stop: nothing of it is ever sent", span(a.At), span(l.c.Horizon))
			}
		}
	}
	for i, o := range l.c.Legacy.Outages {
		l.late(fmt.Sprintf("legacy.outage[%d].at", i), o.At, "the outage")
	}
	f := &l.c.Faults
	for i, r := range f.Redrives {
		l.late(fmt.Sprintf("faults.redrive[%d].at", i), r.At, "the redrive")
	}
	for i, p := range f.Policies {
		l.late(fmt.Sprintf("faults.policy[%d].at", i), p.At, "the change of the policy")
	}
	l.until(f)
}

// late warns of something that is to begin at a time when the run has ended, or
// may have.
func (l *linter) late(key string, at time.Duration, what string) {
	end := l.c.Horizon + l.c.Drain.For
	switch {
	case at < l.c.Horizon:
	case l.c.Drain.UntilEmpty:
		l.warn(key, "%s is not before the horizon of %s, after which the run ends as soon as it is empty: %s may never come; give drain a duration to be sure, or let it begin earlier", span(at), span(l.c.Horizon), what)
	case at >= end:
		l.warn(key, "the run ends at %s, horizon and drain together: %s at %s never comes", span(end), what, span(at))
	}
}

// until compares the end of the faults with what it ends.
func (l *linter) until(f *model.Faults) {
	if f.Until == 0 {
		return
	}
	const key = "faults.until"
	lasting := *f
	lasting.Until, lasting.Restart, lasting.Redrives, lasting.Policies = 0, 0, nil, nil
	end := l.c.Horizon + l.c.Drain.For
	switch {
	case reflect.DeepEqual(lasting, model.Faults{}):
		l.warn(key, "there is nothing that it would end: redrives and changes of the policy come at their own times")
	case !l.c.Drain.UntilEmpty && f.Until >= end:
		l.warn(key, "the run ends at %s, horizon and drain together: the calm from %s on never comes", span(end), span(f.Until))
	}
}

// faults finds faults that have nothing to strike.
func (l *linter) faults() {
	f := &l.c.Faults
	single, limited := true, false
	for i := range l.c.Classes {
		k := &l.c.Classes[i]
		single = single && (!l.lambda() || k.Mapping.BatchSize == 1)
		limited = limited || k.Queue.MaxReceiveCount > 0
	}
	if f.ShortReceive > 0 && single {
		l.warn("faults.short_receive", "every receive call asks for one message, so that none can return fewer: raise batch_size, or leave it out")
	}
	if len(f.Redrives) > 0 && !limited {
		l.warn("faults.redrive", "no class has a dead-letter queue (max_receive_count = 0): there is nothing to send back")
	}
	if f.Restart > 0 && l.lambda() {
		l.warn("faults.restart", "is not used: it is the pause of a polling service, and Lambda starts another environment by itself")
	}
	kind := l.c.Policy.Kind
	for i, p := range f.Policies {
		if p.Kind == kind && l.lambda() { // a polling service is started again all the same
			l.warn(fmt.Sprintf("faults.policy[%d].kind", i), "the policy is %q already: nothing changes", p.Kind)
		}
		kind = p.Kind
	}
}
