package conformance

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// rule is one case: what AWS does, in its documentation's terms.
type rule struct {
	name string
	says string
	try  func(*world)
}

var receiveRules = []rule{
	{"first receive", "a message arrives with body, sender's attributes, receive count 1 and the time it was sent", func(w *world) {
		url := w.queue()
		before := time.Now()
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("ä <&> \n\""), MessageAttributes: map[string]types.MessageAttributeValue{
			"Why": {DataType: sdk.String("String"), StringValue: sdk.String("because")}, "N": {DataType: sdk.String("Number"), StringValue: sdk.String("7")}}})
		w.must("SendMessage", err)
		m := w.one(url)
		w.equal("body", *m.Body, "ä <&> \n\"")
		w.equal("ApproximateReceiveCount", m.Attributes["ApproximateReceiveCount"], "1")
		w.equal("attribute", sdk.ToString(m.MessageAttributes["Why"].StringValue)+sdk.ToString(m.MessageAttributes["N"].StringValue), "because7")
		sent, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64)
		w.must("SentTimestamp", err)
		if off := time.UnixMilli(sent).Sub(before); off < -2*time.Second || off > 10*time.Second {
			w.fail("SentTimestamp is %v after the send", off)
		}
		first, _ := strconv.ParseInt(m.Attributes["ApproximateFirstReceiveTimestamp"], 10, 64)
		if first < sent {
			w.fail("first received at %d, sent at %d", first, sent)
		}
	}},
	{"visibility timeout", "a received message is hidden for the queue's visibility timeout, then comes back with a receive count of 2, the same id and a new handle", func(w *world) {
		url := w.queue("VisibilityTimeout", "6")
		id := w.send(url, "a")
		m := w.one(url)
		w.none("at once", url)
		w.sleep(6500 * time.Millisecond)
		again := w.one(url)
		w.equal("id", *again.MessageId, id)
		w.equal("receive count", receives(again), 2)
		w.equal("first receive", again.Attributes["ApproximateFirstReceiveTimestamp"], m.Attributes["ApproximateFirstReceiveTimestamp"])
		if *again.ReceiptHandle == *m.ReceiptHandle {
			w.fail("the handle is the same")
		}
	}},
	{"visibility of one receive", "ReceiveMessage's VisibilityTimeout counts instead of the queue's", func(w *world) {
		url := w.queue("VisibilityTimeout", "60")
		w.send(url, "a")
		out, err := w.sqs.ReceiveMessage(w.ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, VisibilityTimeout: 1})
		w.must("ReceiveMessage", err)
		w.equal("messages", len(out.Messages), 1)
		w.sleep(1500 * time.Millisecond)
		w.one(url)
	}},
	{"long poll ends with a message", "a long poll returns as soon as a message is there", func(w *world) {
		url := w.queue()
		var sent sync.WaitGroup
		defer sent.Wait()
		sent.Go(func() {
			time.Sleep(time.Second)
			_, _ = w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a")}) // its absence shows below
		})
		begun := time.Now()
		got := w.receive(url, 1, 20)
		w.equal("messages", len(got), 1)
		if took := time.Since(begun); took < 900*time.Millisecond || took > 12*time.Second {
			w.fail("the poll took %v", took)
		}
	}},
	{"long poll ends with a message that comes back", "a long poll returns when a visibility timeout ends", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		w.one(url)
		begun := time.Now()
		w.equal("messages", len(w.receive(url, 1, 20)), 1)
		if took := time.Since(begun); took > 12*time.Second {
			w.fail("the poll took %v", took)
		}
	}},
	{"long poll counts once", "a message that a long poll waited for has a receive count of 1", func(w *world) {
		url := w.queue()
		var sent sync.WaitGroup
		defer sent.Wait()
		sent.Go(func() {
			time.Sleep(time.Second)
			_, _ = w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a")})
		})
		got := w.receive(url, 1, 10)
		w.need(len(got) == 1, "no message")
		w.equal("receive count", receives(got[0]), 1)
	}},
	{"long poll ends empty", "a long poll without a message takes its wait and returns none", func(w *world) {
		url := w.queue()
		begun := time.Now()
		w.equal("messages", len(w.receive(url, 1, 2)), 0)
		if took := time.Since(begun); took < 1900*time.Millisecond || took > 12*time.Second {
			w.fail("the poll took %v", took)
		}
	}},
	{"the queue's wait", "a receive that names no wait takes the queue's ReceiveMessageWaitTimeSeconds", func(w *world) {
		url := w.queue("ReceiveMessageWaitTimeSeconds", "2")
		begun := time.Now()
		w.equal("messages", len(w.receive(url, 1, 0)), 0)
		if took := time.Since(begun); took < 1900*time.Millisecond {
			w.fail("the poll took %v", took)
		}
	}},
	{"batch of ten", "up to 10 messages come at once, and no message to two receivers", func(w *world) {
		url := w.queue()
		for i := range 25 {
			w.send(url, strconv.Itoa(i))
		}
		seen := make(map[string]bool)
		for range 30 {
			got := w.receive(url, 10, 0)
			if len(got) > 10 {
				w.fail("%d messages at once", len(got))
			}
			for _, m := range got {
				if seen[*m.Body] {
					w.fail("message %s came twice", *m.Body)
				}
				seen[*m.Body] = true
			}
		}
		w.equal("messages", len(seen), 25)
	}},
	{"many pollers", "each message goes to one of many pollers that wait at the same time", func(w *world) {
		url := w.queue()
		var (
			mu    sync.Mutex
			seen  = make(map[string]int)
			polls sync.WaitGroup
		)
		for range 5 {
			polls.Go(func() {
				for {
					out, err := w.sqs.ReceiveMessage(w.ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 5})
					if err != nil || len(out.Messages) == 0 {
						return
					}
					mu.Lock()
					for _, m := range out.Messages {
						seen[*m.Body]++
					}
					mu.Unlock()
				}
			})
		}
		for i := range 20 {
			w.send(url, strconv.Itoa(i))
		}
		polls.Wait()
		w.equal("messages", len(seen), 20)
		for body, n := range seen {
			if n != 1 {
				w.fail("message %s came %d times", body, n)
			}
		}
	}},
	{"limits of a receive", "11 messages, a wait of 21 s and a visibility timeout over 12 h are refused", func(w *world) {
		url := w.queue()
		for _, in := range []*sqs.ReceiveMessageInput{{MaxNumberOfMessages: 11}, {WaitTimeSeconds: 21}, {VisibilityTimeout: 43_201}} {
			in.QueueUrl = &url
			_, err := w.sqs.ReceiveMessage(w.ctx, in)
			w.refused(fmt.Sprintf("max %d, wait %d, visibility %d", in.MaxNumberOfMessages, in.WaitTimeSeconds, in.VisibilityTimeout), err, "InvalidParameterValue")
		}
	}},
}

