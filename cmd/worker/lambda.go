package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"penstock/model"
	"penstock/worker"
)

// function is the worker in one execution environment.
type function struct {
	s       *setup
	handler *worker.Handler
	classes map[string]int // by "account/name" of the queue
}

// serveLambda serves invocations until the environment is shut down.
func serveLambda(ctx context.Context, std streams) error {
	f, err := newFunction(ctx, scenarioFile(), std)
	if err != nil {
		return err
	}
	lambda.StartWithOptions(f.handle, lambda.WithContext(ctx))
	return nil
}

// scenarioFile is PENSTOCK_FILE, or penstock.toml beside the binary.
func scenarioFile() string {
	if file := os.Getenv("PENSTOCK_FILE"); file != "" {
		return file
	}
	return filepath.Join(os.Getenv("LAMBDA_TASK_ROOT"), "penstock.toml")
}

// newFunction sets the worker up. It asks no queue whether it is there: that
// would slow every cold start, and event source mappings have found them.
func newFunction(ctx context.Context, file string, std streams) (*function, error) {
	s, err := load(ctx, file, std)
	if err != nil {
		return nil, err
	}
	if s.scenario.Worker.Driver != model.DriverLambda {
		return nil, errInput{errors.New("worker.driver is \"poller\": this scenario's worker is a service; a function needs driver \"lambda\"")}
	}
	cfg := s.config()
	ports := s.ports(cfg.Policy)
	if s.deploy.DryRun {
		ports = worker.DryRun(ports)
	}
	handler, err := worker.NewHandler(cfg, ports)
	if err != nil {
		return nil, errInput{err}
	}
	f := &function{s: s, handler: handler, classes: map[string]int{}}
	for class, name := range s.classes {
		f.classes[queueOfURL(s.deploy.Queues[name])] = class
	}
	return f, nil
}

// handle works on one batch. The ids that it lists stay in their queue.
func (f *function) handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	batch := make([]worker.Message, 0, len(event.Records))
	for i := range event.Records {
		m, err := f.message(&event.Records[i])
		if err != nil {
			return events.SQSEventResponse{}, err // all of the batch comes back
		}
		batch = append(batch, m)
	}
	kept, err := f.handler.Handle(ctx, batch)
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, id := range kept {
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	f.flush(ctx)
	return response, err
}

// flush exports the metrics: the environment may be frozen now.
func (f *function) flush(ctx context.Context) {
	if f.s.meter == nil {
		return
	}
	// What is exported late must not cost what has been done.
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := f.s.meter.Flush(ctx); err != nil {
		f.s.log.Error("metrics could not be exported", "error", err)
	}
}

// message reads a record of an event. (Lambda Developer Guide, Using Lambda with
// Amazon SQS.)
func (f *function) message(r *events.SQSMessage) (worker.Message, error) {
	class, ok := f.classes[queueOfARN(r.EventSourceARN)]
	if !ok {
		return worker.Message{}, fmt.Errorf("message %s is from %s, which is the queue of no class in [deploy.queues]", r.MessageId, r.EventSourceARN)
	}
	m := worker.Message{ID: r.MessageId, Receipt: r.ReceiptHandle, Body: r.Body, Class: class}
	var err error
	if m.Receive, err = strconv.Atoi(r.Attributes["ApproximateReceiveCount"]); err != nil || m.Receive < 1 {
		return m, fmt.Errorf("message %s has ApproximateReceiveCount %q", r.MessageId, r.Attributes["ApproximateReceiveCount"])
	}
	sent, err := strconv.ParseInt(r.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return m, fmt.Errorf("message %s has SentTimestamp %q", r.MessageId, r.Attributes["SentTimestamp"])
	}
	m.Sent = time.UnixMilli(sent)
	return m, nil
}

// queueOfURL returns the account and the name of a queue.
func queueOfURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[len(parts)-2] + "/" + parts[len(parts)-1]
}

// queueOfARN likewise: arn:aws:sqs:region:account:name.
func queueOfARN(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 {
		return ""
	}
	return parts[4] + "/" + parts[5]
}
