package deploy

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"penstock/model"
	"penstock/model/plan"
	"penstock/scenarios"
)

var update = flag.Bool("update", false, "rewrite the goldens of testdata; read the difference")

// load reads a scenario and prepares its stack.
func load(t *testing.T, source scenarios.Source, set ...string) *Stack {
	t.Helper()
	cfg, d, problems := source.LoadDeploy(set)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	signals, err := plan.RunSignals(context.Background(), &cfg, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, unfit := New(&cfg, &d, nil, signals)
	if len(unfit) > 0 {
		t.Fatal(unfit)
	}
	return s
}

func file(t *testing.T, name string) scenarios.Source {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return scenarios.Written(name, text, os.DirFS("testdata"))
}

// TestNameIsNoTemplate: a scenario's name stands in texts whose interpolations are
// evaluated.
func TestNameIsNoTemplate(t *testing.T) {
	s := load(t, file(t, "function.toml"), `name="a ${b} %{c}"`)
	for _, form := range []string{"terraform", "sam"} {
		_, text, err := s.Emit(form)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"${b}", "%{c}"} {
			if strings.Contains(string(text), bad) {
				t.Errorf("%s: %s is evaluated", form, bad)
			}
		}
		if !strings.Contains(string(text), "a $(b} %(c}") {
			t.Errorf("%s: the name is nowhere", form)
		}
	}
}

// TestPartition: the ARN of the state's resource and the example of a queue's URL
// are of the Region's own partition.
func TestPartition(t *testing.T) {
	for region, want := range map[string][2]string{
		"eu-central-1":  {"arn:aws:states:::sqs:sendMessage.waitForTaskToken", "https://sqs.eu-central-1.amazonaws.com/"},
		"cn-north-1":    {"arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken", "https://sqs.cn-north-1.amazonaws.com.cn/"},
		"us-gov-west-1": {"arn:aws-us-gov:states:::sqs:sendMessage.waitForTaskToken", "https://sqs.us-gov-west-1.amazonaws.com/"},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", "function.toml"))
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(text), "queues = ")
		source := scenarios.Written("function.toml", []byte(head), os.DirFS("testdata"))
		_, asl, err := load(t, source, "deploy.region="+region).Emit("asl")
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(string(asl), part) {
				t.Errorf("%s: no %s in\n%s", region, part, asl)
			}
		}
	}
}

// TestGoldens: every form of two scenarios, to the byte, and the same bytes twice.
func TestGoldens(t *testing.T) {
	for _, name := range []string{"function", "service"} {
		s, again := load(t, file(t, name+".toml")), load(t, file(t, name+".toml"))
		for _, form := range Forms() {
			_, got, err := s.Emit(form)
			if err != nil {
				t.Fatal(err)
			}
			if _, twice, _ := again.Emit(form); string(twice) != string(got) {
				t.Errorf("%s as %s differs from one time to the next", name, form)
			}
			golden := filepath.Join("testdata", name+"."+form)
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s is not as it was: go test ./deploy -update, and read the difference", golden)
			}
		}
	}
}

// walk visits every object within a JSON document.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, x := range v {
			walk(x, visit)
		}
	case []any:
		for _, x := range v {
			walk(x, visit)
		}
	}
}

