package deploy

import "fmt"

// statement is what a role may do, and on what.
type statement struct {
	why       string
	actions   []string
	resources []ref
}

// polls are the rights of whoever takes messages from queues: an event source
// mapping, with the role of its function, or the service itself (Lambda
// Developer Guide, execution role permissions for SQS).
func polls(why string, queues []ref) statement {
	return statement{why, []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, queues}
}

func (s *Stack) each(kind refKind, dead bool) (refs []ref) {
	for _, c := range s.classes {
		if c.dead || !dead {
			refs = append(refs, ref{kind: kind, class: c.index})
		}
	}
	return refs
}

// workerRights is what the worker needs, and nothing else.
func (s *Stack) workerRights() []statement {
	list := []statement{polls("take messages, delete them, and look at queues of higher classes", s.each(queueARN, false))}
	if s.hides() {
		list = append(list, statement{"give messages back early, extend them during a call", []string{"sqs:ChangeMessageVisibility"}, s.each(queueARN, false)})
	}
	if s.buries() {
		bury := statement{"bury what nobody can work on, with the reason", []string{"sqs:SendMessage"}, s.each(deadARN, true)}
		if !s.lambda() {
			bury.why += "; a service looks at its start whether it could"
			bury.actions = append(bury.actions, "sqs:GetQueueAttributes")
		}
		list = append(list, bury)
	}
	answers := []string{"states:SendTaskSuccess", "states:SendTaskFailure"}
	if s.beats() {
		answers = append(answers, "states:SendTaskHeartbeat")
	}
	return append(list,
		statement{"answer tokens; a token carries its task, and only principals of its account may use it: these actions are not known to work with the state machine as their resource", answers, []ref{text("*")}},
		writesLogs(logsARN))
}

// abandonedRights is what the dead-letter consumer needs.
func (s *Stack) abandonedRights() []statement {
	return []statement{
		polls("take dead letters", s.each(deadARN, true)),
		{"keep out of sight what nobody can be told of", []string{"sqs:ChangeMessageVisibility"}, s.each(deadARN, true)},
		{"tell their tasks", []string{"states:SendTaskFailure"}, []ref{text("*")}},
		writesLogs(abandonedLogsARN),
	}
}

// machineRights is what the state machine needs.
func (s *Stack) machineRights() []statement {
	return []statement{{"send messages", []string{"sqs:SendMessage"}, s.each(queueARN, false)}}
}

func writesLogs(group refKind) statement {
	return statement{"write logs, which carry the metrics", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []ref{{kind: group}}}
}

// sid names a statement: letters and digits only (IAM).
func sid(i int) string { return fmt.Sprintf("Right%d", i+1) }
