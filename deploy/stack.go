// Package deploy writes what it takes to run a scenario for real: queues,
// mappings, the worker, the state machine that waits for it, rights, a dashboard
// and alarms, as Terraform, as a SAM template, as a bare state machine or as
// variables for the worker.
//
// The settings are those of the scenario, so that what runs is what was
// simulated. Thresholds of alarms come from simulated minutes, with the rate at
// which they go off on a healthy system. What AWS limits is cited where it
// decides; the rest is left to the team, and said so in the output.
//
// Nothing here runs in production: the worker does not link it.
package deploy

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/plan"
	"penstock/model/policy"
	"penstock/scenarios"
)

// Stack is everything that is written, before it takes a form.
type Stack struct {
	Name    string // prefix of names, from that of the scenario
	title   string // name of the scenario, on one line
	cfg     *model.Config
	deploy  *scenarios.Deploy
	files   []string // beside the scenario, which the worker needs to read it
	classes []class
	alarms  []alarm
	hash    string
	runs    string // what the alarms rest on
}

// class is one class with the names that it goes by.
type class struct {
	*model.Class
	index   int
	id      string // in Terraform and in names of queues: "high"
	logical string // in CloudFormation: "High"
	dead    bool   // it has a dead-letter queue
}

// longestDelayOfStop is the longest stopTimeout of a container on Fargate
// (Amazon ECS Developer Guide, container definition parameters: 120 seconds).
const longestDelayOfStop = 120 * time.Second

// stopMargin is what the container has after the worker's own shutdown.
const stopMargin = 5 * time.Second

// plain puts a name on one line, without what Terraform or CloudFormation would
// take for an interpolation: it stands in texts that have such.
func plain(name string) string {
	return strings.NewReplacer("${", "$(", "%{", "%(").Replace(strings.Join(strings.Fields(name), " "))
}

// New prepares a scenario, which must have passed Validate. files are the data
// files that it names. The problems say what cannot be deployed, keys as the
// scenario file writes them; with any of them there is no stack.
func New(cfg *model.Config, d *scenarios.Deploy, files []string, signals *plan.Signals) (*Stack, []model.Problem) {
	problems := scenarios.Unfit(cfg)
	fail := func(key, format string, args ...any) {
		problems = append(problems, model.Problem{Key: key, Message: fmt.Sprintf(format, args...)})
	}
	if cfg.Worker.Memory%(1<<20) != 0 {
		fail("worker.memory", "%s is not a whole number of MB, as Lambda and Fargate take it", model.SizeText(cfg.Worker.Memory))
	}
	if cfg.Worker.Driver == model.DriverPoller {
		if d.Shutdown > longestDelayOfStop-stopMargin {
			fail("deploy.shutdown", "%s is longer than a container on Fargate may take to stop, %s, less %s for its end (ECS)", model.DurationText(d.Shutdown), model.DurationText(longestDelayOfStop), model.DurationText(stopMargin))
		}
		if _, _, ok := fargate(cfg); !ok {
			fail("worker.memory", "%s with %s vCPU is no size of a Fargate task, and no larger one is either", model.SizeText(cfg.Worker.Memory), model.NumberText(cfg.Worker.CPU))
		}
	}
	problems = append(problems, sharedNames(cfg)...)
	if len(problems) > 0 {
		return nil, problems
	}
	s := &Stack{Name: prefix(cfg.Name), title: plain(cfg.Name), cfg: cfg, deploy: d, files: files}
	taken := map[string]bool{}
	for i := range cfg.Classes {
		c := &cfg.Classes[i]
		s.classes = append(s.classes, class{c, i, identifier(c.Name), logicalID(c.Name, taken), c.Queue.MaxReceiveCount > 0})
	}
	s.hash, _ = plan.ConfigHash(cfg) // a Config that passed Validate can be written as JSON
	if signals != nil {
		s.chooseAlarms(signals)
	}
	return s, nil
}

func (s *Stack) lambda() bool { return s.cfg.Worker.Driver == model.DriverLambda }

// buries reports whether any class has a dead-letter queue.
func (s *Stack) buries() bool {
	for _, c := range s.classes {
		if c.dead {
			return true
		}
	}
	return false
}

