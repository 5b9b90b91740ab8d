package scenarios

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"penstock/model"
)

// Deploy is what [deploy] says: where the real worker finds what the simulated
// one has around it. It is no part of model.Config, and no run depends on it.
type Deploy struct {
	Region           string            // of AWS; "": the one that the AWS SDK finds
	LegacyURL        string            // http or https; "" is not enough for the worker
	LegacyToken      string            // bearer token, from the environment only; "": none is sent
	SQSEndpoint      string            // "": that of AWS
	SFNEndpoint      string            // likewise
	RateLimit        float64           // legacy calls a second of one process; 0: no limit
	RateBurst        int               // at least 1
	Shutdown         time.Duration     // for running work after SIGTERM
	Health           string            // address to listen on; "": none
	DryRun           bool              // decide and log only
	Metrics          string            // "emf", "otel" or "none"
	Queues           map[string]string // URL by the name of the class
	DeadLetterQueues map[string]string // likewise; a class may have none
}

// DefaultDeploy returns what holds where [deploy] says nothing.
func DefaultDeploy() Deploy {
	return Deploy{
		RateBurst: 1, Shutdown: 25 * time.Second, Health: ":8080", Metrics: "emf",
		Queues: map[string]string{}, DeadLetterQueues: map[string]string{},
	}
}

// LoadDeploy is Load that also returns what [deploy] says. What a worker needs
// and the file lacks, such as queues, is no problem here: see LoadWorker.
func (s Source) LoadDeploy(set []string) (model.Config, Deploy, []Problem) {
	d := s.decode(set, false)
	return *d.config, *d.deploy, d.report.problems()
}

// LoadWorker reads the scenario for the real worker: the environment overrides
// what it may, each class must have a queue, and whatever the worker cannot do
// as it was simulated is a problem. lookup is os.LookupEnv.
func (s Source) LoadWorker(environ []string) (model.Config, Deploy, []Problem) {
	d := s.decode(nil, false)
	if !Failed(d.report.problems()) {
		d.report.found = nil // warnings, of which Unfit makes errors
		d.environment(environ)
		d.lacking()
		d.judge(Unfit(d.config))
		d.judge(unlike(d.config, d.deploy))
	}
	return *d.config, *d.deploy, d.report.problems()
}

// links reads a table of URLs whose keys are names of classes.
func (d *decoder) links(n *node, to map[string]string) {
	if n.kind != table {
		d.report.add(n.at, n.key, "a table is needed, such as { HIGH = \"https://…\" }, not %s", n.shown())
		return
	}
	for _, name := range n.names {
		kid := n.kids[name]
		switch classes := d.namesInFile(); {
		case d.report.full():
			return
		case !contains(classes, name):
			d.report.add(kid.at, kid.key, "%s", strings.TrimSuffix(noClass(name, classes), ", or * for all"))
		case kid.kind != text:
			d.report.add(kid.at, kid.key, "%s is needed, in quotes, not %s", text, kid.shown())
		default:
			to[name] = kid.text
		}
	}
}

// namesInFile returns the names of the classes, those further down included.
func (d *decoder) namesInFile() []string {
	var names []string
	if l := d.root.child("class"); l != nil {
		for _, n := range l.items {
			if c := n.child("name"); c != nil {
				names = append(names, c.text)
			}
		}
	}
	return names
}

// deployed reports what is wrong with [deploy], whoever reads it.
func (d *decoder) deployed() {
	t := d.root.child("deploy")
	if t == nil || t.kind != table {
		return
	}
	for _, i := range d.schema.inside["deploy"] {
		e := d.schema.entries[i]
		_, name := cutLast(e.Key)
		n := t.child(name)
		if n == nil || !e.Scalar() {
			continue
		}
		if v, wrong := e.read(n); wrong == "" && !e.within(v) {
			d.report.add(n.at, n.key, "%s is out of range: %s", n.shown(), e.Allowed())
		}
	}
	d.judge(d.deploy.Validate(d.config))
}

