package fake

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// ReceiveInput asks for messages.
type ReceiveInput struct {
	QueueUrl                    string
	MaxNumberOfMessages         *int // 1 to 10; nil: 1
	WaitTimeSeconds             *int // 0 to 20; nil: as the queue says
	VisibilityTimeout           *int // nil: as the queue says
	MessageSystemAttributeNames []string
	AttributeNames              []string // the same, by its old name
	MessageAttributeNames       []string
}

// Received is a message as its receiver sees it.
type Received struct {
	MessageId, ReceiptHandle, Body, MD5OfBody string
	Attributes                                map[string]string    `json:",omitempty"`
	MessageAttributes                         map[string]Attribute `json:",omitempty"`
}

// ReceiveOutput are the messages; none if there were none in time.
type ReceiveOutput struct {
	Messages []Received `json:",omitempty"`
}

// ReceiveMessage takes up to ten messages. A long poll ends with the first
// message that is there, with its wait, or when the client hangs up.
func (s *SQS) ReceiveMessage(ctx context.Context, in ReceiveInput) (ReceiveOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return ReceiveOutput{}, err
	}
	p := &poll{max: orElse(in.MaxNumberOfMessages, 1), visibility: q.set.visibility, found: make(chan []message, 1)}
	if in.VisibilityTimeout != nil {
		p.visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	wait := time.Duration(orElse(in.WaitTimeSeconds, int(q.set.wait/time.Second))) * time.Second
	for _, check := range []struct {
		name     string
		n, least int
		most     int
	}{
		{"MaxNumberOfMessages", p.max, 1, 10}, {"WaitTimeSeconds", int(wait / time.Second), 0, 20}, {"VisibilityTimeout", int(p.visibility / time.Second), 0, 43_200},
	} {
		if check.n < check.least || check.n > check.most {
			return ReceiveOutput{}, refuse("InvalidParameterValue", "Value %d for parameter %s is invalid. Reason: Must be >= %d and <= %d, if provided.", check.n, check.name, check.least, check.most)
		}
	}
	got := q.take(time.Now(), p.max, p.visibility)
	if len(got) == 0 && wait == 0 && q.inFlight >= inFlightLimit {
		return ReceiveOutput{}, &Error{Code: "OverLimit", Query: "OverLimit", Status: 403, Message: "Too many messages in flight. Remove some messages from the queue."}
	}
	if len(got) == 0 && wait > 0 {
		got = q.waitFor(ctx, p, wait)
	}
	return q.output(got, in), nil
}

func orElse(n *int, standard int) int {
	if n == nil {
		return standard
	}
	return *n
}

// waitFor lets a poll wait. It gives up the lock meanwhile.
func (q *queue) waitFor(ctx context.Context, p *poll, wait time.Duration) (got []message) {
	q.polls = append(q.polls, p)
	q.stir(time.Now())
	q.owner.mu.Unlock()
	over := time.NewTimer(wait)
	defer over.Stop()
	select {
	case got = <-p.found:
	case <-over.C:
	case <-ctx.Done():
	}
	q.owner.mu.Lock()
	q.polls = slices.DeleteFunc(q.polls, func(other *poll) bool { return other == p })
	if got == nil && len(p.found) > 0 {
		got = <-p.found // handed out at the very end: they are in flight
	}
	return got
}

// output is what the receiver sees.
func (q *queue) output(got []message, in ReceiveInput) ReceiveOutput {
	var out ReceiveOutput
	for _, m := range got {
		r := Received{MessageId: m.id, ReceiptHandle: q.handle(&m), Body: m.body, MD5OfBody: m.sum}
		for name, value := range map[string]string{
			"ApproximateReceiveCount":          strconv.Itoa(m.receives),
			"SentTimestamp":                    strconv.FormatInt(m.sent.UnixMilli(), 10),
			"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.first.UnixMilli(), 10),
			"SenderId":                         "AROAFAKE:sender",
			"DeadLetterQueueSourceArn":         m.source,
		} {
			wanted := func(asked string) bool { return asked == "All" || asked == name }
			if value != "" && (slices.ContainsFunc(in.MessageSystemAttributeNames, wanted) || slices.ContainsFunc(in.AttributeNames, wanted)) {
				if r.Attributes == nil {
					r.Attributes = make(map[string]string)
				}
				r.Attributes[name] = value
			}
		}
		for name, value := range m.attributes {
			if slices.Contains(in.MessageAttributeNames, name) || slices.Contains(in.MessageAttributeNames, "All") {
				if r.MessageAttributes == nil {
					r.MessageAttributes = make(map[string]Attribute)
				}
				r.MessageAttributes[name] = value
			}
		}
		out.Messages = append(out.Messages, r)
	}
	return out
}

