package deploy

import (
	"strings"

	"penstock/model"
)

// template is the form "sam": a SAM template in JSON.
func (s *Stack) template() []byte {
	resources := object{}
	for _, c := range s.classes {
		resources = append(resources, s.samQueues(c)...)
	}
	if s.lambda() {
		resources = append(resources, s.samFunction()...)
	} else {
		resources = append(resources, s.samService()...)
	}
	if s.buries() {
		resources = append(resources, s.samDeadLetters()...)
	}
	resources = append(resources, s.samMachine()...)
	resources = append(resources, field{"Dashboard", object{
		{"Type", "AWS::CloudWatch::Dashboard"},
		{"Properties", object{
			{"DashboardName", sub("${AWS::StackName}")},
			{"DashboardBody", sub(strings.TrimSuffix(string(compact(s.dashboard(s.inSAM))), "\n"))},
		}},
	}})
	for i := range s.alarms {
		resources = append(resources, s.samAlarm(&s.alarms[i]))
	}
	outputs := object{{"StateMachineArn", object{{"Value", s.sam(ref{kind: machineARN})}}}}
	for _, c := range s.classes {
		outputs = append(outputs, field{c.logical + "QueueUrl", object{{"Value", s.sam(ref{kind: queueURL, class: c.index})}}})
	}
	return document(object{
		{"AWSTemplateFormatVersion", "2010-09-09"},
		{"Transform", "AWS::Serverless-2016-10-31"},
		{"Description", clip(strings.Join(strings.Fields(s.preamble()), " "), 1024)}, // bytes (CloudFormation quotas)
		{"Parameters", s.samParameters()},
		{"Conditions", object{{"HasTopic", given("AlarmTopic")}}.with(s.lambda(), "HasToken", given("LegacyToken"))},
		{"Resources", resources},
		{"Outputs", outputs},
	})
}

// clip cuts a text at a word, to at most so many bytes.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most-4]
	return s[:strings.LastIndexByte(s, ' ')] + " ..."
}

// given is the condition that a parameter is not empty.
func given(parameter string) object {
	return object{{"Fn::Not", []any{object{{"Fn::Equals", []any{reference(parameter), ""}}}}}}
}

func sub(s string) object { return object{{"Fn::Sub", s}} }

func (s *Stack) samParameters() object {
	text := func(doc string) object { return object{{"Type", "String"}, {"Description", doc}} }
	url := text("Where the worker POSTs each task.")
	url = url.with(s.deploy.LegacyURL != "", "Default", s.deploy.LegacyURL)
	all := object{{"LegacyUrl", url}}
	all = all.with(s.lambda(), "LegacyToken", append(text("Bearer token for the legacy system; empty - none is sent."), field{"Default", ""}, field{"NoEcho", true}))
	all = append(all, object{
		{"AlarmTopic", append(text("ARN of an SNS topic that alarms notify; empty - none."), field{"Default", ""})},
	}...)
	if s.lambda() || s.buries() {
		all = append(all, field{"WorkerZip", append(text("The worker's zip - bootstrap and "+scenarioFile+s.alsoFiles()+"."), field{"Default", "worker.zip"})})
	}
	if s.lambda() {
		return all
	}
	return append(all,
		field{"Image", text("The worker's container image, with " + scenarioFile + s.alsoFiles() + " in its working folder.")},
		field{"Cluster", text("ECS cluster of the service.")},
		field{"Subnets", object{{"Type", "List<AWS::EC2::Subnet::Id>"}, {"Description", "Subnets from which SQS, Step Functions and the legacy system can be reached."}}},
		field{"SecurityGroups", object{{"Type", "List<AWS::EC2::SecurityGroup::Id>"}, {"Description", "Security groups of the service."}}})
}

// kept is a resource with data: it outlives its stack, and an exchange of it.
func kept(kind string, properties object) object {
	return object{{"Type", kind}, {"DeletionPolicy", "Retain"}, {"UpdateReplacePolicy", "Retain"}, {"Properties", properties}}
}