// Validate returns what is wrong with addresses and names, keys as the scenario
// file writes them. What is missing is no problem.
func (d *Deploy) Validate(c *model.Config) []model.Problem {
	var found []model.Problem
	fail := func(key, wrong string) {
		if wrong != "" {
			found = append(found, model.Problem{Key: "deploy." + key, Message: wrong})
		}
	}
	fail("region", wrongRegion(d.Region))
	fail("legacy_url", wrongURL(d.LegacyURL, true))
	fail("sqs_endpoint", wrongURL(d.SQSEndpoint, false))
	fail("sfn_endpoint", wrongURL(d.SFNEndpoint, false))
	fail("health", wrongAddress(d.Health))
	seen := map[string]string{}
	for _, table := range []struct {
		key  string
		urls map[string]string
	}{{"queues", d.Queues}, {"dead_letter_queues", d.DeadLetterQueues}} {
		for i := range c.Classes {
			name := c.Classes[i].Name
			u, given := table.urls[name]
			key := join(table.key, name)
			if !given {
				continue
			}
			wrong := d.wrongQueue(u)
			if other := seen[u]; wrong == "" && other != "" {
				wrong = "is the queue of deploy." + other + " as well: each needs one of its own"
			}
			fail(key, wrong)
			seen[u] = key
		}
	}
	return found
}

var (
	regionName = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]$`)
	awsQueue   = regexp.MustCompile(`^(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(\.cn)?$`)
	queueName  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)
)

func wrongRegion(s string) string {
	if s == "" || regionName.MatchString(s) {
		return ""
	}
	return fmt.Sprintf("%q is no AWS Region; Regions are written eu-central-1 or us-east-1", clip(s))
}

// wrongURL says what is wrong with an address of a server; "" is none. Only a
// full one may have a path and a query.
func wrongURL(s string, full bool) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Sprintf("%q is no URL of a server; it is written https://host or http://host:port, with a path where there is one", clip(s))
	case u.User != nil:
		return "a URL here holds no user and no password, since it is logged; PENSTOCK_LEGACY_TOKEN is sent as a bearer token"
	case u.Fragment != "":
		return fmt.Sprintf("#%s is never sent to a server: leave it out", clip(u.Fragment))
	case !full && (strings.Trim(u.Path, "/") != "" || u.RawQuery != ""):
		return fmt.Sprintf("%q: an endpoint has no path, only https://host or http://host:port", clip(s))
	}
	return ""
}

// wrongQueue says what is wrong with the URL of a queue.
func (d *Deploy) wrongQueue(s string) string {
	const written = "the URL of a queue is written https://sqs.eu-central-1.amazonaws.com/123456789012/name"
	if s == "" {
		return "is empty; " + written
	}
	u, err := url.Parse(s)
	if wrong := wrongURL(s, true); wrong != "" || err != nil {
		return wrong
	}
	account, name, two := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:] // servers for tests put more in front
	}
	switch {
	case !two || account == "" || u.RawQuery != "":
		return fmt.Sprintf("%q has no account and name of a queue; %s", clip(s), written)
	case strings.HasSuffix(name, ".fifo"):
		return fmt.Sprintf("%s is a FIFO queue; the worker needs standard queues, as they were simulated", clip(name))
	case !queueName.MatchString(name):
		return fmt.Sprintf("%q is no name of a queue: at most 80 letters, digits, - and _ (SQS)", clip(name))
	}
	if m := awsQueue.FindStringSubmatch(u.Hostname()); m != nil && d.Region != "" && m[1]+m[2] != d.Region {
		return fmt.Sprintf("the queue is in %s, deploy.region is %s", m[1]+m[2], d.Region)
	}
	return ""
}

func wrongAddress(s string) string {
	if s == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(s)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return fmt.Sprintf("%q is no address to listen on; addresses are written :8080 or 127.0.0.1:8080, and an empty text means none", clip(s))
	}
	return ""
}
