package conformance

import (
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var queueRules = []rule{
	{"counts", "visible and in-flight messages are counted apart", func(w *world) {
		url := w.queue()
		for range 3 {
			w.send(url, "a")
		}
		w.one(url)
		w.equal("counts", w.counts(url), "2 visible, 1 in flight, 0 delayed")
	}},
	{"defaults", "a new queue hides for 30 s, keeps for 4 days, does not wait", func(w *world) {
		url := w.queue()
		for name, want := range map[string]string{"VisibilityTimeout": "30", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0", "DelaySeconds": "0", "MaximumMessageSize": "1048576"} {
			w.equal(name, w.attribute(url, name), want)
		}
	}},
	{"no attribute asked", "GetQueueAttributes without names has an empty answer", func(w *world) {
		url := w.queue()
		out, err := w.sqs.GetQueueAttributes(w.ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url})
		w.must("GetQueueAttributes", err)
		w.equal("attributes", len(out.Attributes), 0)
	}},
	{"changed attributes", "SetQueueAttributes counts for later receives", func(w *world) {
		url := w.queue()
		_, err := w.sqs.SetQueueAttributes(w.ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{"VisibilityTimeout": "1"}})
		w.must("SetQueueAttributes", err)
		w.send(url, "a")
		w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.one(url)
	}},
	{"ranges of attributes", "a visibility timeout over 12 h and a retention below 60 s are refused", func(w *world) {
		url := w.queue()
		for name, value := range map[string]string{"VisibilityTimeout": "43201", "MessageRetentionPeriod": "59", "DelaySeconds": "901", "ReceiveMessageWaitTimeSeconds": "21"} {
			_, err := w.sqs.SetQueueAttributes(w.ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{name: value}})
			w.refused(name, err, "InvalidAttributeValue")
		}
	}},
	{"no such queue", "every operation on a queue that is not there is QueueDoesNotExist", func(w *world) {
		url := w.queue()
		url += "-not"
		_, err := w.sqs.GetQueueAttributes(w.ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url})
		w.refused("GetQueueAttributes", err, "QueueDoesNotExist")
		_, err = w.sqs.ReceiveMessage(w.ctx, &sqs.ReceiveMessageInput{QueueUrl: &url})
		w.refused("ReceiveMessage", err, "QueueDoesNotExist")
		_, err = w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a")})
		w.refused("SendMessage", err, "QueueDoesNotExist")
		_, err = w.sqs.GetQueueUrl(w.ctx, &sqs.GetQueueUrlInput{QueueName: sdk.String(w.name())})
		w.refused("GetQueueUrl", err, "QueueDoesNotExist")
	}},
	{"create again", "the same queue can be created again, and found by name", func(w *world) {
		url := w.queue("VisibilityTimeout", "7")
		w.names--
		w.equal("URL", w.queue("VisibilityTimeout", "7"), url)
		out, err := w.sqs.GetQueueUrl(w.ctx, &sqs.GetQueueUrlInput{QueueName: sdk.String(url[strings.LastIndex(url, "/")+1:])})
		w.must("GetQueueUrl", err)
		w.equal("URL by name", *out.QueueUrl, url)
	}},
	{"create otherwise", "a queue of the same name with other attributes is QueueNameExists", func(w *world) {
		url := w.queue("VisibilityTimeout", "7")
		_, err := w.sqs.CreateQueue(w.ctx, &sqs.CreateQueueInput{QueueName: sdk.String(url[strings.LastIndex(url, "/")+1:]), Attributes: map[string]string{"VisibilityTimeout": "8"}})
		w.refused("CreateQueue", err, "QueueNameExists")
	}},
}

