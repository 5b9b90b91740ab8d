package aws

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/worker"
)

// The attributes that Bury puts on a message: why it was buried, the id that it
// had in the queue of its class, and how often it had been received there.
const (
	ReasonAttribute   = "PenstockReason"
	OriginalAttribute = "PenstockMessage"
	ReceivesAttribute = "PenstockReceives"
)

// longestReason is where a reason is cut, in bytes. SQS would take far more,
// but the attributes count against the size of the message.
const longestReason = 1024

// Bury sends a copy of a message that can never be processed to the dead-letter
// queue of its class, with the reason. The message itself is still to be
// deleted: in this order it can at worst be there twice. Attributes that the
// sender put on it are not copied: a task's message has none (Step Functions,
// sqs:sendMessage as penstock emits it), and the reason needs room.
func (q *Queues) Bury(ctx context.Context, m worker.Message, reason string) error {
	queue := q.queues[m.Class]
	if queue.DeadLetterURL == "" {
		return fmt.Errorf("class %s: %w", queue.Class, worker.ErrNoDeadLetterQueue)
	}
	ctx, cancel := brief(ctx)
	defer cancel()
	text := sdk.String("String")
	_, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &queue.DeadLetterURL, MessageBody: &m.Body,
		MessageAttributes: map[string]types.MessageAttributeValue{
			ReasonAttribute:   {DataType: text, StringValue: sdk.String(cut(reason, longestReason))},
			OriginalAttribute: {DataType: text, StringValue: &m.ID},
			ReceivesAttribute: {DataType: sdk.String("Number"), StringValue: sdk.String(strconv.Itoa(m.Receive))},
		},
	})
	return err
}

// Redrive starts to move everything from the dead-letter queue of the class
// back to its queue, and returns the handle of the task that SQS works on then.
// perSecond is 1 to 500 messages a second; 0: as fast as SQS likes. The
// destination is named because buried messages have no source queue that SQS
// knows of. Messages get a new id, a new SentTimestamp and a receive count from
// 1.
func (q *Queues) Redrive(ctx context.Context, class, perSecond int) (handle string, err error) {
	queue := q.queues[class]
	if queue.DeadLetterURL == "" {
		return "", fmt.Errorf("class %s: %w", queue.Class, worker.ErrNoDeadLetterQueue)
	}
	from, err := q.arn(ctx, queue.DeadLetterURL)
	if err != nil {
		return "", err
	}
	to, err := q.arn(ctx, queue.URL)
	if err != nil {
		return "", err
	}
	ctx, cancel := brief(ctx)
	defer cancel()
	input := &sqs.StartMessageMoveTaskInput{SourceArn: &from, DestinationArn: &to}
	if perSecond > 0 {
		input.MaxNumberOfMessagesPerSecond = sdk.Int32(int32(perSecond))
	}
	answer, err := q.client.StartMessageMoveTask(ctx, input)
	if err != nil {
		return "", err
	}
	return sdk.ToString(answer.TaskHandle), nil
}

func (q *Queues) arn(ctx context.Context, url string) (string, error) {
	ctx, cancel := brief(ctx)
	defer cancel()
	answer, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return "", err
	}
	arn := answer.Attributes["QueueArn"]
	if arn == "" {
		return "", fmt.Errorf("the queue at %s does not tell its QueueArn", url)
	}
	return arn, nil
}

// cut shortens a text to at most n bytes without leaving half a character.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// DeadLetters returns the dead-letter queues of the classes that have one, as
// the queues of these classes alone, and which classes they are.
func (c *Clients) DeadLetters() (queues *Queues, classes []int) {
	queues = &Queues{client: c.Queues.client, log: c.Queues.log}
	for i, q := range c.cfg.Queues {
		if q.DeadLetterURL != "" {
			queues.queues = append(queues.queues, Queue{Class: q.Class, URL: q.DeadLetterURL})
			classes = append(classes, i)
		}
	}
	return queues, classes
}