func (s *Stack) samQueues(c class) object {
	q := c.Queue
	name := "${AWS::StackName}-" + dashed(c.id)
	properties := object{
		{"QueueName", sub(name)},
		{"VisibilityTimeout", seconds(q.VisibilityTimeout)}, {"MessageRetentionPeriod", seconds(q.Retention)}, {"DelaySeconds", seconds(q.Delay)},
		{"ReceiveMessageWaitTimeSeconds", s.receiveWait()}, {"SqsManagedSseEnabled", true},
	}
	if !c.dead {
		return object{{c.logical + "Queue", kept("AWS::SQS::Queue", properties)}}
	}
	properties = append(properties, field{"RedrivePolicy", object{
		{"deadLetterTargetArn", s.sam(ref{kind: deadARN, class: c.index})}, {"maxReceiveCount", q.MaxReceiveCount},
	}})
	return object{
		{c.logical + "Queue", kept("AWS::SQS::Queue", properties)},
		{c.logical + "DeadLetters", kept("AWS::SQS::Queue", object{
			{"QueueName", sub(name + dashed(deadSuffix))},
			{"VisibilityTimeout", 6 * abandonedTimeout}, {"MessageRetentionPeriod", seconds(deadRetention)}, {"SqsManagedSseEnabled", true},
			{"RedriveAllowPolicy", object{{"redrivePermission", "byQueue"}, {"sourceQueueArns", []object{
				// by name, not by reference: each queue would wait for the other
				sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:" + name),
			}}}},
		})},
	}
}

// samRole is a role that a service of AWS takes on, and its rights.
func (s *Stack) samRole(service string, rights []statement) object {
	var list []object
	for i, r := range rights {
		var on []any
		for _, x := range r.resources {
			on = append(on, s.sam(x))
		}
		list = append(list, object{{"Sid", sid(i)}, {"Effect", "Allow"}, {"Action", r.actions}, {"Resource", on}})
	}
	return object{{"Type", "AWS::IAM::Role"}, {"Properties", object{
		{"AssumeRolePolicyDocument", object{{"Version", "2012-10-17"}, {"Statement", []object{
			{{"Effect", "Allow"}, {"Principal", object{{"Service", service}}}, {"Action", "sts:AssumeRole"}},
		}}}},
		{"Policies", []object{{{"PolicyName", "rights"}, {"PolicyDocument", object{{"Version", "2012-10-17"}, {"Statement", list}}}}}},
	}}}
}

func samLogs(name string) object {
	return object{{"Type", "AWS::Logs::LogGroup"}, {"DeletionPolicy", "Retain"}, {"UpdateReplacePolicy", "Retain"},
		{"Properties", object{{"LogGroupName", sub(name)}, {"RetentionInDays", logDays}}}}
}

// samLambda is a function of the worker's zip.
func (s *Stack) samLambda(id string, timeout int) object {
	variables := object{}
	for _, v := range s.environment() {
		variables = append(variables, field{v.name, s.sam(v.value)})
	}
	token := object{{"Fn::If", []any{"HasToken", reference("LegacyToken"), reference("AWS::NoValue")}}}
	variables = variables.with(id == "Worker", "PENSTOCK_LEGACY_TOKEN", token) // the other one calls nobody
	return object{
		{"FunctionName", sub("${AWS::StackName}-" + dashed(identifier(id)))},
		{"Role", object{{"Fn::GetAtt", []string{id + "Role", "Arn"}}}},
		{"Runtime", "provided.al2023"}, {"Handler", "bootstrap"}, {"Architectures", []string{s.cfg.Worker.Architecture}},
		{"CodeUri", reference("WorkerZip")},
		{"MemorySize", int(s.cfg.Worker.Memory >> 20)}, {"Timeout", timeout},
		{"LoggingConfig", object{{"LogGroup", reference(id + "Logs")}}},
		{"Environment", object{{"Variables", variables}}},
	}
}

// samEvent hands the messages of a queue to a function. SAM names the mapping by
// the function and the event: one named Role would take the place of WorkerRole.
func samEvent(queue any, batch, window, most int, pollers model.PollerRange) object {
	p := object{{"Queue", queue}, {"BatchSize", batch}}
	p = p.with(window > 0, "MaximumBatchingWindowInSeconds", window)
	p = append(p, field{"FunctionResponseTypes", []string{"ReportBatchItemFailures"}})
	p = p.with(most > 0, "ScalingConfig", object{{"MaximumConcurrency", most}})
	p = p.with(pollers.Max > 0, "ProvisionedPollerConfig", object{{"MinimumPollers", pollers.Min}, {"MaximumPollers", pollers.Max}})
	return object{{"Type", "SQS"}, {"Properties", p}}
}

