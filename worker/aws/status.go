package aws

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"penstock/model/policy"
)

// status is what an error of either service means to the policy. What is none
// of the answers that AWS documents is unclear: the call may have had effect.
func status(err error) policy.Status {
	var (
		timedOut *types.TaskTimedOut // also of a task that has ended
		unknown  *types.TaskDoesNotExist
		invalid  *types.InvalidToken
	)
	switch {
	case err == nil:
		return policy.OK
	case errors.As(err, &timedOut), errors.As(err, &unknown), errors.As(err, &invalid):
		return policy.Gone
	case throttled(err):
		return policy.Throttled
	}
	return policy.Unclear
}

// throttled reports whether the error is one of those that AWS answers when a
// quota is exceeded.
func throttled(err error) bool {
	return retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}.IsErrorThrottle(err) == sdk.TrueTernary
}

// code is the error code of AWS, or empty where the error is none of AWS's.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