var deadLetterRules = []rule{
	{"maxReceiveCount", "with maxReceiveCount N a message is received N times; the next attempt moves it and returns nothing", func(w *world) {
		url, dead := w.withDeadLetters(2, "VisibilityTimeout", "1")
		w.send(url, "a")
		for n := 1; n <= 2; n++ {
			w.equal("receive count", receives(w.one(url)), n)
			w.sleep(1500 * time.Millisecond)
		}
		w.none("the third attempt", url)
		w.equal("dead letters", w.attribute(dead, "ApproximateNumberOfMessages"), "1")
		w.equal("left", w.counts(url), "0 visible, 0 in flight, 0 delayed")
	}},
	{"moved by an attempt", "a message that was received N times stays until somebody tries to receive it again", func(w *world) {
		url, dead := w.withDeadLetters(1, "VisibilityTimeout", "1")
		w.send(url, "a")
		w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.equal("dead letters", w.attribute(dead, "ApproximateNumberOfMessages"), "0")
		w.none("the second attempt", url)
		w.equal("dead letters after an attempt", w.attribute(dead, "ApproximateNumberOfMessages"), "1")
	}},
	{"a dead letter", "a dead letter keeps id, body, attributes and the time it was sent, and its receive count goes on", func(w *world) {
		url, dead := w.withDeadLetters(1)
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a"), MessageAttributes: map[string]types.MessageAttributeValue{"K": {DataType: sdk.String("String"), StringValue: sdk.String("v")}}})
		w.must("SendMessage", err)
		m := w.one(url)
		w.must("ChangeMessageVisibility", w.hide(url, m, 0))
		w.none("the second attempt", url)
		d := w.one(dead)
		w.equal("id", *d.MessageId, *m.MessageId)
		w.equal("body", *d.Body, "a")
		w.equal("attribute", sdk.ToString(d.MessageAttributes["K"].StringValue), "v")
		w.equal("SentTimestamp", d.Attributes["SentTimestamp"], m.Attributes["SentTimestamp"])
		w.equal("receive count", receives(d), 2)
	}},
	{"source of a dead letter", "a dead letter says which queue it comes from", func(w *world) {
		url, dead := w.withDeadLetters(1)
		w.send(url, "a")
		w.must("ChangeMessageVisibility", w.hide(url, w.one(url), 0))
		w.none("the second attempt", url)
		w.equal("DeadLetterQueueSourceArn", w.one(dead).Attributes["DeadLetterQueueSourceArn"], w.attribute(url, "QueueArn"))
	}},
	{"dead letters of polls", "a long poll that only moves a message goes on waiting", func(w *world) {
		url, _ := w.withDeadLetters(1)
		w.send(url, "a")
		w.must("ChangeMessageVisibility", w.hide(url, w.one(url), 0))
		begun := time.Now()
		w.equal("messages", len(w.receive(url, 1, 2)), 0)
		if took := time.Since(begun); took < 1900*time.Millisecond {
			w.fail("the poll took %v", took)
		}
	}},
	{"bad redrive policies", "a target that is not there, and maxReceiveCount outside 1 to 1000, are refused", func(w *world) {
		dead := w.queue()
		arn := w.attribute(dead, "QueueArn")
		for _, policy := range []string{`{"deadLetterTargetArn":"` + arn + `-not","maxReceiveCount":3}`, `{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":0}`, `{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":1001}`} {
			_, err := w.sqs.CreateQueue(w.ctx, &sqs.CreateQueueInput{QueueName: sdk.String(w.name()), Attributes: map[string]string{"RedrivePolicy": policy}})
			if err == nil {
				w.fail("%s was accepted", policy)
			}
		}
	}},
	{"redrive", "StartMessageMoveTask sends dead letters back as new messages: a new id, received once", func(w *world) {
		url, dead := w.withDeadLetters(1)
		id := w.send(url, "a")
		w.must("ChangeMessageVisibility", w.hide(url, w.one(url), 0))
		w.none("the second attempt", url)
		w.move(dead, &sqs.StartMessageMoveTaskInput{})
		m := w.one(url)
		w.equal("body", *m.Body, "a")
		w.equal("receive count", receives(m), 1)
		if *m.MessageId == id {
			w.fail("the id is the old one")
		}
	}},
	{"redrive to a destination", "a message that was sent to the dead-letter queue itself can be moved to a queue that is named", func(w *world) {
		url, dead := w.withDeadLetters(1)
		w.send(dead, "a")
		w.move(dead, &sqs.StartMessageMoveTaskInput{DestinationArn: sdk.String(w.attribute(url, "QueueArn"))})
		w.equal("body", *w.one(url).Body, "a")
	}},
	{"speed of a redrive", "a move of 10 messages at 2 a second takes about 5 seconds", func(w *world) {
		url, dead := w.withDeadLetters(1)
		for i := range 10 {
			w.send(dead, strconv.Itoa(i))
		}
		begun := time.Now()
		w.move(dead, &sqs.StartMessageMoveTaskInput{DestinationArn: sdk.String(w.attribute(url, "QueueArn")), MaxNumberOfMessagesPerSecond: sdk.Int32(2)})
		if took := time.Since(begun).Seconds(); took < 3.5 || took > 15 {
			w.fail("the move took %.1f s", took)
		}
		w.equal("messages", w.attribute(url, "ApproximateNumberOfMessages"), "10")
	}},
	{"speed over 500", "a move of more than 500 messages a second is refused", func(w *world) {
		_, dead := w.withDeadLetters(1)
		_, err := w.sqs.StartMessageMoveTask(w.ctx, &sqs.StartMessageMoveTaskInput{SourceArn: sdk.String(w.attribute(dead, "QueueArn")), MaxNumberOfMessagesPerSecond: sdk.Int32(501)})
		w.refused("a speed of 501", err, "InvalidParameterValue")
	}},
	{"move from no dead-letter queue", "a source that is nobody's dead-letter queue is refused", func(w *world) {
		url, _ := w.withDeadLetters(1)
		if _, err := w.sqs.StartMessageMoveTask(w.ctx, &sqs.StartMessageMoveTaskInput{SourceArn: sdk.String(w.attribute(url, "QueueArn"))}); err == nil {
			w.fail("accepted")
		}
	}},
}

// move moves everything out of a dead-letter queue and waits until it is done.
func (w *world) move(dead string, in *sqs.StartMessageMoveTaskInput) {
	in.SourceArn = sdk.String(w.attribute(dead, "QueueArn"))
	_, err := w.sqs.StartMessageMoveTask(w.ctx, in)
	w.must("StartMessageMoveTask", err)
	for range 200 {
		if w.attribute(dead, "ApproximateNumberOfMessages") == "0" {
			w.sleep(50 * time.Millisecond)
			return
		}
		w.sleep(50 * time.Millisecond)
	}
	w.need(false, "the messages were not moved")
}
