package aws

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"penstock/worker/fake"
)

// check runs Check on a fake that the test has changed.
func check(t *testing.T, change func(server *fake.Server, cfg *Config)) (warnings []string, problems string) {
	t.Helper()
	credentialsFromEnvironment(t)
	synctest.Test(t, func(t *testing.T) {
		server := fake.New()
		cfg := testConfig(t, server)
		change(server, &cfg)
		c, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if warnings, err = c.Check(t.Context(), BeatTask); err != nil {
			problems = err.Error()
		}
		if took := time.Since(begun); took > startPatience {
			t.Errorf("took %v", took)
		}
	})
	return warnings, problems
}

func TestCheckFindsNothing(t *testing.T) {
	if warnings, problems := check(t, func(*fake.Server, *Config) {}); len(warnings) > 0 || problems != "" {
		t.Errorf("warnings %q, problems %q", warnings, problems)
	}
}

// Only the right is asked for that the program will use.
func TestCheckAsksForItsRight(t *testing.T) {
	credentialsFromEnvironment(t)
	for right, want := range map[Right]string{NoRight: "", BeatTask: "SendTaskHeartbeat", FailTask: "SendTaskFailure"} {
		synctest.Test(t, func(t *testing.T) {
			server, asked := fake.New(), ""
			server.Inject = func(call fake.Call) fake.Fault {
				if call.Queue == "" {
					asked += call.Operation
				}
				return fake.Fault{}
			}
			c, err := Open(t.Context(), testConfig(t, server))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Check(t.Context(), right); err != nil {
				t.Error(right, err)
			}
			if asked != want {
				t.Errorf("%q: %s was asked", right, asked)
			}
		})
	}
}

// Each problem is one sentence, and they come all at once.
func TestCheckFindsProblems(t *testing.T) {
	failing := func(code string, status int) func(*fake.Server, *Config) {
		return func(server *fake.Server, _ *Config) {
			server.Inject = func(fake.Call) fake.Fault { return fake.Fault{Code: code, Status: status} }
		}
	}
	broken := func(err error) func(*fake.Server, *Config) {
		return func(_ *fake.Server, cfg *Config) { cfg.HTTPClient = brokenClient{err} }
	}
	for _, c := range []struct {
		name   string
		change func(*fake.Server, *Config)
		want   string // lines
	}{
		{"missing queues", func(_ *fake.Server, cfg *Config) {
			cfg.Queues[0].DeadLetterURL += "-not"
			cfg.Queues[1].URL += "-not"
		}, `the dead-letter queue of HIGH (https://sqs.us-east-1.amazonaws.com/123456789012/high-dead-not): there is no such queue in region us-east-1
the queue of LOW (https://sqs.us-east-1.amazonaws.com/123456789012/low-not): there is no such queue in region us-east-1`},
		{"wrong region", func(_ *fake.Server, cfg *Config) { cfg.Region = "eu-central-1" },
			`the queue of HIGH is in region us-east-1, and the worker is set up for eu-central-1: https://sqs.us-east-1.amazonaws.com/123456789012/high
the dead-letter queue of HIGH is in region us-east-1, and the worker is set up for eu-central-1: https://sqs.us-east-1.amazonaws.com/123456789012/high-dead
the queue of LOW is in region us-east-1, and the worker is set up for eu-central-1: https://sqs.us-east-1.amazonaws.com/123456789012/low`},
		{"one queue twice", func(_ *fake.Server, cfg *Config) { cfg.Queues[1].URL = cfg.Queues[0].URL },
			`the queue of HIGH and the queue of LOW have the same URL https://sqs.us-east-1.amazonaws.com/123456789012/high`},
		{"expired credentials", failing("ExpiredTokenException", 403), `the credentials have expired: renew them (ExpiredTokenException: injected)`},
		{"unknown credentials", failing("InvalidClientTokenId", 403), `AWS does not accept the credentials (InvalidClientTokenId: injected)`},
		{"no permission", func(server *fake.Server, _ *Config) {
			server.Inject = func(call fake.Call) fake.Fault {
				if call.Operation == "SendTaskHeartbeat" || strings.HasSuffix(call.Queue, "low") {
					return fake.Fault{Code: "AccessDeniedException"}
				}
				return fake.Fault{}
			}
		}, `the queue of LOW (https://sqs.us-east-1.amazonaws.com/123456789012/low): the role lacks the permission sqs:GetQueueAttributes (AccessDeniedException: injected)
Step Functions: the role lacks the permission states:SendTaskHeartbeat (AccessDeniedException: injected)`},
		{"throttled", failing("ThrottlingException", 400), `sqs.us-east-1.amazonaws.com throttles: a quota of the account is used up (ThrottlingException: injected)
states.us-east-1.amazonaws.com throttles: a quota of the account is used up (ThrottlingException: injected)`},
		{"no answer", func(server *fake.Server, _ *Config) {
			server.Inject = func(fake.Call) fake.Fault { return fake.Fault{Before: time.Hour} }
		}, `no answer from sqs.us-east-1.amazonaws.com within 15s: a VPC endpoint, a NAT gateway or a security group is missing, or it is down
no answer from states.us-east-1.amazonaws.com within 15s: a VPC endpoint, a NAT gateway or a security group is missing, or it is down`},
		{"endpoint down", broken(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), `sqs.us-east-1.amazonaws.com refuses connections: nothing listens there
states.us-east-1.amazonaws.com refuses connections: nothing listens there`},
		{"no such host", broken(&net.DNSError{IsNotFound: true}), `sqs.us-east-1.amazonaws.com has no address: is the region "us-east-1" right, and the network up?
states.us-east-1.amazonaws.com has no address: is the region "us-east-1" right, and the network up?`},
		{"clock", func(server *fake.Server, _ *Config) { server.Skew = 7 * time.Minute },
			`the clock of this machine is 7m0s slow: AWS refuses signatures that are off by more than 5m0s, and the ages of messages would be wrong`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, problems := check(t, c.change); problems != c.want {
				t.Errorf("problems\n%s\nwant\n%s", problems, c.want)
			}
		})
	}
}

