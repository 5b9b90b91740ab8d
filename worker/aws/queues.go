package aws

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/model/policy"
	"penstock/worker"
)

// Queues are the queues of all classes on SQS. It implements worker.Queues and
// worker.Redriver.
type Queues struct {
	client *sqs.Client
	queues []Queue
	log    *slog.Logger
}

var (
	_ worker.Queues   = (*Queues)(nil)
	_ worker.Redriver = (*Queues)(nil)
)

// longestPoll is how long SQS waits at most for a message (ReceiveMessage). A
// poll is given that long whatever it asks for: one that the queue's own setting
// makes long, and that is cut off, may take a message with it.
const longestPoll = 20 * time.Second

// Receive asks for one message of the class, and waits at most wait, in whole
// seconds of 0 to 20, for it. The SDK does not send a wait of 0: the queue's own
// ReceiveMessageWaitTimeSeconds counts then, which Check warns of. Where ctx
// ends the poll, its error is returned; whether SQS had already handed out a
// message nobody can know, and that message comes back after its visibility
// timeout.
func (q *Queues) Receive(ctx context.Context, class int, wait time.Duration) ([]worker.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, longestPoll+patience)
	defer cancel()
	answer, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            &q.queues[class].URL,
		MaxNumberOfMessages: 1,
		WaitTimeSeconds:     seconds(wait),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameApproximateReceiveCount,
			types.MessageSystemAttributeNameSentTimestamp,
		},
	})
	if err != nil {
		return nil, err
	}
	messages := make([]worker.Message, len(answer.Messages))
	for i := range answer.Messages {
		if messages[i], err = message(&answer.Messages[i], class); err != nil {
			return nil, fmt.Errorf("queue of %s: %w", q.queues[class].Class, err)
		}
	}
	return messages, nil
}

// message reads what SQS says of a message. Without its receive count the
// policy could not tell when to escalate, so an answer that lacks it is refused.
func message(m *types.Message, class int) (worker.Message, error) {
	receive, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if err != nil || receive < 1 {
		return worker.Message{}, fmt.Errorf("message %s came with the ApproximateReceiveCount %q", sdk.ToString(m.MessageId), m.Attributes["ApproximateReceiveCount"])
	}
	sent, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return worker.Message{}, fmt.Errorf("message %s came with the SentTimestamp %q", sdk.ToString(m.MessageId), m.Attributes["SentTimestamp"])
	}
	return worker.Message{
		ID: sdk.ToString(m.MessageId), Receipt: sdk.ToString(m.ReceiptHandle), Body: sdk.ToString(m.Body),
		Class: class, Receive: receive, Sent: time.UnixMilli(sent),
	}, nil
}

// Look asks for the two counts that the policy goes by.
func (q *Queues) Look(ctx context.Context, class int) (visible, inFlight int64, s policy.Status) {
	ctx, cancel := brief(ctx)
	defer cancel()
	answer, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.queues[class].URL,
		AttributeNames: []types.QueueAttributeName{
			types.QueueAttributeNameApproximateNumberOfMessages,
			types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		},
	})
	if err == nil {
		visible, err = strconv.ParseInt(answer.Attributes["ApproximateNumberOfMessages"], 10, 64)
	}
	if err == nil {
		inFlight, err = strconv.ParseInt(answer.Attributes["ApproximateNumberOfMessagesNotVisible"], 10, 64)
	}
	if err != nil {
		q.log.Warn("no counts of a queue", "class", q.queues[class].Class, "error", err)
		return 0, 0, status(err)
	}
	return visible, inFlight, policy.OK
}

// Hide changes the visibility timeout of the message to d, rounded up to whole
// seconds. It fails where the message would be hidden for more than 12 hours
// since it was received.
func (q *Queues) Hide(ctx context.Context, m worker.Message, d time.Duration) error {
	ctx, cancel := brief(ctx)
	defer cancel()
	_, err := q.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.queues[m.Class].URL, ReceiptHandle: &m.Receipt, VisibilityTimeout: seconds(d),
	})
	return err
}

// Delete deletes the message.
func (q *Queues) Delete(ctx context.Context, m worker.Message) error {
	ctx, cancel := brief(ctx)
	defer cancel()
	_, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.queues[m.Class].URL, ReceiptHandle: &m.Receipt})
	return err
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int32 {
	return int32((d + time.Second - 1) / time.Second)
}
