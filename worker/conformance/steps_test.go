package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// execute starts an execution whose state sends a message with its token, and
// returns the token. More is JSON that is added to the state.
func (w *world) execute(more string) (execution, url, token string) {
	url = w.queue()
	definition := fmt.Sprintf(`{"StartAt":"Order","States":{"Order":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true,
		"Parameters":{"QueueUrl":%q,"MessageBody":{"token.$":"$$.Task.Token","execution.$":"$$.Execution.Id","state.$":"$$.State.Name","input.$":"$"}}%s}}}`, url, more)
	machine, err := w.sfn.CreateStateMachine(w.ctx, &sfn.CreateStateMachineInput{Name: sdk.String(w.name()), RoleArn: sdk.String("arn:aws:iam::123456789012:role/any"), Definition: &definition})
	w.must("CreateStateMachine", err)
	started, err := w.sfn.StartExecution(w.ctx, &sfn.StartExecutionInput{StateMachineArn: machine.StateMachineArn, Input: sdk.String(`{"order":7}`)})
	w.must("StartExecution", err)
	return *started.ExecutionArn, url, w.token(url)
}

// token waits for a message and returns the token in it.
func (w *world) token(url string) string {
	got := w.receive(url, 1, 5)
	w.need(len(got) == 1, "no message came from the state")
	var body struct{ Token string }
	w.must("the body "+*got[0].Body, json.Unmarshal([]byte(*got[0].Body), &body))
	w.need(body.Token != "", "no token in %s", *got[0].Body)
	return body.Token
}

// ended waits until the execution has ended.
func (w *world) ended(execution string, patience time.Duration) *sfn.DescribeExecutionOutput {
	for begun := time.Now(); ; w.sleep(100 * time.Millisecond) {
		out, err := w.sfn.DescribeExecution(w.ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
		w.must("DescribeExecution", err)
		if out.Status != types.ExecutionStatusRunning {
			return out
		}
		w.need(time.Since(begun) < patience, "the execution is still running after %v", patience)
	}
}

func (w *world) running(execution string) {
	out, err := w.sfn.DescribeExecution(w.ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	w.must("DescribeExecution", err)
	w.equal("status", out.Status, types.ExecutionStatusRunning)
}

func (w *world) succeed(token, output string) error {
	_, err := w.sfn.SendTaskSuccess(w.ctx, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: &output})
	return err
}

func (w *world) failTask(token string) error {
	_, err := w.sfn.SendTaskFailure(w.ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: sdk.String("Legacy.Failed"), Cause: sdk.String("it said 500")})
	return err
}

func (w *world) beat(token string) error {
	_, err := w.sfn.SendTaskHeartbeat(w.ctx, &sfn.SendTaskHeartbeatInput{TaskToken: &token})
	return err
}

// dead checks that a token is answered with TaskTimedOut, whatever is sent.
func (w *world) dead(token string) {
	w.refused("SendTaskHeartbeat", w.beat(token), "TaskTimedOut")
	w.refused("SendTaskSuccess", w.succeed(token, `1`), "TaskTimedOut")
	w.refused("SendTaskFailure", w.failTask(token), "TaskTimedOut")
}

