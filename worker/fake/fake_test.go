package fake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The rules that real servers share are tried in worker/conformance. Here are
// those that only the fake has, and the faults that tests inject.

func create(t *testing.T, s *SQS, name string, attributes map[string]string) (url string) {
	t.Helper()
	out, err := s.CreateQueue(t.Context(), CreateQueueInput{QueueName: name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return out.QueueUrl
}

func send(t *testing.T, s *SQS, url, body string) {
	t.Helper()
	if _, err := s.SendMessage(t.Context(), SendInput{QueueUrl: url, MessageBody: body}); err != nil {
		t.Fatal(err)
	}
}

// receive takes up to n messages without waiting.
func receive(t *testing.T, s *SQS, url string, n int) []Received {
	t.Helper()
	out, err := s.ReceiveMessage(t.Context(), ReceiveInput{QueueUrl: url, MaxNumberOfMessages: &n, MessageSystemAttributeNames: []string{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

func bodies(got []Received) string {
	var all []string
	for _, m := range got {
		all = append(all, m.Body)
	}
	return strings.Join(all, " ")
}

// At 120,000 messages in flight a short poll is refused and a long one finds
// nothing, until one is deleted.
func TestInFlightLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		url := create(t, s, "q", map[string]string{"VisibilityTimeout": "3600"})
		for range inFlightLimit/10 + 1 {
			var in SendBatchInput
			in.QueueUrl = url
			for i := range 10 {
				in.Entries = append(in.Entries, SendInput{Id: fmt.Sprint(i), MessageBody: "x"})
			}
			if _, err := s.SendMessageBatch(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		var last Received
		for range inFlightLimit / 10 {
			got := receive(t, s, url, 10)
			if len(got) != 10 {
				t.Fatalf("received %d messages", len(got))
			}
			last = got[9]
		}
		if _, err := s.ReceiveMessage(t.Context(), ReceiveInput{QueueUrl: url}); !isCode(err, "OverLimit") {
			t.Errorf("a short poll at the limit: %v", err)
		}
		wait, begun := 10, time.Now()
		time.AfterFunc(4*time.Second, func() {
			_, _ = s.DeleteMessage(context.Background(), ReceiptInput{QueueUrl: url, ReceiptHandle: last.ReceiptHandle}) // its absence shows
		})
		out, err := s.ReceiveMessage(t.Context(), ReceiveInput{QueueUrl: url, WaitTimeSeconds: &wait})
		if err != nil || len(out.Messages) != 1 || time.Since(begun) != 4*time.Second {
			t.Errorf("a long poll at the limit: %d messages, %v, after %v", len(out.Messages), err, time.Since(begun))
		}
	})
}

func isCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// From its third receive on a message stands at the back, unless
// maxReceiveCount is 3 or less.
func TestBackOfTheQueue(t *testing.T) {
	for _, c := range []struct {
		max  string
		want string
	}{{"", "b a"}, {"4", "b a"}, {"3", "b"}} {
		synctest.Test(t, func(t *testing.T) {
			s := New().SQS
			create(t, s, "dead", nil)
			attributes := map[string]string{"VisibilityTimeout": "1"}
			if c.max != "" {
				attributes["RedrivePolicy"] = `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":` + c.max + `}`
			}
			url := create(t, s, "q", attributes)
			send(t, s, url, "a")
			send(t, s, url, "b")
			for range 3 {
				if got := bodies(receive(t, s, url, 1)); got != "a" {
					t.Errorf("received %q", got)
				}
				time.Sleep(2 * time.Second)
			}
			if got := bodies(receive(t, s, url, 10)); got != c.want {
				t.Errorf("with maxReceiveCount %q the order is %q, want %q", c.max, got, c.want)
			}
		})
	}
}

// Until then a message that comes back stands where it stood.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		url := create(t, s, "q", map[string]string{"VisibilityTimeout": "1"})
		for _, body := range []string{"a", "b", "c"} {
			send(t, s, url, body)
		}
		receive(t, s, url, 2)
		time.Sleep(2 * time.Second)
		if got := bodies(receive(t, s, url, 10)); got != "a b c" {
			t.Errorf("the order is %q", got)
		}
	})
}

// A dead letter keeps the age that its retention is counted from.
func TestRetentionOfDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		dead := create(t, s, "dead", map[string]string{"MessageRetentionPeriod": "100"})
		url := create(t, s, "q", map[string]string{"VisibilityTimeout": "10", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":1}`})
		send(t, s, url, "a")
		receive(t, s, url, 1)
		time.Sleep(60 * time.Second)
		receive(t, s, url, 1)
		if out, _ := s.GetQueueAttributes(t.Context(), AttributesInput{dead, []string{"All"}}); out.Attributes["ApproximateNumberOfMessages"] != "1" {
			t.Fatalf("the dead-letter queue has %v", out.Attributes)
		}
		time.Sleep(39 * time.Second)
		if n := len(receive(t, s, dead, 1)); n != 1 {
			t.Errorf("99 s after the send, %d dead letters", n)
		}
		time.Sleep(time.Second) // in flight, and yet it is gone
		if out, _ := s.GetQueueAttributes(t.Context(), AttributesInput{dead, []string{"All"}}); out.Attributes["ApproximateNumberOfMessages"] != "0" || out.Attributes["ApproximateNumberOfMessagesNotVisible"] != "0" {
			t.Errorf("100 s after the send: %v", out.Attributes)
		}
	})
}

// What an old handle asks for succeeds and does nothing.
func TestOldHandles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		url := create(t, s, "q", map[string]string{"VisibilityTimeout": "5"})
		send(t, s, url, "a")
		old := receive(t, s, url, 1)[0]
		time.Sleep(6 * time.Second)
		receive(t, s, url, 1)
		hour := 3600
		if _, err := s.ChangeMessageVisibility(t.Context(), ReceiptInput{QueueUrl: url, ReceiptHandle: old.ReceiptHandle, VisibilityTimeout: &hour}); err != nil {
			t.Error(err)
		}
		if _, err := s.DeleteMessage(t.Context(), ReceiptInput{QueueUrl: url, ReceiptHandle: old.ReceiptHandle}); err != nil {
			t.Error(err)
		}
		time.Sleep(6 * time.Second)
		if n := len(receive(t, s, url, 1)); n != 1 {
			t.Error("the old handle had an effect")
		}
	})
}

