package conformance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// world is what one case has to itself: the clients, and a prefix of names. A
// case reports to it instead of to testing.T, because a failure may be expected.
type world struct {
	ctx      context.Context
	sqs      *sqs.Client
	sfn      *sfn.Client
	prefix   string
	names    int
	failures []string
}

// stop unwinds a case that cannot go on.
type stop struct{}

func (w *world) fail(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

// need ends the case where the condition does not hold.
func (w *world) need(ok bool, format string, args ...any) {
	if !ok {
		w.fail(format, args...)
		panic(stop{})
	}
}

// must ends the case at an error.
func (w *world) must(what string, err error) {
	w.need(err == nil, "%s: %v", what, err)
}

// refused checks that an error of that name came.
func (w *world) refused(what string, err error, name string) {
	var api smithy.APIError
	switch {
	case err == nil:
		w.fail("%s: accepted, want %s", what, name)
	case !errors.As(err, &api):
		w.fail("%s: %v, want %s", what, err, name)
	case !strings.HasSuffix(api.ErrorCode(), name) && !strings.HasSuffix(fmt.Sprintf("%T", api), "."+name):
		w.fail("%s: %s (%T), want %s", what, api.ErrorCode(), api, name)
	}
}

func (w *world) equal(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.fail("%s is %v, want %v", what, got, want)
	}
}

// sleep waits; in the fake's world the time is virtual.
func (w *world) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-w.ctx.Done():
		w.need(false, "out of time")
	}
}

func (w *world) name() string {
	w.names++
	return fmt.Sprintf("%s-%d", w.prefix, w.names)
}

// queue makes a queue with attributes, name and value by turns.
func (w *world) queue(attributes ...string) (url string) {
	in := &sqs.CreateQueueInput{QueueName: sdk.String(w.name()), Attributes: make(map[string]string)}
	for i := 0; i < len(attributes); i += 2 {
		in.Attributes[attributes[i]] = attributes[i+1]
	}
	out, err := w.sqs.CreateQueue(w.ctx, in)
	w.must("CreateQueue", err)
	return *out.QueueUrl
}

func (w *world) attribute(url, name string) string {
	out, err := w.sqs.GetQueueAttributes(w.ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeName(name)}})
	w.must("GetQueueAttributes", err)
	return out.Attributes[name]
}

// counts are the approximate numbers of visible, hidden and delayed messages.
func (w *world) counts(url string) string {
	return w.attribute(url, "ApproximateNumberOfMessages") + " visible, " + w.attribute(url, "ApproximateNumberOfMessagesNotVisible") + " in flight, " +
		w.attribute(url, "ApproximateNumberOfMessagesDelayed") + " delayed"
}

// withDeadLetters makes a queue with a redrive policy, and its dead-letter queue.
func (w *world) withDeadLetters(maxReceive int, attributes ...string) (url, dead string) {
	dead = w.queue()
	policy := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, w.attribute(dead, "QueueArn"), maxReceive)
	return w.queue(append(attributes, "RedrivePolicy", policy)...), dead
}

func (w *world) send(url, body string) (id string) {
	out, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
	w.must("SendMessage", err)
	return *out.MessageId
}

// receive takes up to max messages, waiting for wait seconds.
func (w *world) receive(url string, max, wait int) []types.Message {
	out, err := w.sqs.ReceiveMessage(w.ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: int32(max), WaitTimeSeconds: int32(wait),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}, MessageAttributeNames: []string{"All"},
	})
	w.must("ReceiveMessage", err)
	return out.Messages
}

// one receives a message that must be there.
func (w *world) one(url string) types.Message {
	got := w.receive(url, 1, 1)
	w.need(len(got) == 1, "received %d messages, want 1", len(got))
	return got[0]
}

// none receives nothing.
func (w *world) none(when, url string) {
	if got := w.receive(url, 10, 0); len(got) > 0 {
		w.fail("%s: received %d messages, want none", when, len(got))
	}
}

func (w *world) hide(url string, m types.Message, seconds int) error {
	_, err := w.sqs.ChangeMessageVisibility(w.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: int32(seconds)})
	return err
}

func (w *world) delete(url string, m types.Message) error {
	_, err := w.sqs.DeleteMessage(w.ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
	return err
}

func receives(m types.Message) int {
	n, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	return n
}