var visibilityRules = []rule{
	{"hide for 0", "ChangeMessageVisibility to 0 makes a message visible at once", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		w.must("ChangeMessageVisibility", w.hide(url, w.one(url), 0))
		w.equal("receive count", receives(w.one(url)), 2)
	}},
	{"hide for longer", "ChangeMessageVisibility counts from the call", func(w *world) {
		url := w.queue("VisibilityTimeout", "4")
		w.send(url, "a")
		m := w.one(url)
		w.sleep(2 * time.Second)
		w.must("ChangeMessageVisibility", w.hide(url, m, 8))
		w.sleep(4 * time.Second)
		w.none("4 s after a change to 8 s", url)
		w.sleep(4500 * time.Millisecond)
		w.one(url)
	}},
	{"hide this time only", "the next receive has the queue's visibility timeout again", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		m := w.one(url)
		w.must("ChangeMessageVisibility", w.hide(url, m, 30))
		w.must("ChangeMessageVisibility", w.hide(url, m, 0))
		w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.equal("receive count", receives(w.one(url)), 3)
	}},
	{"hide after the end", "a message whose visibility timeout has ended, and that nobody has received since, can be hidden again", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		m := w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.must("ChangeMessageVisibility", w.hide(url, m, 30))
		w.none("after the change", url)
	}},
	{"hide what is deleted", "ChangeMessageVisibility on a deleted message is an InvalidParameterValue", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		m := w.one(url)
		w.must("DeleteMessage", w.delete(url, m))
		w.refused("ChangeMessageVisibility", w.hide(url, m, 5), "InvalidParameterValue")
	}},
	{"hide for over 12 hours", "43,201 s are refused", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		w.refused("ChangeMessageVisibility", w.hide(url, w.one(url), 43_201), "InvalidParameterValue")
	}},
	{"12 hours in all", "hiding does not reset the 12 hours since the receive: more than is left is refused", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		m := w.one(url)
		w.sleep(2 * time.Second)
		w.refused("ChangeMessageVisibility", w.hide(url, m, 43_200), "InvalidParameterValue")
	}},
	{"damaged handle", "a receipt handle that is none is ReceiptHandleIsInvalid", func(w *world) {
		url := w.queue()
		m := types.Message{ReceiptHandle: sdk.String("garbage")}
		w.refused("ChangeMessageVisibility", w.hide(url, m, 5), "ReceiptHandleIsInvalid")
		w.refused("DeleteMessage", w.delete(url, m), "ReceiptHandleIsInvalid")
	}},
}