// A message that was buried by hand has no source to go back to.
func TestMoveWithoutSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		dead := create(t, s, "dead", nil)
		create(t, s, "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":"1"}`})
		send(t, s, dead, "a")
		arn := "arn:aws:sqs:us-east-1:123456789012:dead"
		if _, err := s.StartMessageMoveTask(t.Context(), MoveInput{SourceArn: arn}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.StartMessageMoveTask(t.Context(), MoveInput{SourceArn: arn}); !isCode(err, "UnsupportedOperation") {
			t.Errorf("a second move at the same time: %v", err)
		}
		time.Sleep(time.Second)
		out, err := s.ListMessageMoveTasks(t.Context(), ListMovesInput{SourceArn: arn})
		if err != nil || len(out.Results) != 1 || out.Results[0].Status != "FAILED" || out.Results[0].FailureReason != "CouldNotDetermineMessageSource" {
			t.Errorf("the move is %+v, %v", out, err)
		}
	})
}

func TestCancelledMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New().SQS
		dead := create(t, s, "dead", nil)
		create(t, s, "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":"1"}`})
		for range 10 {
			send(t, s, dead, "a")
		}
		speed := 1
		task, err := s.StartMessageMoveTask(t.Context(), MoveInput{SourceArn: "arn:aws:sqs:us-east-1:123456789012:dead", DestinationArn: "arn:aws:sqs:us-east-1:123456789012:q", MaxNumberOfMessagesPerSecond: &speed})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3500 * time.Millisecond)
		if out, err := s.CancelMessageMoveTask(t.Context(), task); err != nil || out.ApproximateNumberOfMessagesMoved != 3 {
			t.Errorf("cancelled after %d, %v", out.ApproximateNumberOfMessagesMoved, err)
		}
		time.Sleep(5 * time.Second)
		if n := len(receive(t, s, dead, 10)); n != 7 {
			t.Errorf("%d dead letters are left", n)
		}
	})
}

