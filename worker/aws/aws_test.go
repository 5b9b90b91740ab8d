package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model/policy"
	"penstock/worker"
	"penstock/worker/fake"
)

// inWorld runs a test in virtual time with the clients on a fake that has a
// queue HIGH, with a visibility timeout of 30 s, 5 receives and a dead-letter
// queue, and a queue LOW without one.
func inWorld(t *testing.T, test func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients)) {
	t.Helper()
	credentialsFromEnvironment(t)
	synctest.Test(t, func(t *testing.T) {
		server := fake.New()
		c, err := Open(t.Context(), testConfig(t, server))
		if err != nil {
			t.Fatal(err)
		}
		test(t, t.Context(), server, c)
	})
}

func credentialsFromEnvironment(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CA_BUNDLE": "", "AWS_CONFIG_FILE": t.TempDir() + "/none", "AWS_SHARED_CREDENTIALS_FILE": t.TempDir() + "/none",
	} {
		t.Setenv(name, value)
	}
}

func testConfig(t *testing.T, server *fake.Server) Config {
	t.Helper()
	create := func(name string, attributes map[string]string) string {
		out, err := server.SQS.CreateQueue(t.Context(), fake.CreateQueueInput{QueueName: name, Attributes: attributes})
		if err != nil {
			t.Fatal(err)
		}
		return out.QueueUrl
	}
	dead := create("high-dead", nil)
	high := create("high", map[string]string{"VisibilityTimeout": "30", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:high-dead","maxReceiveCount":"5"}`})
	return Config{
		Region: "us-east-1", HTTPClient: server.Client(),
		Queues: []Queue{
			{Class: "HIGH", URL: high, DeadLetterURL: dead, Visibility: 30 * time.Second, Retention: 4 * 24 * time.Hour, MaxReceive: 5},
			{Class: "LOW", URL: create("low", nil), Visibility: 30 * time.Second},
		},
	}
}

func send(t *testing.T, server *fake.Server, url, body string) {
	t.Helper()
	if _, err := server.SQS.SendMessage(t.Context(), fake.SendInput{QueueUrl: url, MessageBody: body}); err != nil {
		t.Fatal(err)
	}
}

// one receives the message that must be there.
func one(t *testing.T, c *Clients, class int) worker.Message {
	t.Helper()
	got, err := c.Queues.Receive(t.Context(), class, time.Second)
	if err != nil || len(got) != 1 {
		t.Fatalf("received %v, %v", got, err)
	}
	return got[0]
}

func TestReceive(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		sent := time.Now()
		send(t, server, c.cfg.Queues[1].URL, "work")
		time.Sleep(3 * time.Second)
		m := one(t, c, 1)
		want := worker.Message{ID: m.ID, Receipt: m.Receipt, Body: "work", Class: 1, Receive: 1, Sent: time.UnixMilli(sent.UnixMilli())}
		if m != want || m.ID == "" || m.Receipt == "" {
			t.Errorf("received %+v, want %+v", m, want)
		}
		begun := time.Now()
		if got, err := c.Queues.Receive(ctx, 1, 20*time.Second); len(got) != 0 || err != nil || time.Since(begun) != 20*time.Second {
			t.Errorf("an empty poll of 20s returned %v, %v after %v", got, err, time.Since(begun))
		}
		time.Sleep(10 * time.Second)
		if again := one(t, c, 1); again.Receive != 2 || again.ID != m.ID {
			t.Errorf("after its visibility timeout it came as %+v", again)
		}
	})
}

// A poll that is cut off ends at once, and takes nothing with it.
func TestReceiveIsCut(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		ctx, cut := context.WithCancel(ctx)
		time.AfterFunc(3*time.Second, cut)
		begun := time.Now()
		if got, err := c.Queues.Receive(ctx, 0, 20*time.Second); len(got) != 0 || !errors.Is(err, context.Canceled) || time.Since(begun) != 3*time.Second {
			t.Errorf("returned %v, %v after %v", got, err, time.Since(begun))
		}
		send(t, server, c.cfg.Queues[0].URL, "work")
		if m := one(t, c, 0); m.Receive != 1 {
			t.Errorf("the poll that was cut off took the message: %+v", m)
		}
	})
}

// Of a reply that is lost, the SDK's second attempt knows nothing: the message
// comes back after its visibility timeout, one receive poorer.
func TestReceiveReplyLost(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		server.Inject = func(call fake.Call) fake.Fault {
			return fake.Fault{LoseReply: call.Operation == "ReceiveMessage" && call.Number == 1}
		}
		send(t, server, c.cfg.Queues[0].URL, "work")
		if got, err := c.Queues.Receive(ctx, 0, time.Second); len(got) != 0 || err != nil || server.Calls("ReceiveMessage") != 2 {
			t.Errorf("%d calls returned %v, %v", server.Calls("ReceiveMessage"), got, err)
		}
		time.Sleep(30 * time.Second)
		if m := one(t, c, 0); m.Receive != 2 {
			t.Errorf("it came back as %+v", m)
		}
	})
}