// hides reports whether the worker ever changes a visibility timeout: to come
// back early, to extend it during a call, or as a service to give back what it
// holds when it stops.
func (s *Stack) hides() bool {
	p := &s.cfg.Policy
	if !s.lambda() || p.Heartbeat > 0 || p.YieldFor.Mode == policy.Drawn || p.RetryFor.Mode != policy.Remaining {
		return true
	}
	for _, c := range s.classes {
		if c.YieldFor != nil || c.RetryFor != nil {
			return true
		}
	}
	return false
}

// beats reports whether the worker ever sends a heartbeat for a token; a service
// does at its start, to learn whether it may answer tokens.
func (s *Stack) beats() bool {
	return s.cfg.Policy.CheckToken || s.cfg.Policy.Heartbeat > 0 || !s.lambda()
}

// deadSuffix makes a dead-letter queue's name of its class's, in Terraform.
const deadSuffix = "_dead"

var noName = regexp.MustCompile(`[^a-z0-9]+`)

// prefix makes the start of names of the scenario's: of letters, digits and -,
// short enough that the name of a queue stays below 80 characters (SQS), of a
// function and a role below 64 (Lambda, IAM).
func prefix(name string) string {
	p := strings.Trim(noName.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if p == "" || p[0] >= '0' && p[0] <= '9' {
		p = "penstock-" + p
	}
	return strings.Trim(p[:min(len(p), 30)], "-")
}

// identifier is a class's name in Terraform.
func identifier(name string) string {
	id := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	if id[0] < 'a' || id[0] > 'z' {
		id = "class_" + id
	}
	return id
}

// sharedNames reports queues of one name: of two classes, or of one class and
// the dead letters of another.
func sharedNames(cfg *model.Config) (problems []model.Problem) {
	type use struct{ class, what string }
	used := map[string]use{}
	for i := range cfg.Classes {
		c := &cfg.Classes[i]
		take := func(id string, u use) {
			other, twice := used[id]
			used[id] = u
			if twice {
				problems = append(problems, model.Problem{Key: fmt.Sprintf("class[%d].name", i), Message: fmt.Sprintf(
					"the %s of class %s and the %s of class %s would both be named %s: give one class another name", u.what, u.class, other.what, other.class, dashed(id))})
			}
		}
		take(identifier(c.Name), use{c.Name, "queue"})
		if c.Queue.MaxReceiveCount > 0 {
			take(identifier(c.Name)+deadSuffix, use{c.Name, "dead-letter queue"})
		}
	}
	return problems
}

// logicalID is a class's name in CloudFormation, which takes letters and digits
// only; taken are those of other classes.
func logicalID(name string, taken map[string]bool) string {
	id := ""
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return c == '-' || c == '_' }) {
		id += strings.ToUpper(word[:1]) + word[1:]
	}
	if id == "" || id[0] < 'A' {
		id = "Class" + id
	}
	for n, base := 2, id; taken[id]; n++ {
		id = fmt.Sprintf("%sNo%d", base, n)
	}
	taken[id] = true
	return id
}

// seconds returns a duration as AWS takes it; Unfit has seen to it that it is
// whole.
func seconds(d time.Duration) int { return int(d / time.Second) }

// fargate returns the smallest size of a task that has what the scenario gives
// the service, in CPU units and MB (Amazon ECS Developer Guide, task CPU and
// memory).
func fargate(cfg *model.Config) (cpu, memory int, ok bool) {
	const gb = 1024
	for _, size := range []struct{ cpu, least, most, step int }{
		{256, gb / 2, gb / 2, gb}, {256, gb, 2 * gb, gb}, {512, gb, 4 * gb, gb}, {1024, 2 * gb, 8 * gb, gb}, {2048, 4 * gb, 16 * gb, gb},
		{4096, 8 * gb, 30 * gb, gb}, {8192, 16 * gb, 60 * gb, 4 * gb}, {16384, 32 * gb, 120 * gb, 8 * gb},
	} {
		need := int(cfg.Worker.Memory >> 20)
		if float64(size.cpu) < 1024*cfg.Worker.CPU || need > size.most {
			continue
		}
		memory := size.least
		for memory < need {
			memory += size.step
		}
		if memory <= size.most {
			return size.cpu, memory, true
		}
	}
	return 0, 0, false
}

// receiveWait is the ReceiveMessageWaitTimeSeconds of the queues, seconds. A
// service polls some of them without waiting, which the SDK cannot ask for: it
// leaves a wait of 0 out, and the queue's own holds. Mappings ask for theirs.
func (s *Stack) receiveWait() int {
	if s.lambda() {
		return 20
	}
	return 0
}
