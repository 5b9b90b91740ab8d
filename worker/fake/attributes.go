package fake

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// attributeNames are the attributes of a queue that can be asked for.
var attributeNames = []string{
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
	"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
	"VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "ReceiveMessageWaitTimeSeconds", "MaximumMessageSize", "RedrivePolicy",
}

// AttributesInput asks for attributes, or sets them.
type AttributesInput struct {
	QueueUrl       string
	AttributeNames []string
}

// AttributesOutput are the attributes that were asked for.
type AttributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

// GetQueueAttributes answers with the attributes that are named; "All" is all
// of them, no name is none.
func (s *SQS) GetQueueAttributes(_ context.Context, in AttributesInput) (AttributesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return AttributesOutput{}, err
	}
	now := time.Now()
	q.wake(now)
	out := AttributesOutput{make(map[string]string)}
	for _, asked := range in.AttributeNames {
		known := false
		for _, name := range attributeNames {
			if asked != "All" && asked != name {
				continue
			}
			known = true
			if value := q.attribute(name, now); value != "" {
				out.Attributes[name] = value
			}
		}
		if !known {
			return AttributesOutput{}, refuse("InvalidAttributeName", "Unknown Attribute %s.", asked)
		}
	}
	return out, nil
}

// attribute is the value of one attribute; empty where it is not set.
func (q *queue) attribute(name string, now time.Time) string {
	whole := func(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
	switch name {
	case "ApproximateNumberOfMessages":
		return strconv.Itoa(len(q.ready.list))
	case "ApproximateNumberOfMessagesNotVisible":
		return strconv.Itoa(q.inFlight)
	case "ApproximateNumberOfMessagesDelayed":
		return strconv.Itoa(len(q.hidden.list) - q.inFlight)
	case "CreatedTimestamp":
		return strconv.FormatInt(q.created.Unix(), 10)
	case "LastModifiedTimestamp":
		return strconv.FormatInt(q.modified.Unix(), 10)
	case "QueueArn":
		return q.arn
	case "VisibilityTimeout":
		return whole(q.set.visibility)
	case "MessageRetentionPeriod":
		return whole(q.set.retention)
	case "DelaySeconds":
		return whole(q.set.delay)
	case "ReceiveMessageWaitTimeSeconds":
		return whole(q.set.wait)
	case "MaximumMessageSize":
		return strconv.Itoa(q.set.largest)
	case "RedrivePolicy":
		return q.set.redrivePolicy
	}
	return ""
}

// SetAttributesInput sets attributes.
type SetAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string
}

// SetQueueAttributes changes the attributes at once; AWS takes up to a minute.
func (s *SQS) SetQueueAttributes(_ context.Context, in SetAttributesInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return Empty{}, err
	}
	set := q.set
	if err := s.change(&set, in.Attributes); err != nil {
		return Empty{}, err
	}
	now := time.Now()
	q.set, q.modified, q.nextExpiry = set, now, now
	q.stir(now)
	return Empty{}, nil
}

// change applies attributes to settings, or says which is wrong.
func (s *SQS) change(set *settings, attributes map[string]string) error {
	for name, value := range attributes {
		n, err := strconv.Atoi(value)
		within := func(min, max int) bool { return err == nil && n >= min && n <= max }
		span := time.Duration(n) * time.Second
		valid := true
		switch name {
		case "VisibilityTimeout":
			valid, set.visibility = within(0, 43_200), span
		case "MessageRetentionPeriod":
			valid, set.retention = within(60, 1_209_600), span
		case "DelaySeconds":
			valid, set.delay = within(0, 900), span
		case "ReceiveMessageWaitTimeSeconds":
			valid, set.wait = within(0, 20), span
		case "MaximumMessageSize":
			valid, set.largest = within(1024, 1<<20), n
		case "RedrivePolicy":
			if err := s.changeRedrive(set, value); err != nil {
				return err
			}
		default:
			return refuse("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if !valid {
			return refuse("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
		}
	}
	return nil
}

// changeRedrive reads a redrive policy; an empty one takes it away.
func (s *SQS) changeRedrive(set *settings, value string) error {
	set.redrivePolicy, set.deadLetters, set.maxReceive = value, "", 0
	if value == "" {
		return nil
	}
	var policy struct {
		Target string          `json:"deadLetterTargetArn"`
		Max    json.RawMessage `json:"maxReceiveCount"` // a number, or one in quotes
	}
	if err := json.Unmarshal([]byte(value), &policy); err != nil {
		return refuse("InvalidAttributeValue", "Value %s for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.", value)
	}
	max := 10 // the default
	if policy.Max != nil {
		var err error
		if max, err = strconv.Atoi(strings.Trim(string(policy.Max), `"`)); err != nil || max < 1 || max > 1000 {
			return refuse("InvalidAttributeValue", "Value %s for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: %s, valid values are from 1 to 1000 both inclusive.", value, policy.Max)
		}
	}
	if s.byARN(policy.Target) == nil {
		return refuse("InvalidAttributeValue", "Value %s for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.", value)
	}
	set.deadLetters, set.maxReceive = policy.Target, max
	return nil
}