// A poll whose client hangs up ends, or goes on and takes a message that nobody
// sees, as the test wants it.
func TestCutPolls(t *testing.T) {
	for _, keeps := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			server := New()
			server.KeepsCutPolls = keeps
			url := create(t, server.SQS, "q", nil)
			ctx, cut := context.WithTimeout(t.Context(), time.Second)
			defer cut()
			r, err := http.NewRequestWithContext(ctx, "POST", "http://sqs", strings.NewReader(`{"QueueUrl":"`+url+`","WaitTimeSeconds":10}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
			if answer, err := server.Client().Do(r); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the cut poll returned %v, %v", answer, err)
			}
			send(t, server.SQS, url, "a")
			synctest.Wait()
			if n := len(receive(t, server.SQS, url, 1)); (n == 0) != keeps {
				t.Errorf("with KeepsCutPolls %v another poll finds %d messages", keeps, n)
			}
		})
	}
}

// The handler serves a real socket as well.
func TestOverHTTP(t *testing.T) {
	server := New()
	server.Inject = func(c Call) Fault { return Fault{LoseReply: c.Number == 2} }
	listening := httptest.NewServer(server)
	defer listening.Close()
	ask := func(target, body string) (int, error) {
		r, err := http.NewRequest("POST", listening.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", target)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	if status, err := ask("AmazonSQS.CreateQueue", `{"QueueName":"q"}`); status != 200 || err != nil {
		t.Errorf("CreateQueue: %d, %v", status, err)
	}
	if _, err := ask("AmazonSQS.CreateQueue", `{"QueueName":"other"}`); err == nil {
		t.Error("the reply was not lost")
	}
	if status, _ := ask("AmazonSQS.CreateQueue", `{"QueueName":`); status != 400 {
		t.Errorf("a body that is no JSON: %d", status)
	}
	if status, _ := ask("AmazonSQS.Nothing", `{}`); status != 400 {
		t.Errorf("an unknown operation: %d", status)
	}
	if _, err := server.SQS.at("http://anywhere/123456789012/other"); err != nil {
		t.Error("the call whose reply was lost had no effect")
	}
}

// A retried task gets a new token after the pause that the state asks for.
func TestRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := New()
		url := create(t, server.SQS, "q", map[string]string{"VisibilityTimeout": "3600"})
		m, err := server.Steps.CreateStateMachine(t.Context(), MachineInput{"m", `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"` + waitForToken + `","End":true,"TimeoutSeconds":10,
			"Parameters":{"QueueUrl":"` + url + `","MessageBody":{"token.$":"$$.Task.Token","order.$":"$.order"}},
			"Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":3,"BackoffRate":2,"MaxAttempts":2}]}}}`})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		e, err := server.Steps.StartExecution(t.Context(), ExecutionInput{StateMachineArn: m.StateMachineArn, Input: `{"order":7}`})
		if err != nil {
			t.Fatal(err)
		}
		var sent []string
		tokens := make(map[string]bool)
		for time.Since(begun) < time.Minute {
			wait := 1
			out, err := server.SQS.ReceiveMessage(t.Context(), ReceiveInput{QueueUrl: url, WaitTimeSeconds: &wait})
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range out.Messages {
				sent = append(sent, time.Since(begun).String())
				tokens[got.Body] = true
				if !strings.HasPrefix(got.Body, `{"order":7,"token":"AQ`) {
					t.Errorf("the body is %s", got.Body)
				}
			}
		}
		if got := strings.Join(sent, " "); got != "0s 13s 29s" || len(tokens) != 3 {
			t.Errorf("messages at %s, with %d tokens", got, len(tokens))
		}
		if out, err := server.Steps.DescribeExecution(t.Context(), ExecutionInput{ExecutionArn: e.ExecutionArn}); err != nil || out.Status != TimedOut || out.Error != "States.Timeout" {
			t.Errorf("the execution is %+v, %v", out, err)
		}
	})
}