func parsed(t *testing.T, text []byte) (doc map[string]any) {
	t.Helper()
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestMachines: the message is the one that the worker reads, every state is
// reached, and no heartbeat is as long as its timeout, which validators overlook.
func TestMachines(t *testing.T) {
	body := map[string]any{"token.$": "$$.Task.Token", "execution.$": "$$.Execution.Id", "state.$": "$$.State.Name", "input.$": "$.input"}
	for _, name := range scenarios.Names() {
		source, _ := scenarios.Open(name)
		cfg, d, _ := source.LoadDeploy(nil)
		s, unfit := New(&cfg, &d, nil, nil)
		if len(unfit) > 0 {
			t.Fatal(name, unfit)
		}
		doc := parsed(t, s.asl())
		states := doc["States"].(map[string]any)
		reached := map[string]bool{doc["StartAt"].(string): true}
		walk(doc, func(o map[string]any) {
			for _, key := range []string{"Next", "Default"} {
				if next, ok := o[key].(string); ok {
					reached[next] = true
				}
			}
			if beat, ok := o["HeartbeatSeconds"].(float64); ok && beat >= o["TimeoutSeconds"].(float64) {
				t.Errorf("%s: a heartbeat of %v s", name, beat)
			}
			if b, ok := o["MessageBody"].(map[string]any); ok {
				if text, _ := json.Marshal(b); string(text) != string(must(json.Marshal(body))) {
					t.Errorf("%s: the body is %s", name, text)
				}
			}
		})
		for state := range states {
			if !reached[state] {
				t.Errorf("%s: nothing leads to %s", name, state)
			}
		}
		if len(reached) != len(states) {
			t.Errorf("%s: %d states, %d are led to", name, len(states), len(reached))
		}
		for _, c := range cfg.Classes {
			if task := states[c.Name].(map[string]any); task["TimeoutSeconds"] != cfg.StepFunctions.Timeout.Seconds() {
				t.Errorf("%s: a timeout of %v", name, task["TimeoutSeconds"])
			}
		}
	}
}

func must(b []byte, _ error) []byte { return b }

// TestRights: nobody may do what the scenario never does, and only answers to
// tokens are allowed on everything.
func TestRights(t *testing.T) {
	minimal, _ := scenarios.Open("minimal")
	for _, c := range []struct {
		set         []string
		has, hasNot string
	}{
		{nil, "states:SendTaskHeartbeat", "Give messages back early"},
		{[]string{"policy.check_token=false"}, "states:SendTaskFailure", "states:SendTaskHeartbeat"},
		{[]string{"policy.heartbeat=5s", "policy.check_token=false"}, "states:SendTaskHeartbeat", "ecr:"},
		{[]string{"policy.heartbeat=5s"}, "sqs:ChangeMessageVisibility", "ecr:"},
		{[]string{"policy.yield_for=30s"}, "sqs:ChangeMessageVisibility", "ecr:"},
		{[]string{"policy.retry_for=retry-after"}, "sqs:ChangeMessageVisibility", "ecr:"},
		{[]string{"class.*.retry_for=1m"}, "sqs:ChangeMessageVisibility", "ecr:"},
		{[]string{"worker.driver=poller"}, "sqs:ChangeMessageVisibility", "lambda:"},
		{[]string{"class.*.queue.max_receive_count=0"}, "sqs:DeleteMessage", "aws_sqs_queue.orders_dead"},
	} {
		cfg, d, problems := minimal.LoadDeploy(c.set)
		if scenarios.Failed(problems) {
			t.Fatal(problems)
		}
		s, _ := New(&cfg, &d, nil, nil)
		text := string(s.hcl())
		if !strings.Contains(text, c.has) || strings.Contains(text, c.hasNot) {
			t.Errorf("%v: want %s and not %s", c.set, c.has, c.hasNot)
		}
		for _, rights := range [][]statement{s.workerRights(), s.abandonedRights(), s.machineRights()} {
			for _, r := range rights {
				for _, on := range r.resources {
					if everything := on.kind == literal && on.text == "*"; everything != strings.HasPrefix(r.actions[0], "states:SendTask") {
						t.Errorf("%v: %v on %+v", c.set, r.actions, on)
					}
				}
			}
		}
	}
}

// TestDescriptions: what CloudWatch takes, and what each has to say.
func TestDescriptions(t *testing.T) {
	ascii := regexp.MustCompile(`^[ -~]+$`)
	for _, name := range []string{"starving-batch", "orphans", "polling-service", "minimal"} {
		source, _ := scenarios.Open(name)
		s := load(t, source, "replications=2")
		var seen []string
		for _, a := range s.alarms {
			if !ascii.MatchString(a.description) || len(a.description) > 1024 || !strings.HasPrefix(a.id, "dead_letters_") && !strings.Contains(a.description, "Expected without trouble: ") {
				t.Errorf("%s: %s: %s", name, a.id, a.description)
			}
			if a.periods < 1 || a.threshold < 0 || slices.Contains(seen, a.id) || slices.Contains(seen, a.logical) {
				t.Errorf("%s: %+v", name, a)
			}
			seen = append(seen, a.id, a.logical)
		}
		for _, class := range s.classes {
			if !slices.Contains(seen, class.id+"_oldest") || !slices.Contains(seen, class.id+"_depth") || s.cfg.GivesWay(class.index) != slices.Contains(seen, class.id+"_yields") {
				t.Errorf("%s: %s has the alarms %v", name, class.Name, seen)
			}
		}
	}
}

// TestStarvingIsSeen: an alarm that goes off all the time says so.
func TestStarvingIsSeen(t *testing.T) {
	source, _ := scenarios.Open("starving-batch")
	s := load(t, source, "replications=4")
	for _, a := range s.alarms {
		if a.id == "batch_dead_letters" && (strings.Contains(a.description, "none in") || !strings.Contains(a.description, " a month, ")) {
			t.Errorf("half of BATCH is dead-lettered, and the alarm says: %s", a.description)
		}
	}
}

// TestUnfit: what cannot be deployed is told by its key.
func TestUnfit(t *testing.T) {
	minimal, _ := scenarios.Open("minimal")
	for set, want := range map[string]string{
		"worker.memory=200000KB":                                   "worker.memory: 200000KiB is not a whole number of MB, as Lambda and Fargate take it",
		"worker.driver=poller deploy.shutdown=2m":                  "deploy.shutdown: 2m is longer than a container on Fargate may take to stop, 2m, less 5s for its end (ECS)",
		"class[0].queue.visibility_timeout=44s worker.timeout=45s": "class[0].queue.visibility_timeout: 44s is shorter than the function's timeout of 45s: AWS refuses such a mapping, since a message would be delivered again while it is worked on; use 4m30s, six times the timeout, or at least 45s",
		"worker.timeout=1500ms worker.call_timeout=1s":             "worker.timeout: 1.5s is not a whole number of seconds: the simulator takes it as it is, Lambda does not",
	} {
		cfg, d, problems := minimal.LoadDeploy(strings.Fields(set))
		if scenarios.Failed(problems) {
			t.Fatal(problems)
		}
		s, unfit := New(&cfg, &d, nil, nil)
		if s != nil || len(unfit) != 1 || unfit[0].Key+": "+unfit[0].Message != want {
			t.Errorf("%s: %v", set, unfit)
		}
	}
}

// TestSharedNames: two queues of one name are told, and nothing is written.
func TestSharedNames(t *testing.T) {
	const class = "[[class]]\nname = %q\narrivals = [{ kind = \"poisson\", rate = \"1/s\" }]\nqueue = { max_receive_count = %d }\n"
	type named struct {
		name     string
		receives int
	}
	for _, c := range []struct {
		classes []named
		want    string
	}{
		{[]named{{"x", 5}, {"x-dead", 5}}, "class[1].name: the queue of class x-dead and the dead-letter queue of class x would both be named x-dead: give one class another name"},
		{[]named{{"X_DEAD", 0}, {"x", 5}}, "class[1].name: the dead-letter queue of class x and the queue of class X_DEAD would both be named x-dead: give one class another name"},
		{[]named{{"3rd", 0}, {"class-3rd", 0}}, "class[1].name: the queue of class class-3rd and the queue of class 3rd would both be named class-3rd: give one class another name"},
		{[]named{{"x", 0}, {"x-dead", 5}}, ""},
	} {
		text := ""
		for _, n := range c.classes {
			text += fmt.Sprintf(class, n.name, n.receives)
		}
		cfg, d, problems := scenarios.Written("s.toml", []byte(text), nil).LoadDeploy(nil)
		if scenarios.Failed(problems) {
			t.Fatal(problems)
		}
		s, unfit := New(&cfg, &d, nil, nil)
		got := ""
		for _, p := range unfit {
			got += p.Key + ": " + p.Message
		}
		if got != c.want || (s == nil) != (c.want != "") {
			t.Errorf("%v: %s", c.classes, got)
		}
	}
}

// TestLogicalNames: whatever classes are called, no two resources of a template
// are one, the mappings that SAM adds included.
func TestLogicalNames(t *testing.T) {
	text := ""
	for _, name := range []string{"role", "logs", "worker", "dead-letters", "queue"} {
		text += fmt.Sprintf("[[class]]\nname = %q\narrivals = [{ kind = \"poisson\", rate = \"1/s\" }]\n", name)
	}
	cfg, d, problems := scenarios.Written("s.toml", []byte(text), nil).LoadDeploy(nil)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	s, _ := New(&cfg, &d, nil, nil)
	_, template, err := s.Emit("sam")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Resources map[string]struct {
			Properties struct{ Events map[string]any }
		}
	}
	if err := json.Unmarshal(template, &got); err != nil {
		t.Fatal(err)
	}
	mappings := 0
	for id, r := range got.Resources {
		for event := range r.Properties.Events {
			mappings++
			if _, taken := got.Resources[id+event]; taken {
				t.Errorf("the mapping %s of %s takes the name of a resource", event, id)
			}
		}
	}
	if mappings != 10 {
		t.Errorf("%d mappings", mappings)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"erp-orders": "erp-orders", "1 service: \"x\"": "penstock-1-service-x", "  ": "penstock", strings.Repeat("ab-", 30): "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab"} {
		if got := prefix(name); got != want {
			t.Errorf("prefix of %q: %q, want %q", name, got, want)
		}
	}
	taken := map[string]bool{}
	for _, c := range []struct{ name, id, logical string }{{"HIGH", "high", "High"}, {"low-1", "low_1", "Low1"}, {"low1", "low1", "Low1No2"}, {"3rd", "class_3rd", "Class3rd"}, {"_", "class__", "Class"}} {
		if id, logical := identifier(c.name), logicalID(c.name, taken); id != c.id || logical != c.logical {
			t.Errorf("%s: %s, %s", c.name, id, logical)
		}
	}
}

// TestFargate: the sizes that there are.
func TestFargate(t *testing.T) {
	for _, c := range []struct {
		vcpu        float64
		mb          int64
		cpu, memory int
	}{{0.25, 128, 256, 512}, {0.25, 513, 256, 1024}, {0.25, 2048, 256, 2048}, {0.25, 2049, 512, 3072}, {0.5, 700, 512, 1024}, {1, 128, 1024, 2048}, {5, 10240, 8192, 16384}, {16, 10240, 16384, 32768}} {
		cfg := model.Default()
		cfg.Worker.CPU, cfg.Worker.Memory = c.vcpu, c.mb<<20
		if cpu, memory, ok := fargate(&cfg); !ok || cpu != c.cpu || memory != c.memory {
			t.Errorf("%v vCPU, %d MB: %d, %d, %v", c.vcpu, c.mb, cpu, memory, ok)
		}
	}
}
