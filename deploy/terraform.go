package deploy

import (
	"fmt"
	"strconv"
	"strings"

	"penstock/model"
)

// hcl is the form "terraform": one file for a module that configures the AWS
// provider itself.
func (s *Stack) hcl() []byte {
	var out strings.Builder
	for line := range strings.Lines(s.preamble()) {
		out.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	var all []*block
	all = append(all, s.tfVariables()...)
	for _, c := range s.classes {
		all = append(all, s.tfQueues(c)...)
	}
	if s.lambda() {
		all = append(all, s.tfFunction()...)
	} else {
		all = append(all, s.tfService()...)
	}
	if s.buries() {
		all = append(all, s.tfDeadLetters()...)
	}
	all = append(all, s.tfMachine()...)
	all = append(all, newBlock("resource", "aws_cloudwatch_dashboard", "worker").
		set("dashboard_name", "var.prefix").set("dashboard_body", hclJSON(s.dashboard(s.inTerraform))))
	for i := range s.alarms {
		all = append(all, s.tfAlarm(&s.alarms[i]))
	}
	all = append(all, s.tfOutputs()...)
	for _, b := range all {
		out.WriteString("\n")
		b.write(&out, "")
	}
	return []byte(out.String())
}

// tfVariables opens the file: what it needs, and what the team gives.
func (s *Stack) tfVariables() []*block {
	required := newBlock("required_providers").set("aws", hclMap([]string{"source", "version"}, []string{`"hashicorp/aws"`, `">= 5.100"`}))
	all := []*block{
		newBlock("terraform").set("required_version", `">= 1.5"`).nest(required),
		newBlock("data", "aws_region", "current"), newBlock("data", "aws_partition", "current"),
		tfVariable("prefix", "string", "Start of every name.", hclPlain(s.Name)),
		tfVariable("legacy_url", "string", "Where the worker POSTs each task.", s.known(s.deploy.LegacyURL)),
		tfVariable("alarm_actions", "list(string)", "ARNs that alarms notify, such as that of an SNS topic.", "[]"),
	}
	if s.lambda() {
		all = append(all, tfVariable("legacy_token", "string", "Bearer token for the legacy system; empty: none is sent. Terraform keeps it in its state.", `""`).set("sensitive", "true"))
	}
	if s.lambda() || s.buries() {
		all = append(all, tfVariable("worker_zip", "string", "The worker's zip: bootstrap and "+scenarioFile+s.alsoFiles()+".", `"worker.zip"`))
	}
	if !s.lambda() {
		all = append(all,
			tfVariable("image", "string", "The worker's container image, with "+scenarioFile+s.alsoFiles()+" in its working folder.", ""),
			tfVariable("cluster_arn", "string", "ECS cluster of the service.", ""),
			tfVariable("subnet_ids", "list(string)", "Subnets from which SQS, Step Functions and the legacy system can be reached.", ""),
			tfVariable("security_group_ids", "list(string)", "Security groups of the service.", ""))
	}
	return all
}

// known quotes a text as a default, if there is one.
func (s *Stack) known(text string) string {
	if text == "" {
		return ""
	}
	return hclPlain(text)
}

func tfVariable(name, kind, doc, value string) *block {
	return newBlock("variable", name).set("description", hclPlain(doc)).set("type", kind).when(value != "", "default", value)
}

// tfQueues is the queue of a class, and what is left of it.
func (s *Stack) tfQueues(c class) []*block {
	q := c.Queue
	name := func(suffix string) string { return fmt.Sprintf(`"${var.prefix}-%s%s"`, dashed(c.id), suffix) }
	queue := newBlock("resource", "aws_sqs_queue", c.id).
		set("name", name("")).
		set("visibility_timeout_seconds", strconv.Itoa(seconds(q.VisibilityTimeout))).
		set("message_retention_seconds", strconv.Itoa(seconds(q.Retention))).
		set("delay_seconds", strconv.Itoa(seconds(q.Delay))).
		set("receive_wait_time_seconds", strconv.Itoa(s.receiveWait())).
		set("sqs_managed_sse_enabled", "true")
	if !c.dead {
		return []*block{queue}
	}
	queue.set("redrive_policy", "jsonencode("+hclMap([]string{"deadLetterTargetArn", "maxReceiveCount"},
		[]string{s.terraform(ref{kind: deadARN, class: c.index}), strconv.Itoa(q.MaxReceiveCount)})+")")
	dead := newBlock("resource", "aws_sqs_queue", c.id+deadSuffix).
		set("name", name(dashed(deadSuffix))).
		set("visibility_timeout_seconds", strconv.Itoa(6*abandonedTimeout)).
		set("message_retention_seconds", strconv.Itoa(seconds(deadRetention))).
		set("sqs_managed_sse_enabled", "true")
	allow := newBlock("resource", "aws_sqs_queue_redrive_allow_policy", c.id+deadSuffix).
		set("queue_url", s.terraform(ref{kind: deadURL, class: c.index})).
		set("redrive_allow_policy", "jsonencode("+hclMap([]string{"redrivePermission", "sourceQueueArns"},
			[]string{`"byQueue"`, "[" + s.terraform(ref{kind: queueARN, class: c.index}) + "]"})+")")
	return []*block{queue, dead, allow}
}

// tfRole is a role that a service of AWS takes on, and its rights.
func (s *Stack) tfRole(id, service string, rights []statement) []*block {
	trust := newBlock("data", "aws_iam_policy_document", id+"_trust").nest(newBlock("statement").
		set("actions", `["sts:AssumeRole"]`).
		nest(newBlock("principals").set("type", `"Service"`).set("identifiers", hclTexts([]string{service}))))
	may := newBlock("data", "aws_iam_policy_document", id)
	for i, r := range rights {
		var on []string
		for _, x := range r.resources {
			on = append(on, s.terraform(x))
		}
		may.nest(newBlock("statement").note(strings.ToUpper(r.why[:1])+r.why[1:]+".").set("sid", hclText(sid(i))).set("actions", hclTexts(r.actions)).set("resources", hclList(on)))
	}
	role := newBlock("resource", "aws_iam_role", id).
		set("name", fmt.Sprintf(`"${var.prefix}-%s"`, dashed(id))).
		set("assume_role_policy", "data.aws_iam_policy_document."+id+"_trust.json")
	grant := newBlock("resource", "aws_iam_role_policy", id).
		set("role", "aws_iam_role."+id+".id").set("policy", "data.aws_iam_policy_document."+id+".json")
	return []*block{trust, may, role, grant}
}

// tfFunction is the worker as a function, with a mapping for each class.
func (s *Stack) tfFunction() []*block {
	w := &s.cfg.Worker
	f := s.tfLambda("worker", seconds(w.Timeout)).set("reserved_concurrent_executions", strconv.Itoa(w.Concurrency)).
		when(w.ProvisionedConcurrency > 0, "publish", "true").nest(s.tfEnvironment(true))
	target := "aws_lambda_function.worker.arn"
	var warm []*block
	if n := w.ProvisionedConcurrency; n > 0 {
		target = "aws_lambda_alias.worker.arn"
		warm = []*block{
			newBlock("resource", "aws_lambda_alias", "worker").set("name", `"live"`).
				set("function_name", "aws_lambda_function.worker.function_name").set("function_version", "aws_lambda_function.worker.version"),
			newBlock("resource", "aws_lambda_provisioned_concurrency_config", "worker").
				set("function_name", "aws_lambda_function.worker.function_name").set("qualifier", "aws_lambda_alias.worker.name").
				set("provisioned_concurrent_executions", strconv.Itoa(n)),
		}
	}
	all := append(s.tfRole("worker", "lambda.amazonaws.com", s.workerRights()), tfLogs("worker", `"/aws/lambda/${var.prefix}-worker"`), f)
	all = append(all, warm...)
	for _, c := range s.classes {
		all = append(all, s.tfMapping(c, target))
	}
	return all
}

// tfLogs is a log group; without one, Lambda makes its own and keeps it for ever.
func tfLogs(id, name string) *block {
	return newBlock("resource", "aws_cloudwatch_log_group", id).set("name", name).set("retention_in_days", strconv.Itoa(logDays))
}

// tfLambda is a function of the worker's zip.
func (s *Stack) tfLambda(id string, timeout int) *block {
	return newBlock("resource", "aws_lambda_function", id).
		set("function_name", fmt.Sprintf(`"${var.prefix}-%s"`, dashed(id))).
		set("role", "aws_iam_role."+id+".arn").
		set("runtime", `"provided.al2023"`).
		set("handler", `"bootstrap"`).
		set("architectures", hclTexts([]string{s.cfg.Worker.Architecture})).
		set("filename", "var.worker_zip").
		set("source_code_hash", "filebase64sha256(var.worker_zip)").
		set("memory_size", strconv.Itoa(int(s.cfg.Worker.Memory>>20))).
		set("timeout", strconv.Itoa(timeout)).
		set("depends_on", fmt.Sprintf("[aws_cloudwatch_log_group.%s, aws_iam_role_policy.%s]", id, id))
}

// tfEnvironment is what the scenario file leaves to the environment; who calls the
// legacy system has its token as well.
func (s *Stack) tfEnvironment(calls bool) *block {
	var keys, values []string
	for _, v := range s.environment() {
		keys, values = append(keys, v.name), append(values, s.terraform(v.value))
	}
	if !calls {
		return newBlock("environment").set("variables", hclMap(keys, values))
	}
	const token = `var.legacy_token == "" ? {} : { PENSTOCK_LEGACY_TOKEN = var.legacy_token }`
	return newBlock("environment").set("variables", "merge("+token+", "+hclMap(keys, values)+")")
}

// tfMapping hands the messages of a class to the function.
func (s *Stack) tfMapping(c class, function string) *block {
	m := c.Mapping
	b := newBlock("resource", "aws_lambda_event_source_mapping", c.id).
		set("event_source_arn", s.terraform(ref{kind: queueARN, class: c.index})).
		set("function_name", function).
		set("batch_size", strconv.Itoa(m.BatchSize)).
		set("maximum_batching_window_in_seconds", strconv.Itoa(seconds(m.BatchWindow))).
		set("function_response_types", `["ReportBatchItemFailures"]`)
	if m.MaximumConcurrency > 0 {
		b.nest(newBlock("scaling_config").set("maximum_concurrency", strconv.Itoa(m.MaximumConcurrency)))
	}
	if p := m.ProvisionedPollers; p.Max > 0 {
		b.nest(newBlock("provisioned_poller_config").set("minimum_pollers", strconv.Itoa(p.Min)).set("maximum_pollers", strconv.Itoa(p.Max)))
	}
	return b
}

// tfDeadLetters is the function that tells tasks of their dead letters.
func (s *Stack) tfDeadLetters() []*block {
	all := append(s.tfRole("dead_letters", "lambda.amazonaws.com", s.abandonedRights()),
		tfLogs("dead_letters", `"/aws/lambda/${var.prefix}-dead-letters"`), s.tfLambda("dead_letters", abandonedTimeout).nest(s.tfEnvironment(false)))
	for _, c := range s.classes {
		if c.dead {
			all = append(all, newBlock("resource", "aws_lambda_event_source_mapping", c.id+deadSuffix).
				set("event_source_arn", s.terraform(ref{kind: deadARN, class: c.index})).
				set("function_name", "aws_lambda_function.dead_letters.arn").
				set("batch_size", "10").
				set("function_response_types", `["ReportBatchItemFailures"]`).
				nest(newBlock("scaling_config").set("maximum_concurrency", "2")))
		}
	}
	return all
}

// tfMachine is the state machine.
func (s *Stack) tfMachine() []*block {
	machine := s.machine("${data.aws_partition.current.partition}", func(i int) string { return s.inTerraform(ref{kind: queueURL, class: i}) })
	return append(s.tfRole("tasks", "states.amazonaws.com", s.machineRights()),
		newBlock("resource", "aws_sfn_state_machine", "tasks").
			set("name", `"${var.prefix}-tasks"`).set("role_arn", "aws_iam_role.tasks.arn").set("type", `"STANDARD"`).
			set("definition", hclJSON(machine)))
}

// tfAlarm is one alarm.
func (s *Stack) tfAlarm(a *alarm) *block {
	b := newBlock("resource", "aws_cloudwatch_metric_alarm", a.id).
		set("alarm_name", fmt.Sprintf(`"${var.prefix}-%s"`, dashed(a.id))).
		set("alarm_description", hclPlain(a.description)).
		set("comparison_operator", `"GreaterThanThreshold"`).
		set("threshold", model.NumberText(a.threshold)).
		set("evaluation_periods", strconv.Itoa(a.periods)).
		set("treat_missing_data", `"notBreaching"`).
		set("alarm_actions", "var.alarm_actions").
		set("ok_actions", "var.alarm_actions")
	if len(a.metrics) == 1 {
		return s.tfMetric(b, &a.metrics[0])
	}
	b.nest(newBlock("metric_query").set("id", `"sum"`).set("label", `"together"`).set("expression", hclText(sumOf(len(a.metrics)))).set("return_data", "true"))
	for i := range a.metrics {
		b.nest(newBlock("metric_query").set("id", hclText(queryID(i))).nest(s.tfMetric(newBlock("metric"), &a.metrics[i])))
	}
	return b
}

func (s *Stack) tfMetric(b *block, m *metric) *block {
	var keys, values []string
	for _, d := range m.dimensions {
		keys, values = append(keys, d.name), append(values, s.terraform(d.value))
	}
	stat := "statistic"
	if b.head == "metric" {
		stat = "stat"
	}
	return b.set("namespace", hclText(m.namespace)).set("metric_name", hclText(m.name)).set(stat, hclText(m.stat)).
		set("period", "60").set("dimensions", hclMap(keys, values))
}

func (s *Stack) tfOutputs() (all []*block) {
	all = append(all, newBlock("output", "state_machine_arn").set("value", s.terraform(ref{kind: machineARN})))
	var keys, values []string
	for _, c := range s.classes {
		keys, values = append(keys, strconv.Quote(c.Name)), append(values, s.terraform(ref{kind: queueURL, class: c.index}))
	}
	return append(all, newBlock("output", "queue_urls").set("value", hclMap(keys, values)))
}