func TestLook(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		for range 3 {
			send(t, server, c.cfg.Queues[0].URL, "work")
		}
		one(t, c, 0)
		if visible, inFlight, s := c.Queues.Look(ctx, 0); visible != 2 || inFlight != 1 || s != policy.OK {
			t.Errorf("saw %d, %d, %d", visible, inFlight, s)
		}
	})
}

// The pauses between the three attempts of a call are short enough for its
// patience: the SDK's own are drawn, up to 2 s and 4 s.
func TestPausesFitIntoPatience(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		server.Inject = func(fake.Call) fake.Fault { return fake.Fault{Code: "InternalFailure", Status: 500} }
		for range 5 {
			begun := time.Now()
			if _, _, s := c.Queues.Look(ctx, 0); s != policy.Unclear || time.Since(begun) > 2*maxBackoff {
				t.Errorf("status %d after %v", s, time.Since(begun))
			}
		}
	})
}

// What each kind of trouble becomes, on either service, and that it takes no
// longer than patience.
func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(call int) fake.Fault
		want  policy.Status
		calls int
	}{
		{"throttled", func(int) fake.Fault { return fake.Fault{Code: "ThrottlingException"} }, policy.Throttled, 3},
		{"throttled by SQS", func(int) fake.Fault { return fake.Fault{Code: "RequestThrottled", Status: 403} }, policy.Throttled, 3},
		{"throttled once", func(n int) fake.Fault {
			if n == 1 {
				return fake.Fault{Code: "ThrottlingException"}
			}
			return fake.Fault{}
		}, policy.OK, 2},
		{"internal failure", func(int) fake.Fault { return fake.Fault{Code: "InternalFailure", Status: 500} }, policy.Unclear, 3},
		{"no permission", func(int) fake.Fault { return fake.Fault{Code: "AccessDeniedException"} }, policy.Unclear, 1},
		{"no answer", func(int) fake.Fault { return fake.Fault{Before: time.Hour} }, policy.Unclear, 1},
		{"reply lost", func(n int) fake.Fault { return fake.Fault{LoseReply: n == 1} }, policy.OK, 2},
		{"every reply lost", func(int) fake.Fault { return fake.Fault{LoseReply: true} }, policy.Unclear, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, clients *Clients) {
				server.Inject = func(call fake.Call) fake.Fault { return c.fault(call.Number) }
				token := server.Steps.StartTask(0, 0)
				for operation, do := range map[string]func() policy.Status{
					"GetQueueAttributes": func() policy.Status { _, _, s := clients.Queues.Look(ctx, 0); return s },
					"SendTaskHeartbeat":  func() policy.Status { return clients.Tasks.Beat(ctx, token) },
				} {
					begun := time.Now()
					if s := do(); s != c.want || server.Calls(operation) != c.calls || time.Since(begun) > 5*time.Second {
						t.Errorf("%s: status %d after %d calls and %v, want %d after %d", operation, s, server.Calls(operation), time.Since(begun), c.want, c.calls)
					}
				}
			})
		})
	}
}

// The two pauses between three attempts are of a second at most, whatever the
// SDK would like.
func TestPausesAreShort(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		server.Inject = func(fake.Call) fake.Fault { return fake.Fault{Code: "ThrottlingException"} }
		for range 60 {
			begun := time.Now()
			if s := c.Tasks.Beat(ctx, fake.UnknownToken()); s != policy.Throttled || time.Since(begun) > 2*time.Second {
				t.Fatalf("status %d after %v", s, time.Since(begun))
			}
		}
	})
}

func TestHideAndDelete(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		send(t, server, c.cfg.Queues[0].URL, "work")
		m := one(t, c, 0)
		if err := c.Queues.Hide(ctx, m, 1500*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1900 * time.Millisecond)
		if visible, inFlight, _ := c.Queues.Look(ctx, 0); visible != 0 || inFlight != 1 {
			t.Errorf("1.9s after it was hidden for 1.5s, %d are visible: it must be rounded up", visible)
		}
		time.Sleep(100 * time.Millisecond)
		m = one(t, c, 0)
		if err := c.Queues.Hide(ctx, m, 0); err != nil {
			t.Fatal(err)
		}
		if m = one(t, c, 0); m.Receive != 3 {
			t.Errorf("it came as %+v", m)
		}
		if err := c.Queues.Hide(ctx, m, 13*time.Hour); err == nil {
			t.Error("hidden for 13 hours")
		}
		if err := c.Queues.Delete(ctx, m); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if visible, inFlight, _ := c.Queues.Look(ctx, 0); visible+inFlight != 0 {
			t.Error("it was not deleted")
		}
	})
}

