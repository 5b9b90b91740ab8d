package deploy

import (
	"fmt"
	"strings"

	"penstock/model"
	"penstock/scenarios"
)

// scenarioFile is the name under which the worker has its scenario beside it.
const scenarioFile = "scenario.toml"

const (
	abandonedTimeout = 30 // seconds, of the dead-letter consumer: ten tokens and their retries
	logDays          = 30 // that logs are kept
)

// variable is an environment variable of the worker.
type variable struct {
	name  string
	value ref
}

// environment is what the scenario file leaves to the environment: where things
// are. How the worker decides is in the file alone.
func (s *Stack) environment() []variable {
	list := []variable{{"PENSTOCK_SCENARIO", text(scenarioFile)}, {"PENSTOCK_LEGACY_URL", ref{kind: legacyURL}}}
	for _, c := range s.classes {
		queue, dead := scenarios.Variables(c.Name)
		list = append(list, variable{queue, ref{kind: queueURL, class: c.index}})
		if c.dead {
			list = append(list, variable{dead, ref{kind: deadURL, class: c.index}})
		}
	}
	return list
}

// alsoFiles names the data files that the worker has to have as well, since it
// reads the whole scenario.
func (s *Stack) alsoFiles() string {
	if len(s.files) == 0 {
		return ""
	}
	return ", and beside it " + strings.Join(s.files, ", ")
}

// sizeAsked is what the scenario gives the service.
func (s *Stack) sizeAsked() string {
	return model.NumberText(s.cfg.Worker.CPU) + " vCPU and " + model.SizeText(s.cfg.Worker.Memory)
}

// env is the form "env": the variables for a worker that is started by hand or in
// a container, one a line, as docker run --env-file takes them. What is not known
// stands as a comment.
func (s *Stack) env() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# The environment of the worker for %s (%s).\n", s.title, s.hash)
	b.WriteString("# It overrides URLs of [deploy] and gives secrets; how the worker decides is in the scenario alone.\n")
	if s.deploy.Region != "" {
		fmt.Fprintf(&b, "AWS_REGION=%s\n", s.deploy.Region)
	} else {
		b.WriteString("#AWS_REGION=eu-central-1\n")
	}
	put := func(name, value, example string) {
		if value == "" {
			name, value = "#"+name, example
		}
		fmt.Fprintf(&b, "%s=%s\n", name, value)
	}
	put("PENSTOCK_SCENARIO", scenarioFile, "")
	put("PENSTOCK_LEGACY_URL", s.deploy.LegacyURL, "https://erp.example.com/orders")
	put("PENSTOCK_LEGACY_TOKEN", "", "")
	for _, c := range s.classes {
		queue, dead := scenarios.Variables(c.Name)
		put(queue, s.deploy.Queues[c.Name], s.example(c))
		if c.dead {
			put(dead, s.deploy.DeadLetterQueues[c.Name], s.example(c)+dashed(deadSuffix))
		}
	}
	put("PENSTOCK_SQS_ENDPOINT", s.deploy.SQSEndpoint, "")
	put("PENSTOCK_SFN_ENDPOINT", s.deploy.SFNEndpoint, "")
	return []byte(b.String())
}

// preamble opens the Terraform file, and is the description of the template.
func (s *Stack) preamble() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): the worker, its queues and the state machine that waits for it, with the\n", s.title, s.hash)
	b.WriteString("settings that were simulated. Written by penstock emit; a change of a setting here is a change of the\nprediction, so change the scenario and write this again.\n\n")
	if s.runs != "" {
		fmt.Fprintf(&b, "Alarms: from the minutes of %s. Half of the\nreplications choose a threshold that they pass at most once a month, the other half tell how often it is\nreally passed; it stands in each description.\n\n", s.runs)
	}
	b.WriteString("Left to you: ")
	if s.lambda() {
		fmt.Fprintf(&b, "the worker's zip (bootstrap, %s%s), a network for the function if\nthe legacy system is in a VPC, who is told of alarms.\n", scenarioFile, s.alsoFiles())
	} else {
		fmt.Fprintf(&b, "the image (with %s%s), the worker's zip for the dead-letter consumer,\ncluster and network, PENSTOCK_LEGACY_TOKEN as a secret if the legacy system wants one, who is told of alarms.\n", scenarioFile, s.alsoFiles())
	}
	if s.buries() {
		b.WriteString("Dead letters: a consumer fails their tasks and takes the messages away. To redrive them instead, disable its\nmappings first (StartMessageMoveTask, at most 500 a second).\n")
	}
	return b.String()
}
