package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"penstock/worker"
)

// serveLambda answers invocations until the environment ends.
func (w *instance) serveLambda(ports worker.Ports) error {
	handler, err := worker.NewHandler(w.config(), ports)
	if err != nil {
		return errInput{err}
	}
	classes := w.queueNames()
	lambda.Start(func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		batch := make([]worker.Message, len(event.Records))
		for i := range event.Records {
			if batch[i], err = message(&event.Records[i], classes); err != nil {
				return events.SQSEventResponse{}, err
			}
		}
		failed, err := handler.Handle(ctx, batch)
		answer := events.SQSEventResponse{BatchItemFailures: make([]events.SQSBatchItemFailure, len(failed))}
		for i := range failed {
			answer.BatchItemFailures[i].ItemIdentifier = failed[i]
		}
		w.flush(ctx)
		return answer, err
	})
	return nil
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

// queueNames maps names of queues to classes.
func (w *instance) queueNames() map[string]int {
	names := make(map[string]int)
	for i := range w.cfg.Classes {
		url := w.deploy.Queues[w.cfg.Classes[i].Name]
		names[url[strings.LastIndex(url, "/")+1:]] = i
	}
	return names
}

// message reads a record of an event. The ARN tells the queue, and so the class.
func message(r *events.SQSMessage, classes map[string]int) (worker.Message, error) {
	class, known := classes[r.EventSourceARN[strings.LastIndex(r.EventSourceARN, ":")+1:]]
	if !known {
		return worker.Message{}, fmt.Errorf("message %s is from %s, which is no queue of a class in [deploy.queues]: the batch is kept", r.MessageId, r.EventSourceARN)
	}
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
