package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"penstock/model"
	"penstock/worker"
)

// serveLambda answers invocations until the environment ends.
func (w *instance) serveLambda(ports worker.Ports) error {
	f := &environment{w: w, queues: make(map[string]queue)}
	for i := range w.cfg.Classes {
		f.queues[nameOf(w.deploy.Queues[w.cfg.Classes[i].Name], "/")] = queue{class: i}
	}
	var err error
	if w.cfg.Worker.Driver == model.DriverLambda {
		if f.handler, err = worker.NewHandler(w.config(), ports); err != nil {
			return errInput{err}
		}
	}
	var classes []int
	if len(w.deploy.DeadLetterQueues) > 0 {
		if f.dead, classes, err = w.deadLetters(); err != nil {
			return err
		}
	}
	for n, i := range classes {
		f.queues[nameOf(w.deploy.DeadLetterQueues[w.cfg.Classes[i].Name], "/")] = queue{class: n, dead: true}
	}
	lambda.Start(f.handle)
	return nil
}

// environment is the worker in one execution environment.
type environment struct {
	w       *instance
	handler *worker.Handler     // nil: the scenario's worker is a service
	dead    *worker.DeadLetters // nil: there is no dead-letter queue
	queues  map[string]queue    // by name
}

// queue is where messages come from.
type queue struct {
	class int // of dead letters: among the classes that have a dead-letter queue
	dead  bool
}

// handle works on the batch of one mapping, which is of one queue. What it lists
// stays there; an error keeps all of it.
func (f *environment) handle(ctx context.Context, event events.SQSEvent) (answer events.SQSEventResponse, err error) {
	answer.BatchItemFailures = []events.SQSBatchItemFailure{} // null would say the same, and less clearly
	if len(event.Records) == 0 {
		return answer, nil
	}
	batch := make([]worker.Message, len(event.Records))
	var from queue
	for i := range event.Records {
		r := &event.Records[i]
		source, known := f.queues[nameOf(r.EventSourceARN, ":")]
		switch {
		case !known:
			return answer, fmt.Errorf("message %s is from %s, which is no queue of a class in [deploy.queues] or [deploy.dead_letter_queues]: the batch is kept", r.MessageId, r.EventSourceARN)
		case !source.dead && f.handler == nil:
			return answer, errors.New("[worker] driver is \"poller\", and this is a Lambda function: what was simulated is not what would run; the batch is kept")
		case i > 0 && source.dead != from.dead:
			return answer, errors.New("the batch holds messages and dead letters: it is kept")
		}
		from = source
		if batch[i], err = message(r, source.class); err != nil {
			return answer, err
		}
	}
	handle := f.dead.Handle
	if !from.dead {
		handle = f.handler.Handle
	}
	failed, err := handle(ctx, batch)
	for _, id := range failed {
		answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	f.w.flush(ctx)
	return answer, err
}

// tellLambda reports to Lambda why the function cannot start. (Lambda Developer
// Guide, runtime API, initialization error.) It is in the log all the same.
func tellLambda(address string, why error) {
	body, err := json.Marshal(map[string]string{"errorType": "Penstock.CannotStart", "errorMessage": why.Error()})
	if err != nil {
		return
	}
	client := &http.Client{Timeout: time.Second}
	answer, err := client.Post("http://"+address+"/2018-06-01/runtime/init/error", "application/json", bytes.NewReader(body))
	if err == nil {
		answer.Body.Close()
	}
}

// nameOf returns the name of a queue: the last part of its URL or ARN.
func nameOf(where, separator string) string {
	return where[strings.LastIndex(where, separator)+1:]
}

// message reads a record of an event. (Lambda Developer Guide, Using Lambda with
// Amazon SQS.)
func message(r *events.SQSMessage, class int) (worker.Message, error) {
	receive, err := strconv.Atoi(r.Attributes["ApproximateReceiveCount"])
	if err != nil {
		return worker.Message{}, fmt.Errorf("message %s came with the ApproximateReceiveCount %q", r.MessageId, r.Attributes["ApproximateReceiveCount"])
	}
	sent, err := strconv.ParseInt(r.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return worker.Message{}, fmt.Errorf("message %s came with the SentTimestamp %q", r.MessageId, r.Attributes["SentTimestamp"])
	}
	return worker.Message{ID: r.MessageId, Receipt: r.ReceiptHandle, Body: r.Body, Class: class, Receive: receive, Sent: time.UnixMilli(sent)}, nil
}