var deleteRules = []rule{
	{"delete", "a deleted message does not come back", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		w.must("DeleteMessage", w.delete(url, w.one(url)))
		w.sleep(1500 * time.Millisecond)
		w.none("after the visibility timeout", url)
		w.equal("counts", w.counts(url), "0 visible, 0 in flight, 0 delayed")
	}},
	{"delete late", "the latest handle deletes also after the visibility timeout", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		m := w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.must("DeleteMessage", w.delete(url, m))
		w.none("after", url)
	}},
	{"delete twice", "deleting what is deleted succeeds", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		m := w.one(url)
		w.must("first DeleteMessage", w.delete(url, m))
		w.must("second DeleteMessage", w.delete(url, m))
	}},
	{"delete with an old handle", "after another receive, deleting with the earlier handle succeeds, whether it deletes or not", func(w *world) {
		url := w.queue("VisibilityTimeout", "1")
		w.send(url, "a")
		m := w.one(url)
		w.sleep(1500 * time.Millisecond)
		w.one(url)
		w.must("DeleteMessage", w.delete(url, m))
	}},
	{"batches", "batches of deletes and changes answer entry by entry", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		w.send(url, "b")
		got := append(w.receive(url, 1, 1), w.receive(url, 1, 1)...)
		w.need(len(got) == 2, "received %d messages", len(got))
		change, err := w.sqs.ChangeMessageVisibilityBatch(w.ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: sdk.String("x"), ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 20}, {Id: sdk.String("y"), ReceiptHandle: sdk.String("garbage"), VisibilityTimeout: 20}}})
		w.must("ChangeMessageVisibilityBatch", err)
		w.equal("changed and failed", fmt.Sprint(len(change.Successful), len(change.Failed)), "1 1")
		gone, err := w.sqs.DeleteMessageBatch(w.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: []types.DeleteMessageBatchRequestEntry{
			{Id: sdk.String("x"), ReceiptHandle: got[0].ReceiptHandle}, {Id: sdk.String("y"), ReceiptHandle: got[1].ReceiptHandle}}})
		w.must("DeleteMessageBatch", err)
		w.equal("deleted and failed", fmt.Sprint(len(gone.Successful), len(gone.Failed)), "2 0")
		w.equal("counts", w.counts(url), "0 visible, 0 in flight, 0 delayed")
	}},
	{"purge", "PurgeQueue empties a queue", func(w *world) {
		url := w.queue()
		w.send(url, "a")
		w.send(url, "b")
		w.one(url)
		_, err := w.sqs.PurgeQueue(w.ctx, &sqs.PurgeQueueInput{QueueUrl: &url})
		w.must("PurgeQueue", err)
		w.sleep(500 * time.Millisecond)
		w.equal("counts", w.counts(url), "0 visible, 0 in flight, 0 delayed")
	}},
	{"retention", "what is older than the retention period is deleted", func(w *world) {
		url := w.queue("MessageRetentionPeriod", "60")
		w.send(url, "a")
		w.sleep(58 * time.Second)
		w.send(url, "b")
		w.sleep(3 * time.Second)
		got := w.receive(url, 10, 0)
		w.need(len(got) == 1, "received %d messages, want 1", len(got))
		w.equal("body", *got[0].Body, "b")
	}},
}

