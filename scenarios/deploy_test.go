package scenarios

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

const deployable = `
[[class]]
name = "HIGH"
arrivals = [{ kind = "poisson", rate = "1/s" }]
[[class]]
name = "low-1"
arrivals = [{ kind = "poisson", rate = "1/s" }]
[deploy]
region = "eu-central-1"
legacy_url = "https://erp.example.com/orders"
queues.HIGH = "https://sqs.eu-central-1.amazonaws.com/123456789012/high"
`

// worker loads a text as the real worker would, with an environment.
func worker(text string, env map[string]string) (model.Config, Deploy, string) {
	s := Written("s.toml", []byte(text), nil)
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	c, d, problems := s.LoadWorker(environ)
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return c, d, b.String()
}

// TestDeployIsRead: every key of [deploy] arrives, and none of it in the Config.
func TestDeployIsRead(t *testing.T) {
	source := Source{name: "testdata/good.toml"}
	_, got, problems := source.LoadDeploy(nil)
	want := Deploy{
		Region: "eu-central-1", LegacyURL: "https://erp.example.com/orders?v=2",
		SQSEndpoint: "http://localhost:9324", SFNEndpoint: "http://127.0.0.1:8083/",
		RateLimit: 20, RateBurst: 5, Shutdown: 90 * time.Second, Health: "127.0.0.1:9000", DryRun: true, Metrics: "otel",
		Queues: map[string]string{
			"HIGH":  "https://sqs.eu-central-1.amazonaws.com/123456789012/orders-high",
			"BATCH": "http://localhost:9324/000000000000/orders-batch",
		},
		DeadLetterQueues: map[string]string{"HIGH": "https://eu-central-1.queue.amazonaws.com/123456789012/orders-high-dead"},
	}
	if len(problems) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\ngot  %+v\nwant %+v", problems, got, want)
	}
	before, _, _ := worker(deployable[:strings.Index(deployable, "[deploy]")], nil)
	after, _, _ := worker(deployable, nil)
	if !reflect.DeepEqual(before, after) {
		t.Error("[deploy] changes the Config, and with it the hash of the scenario")
	}
}

// TestDeployEnvironment: variables override URLs and secrets, and are judged
// like the file.
func TestDeployEnvironment(t *testing.T) {
	_, d, problems := worker(deployable, map[string]string{
		"PENSTOCK_QUEUE_LOW_1":             "https://sqs.eu-central-1.amazonaws.com/123456789012/low",
		"PENSTOCK_DEAD_LETTER_QUEUE_LOW_1": "https://sqs.eu-central-1.amazonaws.com/123456789012/low-dead",
		"PENSTOCK_QUEUE_HIGH":              "http://localhost:9324/000000000000/high",
		"PENSTOCK_LEGACY_URL":              "http://localhost:8090/",
		"PENSTOCK_LEGACY_TOKEN":            "secret",
		"PENSTOCK_SQS_ENDPOINT":            "http://localhost:9324",
		"PENSTOCK_SFN_ENDPOINT":            "http://localhost:8083",
		"PENSTOCK_REGION":                  "us-east-1",
		"PENSTOCK_DEPLOY_RATE_LIMIT":       "1/s",
	})
	want := DefaultDeploy()
	want.Region, want.LegacyURL, want.LegacyToken = "eu-central-1", "http://localhost:8090/", "secret"
	want.SQSEndpoint, want.SFNEndpoint = "http://localhost:9324", "http://localhost:8083"
	want.Queues = map[string]string{"HIGH": "http://localhost:9324/000000000000/high", "low-1": "https://sqs.eu-central-1.amazonaws.com/123456789012/low"}
	want.DeadLetterQueues = map[string]string{"low-1": "https://sqs.eu-central-1.amazonaws.com/123456789012/low-dead"}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	if want := "s.toml:10:1: warning: deploy.legacy_url: PENSTOCK_LEGACY_TOKEN is sent without encryption: use https\n"; problems != want {
		t.Errorf("got  %swant %s", problems, want)
	}
}

