package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/model/policy"
)

// Right is what a program has to be allowed at Step Functions.
type Right string

// The rights that are asked for.
const (
	NoRight  Right = ""                         // it calls none of its operations
	BeatTask Right = "states:SendTaskHeartbeat" // it works on tasks
	FailTask Right = "states:SendTaskFailure"   // it only tells of dead letters
)

// Check asks everything that a program will need whether it is there: the
// credentials, every queue, its right at Step Functions, and the clock. The error is every
// problem at once, a sentence each (errors.Join); with one the worker must not
// start. The warnings say where the queues are not set up as the scenario says,
// so that what was simulated is not what would run.
func (c *Clients) Check(ctx context.Context, right Right) (warnings []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	if problem := c.credentials(ctx); problem != nil {
		return nil, problem
	}
	var (
		f     findings
		clock clock
		wait  sync.WaitGroup
		found = make([]found, len(c.cfg.Queues))
	)
	for i := range c.cfg.Queues {
		wait.Go(func() { found[i] = c.fetch(ctx, &clock, i) })
	}
	var answer error
	wait.Go(func() { answer = c.askTasks(ctx, &clock, right) })
	wait.Wait()
	c.checkURLs(&f)
	for i, q := range c.cfg.Queues {
		c.checkQueue(&f, q, found[i])
	}
	if answer != nil {
		f.trouble("Step Functions", explain(answer, c.at("states", c.cfg.SFNEndpoint), c.cfg.Region, string(right)))
	}
	clock.report(&f)
	return f.warnings, errors.Join(f.problems...)
}

// findings collect what Check has to say.
type findings struct {
	warnings []string
	problems []error
	said     []string // general troubles
}

func (f *findings) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}

func (f *findings) problem(format string, args ...any) {
	f.problems = append(f.problems, fmt.Errorf(format, args...))
}

func (f *findings) trouble(subject string, t trouble) {
	switch {
	case !t.general:
		f.problem("%s: %s", subject, t.text)
	case !slices.Contains(f.said, t.text):
		f.said = append(f.said, t.text)
		f.problem("%s", t.text)
	}
}

// credentials reports whether there are any at all.
func (c *Clients) credentials(ctx context.Context) error {
	if _, err := c.creds.Retrieve(ctx); err != nil {
		return fmt.Errorf("no AWS credentials are found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or give the task a role (%w)", err)
	}
	return nil
}

// found is what SQS says of the two queues of a class.
type found struct {
	queue, dead       map[string]string
	queueErr, deadErr error
}

func (c *Clients) fetch(ctx context.Context, clock *clock, class int) (f found) {
	q := c.cfg.Queues[class]
	f.queue, f.queueErr = c.attributes(ctx, clock, q.URL)
	if q.DeadLetterURL != "" {
		f.dead, f.deadErr = c.attributes(ctx, clock, q.DeadLetterURL)
	}
	return f
}

func (c *Clients) attributes(ctx context.Context, clock *clock, url string) (map[string]string, error) {
	answer, err := c.Queues.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	}, func(o *sqs.Options) { o.APIOptions = append(o.APIOptions, clock.watch) })
	if err != nil {
		return nil, err
	}
	return answer.Attributes, nil
}

// askTasks sends a token that no task has. Who may not answer tokens learns it
// now and not after the first call of the legacy system.
func (c *Clients) askTasks(ctx context.Context, clock *clock, right Right) (err error) {
	token := "penstock-asks-whether-it-may-answer"
	watched := func(o *sfn.Options) { o.APIOptions = append(o.APIOptions, clock.watch) }
	switch right {
	case BeatTask:
		_, err = c.Tasks.client.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: &token}, watched)
	case FailTask:
		_, err = c.Tasks.client.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: &token}, watched)
	}
	if status(err) == policy.Gone || code(err) == "ValidationException" {
		return nil
	}
	return err
}

// at is the address of a service, as messages name it.
func (c *Clients) at(service, endpoint string) string {
	if endpoint != "" {
		return endpoint
	}
	return service + "." + c.cfg.Region + ".amazonaws.com"
}