var sendRules = []rule{
	{"send a batch", "each entry is sent or fails by itself", func(w *world) {
		url := w.queue()
		out, err := w.sqs.SendMessageBatch(w.ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: []types.SendMessageBatchRequestEntry{
			{Id: sdk.String("x"), MessageBody: sdk.String("a")}, {Id: sdk.String("y"), MessageBody: sdk.String("b"), DelaySeconds: 901}}})
		w.must("SendMessageBatch", err)
		w.equal("sent and failed", fmt.Sprint(len(out.Successful), len(out.Failed)), "1 1")
		w.equal("counts", w.counts(url), "1 visible, 0 in flight, 0 delayed")
	}},
	{"bad batches", "no entry, 11 entries, and entries of one id are refused", func(w *world) {
		url := w.queue()
		many := make([]types.SendMessageBatchRequestEntry, 11)
		for i := range many {
			many[i] = types.SendMessageBatchRequestEntry{Id: sdk.String(strconv.Itoa(i)), MessageBody: sdk.String("a")}
		}
		for name, entries := range map[string][]types.SendMessageBatchRequestEntry{
			"EmptyBatchRequest": {}, "TooManyEntriesInBatchRequest": many, "BatchEntryIdsNotDistinct": {many[0], many[0]},
		} {
			_, err := w.sqs.SendMessageBatch(w.ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries})
			w.refused(name, err, name)
		}
	}},
	{"delay of a message", "a delayed message is counted as delayed, and comes when its delay ends", func(w *world) {
		url := w.queue()
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a"), DelaySeconds: 8})
		w.must("SendMessage", err)
		w.none("at once", url)
		w.equal("counts", w.counts(url), "0 visible, 0 in flight, 1 delayed")
		w.sleep(8500 * time.Millisecond)
		w.equal("receive count", receives(w.one(url)), 1)
	}},
	{"delay of a queue", "a queue's delay holds for messages that name none", func(w *world) {
		url := w.queue("DelaySeconds", "8")
		w.send(url, "a")
		w.none("at once", url)
		w.sleep(8500 * time.Millisecond)
		w.one(url)
	}},
	{"a body of 1 MiB", "1,048,576 bytes are taken", func(w *world) {
		url := w.queue()
		w.send(url, strings.Repeat("a", 1<<20))
		w.equal("size", len(*w.one(url).Body), 1<<20)
	}},
	{"a body over 1 MiB", "1,048,577 bytes are an InvalidParameterValue", func(w *world) {
		url := w.queue()
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String(strings.Repeat("a", 1<<20+1))})
		w.refused("SendMessage", err, "InvalidParameterValue")
	}},
	{"an empty body", "a message has at least one character", func(w *world) {
		url := w.queue()
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("")})
		w.refused("SendMessage", err, "MissingParameter")
	}},
	{"characters", "a control character is InvalidMessageContents", func(w *world) {
		url := w.queue()
		_, err := w.sqs.SendMessage(w.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: sdk.String("a\x01b")})
		w.refused("SendMessage", err, "InvalidMessageContents")
	}},
}