func TestCheckWarns(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fake.Server, *Config)
		want   string // parts, by semicolons
	}{
		{"visibility", func(_ *fake.Server, cfg *Config) { cfg.Queues[1].Visibility = 6 * time.Minute },
			"the queue of LOW has VisibilityTimeout 30s, the scenario says 6m0s"},
		{"retention and delay", func(_ *fake.Server, cfg *Config) {
			cfg.Queues[0].Retention, cfg.Queues[0].Delay = time.Hour, time.Minute
		}, "the queue of HIGH has DelaySeconds 0s, the scenario says 1m0s;the queue of HIGH has MessageRetentionPeriod 96h0m0s, the scenario says 1h0m0s"},
		{"receives", func(_ *fake.Server, cfg *Config) { cfg.Queues[0].MaxReceive = 8 },
			"the queue of HIGH has maxReceiveCount 5, the scenario says 8"},
		{"no redrive policy", func(_ *fake.Server, cfg *Config) { cfg.Queues[1].MaxReceive = 8 },
			"the queue of LOW has no redrive policy, the scenario says max_receive_count 8"},
		{"unexpected redrive policy", func(_ *fake.Server, cfg *Config) { cfg.Queues[0].MaxReceive = 0 },
			"the queue of HIGH has maxReceiveCount 5, the scenario says that there is no dead-letter queue"},
		{"another dead-letter queue", func(_ *fake.Server, cfg *Config) {
			cfg.Queues[0].DeadLetterURL = strings.Replace(cfg.Queues[1].URL, "low", "other", 1)
		},
			"the queue of HIGH moves its dead letters to arn:aws:sqs:us-east-1:123456789012:high-dead, and its dead_letter_queues entry is arn:aws:sqs:us-east-1:123456789012:other"},
		{"few receives and waits", func(server *fake.Server, cfg *Config) {
			cfg.Queues[0].MaxReceive = 2
			_, _ = server.SQS.SetQueueAttributes(context.Background(), fake.SetAttributesInput{QueueUrl: cfg.Queues[0].URL, Attributes: map[string]string{ // its absence shows
				"ReceiveMessageWaitTimeSeconds": "5", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:high-dead","maxReceiveCount":2}`}})
		}, "the queue of HIGH has ReceiveMessageWaitTimeSeconds 5s;the queue of HIGH has maxReceiveCount 2"},
		{"clock", func(server *fake.Server, _ *Config) { server.Skew = -2 * time.Minute },
			"the clock of this machine is 2m0s fast: the ages of messages are wrong by as much"},
	} {
		t.Run(c.name, func(t *testing.T) {
			warnings, problems := check(t, func(server *fake.Server, cfg *Config) {
				_, _ = server.SQS.CreateQueue(context.Background(), fake.CreateQueueInput{QueueName: "other"}) // its absence shows
				c.change(server, cfg)
			})
			parts := strings.Split(c.want, ";")
			if len(warnings) != len(parts) || problems != "" {
				t.Fatalf("warnings %q, problems %q", warnings, problems)
			}
			for i := range parts {
				if !strings.HasPrefix(warnings[i], parts[i]) {
					t.Errorf("warning %q, want %q", warnings[i], parts[i])
				}
			}
		})
	}
}

// brokenClient cannot reach anybody.
type brokenClient struct{ err error }

// Do fails as net/http does.
func (c brokenClient) Do(r *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: c.err}
}

// Without credentials, nobody is asked anything.
func TestCheckWithoutCredentials(t *testing.T) {
	credentialsFromEnvironment(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := fake.New()
	c, err := Open(t.Context(), testConfig(t, server))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(t.Context(), BeatTask); err == nil || !strings.HasPrefix(err.Error(), "no AWS credentials are found: set AWS_ACCESS_KEY_ID") {
		t.Errorf("says %v", err)
	}
	if n := server.Calls("GetQueueAttributes"); n > 0 {
		t.Errorf("asked %d queues", n)
	}
}

// A slow answer only seems to be skewed: of what several say the least counts.
func TestSlowAnswersAreNotSkewed(t *testing.T) {
	for _, seen := range [][]time.Duration{
		{-2 * time.Minute, time.Second, 3 * time.Minute},
		{time.Second, -6 * time.Minute},
		{7 * time.Minute, 6 * time.Minute, time.Second},
	} {
		var c clock
		for _, skew := range seen {
			c.note(skew)
		}
		var f findings
		c.report(&f)
		if c.skew != time.Second || len(f.warnings)+len(f.problems) > 0 {
			t.Errorf("%v: %v, %v, %v", seen, c.skew, f.warnings, f.problems)
		}
	}
	var c clock
	c.note(-6 * time.Minute) // all that there is
	if c.skew != -6*time.Minute {
		t.Errorf("a skew of %v", c.skew)
	}
}
