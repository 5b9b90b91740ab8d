package aws

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"penstock/model/policy"
	"penstock/worker"
)

// What Step Functions takes at most, in bytes (API model of SendTaskSuccess and
// SendTaskFailure).
const (
	longestToken  = 2048
	longestOutput = 262_144
	longestName   = 256
	longestCause  = 32_768
)

// RefusedOutput is the error's name with which a task fails whose output Step
// Functions does not take: it is no JSON, or longer than 256 KiB.
const RefusedOutput = "Penstock.RefusedOutput"

// Tasks answers the tokens of Step Functions. It implements worker.Tasks.
type Tasks struct {
	client *sfn.Client
	log    *slog.Logger
}

var _ worker.Tasks = (*Tasks)(nil)

// Beat is SendTaskHeartbeat.
func (t *Tasks) Beat(ctx context.Context, token string) policy.Status {
	if impossible(token) {
		return policy.Gone
	}
	ctx, cancel := brief(ctx)
	defer cancel()
	_, err := t.client.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: &token})
	return t.status("SendTaskHeartbeat", err)
}

// Succeed is SendTaskSuccess. Output that Step Functions refuses would be
// refused again, with the task waiting on: it is answered with a failure of the
// name RefusedOutput instead, whose status is returned.
func (t *Tasks) Succeed(ctx context.Context, token, output string) policy.Status {
	if impossible(token) {
		return policy.Gone
	}
	if len(output) > longestOutput {
		return t.Fail(ctx, token, RefusedOutput, "the output is longer than 262144 bytes")
	}
	short, cancel := brief(ctx)
	defer cancel()
	_, err := t.client.SendTaskSuccess(short, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: &output})
	var refused *types.InvalidOutput
	if errors.As(err, &refused) {
		t.log.Warn("output refused, the task fails", "error", err)
		return t.Fail(ctx, token, RefusedOutput, refused.ErrorMessage())
	}
	return t.status("SendTaskSuccess", err)
}

// Fail is SendTaskFailure. The name and the cause are cut at 256 and 32,768
// bytes.
func (t *Tasks) Fail(ctx context.Context, token, name, cause string) policy.Status {
	if impossible(token) {
		return policy.Gone
	}
	ctx, cancel := brief(ctx)
	defer cancel()
	name, cause = cut(name, longestName), cut(cause, longestCause)
	_, err := t.client.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: &name, Cause: &cause})
	return t.status("SendTaskFailure", err)
}

// status logs what the policy is not told: why an answer was unclear.
func (t *Tasks) status(call string, err error) policy.Status {
	s := status(err)
	if s == policy.Unclear && !errors.Is(err, context.Canceled) { // else nobody waits for the answer any more
		t.log.Warn("unclear answer of Step Functions", "call", call, "error", err)
	}
	return s
}

// impossible reports whether no task can have the token, because Step Functions
// would not even look for it.
func impossible(token string) bool {
	return token == "" || len(token) > longestToken
}
