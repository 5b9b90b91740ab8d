package fake

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"time"
)

// Attribute is an attribute that a sender puts on a message.
type Attribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue []byte `json:",omitempty"`
}

// SendInput is a message to send. Id is read in batches only.
type SendInput struct {
	QueueUrl          string
	Id                string
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]Attribute
}

// SendOutput tells the message's id. Id is written in batches only.
type SendOutput struct {
	Id               string `json:",omitempty"`
	MessageId        string
	MD5OfMessageBody string
}

// SendMessage puts a message into a queue.
func (s *SQS) SendMessage(_ context.Context, in SendInput) (SendOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return SendOutput{}, err
	}
	return q.send(in)
}

func (q *queue) send(in SendInput) (SendOutput, error) {
	delay := q.set.delay
	if in.DelaySeconds != nil {
		delay = time.Duration(*in.DelaySeconds) * time.Second
	}
	switch {
	case in.MessageBody == "":
		return SendOutput{}, refuse("MissingParameter", "The request must contain the parameter MessageBody.")
	case delay < 0 || delay > 900*time.Second:
		return SendOutput{}, refuse("InvalidParameterValue", "Value %v for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", delay)
	case size(in) > q.set.largest:
		return SendOutput{}, refuse("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.set.largest)
	case len(in.MessageAttributes) > 10:
		return SendOutput{}, refuse("InvalidParameterValue", "Number of message attributes [%d] exceeds the allowed maximum [10].", len(in.MessageAttributes))
	}
	for _, r := range in.MessageBody {
		if !allowed(r) {
			return SendOutput{}, refuse("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
		}
	}
	for name, a := range in.MessageAttributes {
		if a.DataType == "" || a.StringValue == "" && len(a.BinaryValue) == 0 {
			return SendOutput{}, refuse("InvalidParameterValue", "The message attribute '%s' must contain a non-empty value of its type.", name)
		}
	}
	sum := md5.Sum([]byte(in.MessageBody))
	now := time.Now()
	m := &message{id: q.owner.id(), body: in.MessageBody, sum: hex.EncodeToString(sum[:]), attributes: in.MessageAttributes, sent: now, until: now.Add(delay)}
	q.put(m, now)
	q.stir(now)
	return SendOutput{Id: in.Id, MessageId: m.id, MD5OfMessageBody: m.sum}, nil
}

// size is what counts against MaximumMessageSize: body, and names, types and
// values of attributes.
func size(in SendInput) int {
	n := len(in.MessageBody)
	for name, a := range in.MessageAttributes {
		n += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return n
}

// allowed reports whether SQS takes the character in a body.
func allowed(r rune) bool {
	return r == 0x9 || r == 0xA || r == 0xD || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// SendBatchInput are up to ten messages.
type SendBatchInput struct {
	QueueUrl string
	Entries  []SendInput
}

// SendBatchOutput says which of them were sent.
type SendBatchOutput struct {
	Successful []SendOutput
	Failed     []BatchFailure
}

// SendMessageBatch sends up to ten messages; each fails or succeeds by itself.
func (s *SQS) SendMessageBatch(_ context.Context, in SendBatchInput) (SendBatchOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return SendBatchOutput{}, err
	}
	ids := make([]string, len(in.Entries))
	total := 0
	for i, e := range in.Entries {
		ids[i] = e.Id
		total += size(e)
	}
	if err := checkBatch(ids); err != nil {
		return SendBatchOutput{}, err
	}
	if total > 1<<20 {
		return SendBatchOutput{}, &Error{Code: "BatchRequestTooLong", Query: "AWS.SimpleQueueService.BatchRequestTooLong", Message: "Batch requests cannot be longer than 1048576 bytes."}
	}
	var out SendBatchOutput
	for _, e := range in.Entries {
		if sent, err := q.send(e); err != nil {
			out.Failed = append(out.Failed, batchFailure(e.Id, err))
		} else {
			out.Successful = append(out.Successful, sent)
		}
	}
	return out, nil
}

// BatchFailure is one entry of a batch that failed.
type BatchFailure struct {
	Id, Code, Message string
	SenderFault       bool
}

func batchFailure(id string, err error) BatchFailure {
	e := asError(err)
	return BatchFailure{id, e.Code, e.Message, true}
}

// checkBatch checks the ids of a batch's entries.
func checkBatch(ids []string) error {
	fail := func(code, message string) error {
		return &Error{Code: code, Query: "AWS.SimpleQueueService." + code, Message: message}
	}
	seen := make(map[string]bool)
	for _, id := range ids {
		if !queueName.MatchString(id) {
			return fail("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return fail("BatchEntryIdsNotDistinct", "Id "+id+" repeated.")
		}
		seen[id] = true
	}
	switch {
	case len(ids) == 0:
		return fail("EmptyBatchRequest", "There should be at least one entry in the request.")
	case len(ids) > 10:
		return fail("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
	}
	return nil
}
