package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/aws/smithy-go"
)

// trouble is why a call at start did not work, in a sentence. General trouble
// is that of a whole service, such as credentials, and is said once.
type trouble struct {
	general bool
	text    string
}

// explain says in a sentence what an error means that came from the endpoint,
// in answer to the action of IAM.
func explain(err error, endpoint, region, action string) trouble {
	if api := smithy.APIError(nil); errors.As(err, &api) {
		return explainAnswer(api, endpoint, region, action)
	}
	var (
		name   *net.DNSError
		refuse *net.OpError
	)
	switch {
	case errors.As(err, &name):
		return trouble{true, fmt.Sprintf("%s has no address: is the region %q right, and the network up?", endpoint, region)}
	case errors.Is(err, syscall.ECONNREFUSED):
		return trouble{true, fmt.Sprintf("%s refuses connections: nothing listens there", endpoint)}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &refuse) && refuse.Timeout():
		return trouble{true, fmt.Sprintf("no answer from %s within %v: a VPC endpoint, a NAT gateway or a security group is missing, or it is down", endpoint, startPatience)}
	}
	return trouble{true, fmt.Sprintf("%s cannot be reached: %v", endpoint, err)}
}

// explainAnswer is explain for what the service itself answered.
func explainAnswer(api smithy.APIError, endpoint, region, action string) trouble {
	said := api.ErrorCode()
	if text := api.ErrorMessage(); text != "" && text != said {
		said += ": " + text
	}
	switch short := strings.TrimSuffix(api.ErrorCode(), "Exception"); short {
	case "ExpiredToken", "RequestExpired", "TokenRefreshRequired":
		return trouble{true, fmt.Sprintf("the credentials have expired: renew them (%s)", said)}
	case "InvalidClientTokenId", "UnrecognizedClient", "InvalidAccessKeyId", "MissingAuthenticationToken",
		"SignatureDoesNotMatch", "InvalidSignature", "IncompleteSignature", "AuthFailure", "RequestTimeTooSkewed":
		return trouble{true, fmt.Sprintf("AWS does not accept the credentials (%s)", said)}
	case "OptInRequired", "SubscriptionRequired":
		return trouble{true, fmt.Sprintf("the account may not use the service in %s (%s)", region, said)}
	case "AccessDenied", "AuthorizationError", "NotAuthorized":
		return trouble{false, fmt.Sprintf("the role lacks the permission %s (%s)", action, said)}
	case "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue":
		return trouble{false, fmt.Sprintf("there is no such queue in region %s", region)}
	case "InvalidAddress":
		return trouble{false, fmt.Sprintf("%s does not take this URL for that of a queue (%s)", endpoint, said)}
	}
	if throttled(api) {
		return trouble{true, fmt.Sprintf("%s throttles: a quota of the account is used up (%s)", endpoint, said)}
	}
	return trouble{false, said}
}