func (s *Stack) samFunction() object {
	w := &s.cfg.Worker
	f := append(s.samLambda("Worker", seconds(w.Timeout)), field{"ReservedConcurrentExecutions", w.Concurrency})
	if n := w.ProvisionedConcurrency; n > 0 {
		f = append(f, field{"AutoPublishAlias", "live"}, field{"ProvisionedConcurrencyConfig", object{{"ProvisionedConcurrentExecutions", n}}})
	}
	events := object{}
	for _, c := range s.classes {
		m := c.Mapping
		events = append(events, field{c.logical + "Messages", samEvent(s.sam(ref{kind: queueARN, class: c.index}), m.BatchSize, seconds(m.BatchWindow), m.MaximumConcurrency, m.ProvisionedPollers)})
	}
	return object{
		{"WorkerRole", s.samRole("lambda.amazonaws.com", s.workerRights())},
		{"WorkerLogs", samLogs("/aws/lambda/${AWS::StackName}-worker")},
		{"Worker", object{{"Type", "AWS::Serverless::Function"}, {"Properties", append(f, field{"Events", events})}}},
	}
}

func (s *Stack) samDeadLetters() object {
	events := object{}
	for _, c := range s.classes {
		if c.dead {
			events = append(events, field{c.logical + "Messages", samEvent(s.sam(ref{kind: deadARN, class: c.index}), 10, 0, 2, model.PollerRange{})})
		}
	}
	f := append(s.samLambda("DeadLetterWorker", abandonedTimeout), field{"Events", events})
	return object{
		{"DeadLetterWorkerRole", s.samRole("lambda.amazonaws.com", s.abandonedRights())},
		{"DeadLetterWorkerLogs", samLogs("/aws/lambda/${AWS::StackName}-dead-letters")},
		{"DeadLetterWorker", object{{"Type", "AWS::Serverless::Function"}, {"Properties", f}}},
	}
}

func (s *Stack) samMachine() object {
	substitutions := object{{"Partition", reference("AWS::Partition")}}
	for _, c := range s.classes {
		substitutions = append(substitutions, field{c.logical + "QueueUrl", s.sam(ref{kind: queueURL, class: c.index})})
	}
	return object{
		{"TasksRole", s.samRole("states.amazonaws.com", s.machineRights())},
		{"Tasks", object{{"Type", "AWS::Serverless::StateMachine"}, {"Properties", object{
			{"Name", sub("${AWS::StackName}-tasks")}, {"Type", "STANDARD"}, {"Role", object{{"Fn::GetAtt", []string{"TasksRole", "Arn"}}}},
			{"DefinitionSubstitutions", substitutions},
			{"Definition", s.machine("${Partition}", func(i int) string { return "${" + s.classes[i].logical + "QueueUrl}" })},
		}}}},
	}
}

func (s *Stack) samAlarm(a *alarm) field {
	notify := object{{"Fn::If", []any{"HasTopic", []any{reference("AlarmTopic")}, reference("AWS::NoValue")}}}
	p := object{
		{"AlarmName", sub("${AWS::StackName}-" + dashed(a.id))}, {"AlarmDescription", a.description},
		{"ComparisonOperator", "GreaterThanThreshold"}, {"Threshold", a.threshold}, {"EvaluationPeriods", a.periods},
		{"TreatMissingData", "notBreaching"}, {"AlarmActions", notify}, {"OKActions", notify},
	}
	if len(a.metrics) == 1 {
		p = append(p, field{"Statistic", a.metrics[0].stat}, field{"Period", 60})
		p = append(p, s.samMetric(&a.metrics[0])...)
	} else {
		queries := []object{{{"Id", "sum"}, {"Label", "together"}, {"Expression", sumOf(len(a.metrics))}, {"ReturnData", true}}}
		for i := range a.metrics {
			queries = append(queries, object{{"Id", queryID(i)}, {"ReturnData", false}, {"MetricStat", object{
				{"Stat", a.metrics[i].stat}, {"Period", 60}, {"Metric", s.samMetric(&a.metrics[i])},
			}}})
		}
		p = append(p, field{"Metrics", queries})
	}
	return field{a.logical, object{{"Type", "AWS::CloudWatch::Alarm"}, {"Properties", p}}}
}

func (s *Stack) samMetric(m *metric) object {
	var dimensions []object
	for _, d := range m.dimensions {
		dimensions = append(dimensions, object{{"Name", d.name}, {"Value", s.sam(d.value)}})
	}
	return object{{"Namespace", m.namespace}, {"MetricName", m.name}, {"Dimensions", dimensions}}
}