// ReceiptInput names one receive of a message. Id is read in batches only.
type ReceiptInput struct {
	QueueUrl          string
	Id                string
	ReceiptHandle     string
	VisibilityTimeout *int // ChangeMessageVisibility only, in seconds
}

// DeleteMessage deletes a message. It succeeds for one that has gone; with the
// handle of an earlier receive it succeeds and deletes nothing, which AWS allows
// itself.
func (s *SQS) DeleteMessage(_ context.Context, in ReceiptInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return Empty{}, err
	}
	return Empty{}, q.drop(in)
}

func (q *queue) drop(in ReceiptInput) error {
	m, latest, err := q.find(in.ReceiptHandle)
	if err == nil && latest {
		q.remove(m)
		q.stir(time.Now()) // room below the limit of messages in flight
	}
	return err
}

// ChangeMessageVisibility hides a message until the timeout from now, also where
// its earlier one has ended and nobody has received it since. With the handle of
// an earlier receive it succeeds and changes nothing: AWS leaves that open.
func (s *SQS) ChangeMessageVisibility(_ context.Context, in ReceiptInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return Empty{}, err
	}
	return Empty{}, q.change(in)
}

func (q *queue) change(in ReceiptInput) error {
	now := time.Now()
	q.wake(now)
	m, latest, err := q.find(in.ReceiptHandle)
	timeout := time.Duration(orElse(in.VisibilityTimeout, -1)) * time.Second
	switch {
	case err != nil:
		return err
	case timeout < 0 || timeout > longestHidden:
		return refuse("InvalidParameterValue", "Value for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200.")
	case m == nil:
		return refuse("InvalidParameterValue", "Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.", in.ReceiptHandle)
	case !latest:
		return nil
	case now.Add(timeout).After(m.received.Add(longestHidden)):
		return refuse("InvalidParameterValue", "Value %d for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].", int(timeout/time.Second))
	}
	q.hide(m, now.Add(timeout))
	q.wake(now)
	q.stir(now)
	return nil
}

// ReceiptBatchInput are up to ten receives.
type ReceiptBatchInput struct {
	QueueUrl string
	Entries  []ReceiptInput
}

// ReceiptBatchOutput says which of them succeeded.
type ReceiptBatchOutput struct {
	Successful []BatchSuccess
	Failed     []BatchFailure
}

// BatchSuccess is one entry of a batch that succeeded.
type BatchSuccess struct{ Id string }

// DeleteMessageBatch deletes up to ten messages.
func (s *SQS) DeleteMessageBatch(_ context.Context, in ReceiptBatchInput) (ReceiptBatchOutput, error) {
	return s.eachReceipt(in, (*queue).drop)
}

// ChangeMessageVisibilityBatch changes up to ten messages.
func (s *SQS) ChangeMessageVisibilityBatch(_ context.Context, in ReceiptBatchInput) (ReceiptBatchOutput, error) {
	return s.eachReceipt(in, (*queue).change)
}

func (s *SQS) eachReceipt(in ReceiptBatchInput, do func(*queue, ReceiptInput) error) (ReceiptBatchOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return ReceiptBatchOutput{}, err
	}
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.Id
	}
	if err := checkBatch(ids); err != nil {
		return ReceiptBatchOutput{}, err
	}
	var out ReceiptBatchOutput
	for _, e := range in.Entries {
		if err := do(q, e); err != nil {
			out.Failed = append(out.Failed, batchFailure(e.Id, err))
		} else {
			out.Successful = append(out.Successful, BatchSuccess{e.Id})
		}
	}
	return out, nil
}