func TestBury(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		send(t, server, c.cfg.Queues[0].URL, "poison")
		m := one(t, c, 0)
		long := strings.Repeat("ä", 2000)
		if err := c.Queues.Bury(ctx, m, long); err != nil {
			t.Fatal(err)
		}
		dead, err := server.SQS.ReceiveMessage(ctx, fake.ReceiveInput{QueueUrl: c.cfg.Queues[0].DeadLetterURL, MessageAttributeNames: []string{"All"}})
		if err != nil || len(dead.Messages) != 1 || dead.Messages[0].Body != "poison" {
			t.Fatalf("the dead-letter queue holds %+v, %v", dead, err)
		}
		got := dead.Messages[0].MessageAttributes
		if got[ReasonAttribute].StringValue != long[:longestReason] || got[OriginalAttribute].StringValue != m.ID || got[ReceivesAttribute].StringValue != "1" {
			t.Errorf("its attributes are %+v", got)
		}
		send(t, server, c.cfg.Queues[1].URL, "poison")
		if err := c.Queues.Bury(ctx, one(t, c, 1), "why"); !errors.Is(err, worker.ErrNoDeadLetterQueue) {
			t.Errorf("without a dead-letter queue: %v", err)
		}
	})
}

func TestRedrive(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		for i := range 10 {
			send(t, server, c.cfg.Queues[0].DeadLetterURL, fmt.Sprint(i))
		}
		if handle, err := c.Queues.Redrive(ctx, 0, 2); err != nil || handle == "" {
			t.Fatalf("%q, %v", handle, err)
		}
		time.Sleep(3100 * time.Millisecond)
		if visible, _, _ := c.Queues.Look(ctx, 0); visible != 6 {
			t.Errorf("after 3.1s at 2 a second %d have moved", visible)
		}
		time.Sleep(2 * time.Second)
		if visible, _, _ := c.Queues.Look(ctx, 0); visible != 10 {
			t.Errorf("after 5.1s %d have moved", visible)
		}
		if _, err := c.Queues.Redrive(ctx, 1, 2); !errors.Is(err, worker.ErrNoDeadLetterQueue) {
			t.Errorf("without a dead-letter queue: %v", err)
		}
	})
}

func TestTasks(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		tasks, steps := c.Tasks, server.Steps
		good := steps.StartTask(time.Minute, 10*time.Second)
		if s := tasks.Beat(ctx, good); s != policy.OK || steps.Task(good).Beats != 1 {
			t.Errorf("Beat: %d", s)
		}
		if s := tasks.Succeed(ctx, good, `{"done":true}`); s != policy.OK || steps.Task(good).Output != `{"done":true}` {
			t.Errorf("Succeed: %d", s)
		}
		bad := steps.StartTask(0, 0)
		if s := tasks.Fail(ctx, bad, strings.Repeat("n", 300), strings.Repeat("c", 40_000)); s != policy.OK || len(steps.Task(bad).Error) != 256 || len(steps.Task(bad).Cause) != 32_768 {
			t.Errorf("Fail: %d, %+v", s, steps.Task(bad))
		}
		late := steps.StartTask(time.Second, 0)
		time.Sleep(2 * time.Second)
		for what, token := range map[string]string{
			"answered": good, "timed out": late, "unknown": fake.UnknownToken(), "damaged": "garbage", "missing": "", "too long": strings.Repeat("a", 2049),
		} {
			for call, s := range map[string]policy.Status{"Beat": tasks.Beat(ctx, token), "Succeed": tasks.Succeed(ctx, token, `1`), "Fail": tasks.Fail(ctx, token, "n", "c")} {
				if s != policy.Gone {
					t.Errorf("%s with a token that is %s: %d", call, what, s)
				}
			}
		}
	})
}

// Output that Step Functions refuses would be refused for ever: the task fails.
func TestRefusedOutput(t *testing.T) {
	inWorld(t, func(t *testing.T, ctx context.Context, server *fake.Server, c *Clients) {
		for what, output := range map[string]string{"no JSON": `{"done":`, "too long": `"` + strings.Repeat("a", longestOutput-1) + `"`} {
			token := server.Steps.StartTask(0, 0)
			if s := c.Tasks.Succeed(ctx, token, output); s != policy.OK {
				t.Errorf("%s: %d", what, s)
			}
			if got := server.Steps.Task(token); got.Status != fake.Failed || got.Error != RefusedOutput || got.Cause == "" {
				t.Errorf("%s: the task is %+v", what, got)
			}
		}
		token := server.Steps.StartTask(0, 0)
		if s := c.Tasks.Succeed(ctx, token, `"`+strings.Repeat("a", longestOutput-2)+`"`); s != policy.OK || server.Steps.Task(token).Status != fake.Succeeded {
			t.Errorf("the longest output: %d", s)
		}
	})
}