var stepsRules = []rule{
	{"the message of a state", "the state sends a message with token, execution, state and input", func(w *world) {
		url := w.queue()
		definition := fmt.Sprintf(`{"StartAt":"Order","States":{"Order":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true,
			"Parameters":{"QueueUrl":%q,"MessageBody":{"token.$":"$$.Task.Token","execution.$":"$$.Execution.Id","state.$":"$$.State.Name","input.$":"$.order"}}}}}`, url)
		machine, err := w.sfn.CreateStateMachine(w.ctx, &sfn.CreateStateMachineInput{Name: sdk.String(w.name()), RoleArn: sdk.String("arn:aws:iam::123456789012:role/any"), Definition: &definition})
		w.must("CreateStateMachine", err)
		started, err := w.sfn.StartExecution(w.ctx, &sfn.StartExecutionInput{StateMachineArn: machine.StateMachineArn, Input: sdk.String(`{"order":{"id":7}}`)})
		w.must("StartExecution", err)
		got := w.receive(url, 1, 5)
		w.need(len(got) == 1, "no message came from the state")
		var body struct {
			Token, Execution, State string
			Input                   json.RawMessage
		}
		w.must("the body "+*got[0].Body, json.Unmarshal([]byte(*got[0].Body), &body))
		w.equal("execution", body.Execution, *started.ExecutionArn)
		w.equal("state", body.State, "Order")
		w.equal("input", strings.ReplaceAll(string(body.Input), " ", ""), `{"id":7}`)
		if len(body.Token) == 0 || len(body.Token) > 2048 {
			w.fail("the token has %d characters", len(body.Token))
		}
	}},
	{"success", "SendTaskSuccess ends the state with the output", func(w *world) {
		execution, _, token := w.execute("")
		w.running(execution)
		w.must("SendTaskSuccess", w.succeed(token, `{"done":true}`))
		out := w.ended(execution, 15*time.Second)
		w.equal("status", out.Status, types.ExecutionStatusSucceeded)
		w.equal("output", strings.ReplaceAll(sdk.ToString(out.Output), " ", ""), `{"done":true}`)
	}},
	{"failure", "SendTaskFailure fails the state with error and cause", func(w *world) {
		execution, _, token := w.execute("")
		w.must("SendTaskFailure", w.failTask(token))
		out := w.ended(execution, 15*time.Second)
		w.equal("status", out.Status, types.ExecutionStatusFailed)
		w.equal("error and cause", sdk.ToString(out.Error)+", "+sdk.ToString(out.Cause), "Legacy.Failed, it said 500")
	}},
	{"answered twice", "a token whose task has ended is TaskTimedOut, and the first answer stands", func(w *world) {
		execution, _, token := w.execute("")
		w.must("SendTaskSuccess", w.succeed(token, `1`))
		w.ended(execution, 15*time.Second)
		w.dead(token)
		w.equal("status", w.ended(execution, time.Second).Status, types.ExecutionStatusSucceeded)
	}},
	{"timeout", "a task times out TimeoutSeconds after its start, with States.Timeout", func(w *world) {
		execution, _, _ := w.execute(`,"TimeoutSeconds":2`)
		out := w.ended(execution, 10*time.Second)
		w.equal("error", sdk.ToString(out.Error), "States.Timeout")
		if took := out.StopDate.Sub(*out.StartDate); took < 1800*time.Millisecond || took > 10*time.Second {
			w.fail("timed out after %v", took)
		}
	}},
	{"answer after the timeout", "the token of a task that timed out is TaskTimedOut", func(w *world) {
		execution, _, token := w.execute(`,"TimeoutSeconds":1`)
		w.ended(execution, 10*time.Second)
		w.dead(token)
	}},
	{"heartbeats", "heartbeats keep a task alive whose HeartbeatSeconds have passed", func(w *world) {
		execution, _, token := w.execute(`,"TimeoutSeconds":60,"HeartbeatSeconds":6`)
		for range 4 {
			w.sleep(2 * time.Second)
			w.must("SendTaskHeartbeat", w.beat(token))
		}
		w.must("SendTaskSuccess", w.succeed(token, `1`))
		w.equal("status", w.ended(execution, 15*time.Second).Status, types.ExecutionStatusSucceeded)
	}},
	// HeartbeatSeconds has a default, 99,999,999 (Developer Guide, Task state), so a
	// task always has a clock to reset; a team that had run without it found its
	// beats taken and "discarded" (github.com/wellcomecollection/platform/issues/6594).
	{"heartbeat of a task without HeartbeatSeconds", "it is taken, and changes nothing", func(w *world) {
		execution, _, token := w.execute("")
		w.must("SendTaskHeartbeat", w.beat(token))
		w.running(execution)
	}},
	{"missed heartbeat", "a task without a heartbeat for HeartbeatSeconds times out", func(w *world) {
		execution, _, token := w.execute(`,"TimeoutSeconds":60,"HeartbeatSeconds":6`)
		w.sleep(2 * time.Second)
		w.must("SendTaskHeartbeat", w.beat(token))
		begun := time.Now()
		out := w.ended(execution, 20*time.Second)
		if took := time.Since(begun); took < 5*time.Second {
			w.fail("timed out %v after a heartbeat", took)
		}
		w.equal("error", sdk.ToString(out.Error), "States.Timeout")
	}},
	{"heartbeats do not extend", "heartbeats do not extend TimeoutSeconds", func(w *world) {
		execution, _, token := w.execute(`,"TimeoutSeconds":8,"HeartbeatSeconds":6`)
		for range 2 {
			w.sleep(2 * time.Second)
			w.must("SendTaskHeartbeat", w.beat(token))
		}
		out := w.ended(execution, 20*time.Second)
		if took := out.StopDate.Sub(*out.StartDate); took > 9500*time.Millisecond {
			w.fail("timed out after %v", took)
		}
	}},
	{"a retry's token", "a retried task has a new token", func(w *world) {
		_, url, token := w.execute(`,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":1}]`)
		w.must("SendTaskFailure", w.failTask(token))
		if again := w.token(url); again == token {
			w.fail("the token is the old one")
		}
	}},
	{"the old token of a retry", "the token of the first attempt is dead, and that of the second ends the state", func(w *world) {
		execution, url, token := w.execute(`,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":1}]`)
		w.must("SendTaskFailure", w.failTask(token))
		again := w.token(url)
		w.dead(token)
		w.running(execution)
		w.must("SendTaskSuccess", w.succeed(again, `1`))
		w.equal("status", w.ended(execution, 15*time.Second).Status, types.ExecutionStatusSucceeded)
	}},
	{"retries end", "after MaxAttempts retries the execution fails", func(w *world) {
		execution, url, token := w.execute(`,"Retry":[{"ErrorEquals":["Legacy.Failed"],"IntervalSeconds":1,"MaxAttempts":1}]`)
		w.must("SendTaskFailure", w.failTask(token))
		w.must("SendTaskFailure", w.failTask(w.token(url)))
		w.equal("status", w.ended(execution, 15*time.Second).Status, types.ExecutionStatusFailed)
	}},
	{"output that is no JSON", "it is InvalidOutput", func(w *world) {
		_, _, token := w.execute("")
		w.refused("SendTaskSuccess", w.succeed(token, `{"done":`), "InvalidOutput")
	}},
	{"after refused output", "the task still waits", func(w *world) {
		execution, _, token := w.execute("")
		_ = w.succeed(token, `{"done":`) // how it is refused is another rule's business
		w.sleep(500 * time.Millisecond)
		w.running(execution)
		w.must("SendTaskFailure", w.failTask(token))
	}},
	{"output over 256 KiB", "262,145 bytes are refused", func(w *world) {
		_, _, token := w.execute("")
		if err := w.succeed(token, `"`+strings.Repeat("a", 262_143)+`"`); err == nil {
			w.fail("accepted")
		}
	}},
	{"output of 256 KiB", "262,144 bytes are taken", func(w *world) {
		execution, _, token := w.execute("")
		w.must("SendTaskSuccess", w.succeed(token, `"`+strings.Repeat("a", 262_142)+`"`))
		w.equal("status", w.ended(execution, 15*time.Second).Status, types.ExecutionStatusSucceeded)
	}},
	{"stopped execution", "StopExecution makes the token TaskTimedOut, and the message stays", func(w *world) {
		execution, _, token := w.execute("")
		_, err := w.sfn.StopExecution(w.ctx, &sfn.StopExecutionInput{ExecutionArn: &execution})
		w.must("StopExecution", err)
		w.equal("status", w.ended(execution, 15*time.Second).Status, types.ExecutionStatusAborted)
		w.dead(token)
	}},
	{"damaged token", "what is no token is InvalidToken", func(w *world) {
		w.refused("SendTaskHeartbeat", w.beat("garbage"), "InvalidToken")
		w.refused("SendTaskSuccess", w.succeed("garbage", `1`), "InvalidToken")
		w.refused("SendTaskFailure", w.failTask("garbage"), "InvalidToken")
	}},
	{"token over 2,048 characters", "a longer one is refused before it is looked for", func(w *world) {
		w.refused("SendTaskHeartbeat", w.beat(strings.Repeat("a", 2049)), "ValidationException")
	}},
	{"error and cause", "an error over 256 characters, and a cause over 32,768, are refused", func(w *world) {
		_, _, token := w.execute("")
		_, err := w.sfn.SendTaskFailure(w.ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: sdk.String(strings.Repeat("e", 257))})
		w.refused("a long error", err, "ValidationException")
		_, err = w.sfn.SendTaskFailure(w.ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Cause: sdk.String(strings.Repeat("c", 32_769))})
		w.refused("a long cause", err, "ValidationException")
	}},
}
