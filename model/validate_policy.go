package model

import (
	"fmt"
	"strings"

	"penstock/model/policy"
)

// maxWeight bounds a class's weight: more is no share any more, but a priority.
const maxWeight = 1000

// kinds checks the kind of the policy, and those that are deployed in the middle
// of a run.
func (v *validator) kinds(c *Config) {
	v.kind(c)
	for i, p := range c.Faults.Policies {
		later, at := *c, &validator{}
		later.Policy.Kind = p.Kind
		at.kind(&later)
		if p.Kind == c.Policy.Kind {
			continue // said already
		}
		for _, problem := range at.problems {
			v.fail(fmt.Sprintf("faults.policy[%d].kind", i), "with %q: %s: %s", p.Kind, problem.Key, problem.Message)
		}
	}
}

// kind checks that the driver can do what the policy's kind needs, and that the
// classes have what it reads.
func (v *validator) kind(c *Config) {
	poller := c.Worker.Driver == DriverPoller
	switch c.Policy.Kind {
	case policy.Reserve:
		v.reserve(c, poller)
	case policy.Aging:
		v.aging(&c.Policy, poller)
	case policy.Deadline:
		for i := range c.Classes {
			if c.Classes[i].Deadline == 0 {
				v.fail(fmt.Sprintf("class[%d].deadline", i), "is missing: policy.kind \"deadline\" needs to know within what time of its send a message of class %s is to be served", c.Classes[i].Name)
			}
		}
	}
	switch k := c.Policy.Kind; {
	case c.Worker.LowFirst == 0 || k == policy.None || k == policy.Yield:
	case k == policy.Reserve || k == policy.Weighted || k == policy.Aging || k == policy.Deadline:
		v.fail("worker.low_first", "does not go with policy.kind %q, which has an order of its own for the queues: leave it out, or choose \"none\" or \"yield\"", k)
	}
}

// reserve checks the slots that are kept.
func (v *validator) reserve(c *Config, poller bool) {
	if !poller {
		v.fail("policy.kind", "\"reserve\" needs a worker that sees all its slots, driver \"poller\": a Lambda function has been given its message and cannot know how many others run; keep slots free with class.*.mapping.maximum_concurrency, whose sum without class %s should be less than the concurrency of %d", first(c), c.Worker.Concurrency)
		return
	}
	var list []string
	sum := 0
	for i := range c.Classes {
		if n := c.Classes[i].Reserve; n > 0 {
			list = append(list, fmt.Sprintf("%s %d", c.Classes[i].Name, n))
			sum += n
		}
	}
	switch {
	case sum == 0:
		v.fail("policy.kind", "\"reserve\" keeps nothing: give a class its reserve, for example class.%s.reserve = 1", first(c))
	case sum > c.Worker.Concurrency:
		v.fail("worker.concurrency", "the classes keep %d slots (%s), but the service has %d: raise concurrency to %d, or lower a reserve", sum, strings.Join(list, ", "), c.Worker.Concurrency, sum)
	}
}

// first names the highest class, in a message.
func first(c *Config) string {
	if len(c.Classes) == 0 {
		return "HIGH"
	}
	return c.Classes[0].Name
}

// aging checks what raises a message.
func (v *validator) aging(p *Policy, poller bool) {
	switch {
	case poller && p.ReceiveStep > 0:
		v.fail("policy.receive_step", "does not go with driver \"poller\": a service chooses its queue before it knows how often a message was received; use age_step")
	case p.AgeStep == 0 && p.ReceiveStep == 0 && poller:
		v.fail("policy.age_step", "0s never raises a message, and policy.kind \"aging\" does nothing else")
	case p.AgeStep == 0 && p.ReceiveStep == 0:
		v.fail("policy.age_step", "neither age_step nor receive_step raises a message, and policy.kind \"aging\" does nothing else")
	}
}

// watched reports whether a worker may ever look at the queue of a class: under
// "none" and "yield" nobody looks at the lowest.
func (c *Config) watched(class int) bool {
	simple := c.Policy.Kind == policy.None || c.Policy.Kind == policy.Yield
	return class < len(c.Classes)-1 || !simple || len(c.Faults.Policies) > 0
}

// GivesWay reports whether the worker may yield a message of a class, given by
// its index.
func (c *Config) GivesWay(class int) bool {
	lambda := c.Worker.Driver == DriverLambda
	switch c.Policy.Kind {
	case policy.Yield:
		return class > 0
	case policy.Aging:
		return lambda && class > 0
	case policy.Weighted:
		return lambda && len(c.Classes) > 1
	case policy.Deadline:
		for i := range c.Classes {
			if lambda && c.Classes[i].Deadline < c.Classes[class].Deadline {
				return true
			}
		}
	}
	return false
}
