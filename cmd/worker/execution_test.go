package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// The whole way, by HTTP: an execution starts, its state sends a message with a
// token, the worker calls a slow system, and the execution succeeds with what
// that said. On the fake, and on moto where it runs.
func TestExecution(t *testing.T) {
	t.Run("fake", func(t *testing.T) { execution(t, fakeSite(t)) })
	if url := named("PENSTOCK_TEST_SFN", "moto"); url != "" {
		t.Run("moto", func(t *testing.T) { execution(t, newSite("moto", url, url)) })
	}
}

const pollingOfTwo = `
[[class]]
name = "HIGH"
[class.queue]
visibility_timeout = "30s"
max_receive_count = 5
[[class]]
name = "NORMAL"
[class.queue]
visibility_timeout = "30s"
max_receive_count = 5
[worker]
driver = "poller"
concurrency = 4
call_timeout = "10s"
[policy]
kind = "none"
`

func execution(t *testing.T, s *site) {
	var (
		mu    sync.Mutex
		calls = make(map[string]string) // by idempotency key: class and body
	)
	legacy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a short one shows below
		time.Sleep(700 * time.Millisecond)
		mu.Lock()
		calls[r.Header.Get("Idempotency-Key")] = r.Header.Get("X-Penstock-Class") + " " + string(body)
		mu.Unlock()
		fmt.Fprintf(w, `{"accepted":%s}`, body)
	}))
	defer legacy.Close()
	high, highDead := s.queue(t, "high", 30*time.Second, 5)
	normal, normalDead := s.queue(t, "normal", 30*time.Second, 5)
	file := s.scenario(t, pollingOfTwo, legacy.URL, high, highDead, normal, normalDead)
	w := start(t, []string{file})

	var executions []string
	for i, url := range []string{high, high, normal} {
		definition := fmt.Sprintf(`{"StartAt":"Order","States":{"Order":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true,"TimeoutSeconds":60,"HeartbeatSeconds":30,
			"Parameters":{"QueueUrl":%q,"MessageBody":{"token.$":"$$.Task.Token","execution.$":"$$.Execution.Id","state.$":"$$.State.Name","input.$":"$"}}}}}`, url)
		machine, err := s.sfn.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: sdk.String(fmt.Sprintf("orders-%d-%d", i, time.Now().UnixNano())),
			RoleArn: sdk.String("arn:aws:iam::123456789012:role/any"), Definition: &definition})
		if err != nil {
			t.Fatal(err)
		}
		started, err := s.sfn.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: machine.StateMachineArn, Input: sdk.String(fmt.Sprintf(`{"order":%d}`, i))})
		if err != nil {
			t.Fatal(err)
		}
		executions = append(executions, *started.ExecutionArn)
	}
	for i, arn := range executions {
		var out *sfn.DescribeExecutionOutput
		eventually(t, 30*time.Second, func() string {
			var err error
			if out, err = s.sfn.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn}); err != nil {
				return err.Error()
			}
			if out.Status == types.ExecutionStatusRunning {
				return "still running; the worker says\n" + w.log.String()
			}
			return ""
		})
		var got struct{ Accepted struct{ Order int } }
		if err := json.Unmarshal([]byte(sdk.ToString(out.Output)), &got); err != nil || out.Status != types.ExecutionStatusSucceeded || got.Accepted.Order != i {
			t.Errorf("execution %d: %s with output %q, %v", i, out.Status, sdk.ToString(out.Output), err)
		}
	}
	for _, url := range []string{high, normal} {
		eventually(t, 10*time.Second, func() string {
			if d := s.depth(t, url); d != "0+0" {
				return "in the queue: " + d
			}
			return ""
		})
	}
	if len(calls) != 3 {
		t.Errorf("the legacy system saw %v", calls)
	}
	w.stop(t)
}
