package deploy

import (
	"fmt"
	"math"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/plan"
)

// alarm is one alarm of CloudWatch on minutes; all go off above their threshold,
// and a minute without a value is below.
type alarm struct {
	id          string // in Terraform and in names: "high_oldest"
	logical     string // in CloudFormation
	metrics     []metric
	threshold   float64
	periods     int
	description string // ASCII, at most 1024 characters (CloudWatch)
}

// metric is a metric of CloudWatch. The value of an alarm on several is their sum.
type metric struct {
	namespace, name, stat string
	dimensions            []dimension
	label                 string // on the dashboard
}

type dimension struct {
	name  string
	value ref
}

// namespace is that of the worker's own metrics.
const namespace = "Penstock"

// own is a metric that the worker writes into its log. The queue tells it from
// that of another deployment in the same account.
func own(name, stat string, c class) metric {
	return metric{namespace: namespace, name: name, stat: stat, dimensions: []dimension{{"class", text(c.Name)}, {"queue", ref{kind: queueName, class: c.index}}}, label: c.Name}
}

func ofQueue(name, stat string, kind refKind, c class) metric {
	return metric{"AWS/SQS", name, stat, []dimension{{"QueueName", ref{kind: kind, class: c.index}}}, c.Name}
}

func ofFunction(name, stat string, kind refKind) metric {
	return metric{"AWS/Lambda", name, stat, []dimension{{"FunctionName", ref{kind: kind}}}, name}
}

func ofMachine(name string) metric {
	return metric{"AWS/States", name, "Sum", []dimension{{"StateMachineArn", ref{kind: machineARN}}}, name}
}

// emf reports whether the worker's own metrics reach CloudWatch.
func (s *Stack) emf() bool { return s.deploy.Metrics == "emf" }

// unsuccessful are the metrics of executions that do not succeed.
func unsuccessful() []metric {
	return []metric{ofMachine("ExecutionsFailed"), ofMachine("ExecutionsTimedOut"), ofMachine("ExecutionsAborted")}
}

// chooseAlarms takes thresholds and spells from simulated minutes.
func (s *Stack) chooseAlarms(signals *plan.Signals) {
	s.runs = fmt.Sprintf("%d replications of %s, seed %d", len(signals.Counted), s.title, s.cfg.Seed)
	for _, c := range s.classes {
		s.classAlarms(c, signals)
	}
	if s.lambda() {
		s.add("throttles", []metric{ofFunction("Throttles", "Sum", workerName)}, signals.Choose(plan.Throttles, 0, 0), count,
			"the number of throttles in a minute was above {threshold}{spell}: messages use up receives without being worked on. How often a mapping tries again is not documented; the simulator's pauses are an assumption")
		s.add("errors", []metric{ofFunction("Errors", "Sum", workerName)}, signals.Killed(), count,
			"the function failed or ran into its timeout; a yield is no error")
	}
	s.add("unsuccessful", unsuccessful(), signals.Choose(plan.Unsuccessful, 0, 0), count,
		"the number of executions that failed, timed out or were stopped in a minute was above {threshold}{spell}")
	if s.buries() {
		s.alarms = append(s.alarms, alarm{
			id: "dead_letters_errors", logical: "DeadLettersErrorsAlarm", metrics: []metric{ofFunction("Errors", "Sum", abandonedName)}, periods: 1,
			description: "The dead-letter consumer failed: tasks of dead letters wait for their timeout. Not simulated: it has no expected rate.",
		})
	}
}

