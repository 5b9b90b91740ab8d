package deploy

import "fmt"

// refKind is what a reference asks of another resource.
type refKind uint8

const (
	literal refKind = iota // the text itself
	queueURL
	queueARN
	queueName
	deadURL
	deadARN
	deadName
	workerName // of the function or the service
	abandonedName
	machineARN
	logsARN // of the streams of the worker's log group
	abandonedLogsARN
	regionName
	legacyURL
)

// ref names an attribute of a resource of the stack, or is a text.
type ref struct {
	kind  refKind
	class int
	text  string
}

func text(s string) ref { return ref{kind: literal, text: s} }

// terraform returns the expression of a reference.
func (s *Stack) terraform(r ref) string {
	queue, dead := "aws_sqs_queue."+s.classes[r.class].id, "aws_sqs_queue."+s.classes[r.class].id+deadSuffix
	switch r.kind {
	case queueURL:
		return queue + ".url"
	case queueARN:
		return queue + ".arn"
	case queueName:
		return queue + ".name"
	case deadURL:
		return dead + ".url"
	case deadARN:
		return dead + ".arn"
	case deadName:
		return dead + ".name"
	case workerName:
		if !s.lambda() {
			return "aws_ecs_service.worker.name"
		}
		return "aws_lambda_function.worker.function_name"
	case abandonedName:
		return "aws_lambda_function.dead_letters.function_name"
	case machineARN:
		return "aws_sfn_state_machine.tasks.arn"
	case logsARN:
		return `"${aws_cloudwatch_log_group.worker.arn}:*"`
	case abandonedLogsARN:
		return `"${aws_cloudwatch_log_group.dead_letters.arn}:*"`
	case regionName:
		return "data.aws_region.current.name"
	case legacyURL:
		return "var.legacy_url"
	}
	return hclText(r.text)
}

// inTerraform returns a reference as part of a text.
func (s *Stack) inTerraform(r ref) string {
	if r.kind == literal {
		return r.text
	}
	return "${" + s.terraform(r) + "}"
}

// sam returns a reference as CloudFormation has it.
func (s *Stack) sam(r ref) any {
	c := s.classes[r.class]
	get := func(resource, attribute string) any {
		return object{{"Fn::GetAtt", []string{resource, attribute}}}
	}
	switch r.kind {
	case queueURL:
		return reference(c.logical + "Queue")
	case queueARN:
		return get(c.logical+"Queue", "Arn")
	case queueName:
		return get(c.logical+"Queue", "QueueName")
	case deadURL:
		return reference(c.logical + "DeadLetters")
	case deadARN:
		return get(c.logical+"DeadLetters", "Arn")
	case deadName:
		return get(c.logical+"DeadLetters", "QueueName")
	case workerName:
		if !s.lambda() {
			return get("Worker", "Name")
		}
		return reference("Worker")
	case abandonedName:
		return reference("DeadLetterWorker")
	case machineARN:
		return reference("Tasks")
	case logsARN:
		return get("WorkerLogs", "Arn")
	case abandonedLogsARN:
		return get("DeadLetterWorkerLogs", "Arn")
	case regionName:
		return reference("AWS::Region")
	case legacyURL:
		return reference("LegacyUrl")
	}
	return r.text
}

// inSAM returns a reference as part of a text of Fn::Sub.
func (s *Stack) inSAM(r ref) string {
	c := s.classes[r.class]
	switch r.kind {
	case queueURL:
		return "${" + c.logical + "Queue}"
	case queueName:
		return "${" + c.logical + "Queue.QueueName}"
	case deadName:
		return "${" + c.logical + "DeadLetters.QueueName}"
	case workerName:
		return "${Worker}"
	case machineARN:
		return "${Tasks}"
	case regionName:
		return "${AWS::Region}"
	case literal:
		return r.text
	}
	panic(fmt.Sprintf("deploy: reference %d is never part of a text", r.kind))
}

func reference(name string) object { return object{{"Ref", name}} }
