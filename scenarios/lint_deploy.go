package scenarios

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"penstock/model"
)

// Unfit returns what of a scenario cannot be deployed: what AWS refuses although
// the simulator takes it, and what the worker could not do as it was simulated.
// Each is an error at the start of the worker, and where files for it are
// written.
func Unfit(c *model.Config) []model.Problem {
	real := *c
	real.Timing.Profile = "aws" // whose ranges hold whatever was simulated
	var found []model.Problem
	for _, p := range real.Validate() {
		if !p.Warning {
			found = append(found, p)
		}
	}
	l := linter{c: c}
	l.seconds()
	for i := range c.Classes {
		l.unmappable(&c.Classes[i], fmt.Sprintf("class[%d].queue.visibility_timeout", i))
	}
	for _, p := range l.warnings {
		p.Warning = false
		found = append(found, p)
	}
	fail := func(key, format string, args ...any) {
		found = append(found, model.Problem{Key: key, Message: fmt.Sprintf(format, args...)})
	}
	if w := c.Worker; w.CallTimeout > longestHidden {
		fail("worker.call_timeout", "%s is longer than SQS can hide a message, %s from its receive: it would be delivered again during the call", span(w.CallTimeout), span(longestHidden))
	}
	named := map[string]string{}
	for i := range c.Classes {
		name := c.Classes[i].Name
		variable, _ := Variables(name)
		if other, twice := named[variable]; twice {
			fail(fmt.Sprintf("class[%d].name", i), "classes %s and %s would both take their queue from %s: give one another name", other, name, variable)
		}
		named[variable] = name
	}
	return found
}

// warnings tells of problems as what they are as long as nothing is deployed.
func warnings(problems []model.Problem) []model.Problem {
	for i := range problems {
		problems[i].Message += "; the real worker refuses to start with it"
		problems[i].Warning = true
	}
	return problems
}

// longestHidden is for how long a message can be hidden from its receive: 12 h
// less a margin (SQS Developer Guide: 43,195 s will do).
const longestHidden = 12*time.Hour - 5*time.Second

// unlike returns warnings about what the real worker does otherwise than the
// simulated one.
func unlike(c *model.Config, d *Deploy) []model.Problem {
	l := linter{c: c}
	if l.ideal() {
		l.warn("timing.profile", "\"ideal\" predicts a world without AWS's delays and minimums, which the real worker does not have: simulate it with \"aws\" before you trust the figures")
	}
	if !reflect.ValueOf(c.Faults).IsZero() {
		l.warn("faults", "is for the simulator only: the real worker meets the faults that there are, and keeps its policy")
	}
	for i := range c.Classes {
		if c.Classes[i].Patience != nil {
			l.warn(fmt.Sprintf("class[%d].patience", i), "the worker gives up no task of class %s by itself: whoever loses patience has to stop the execution", c.Classes[i].Name)
		}
	}
	if d.RateLimit > 0 {
		whose := "of the service, which runs do not know"
		if l.lambda() {
			whose = fmt.Sprintf("of each environment, so of up to %d together, which runs do not know", c.Worker.Concurrency)
		}
		l.warn("deploy.rate_limit", "%s is a limit %s: calls that wait for it take longer than predicted", model.RateText(d.RateLimit), whose)
	}
	if d.DryRun {
		l.warn("deploy.dry_run", "%s", l.dry())
	}
	if strings.HasPrefix(d.LegacyURL, "http:") && d.LegacyToken != "" {
		l.warn("deploy.legacy_url", "PENSTOCK_LEGACY_TOKEN is sent without encryption: use https")
	}
	return l.warnings
}

// dry says what a dry run does to the messages.
func (l *linter) dry() string {
	least, name := 0, ""
	for i := range l.c.Classes {
		c := &l.c.Classes[i]
		if n := c.Queue.MaxReceiveCount; n > 0 && (least == 0 || n < least) {
			least, name = n, c.Name
		}
	}
	const text = "the worker answers no task, and yet its receives are real: every message comes back "
	if least == 0 {
		return text + "until its retention ends"
	}
	return text + fmt.Sprintf("until they are used up, and SQS moves it to the dead-letter queue then, one of class %s after %d; try it on queues of its own", name, least)
}
