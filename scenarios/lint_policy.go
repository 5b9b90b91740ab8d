package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model/policy"
)

// policy finds settings of the policies that do nothing, or not what is meant.
func (l *linter) policy() {
	kind := l.c.Policy.Kind
	for i := range l.c.Classes {
		c, key := &l.c.Classes[i], fmt.Sprintf("class[%d].", i)
		unused := func(name string, reader policy.Kind) {
			enters := func(variant string) bool { return strings.HasPrefix(strings.TrimSpace(variant), string(reader)) }
			if kind != reader && !slices.ContainsFunc(l.c.Tournament.Policies, enters) {
				l.warn(key+name, "is not read: policy.kind is %q, and only %q has a use for it", kind, reader)
			}
		}
		if c.Reserve > 0 {
			unused("reserve", policy.Reserve)
		}
		if c.Weight != 1 {
			unused("weight", policy.Weighted)
		}
		if c.Deadline > 0 {
			unused("deadline", policy.Deadline)
		}
	}
	if kind != policy.Aging && l.c.Policy.ReceiveStep > 0 {
		l.warn("policy.receive_step", "is not read: policy.kind is %q, and only \"aging\" has a use for it", kind)
	}
	if len(l.c.Classes) < 2 {
		return
	}
	switch kind {
	case policy.Reserve:
		l.reserve()
	case policy.Weighted:
		l.weights()
	case policy.Aging:
		l.aging()
	case policy.Deadline:
		l.deadlines()
	}
}

// reserve finds classes that no slot is left for.
func (l *linter) reserve() {
	left := l.c.Worker.Concurrency
	for i := range l.c.Classes {
		left -= l.c.Classes[i].Reserve
	}
	for i := range l.c.Classes {
		if c := &l.c.Classes[i]; left == 0 && c.Reserve == 0 {
			l.warn(fmt.Sprintf("class[%d].reserve", i), "class %s never gets a slot: all %d are kept for other classes; lower a reserve or raise worker.concurrency", c.Name, l.c.Worker.Concurrency)
		}
	}
}

// weights finds weights that are all the same.
func (l *linter) weights() {
	for i := range l.c.Classes {
		if l.c.Classes[i].Weight != l.c.Classes[0].Weight {
			return
		}
	}
	l.warn("policy.kind", "\"weighted\" with a weight of %d for every class serves them in turn: no class goes before another; give class %s a larger weight", l.c.Classes[0].Weight, l.c.Classes[0].Name)
}

// aging finds steps that are never reached, or reached too late.
func (l *linter) aging() {
	p := l.c.Policy
	last := len(l.c.Classes) - 1
	c := &l.c.Classes[last]
	if most := c.Queue.MaxReceiveCount; l.lambda() && p.ReceiveStep > 0 && most > 0 && p.ReceiveStep >= most {
		l.warn("policy.receive_step", "%d receives never come: a message of class %s is dead-lettered after %d; lower receive_step to %d or less", p.ReceiveStep, c.Name, most, max(1, most/(last+1)))
	}
	if p.AgeStep > 0 && p.ReceiveStep == 0 && p.AgeStep >= l.c.StepFunctions.Timeout {
		l.warn("policy.age_step", "%s is not shorter than the task's timeout of %s: tasks end before they are ever raised; set it to %s or less", span(p.AgeStep), span(l.c.StepFunctions.Timeout), span(l.c.StepFunctions.Timeout/time.Duration(last+1)))
	}
	if v := l.pause(last); l.lambda() && p.AgeStep > 0 && v > p.AgeStep*time.Duration(last) {
		l.warn("policy.age_step", "a message of class %s that gives way once stays hidden for %s, and has then reached the highest class, which takes %s: the steps between are never seen; raise age_step, or shorten policy.yield_for", c.Name, span(v), span(p.AgeStep*time.Duration(last)))
	}
}

// deadlines finds deadlines that order nothing, or that leave no time to give
// way.
func (l *linter) deadlines() {
	same := true
	for i := range l.c.Classes {
		same = same && l.c.Classes[i].Deadline == l.c.Classes[0].Deadline
	}
	if same && l.lambda() {
		l.warn("policy.kind", "\"deadline\" with the same deadline for every class never gives way: of the messages that wait a function knows only the class; give the classes different deadlines")
		return
	}
	for i := range l.c.Classes {
		c := &l.c.Classes[i]
		if v := l.pause(i); l.c.GivesWay(i) && c.Deadline <= v {
			l.warn(fmt.Sprintf("class[%d].deadline", i), "%s is not longer than a message of class %s stays hidden after it gave way, %s: it would come back too late, and so never gives way; set policy.yield_for, or shorten the visibility timeout", span(c.Deadline), c.Name, span(v))
		}
	}
}

// pause returns for how long a yielded message of a class is hidden, on average.
func (l *linter) pause(i int) time.Duration {
	c, p := &l.c.Classes[i], l.c.Policy
	switch {
	case c.YieldFor != nil:
		return c.YieldFor.MeanDuration()
	case p.YieldFor.Mode == policy.Drawn:
		return p.YieldFor.Dist.MeanDuration()
	}
	return c.Queue.VisibilityTimeout
}

// yields returns how often the policy itself lets a message of a class give
// way, whatever is waiting; -1: without end.
func (l *linter) yields(i int) int {
	c, p := &l.c.Classes[i], l.c.Policy
	var until time.Duration
	switch {
	case p.Kind == policy.Aging && p.AgeStep > 0:
		until = time.Duration(i) * p.AgeStep
	case p.Kind == policy.Aging:
		return i * p.ReceiveStep
	case p.Kind == policy.Deadline:
		until = c.Deadline
	default:
		return -1
	}
	each := l.pause(i)
	if each <= 0 {
		return -1
	}
	return int(min((until+each-1)/each, 1000))
}

// bounded reports whether the policy itself lets every message of a class go
// ahead before its receives are used up.
func (l *linter) bounded(i int) bool {
	n := l.yields(i)
	return n >= 0 && n < l.c.Classes[i].Queue.MaxReceiveCount
}