// classAlarms are the alarms of one class.
func (s *Stack) classAlarms(c class, signals *plan.Signals) {
	floor := promise(c.Class)
	s.addFor(c, "oldest", []metric{ofQueue("ApproximateAgeOfOldestMessage", "Maximum", queueName, c)}, signals.Choose(plan.AgeOldest, c.index, floor), span,
		"the oldest message of {class} was older than {threshold}{spell}, or no worker takes any. SQS leaves out messages received three times and more")
	if s.emf() {
		s.addFor(c, "received_age", []metric{own("oldest", "Maximum", c)}, signals.Choose(plan.AgeReceived, c.index, floor), span,
			"a message of {class} was older than {threshold} when the worker received it{spell}, yielded ones included")
	}
	s.addFor(c, "depth", []metric{ofQueue("ApproximateNumberOfMessagesVisible", "Maximum", queueName, c)}, signals.Choose(plan.Visible, c.index, 1), count,
		"the number of messages of {class} that wait was above {threshold}{spell}")
	if c.dead {
		s.addFor(c, "dead_letters", []metric{ofQueue("ApproximateNumberOfMessagesVisible", "Maximum", deadName, c), ofQueue("NumberOfMessagesReceived", "Sum", deadName, c)},
			signals.Fixed(plan.DeadLetters, c.index, plan.Alarm{Threshold: 0, Periods: 1}), count,
			"a message of {class} is in the dead-letter queue, or was taken from it by the dead-letter consumer")
	}
	if !s.emf() {
		return
	}
	if s.cfg.GivesWay(c.index) {
		s.addFor(c, "yields", []metric{own("yields", "Sum", c)}, signals.Choose(plan.Yields, c.index, 1), count,
			"the number of messages of {class} that gave way in a minute was above {threshold}{spell}: each time uses up a receive, and is billed")
	}
	s.addFor(c, "orphan_calls", []metric{own("orphan_calls", "Sum", c)}, signals.Choose(plan.Orphans, c.index, 0), count,
		"the number of calls for {class} in a minute that went on without a client, or whose task had ended, was above {threshold}{spell}")
}

// promise is the tightest time that a class is promised, in seconds: an age below
// it is no trouble. It is a second where nothing is promised.
func promise(c *model.Class) float64 {
	least := math.Inf(1)
	for _, b := range c.Objective.Latency {
		least = min(least, b.AtMost.Seconds())
	}
	if math.IsInf(least, 1) {
		return 1
	}
	return math.Ceil(least)
}

// unit says how values are written.
type unit uint8

const (
	count unit = iota
	span       // seconds
)

func (u unit) text(x float64) string {
	if u == span {
		return model.DurationText(time.Duration(x * 1e9).Round(100 * time.Millisecond))
	}
	return model.NumberText(x)
}

func (s *Stack) addFor(c class, what string, metrics []metric, f plan.FalseAlarms, u unit, says string) {
	s.add(what, metrics, f, u, strings.ReplaceAll(says, "{class}", c.Name))
	a := &s.alarms[len(s.alarms)-1]
	a.id, a.logical = c.id+"_"+what, c.logical+a.logical
}

// add adds an alarm whose description says what it means, what was simulated and
// how often it goes off although nothing is wrong.
func (s *Stack) add(what string, metrics []metric, f plan.FalseAlarms, u unit, says string) {
	spell := ""
	if f.Periods > 1 {
		spell = fmt.Sprintf(", %d minutes on end", f.Periods)
	}
	says = strings.NewReplacer("{threshold}", u.text(f.Threshold), "{spell}", spell).Replace(says)
	says = strings.ToUpper(says[:1]) + says[1:] + "."
	if f.Tail > 0 || f.Median > 0 {
		says += fmt.Sprintf(" Simulated minutes: half at most %s, 99.9%% at most %s, the largest %s.", u.text(f.Median), u.text(f.Tail), u.text(f.Most))
	}
	says += " Expected without trouble: " + expected(f) + "."
	s.alarms = append(s.alarms, alarm{what, logicalID(what, map[string]bool{}) + "Alarm", metrics, f.Threshold, f.Periods, says})
}

// expected says how often an alarm goes off on a system that does what was
// simulated, and what that rests on.
func expected(f plan.FalseAlarms) string {
	r := f.Rate
	hours := fmt.Sprintf("%s simulated hours", model.NumberText(math.Round(f.Tested.Hours())))
	switch {
	case r.Value == nil:
		return "not known, " + r.Why
	case *r.Value == 0 && *r.High > 1:
		return fmt.Sprintf("none in %s, which only shows that there are fewer than %s a month; to show one a month takes %.0f hours", hours, short(*r.High), math.Ceil(*r.High*f.Tested.Hours()))
	case *r.Value == 0:
		return fmt.Sprintf("none in %s, so fewer than %s a month", hours, short(*r.High))
	case r.Low == nil:
		return fmt.Sprintf("about %s a month, from one replication and without an interval", short(*r.Value))
	case *r.Low == 0:
		return fmt.Sprintf("%s a month, at most %s, from %s", short(*r.Value), short(*r.High), hours)
	}
	return fmt.Sprintf("%s a month, %s to %s, from %s", short(*r.Value), short(*r.Low), short(*r.High), hours)
}

// short writes a rate with two digits.
func short(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2g", x)
}
