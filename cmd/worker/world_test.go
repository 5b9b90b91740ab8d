package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/worker/fake"
)

// program is the built worker.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		if os.Getenv("PENSTOCK_TEST_PANIC") != "" {
			panicFunction() // this process is a function, for TestLambdaPanic
			return 0
		}
		dir, err := os.MkdirTemp("", "penstock-worker-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "bootstrap")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// site is where a worker under test finds AWS: the fake behind a socket, or a
// server that the environment names, as worker/conformance describes.
type site struct {
	name     string
	sqsURL   string
	sfnURL   string
	sqs      *sqs.Client
	sfn      *sfn.Client
	fake     *fake.Server
	requests *requests // that the fake was sent
}

// fakeSite serves the fake.
func fakeSite(t testing.TB) *site {
	t.Helper()
	server := fake.New()
	counted := &requests{next: server}
	listening := httptest.NewServer(counted)
	t.Cleanup(listening.Close)
	s := newSite("fake", listening.URL, listening.URL)
	s.fake, s.requests = server, counted
	return s
}

func newSite(name, sqsURL, sfnURL string) *site {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	set := func(url string) sdk.Config {
		return sdk.Config{Region: "us-east-1", BaseEndpoint: &url, HTTPClient: &http.Client{Transport: transport}, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	}
	return &site{name: name, sqsURL: sqsURL, sfnURL: sfnURL, sqs: sqs.NewFromConfig(set(sqsURL)), sfn: sfn.NewFromConfig(set(sfnURL))}
}

// named returns the URL of a server from a variable such as PENSTOCK_TEST_SQS;
// empty: it is not running.
func named(variable, server string) string {
	for _, entry := range strings.Fields(os.Getenv(variable)) {
		if name, url, _ := strings.Cut(entry, "="); name == server {
			return url
		}
	}
	return ""
}

// requests counts the answers of a server by operation and status.
type requests struct {
	next   http.Handler
	mu     sync.Mutex
	counts map[string]int
}

// ServeHTTP passes a request on.
func (r *requests) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	answer := &status{ResponseWriter: w, code: 200}
	r.next.ServeHTTP(answer, req)
	_, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = make(map[string]int)
	}
	r.counts[fmt.Sprintf("%s %d", operation, answer.code)]++
}

func (r *requests) count(what string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts[what]
}

type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader notes the status.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// queue makes a queue, with a dead-letter queue where max is above
// 0. More are attributes, name and value by turns.
func (s *site) queue(t testing.TB, name string, visibility time.Duration, max int, more ...string) (url, dead string) {
	t.Helper()
	name = fmt.Sprintf("%s-%d", name, time.Now().UnixNano())
	attributes := map[string]string{"VisibilityTimeout": fmt.Sprint(int(visibility / time.Second))}
	for i := 0; i < len(more); i += 2 {
		attributes[more[i]] = more[i+1]
	}
	if max > 0 {
		out, err := s.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String(name + "-dead")})
		if err != nil {
			t.Fatal(err)
		}
		dead = *out.QueueUrl
		attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, s.attribute(t, dead, "QueueArn"), max)
	}
	out, err := s.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl, dead
}

func (s *site) attribute(t testing.TB, url, name string) string {
	t.Helper()
	out, err := s.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeName(name)}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes[name]
}

// depth is how many messages of a queue are visible and in flight.
func (s *site) depth(t *testing.T, url string) string {
	t.Helper()
	return s.attribute(t, url, "ApproximateNumberOfMessages") + "+" + s.attribute(t, url, "ApproximateNumberOfMessagesNotVisible")
}

func (s *site) send(t *testing.T, url, body string) {
	t.Helper()
	if _, err := s.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
}

// scenario writes a scenario file. The queues are those of its classes, in
// order, url and dead-letter url by turns.
func (s *site) scenario(t *testing.T, text, legacy string, queues ...string) (file string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(text)
	fmt.Fprintf(&b, "\n[deploy]\nregion = \"us-east-1\"\nhealth = \"\"\nlegacy_url = %q\nsqs_endpoint = %q\nsfn_endpoint = %q\nshutdown = \"5s\"\nmetrics = \"none\"\n", legacy, s.sqsURL, s.sfnURL)
	b.WriteString("[deploy.queues]\n")
	names := []string{"HIGH", "NORMAL", "BATCH"}
	for i := 0; i < len(queues); i += 2 {
		fmt.Fprintf(&b, "%s = %q\n", names[i/2], queues[i])
	}
	b.WriteString("[deploy.dead_letter_queues]\n")
	for i := 1; i < len(queues); i += 2 {
		if queues[i] != "" {
			fmt.Fprintf(&b, "%s = %q\n", names[i/2], queues[i])
		}
	}
	file = filepath.Join(t.TempDir(), "scenario.toml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// process is a worker that runs.
type process struct {
	cmd  *exec.Cmd
	log  *safeBuffer
	done chan struct{}
	err  error // of Wait, once done is closed
}

// start starts the built worker.
func start(t *testing.T, arguments []string, environment ...string) *process {
	t.Helper()
	return startProgram(t, program, arguments, environment...)
}

func startProgram(t *testing.T, program string, arguments []string, environment ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, arguments...), log: &safeBuffer{}, done: make(chan struct{})}
	p.cmd.Stderr, p.cmd.Stdout = p.log, p.log
	p.cmd.Env = append([]string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true", "HOME=" + t.TempDir()}, environment...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill is SIGKILL; it returns when the process has ended.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.done
}

// stop is SIGTERM, and waits for the end.
func (p *process) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended, which shows
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		t.Errorf("the worker goes on after SIGTERM:\n%s", p.log)
	}
	if p.err != nil {
		t.Errorf("the worker ended with %v:\n%s", p.err, p.log)
	}
}

// exit waits for the end of the process and returns its code.
func (p *process) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		t.Fatalf("the worker does not end:\n%s", p.log)
	}
	return 0
}

// safeBuffer collects what a process prints.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String returns the end of what was printed.
func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.b.String()
	return text[max(0, len(text)-20_000):]
}

// eventually waits until a condition holds.
func eventually(t *testing.T, patience time.Duration, what func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		wrong := what()
		if wrong == "" {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("after %v: %s", patience, wrong)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
