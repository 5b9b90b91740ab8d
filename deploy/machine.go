package deploy

import (
	"fmt"
	"strings"
	"time"
)

// machine returns the state machine in the Amazon States Language. at gives the
// URL of a class's queue, partition the one of the ARNs.
//
// An execution starts with {"class": "HIGH", "input": …}. A Choice takes it to
// the task of its class, which sends the message and waits for the worker's
// answer; that is the output. The body is what the worker reads: a task that is
// tried again has another token, but the same execution and state, and so the
// same idempotency key.
func (s *Stack) machine(partition string, at func(class int) string) object {
	states := object{}
	start := s.classes[0].Name
	if len(s.classes) > 1 {
		start = "Which class"
		var choices []object
		for _, c := range s.classes {
			choices = append(choices, object{{"Variable", "$.class"}, {"StringEquals", c.Name}, {"Next", c.Name}})
		}
		states = append(states, field{start, object{{"Type", "Choice"}, {"Choices", choices}, {"Default", "Unknown class"}}})
	}
	for _, c := range s.classes {
		states = append(states, field{c.Name, s.task(partition, at(c.index))})
	}
	if len(s.classes) > 1 {
		states = append(states, field{"Unknown class", object{
			{"Type", "Fail"}, {"Error", "UnknownClass"},
			{"Cause", "The input has no class, or none of these: " + strings.Join(s.classNames(), ", ")},
		}})
	}
	return object{{"Comment", s.machineComment()}, {"StartAt", start}, {"States", states}}
}

func (s *Stack) machineComment() string {
	input := `{"input": …}`
	if len(s.classes) > 1 {
		input = fmt.Sprintf(`{"class": %q, "input": …}`, s.classes[0].Name)
	}
	return fmt.Sprintf("%s: start it with %s; the worker POSTs the input to the legacy system, and its answer is the output. Type Standard only: Express waits for no token.", s.title, input)
}

func (s *Stack) classNames() (names []string) {
	for _, c := range s.classes {
		names = append(names, c.Name)
	}
	return names
}

// task is the state that sends one message and waits for its token.
func (s *Stack) task(partition, queue string) object {
	f := &s.cfg.StepFunctions
	state := object{
		{"Type", "Task"},
		{"Resource", "arn:" + partition + ":states:::sqs:sendMessage.waitForTaskToken"},
		{"Parameters", object{
			{"QueueUrl", queue},
			{"MessageBody", object{
				{"token.$", "$$.Task.Token"}, {"execution.$", "$$.Execution.Id"}, {"state.$", "$$.State.Name"}, {"input.$", "$.input"},
			}},
		}},
		{"TimeoutSeconds", seconds(f.Timeout)},
	}
	state = state.with(f.Heartbeat > 0, "HeartbeatSeconds", seconds(f.Heartbeat))
	if r := f.Retry; r.MaxAttempts > 0 {
		retry := object{
			{"ErrorEquals", []string{"States.ALL"}}, {"IntervalSeconds", seconds(r.Interval)},
			{"MaxAttempts", r.MaxAttempts}, {"BackoffRate", r.Backoff},
		}
		retry = retry.with(r.MaxDelay > 0, "MaxDelaySeconds", seconds(r.MaxDelay)).with(r.Jitter == "full", "JitterStrategy", "FULL")
		state = append(state, field{"Retry", []object{retry}})
	}
	return append(state, field{"End", true})
}

// asl is the form "asl": the state machine alone. Where [deploy] gives no URL of a
// queue there stands a placeholder.
func (s *Stack) asl() []byte {
	return document(s.machine(s.partition(), func(i int) string {
		c := s.classes[i]
		if u := s.deploy.Queues[c.Name]; u != "" {
			return u
		}
		return s.example(c)
	}))
}

// example is what the URL of a class's queue looks like.
func (s *Stack) example(c class) string {
	domain := "amazonaws.com"
	if s.partition() == "aws-cn" {
		domain += ".cn"
	}
	return fmt.Sprintf("https://sqs.%s.%s/ACCOUNT/%s-%s", s.region(), domain, s.Name, dashed(c.id))
}

// partition returns the partition of the Region: other ones have other ARNs.
func (s *Stack) partition() string {
	switch r := s.deploy.Region; {
	case strings.HasPrefix(r, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// region returns the Region, or what stands for it.
func (s *Stack) region() string {
	if s.deploy.Region == "" {
		return "REGION"
	}
	return s.deploy.Region
}

func dashed(id string) string { return strings.ReplaceAll(id, "_", "-") }

// deadRetention is how long dead letters are kept: the most that SQS has, since
// their age goes on from the first queue (SQS Developer Guide, dead-letter
// queues).
const deadRetention = 14 * 24 * time.Hour
