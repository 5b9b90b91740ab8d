// Package aws lets the worker reach SQS and Step Functions with AWS's SDK. It
// adds three things to what the SDK does: every call has a deadline, an error
// becomes a policy.Status, and what is wrong with the set-up is said at start
// in sentences (Clients.Check).
//
// The SDK's own retries stay on: it sometimes fails a good reply with "use of
// closed network connection", and a Lambda environment that was frozen has dead
// connections. A ReceiveMessage that is sent again leaves the messages of the
// first reply in flight until their visibility timeout ends, which costs them a
// receive: a maxReceiveCount below 3 is not safe.
package aws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Config says where the queues and Step Functions are. Credentials come from
// where every program of AWS takes them: environment, shared files, the role of
// the function or the task.
type Config struct {
	Region      string  // empty: as the environment says
	SQSEndpoint string  // URL; empty: AWS, by region
	SFNEndpoint string  // URL; empty: AWS, by region
	Queues      []Queue // by class, the highest first

	// HTTPClient replaces the SDK's own; nil: keep that.
	HTTPClient sdk.HTTPClient
	// Log gets every answer that is neither yes nor no; nil: nothing is logged.
	Log *slog.Logger
}

// Queue is the queue of one class: where it is, and how the scenario says that
// it is set up, which Check compares with what it finds.
type Queue struct {
	Class         string
	URL           string
	DeadLetterURL string        // empty: none is known
	Visibility    time.Duration // its VisibilityTimeout
	Retention     time.Duration // its MessageRetentionPeriod; 0: not compared
	Delay         time.Duration // its DelaySeconds
	MaxReceive    int           // maxReceiveCount of its redrive policy; 0: it has none
}

const (
	// patience is how long one call may take, retries included, beside the time
	// that a long poll waits. A call of SQS takes 10 to 50 ms; what has not
	// answered by then is unclear, and the policy decides what that means.
	patience = 5 * time.Second
	// startPatience is how long Check may take: a machine that has just
	// started is slow, and so is the first connection.
	startPatience = 15 * time.Second
	// maxBackoff is how long the SDK pauses at most between two of its three
	// attempts, so that they fit into patience. Its default, 20 s, would use up
	// the whole time of an invocation.
	maxBackoff = time.Second
	// idleConnections is how many connections to one service are kept open. The
	// SDK keeps 10; each slot of a service polls on one of its own.
	idleConnections = 256
)

// Clients are the two services.
type Clients struct {
	Queues *Queues
	Tasks  *Tasks
	cfg    Config
	creds  sdk.CredentialsProvider
}

// Open prepares the clients. It reads the environment and files, and calls
// nobody: that is Check's.
func Open(ctx context.Context, cfg Config) (*Clients, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	options := []func(*config.LoadOptions) error{
		config.WithRetryer(func() sdk.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = maxBackoff })
		}),
	}
	if cfg.Region != "" {
		options = append(options, config.WithRegion(cfg.Region))
	}
	if cfg.HTTPClient != nil {
		options = append(options, config.WithHTTPClient(cfg.HTTPClient))
	} else {
		options = append(options, config.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = idleConnections
			t.MaxIdleConns = 2 * idleConnections
		})))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("the set-up of AWS cannot be read: %w", err)
	}
	if cfg.Region = loaded.Region; cfg.Region == "" {
		return nil, errors.New("no region is known: set deploy.region or AWS_REGION")
	}
	queues := sqs.NewFromConfig(loaded, func(o *sqs.Options) { o.BaseEndpoint = endpoint(cfg.SQSEndpoint, o.BaseEndpoint) })
	steps := sfn.NewFromConfig(loaded, func(o *sfn.Options) { o.BaseEndpoint = endpoint(cfg.SFNEndpoint, o.BaseEndpoint) })
	return &Clients{
		Queues: &Queues{client: queues, queues: cfg.Queues, log: cfg.Log},
		Tasks:  &Tasks{client: steps, log: cfg.Log},
		cfg:    cfg,
		creds:  loaded.Credentials,
	}, nil
}

// endpoint is ours where one is given, and otherwise what the environment says.
func endpoint(ours string, found *string) *string {
	if ours == "" {
		return found
	}
	return &ours
}

// brief gives a call its deadline.
func brief(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, patience)
}