// checkURLs finds what is wrong with the URLs by themselves.
func (c *Clients) checkURLs(f *findings) {
	owner := make(map[string]string)
	for _, q := range c.cfg.Queues {
		for _, u := range []struct{ what, url string }{
			{"the queue of " + q.Class, q.URL}, {"the dead-letter queue of " + q.Class, q.DeadLetterURL},
		} {
			if other, taken := owner[u.url]; u.url != "" && taken && (u.what == "the queue of "+q.Class || !strings.HasPrefix(other, "the dead")) {
				f.problem("%s and %s have the same URL %s", other, u.what, u.url)
			}
			owner[u.url] = u.what
			if region := regionOf(u.url); region != "" && region != c.cfg.Region {
				f.problem("%s is in region %s, and the worker is set up for %s: %s", u.what, region, c.cfg.Region, u.url)
			}
		}
	}
}

// regionOf is the region that the URL of a queue names, or empty where it names
// none, as with the endpoint of a test.
func regionOf(queueURL string) string {
	u, err := url.Parse(queueURL)
	if err != nil {
		return ""
	}
	host, isAWS := strings.CutSuffix(u.Hostname(), ".amazonaws.com")
	region, isSQS := strings.CutPrefix(host, "sqs.")
	if !isAWS || !isSQS {
		return ""
	}
	return region
}

// checkQueue compares a queue with what the scenario says of it.
func (c *Clients) checkQueue(f *findings, q Queue, found found) {
	endpoint := c.at("sqs", c.cfg.SQSEndpoint)
	if found.deadErr != nil {
		f.trouble("the dead-letter queue of "+q.Class+" ("+q.DeadLetterURL+")", explain(found.deadErr, endpoint, c.cfg.Region, "sqs:GetQueueAttributes"))
	}
	if found.queueErr != nil {
		f.trouble("the queue of "+q.Class+" ("+q.URL+")", explain(found.queueErr, endpoint, c.cfg.Region, "sqs:GetQueueAttributes"))
		return
	}
	differs := func(attribute string, scenario time.Duration) {
		if real, ok := inSeconds(found.queue[attribute]); ok && real != scenario {
			f.warn("the queue of %s has %s %v, the scenario says %v: what was simulated is not what runs", q.Class, attribute, real, scenario)
		}
	}
	differs("VisibilityTimeout", q.Visibility)
	differs("DelaySeconds", q.Delay)
	if q.Retention > 0 {
		differs("MessageRetentionPeriod", q.Retention)
	}
	if wait, _ := inSeconds(found.queue["ReceiveMessageWaitTimeSeconds"]); wait > 0 {
		f.warn("the queue of %s has ReceiveMessageWaitTimeSeconds %v: a poll that should not wait will, for the SDK cannot ask for 0", q.Class, wait)
	}
	checkRedrive(f, q, found)
}

// checkRedrive compares the redrive policy.
func checkRedrive(f *findings, q Queue, found found) {
	target, max := redrivePolicy(found.queue["RedrivePolicy"])
	switch {
	case max == 0 && q.MaxReceive > 0:
		f.warn("the queue of %s has no redrive policy, the scenario says max_receive_count %d: a message that always fails stays until its retention ends", q.Class, q.MaxReceive)
	case max > 0 && q.MaxReceive == 0:
		f.warn("the queue of %s has maxReceiveCount %d, the scenario says that there is no dead-letter queue", q.Class, max)
	case max != q.MaxReceive:
		f.warn("the queue of %s has maxReceiveCount %d, the scenario says %d: what was simulated is not what runs", q.Class, max, q.MaxReceive)
	}
	if arn := found.dead["QueueArn"]; arn != "" && max > 0 && arn != target {
		f.warn("the queue of %s moves its dead letters to %s, and its dead_letter_queues entry is %s", q.Class, target, arn)
	}
	if max > 0 && max < 3 {
		f.warn("the queue of %s has maxReceiveCount %d: a reply that gets lost costs a receive, fewer than 3 lose good messages to the dead-letter queue", q.Class, max)
	}
}

// redrivePolicy reads the attribute of that name; max is 0 where there is none.
func redrivePolicy(text string) (target string, max int) {
	var policy struct {
		Target string          `json:"deadLetterTargetArn"`
		Max    json.RawMessage `json:"maxReceiveCount"` // a number, or one in quotes
	}
	if json.Unmarshal([]byte(text), &policy) != nil {
		return "", 0
	}
	max, _ = strconv.Atoi(strings.Trim(string(policy.Max), `"`))
	return policy.Target, max
}

func inSeconds(attribute string) (time.Duration, bool) {
	n, err := strconv.Atoi(attribute)
	return time.Duration(n) * time.Second, err == nil
}