// TestDeployProblems: what a worker is told at its start.
func TestDeployProblems(t *testing.T) {
	const low = "https://sqs.eu-central-1.amazonaws.com/123456789012/low"
	for _, c := range []struct {
		what, text string
		env        map[string]string
		want       string
	}{
		{what: "no [deploy]", text: "[[class]]\nname = \"A\"\narrivals = [{ kind = \"poisson\", rate = \"1/s\" }]\n",
			want: "s.toml:1:1: deploy.legacy_url: is missing: the worker has nothing to call; set it, or PENSTOCK_LEGACY_URL\n" +
				"s.toml:1:1: deploy.queues: class A has no queue: set deploy.queues.A, or PENSTOCK_QUEUE_A\n"},
		{what: "a class without a queue", text: deployable,
			want: "s.toml:11:1: deploy.queues: class low-1 has no queue: set deploy.queues.low-1, or PENSTOCK_QUEUE_LOW_1\n"},
		{what: "a bad variable", text: deployable, env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low, "PENSTOCK_LEGACY_URL": "erp", "PENSTOCK_LEGACY_TOKEN": "a\nb"},
			want: "environment: PENSTOCK_LEGACY_URL: \"erp\" is no URL of a server; it is written https://host or http://host:port, with a path where there is one\n" +
				"environment: PENSTOCK_LEGACY_TOKEN: holds a blank, a line break or another character that a header cannot carry\n"},
		{what: "a variable for no class", text: deployable, env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low, "PENSTOCK_QUEUE_HIHG": low, "PENSTOCK_TEST_SQS": "elasticmq=x"},
			want: "environment: warning: PENSTOCK_QUEUE_HIHG: overrides nothing: no class has this name; did you mean \"PENSTOCK_QUEUE_HIGH\"?\n"},
		{what: "an empty variable", text: deployable, env: map[string]string{"PENSTOCK_QUEUE_LOW_1": "", "PENSTOCK_LEGACY_URL": ""},
			want: "s.toml:10:1: deploy.legacy_url: is missing: the worker has nothing to call; set it, or PENSTOCK_LEGACY_URL\n" +
				"environment: PENSTOCK_QUEUE_LOW_1: is empty; the URL of a queue is written https://sqs.eu-central-1.amazonaws.com/123456789012/name\n"},
		{what: "another Region", text: deployable, env: map[string]string{"PENSTOCK_QUEUE_LOW_1": strings.Replace(low, "central", "west", 1)},
			want: "environment: PENSTOCK_QUEUE_LOW_1: the queue is in eu-west-1, deploy.region is eu-central-1\n"},
		{what: "what AWS refuses", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: "timing.profile = \"ideal\"\nworker.driver = \"poller\"\nworker.call_timeout = \"13h\"\n" +
				strings.Replace(deployable, "[deploy]", "queue = { visibility_timeout = \"1500ms\" }\nmapping = { maximum_concurrency = 1 }\n[deploy]", 1),
			want: "s.toml:1:8: warning: timing.profile: \"ideal\" predicts a world without AWS's delays and minimums, which the real worker does not have: simulate it with \"aws\" before you trust the figures\n" +
				"s.toml:3:8: worker.call_timeout: 13h is longer than SQS can hide a message, 11h59m55s from its receive: it would be delivered again during the call\n" +
				"s.toml:11:11: class[1].queue.visibility_timeout: 1.5s is not a whole number of seconds: the simulator takes it as it is, SQS does not\n" +
				"s.toml:12:13: class[1].mapping.maximum_concurrency: 1 is out of range: 0 or 2 to 1000 (Lambda)\n"},
		{what: "what Lambda maps to no function", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: "worker.timeout = \"3m\"\n" + strings.Replace(deployable, "[deploy]", "queue = { visibility_timeout = \"179s\" }\n[deploy]", 1),
			want: "s.toml:9:11: class[1].queue.visibility_timeout: 2m59s is shorter than the function's timeout of 3m: AWS refuses such a mapping, since a message would be delivered again while it is worked on; use 18m, six times the timeout, or at least 3m\n"},
		{what: "what Lambda just maps", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: "worker.timeout = \"3m\"\n" + strings.Replace(deployable, "[deploy]", "queue = { visibility_timeout = \"3m\" }\n[deploy]", 1)},
		{what: "what a service may", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: "worker.driver = \"poller\"\n" + strings.Replace(deployable, "[deploy]", "queue = { visibility_timeout = \"1s\" }\n[deploy]", 1)},
		{what: "a dry run", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: strings.Replace(deployable, "[[class]]\nname = \"low", "queue = { max_receive_count = 0 }\n[[class]]\nqueue.max_receive_count = 7\nname = \"low", 1) + "dry_run = true\n",
			want: "s.toml:14:1: warning: deploy.dry_run: the worker answers no task, and yet its receives are real: every message comes back until they are used up, and SQS moves it to the dead-letter queue then, one of class low-1 after 7; try it on queues of its own\n"},
		{what: "a dry run without dead-letter queues", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low},
			text: strings.ReplaceAll(deployable, "[[class]]\n", "[[class]]\nqueue.max_receive_count = 0\n") + "dry_run = true\n",
			want: "s.toml:14:1: warning: deploy.dry_run: the worker answers no task, and yet its receives are real: every message comes back until its retention ends\n"},
		{what: "what the driver cannot do", env: map[string]string{"PENSTOCK_QUEUE_LOW_1": low}, text: "policy.kind = \"reserve\"\n" + deployable,
			want: "s.toml:1:8: policy.kind: \"reserve\" needs a worker that sees all its slots, driver \"poller\": a Lambda function has been given its message and cannot know how many others run; keep slots free with class.*.mapping.maximum_concurrency, whose sum without class HIGH should be less than the concurrency of 10\n"},
	} {
		if _, _, got := worker(c.text, c.env); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.what, got, c.want)
		}
	}
}

// TestDeployOverrides: --set reaches URLs of classes, and no sweep does.
func TestDeployOverrides(t *testing.T) {
	s := Written("s.toml", []byte(deployable), nil)
	_, d, problems := s.LoadDeploy([]string{"deploy.queues.low-1=http://localhost:9324/000000000000/low", "deploy.metrics=none"})
	if len(problems) > 0 || d.Queues["low-1"] != "http://localhost:9324/000000000000/low" || d.Metrics != "none" {
		t.Error(problems, d)
	}
	for _, spec := range []string{"deploy.rate_limit=1/s,2/s", "deploy.queues.HIGH=a,b", "deploy.dry_run=true,false"} {
		if _, problems := s.Axes(nil, []string{spec}); len(problems) != 1 || !strings.HasSuffix(problems[0].Message, "is not a value that a sweep can vary") {
			t.Errorf("%s: %v", spec, problems)
		}
	}
	var keys []string
	for _, e := range Match("deploy") {
		keys = append(keys, e.Key)
	}
	if len(keys) != 13 || !slices.Contains(keys, "deploy.dead_letter_queues") {
		t.Error(keys)
	}
	if e, ok := Explain("deploy.queues.HIGH"); !ok || e.Type != Text {
		t.Error(e, ok)
	}
}
