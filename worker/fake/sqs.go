package fake

import (
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// SQS is the service. Its methods are the operations of its API, and may be
// called at the same time. The names of the fields of their inputs and outputs
// are AWS's, which makes them the JSON that the SDK sends and reads.
type SQS struct {
	mu              sync.Mutex
	region, account string
	queues          map[string]*queue // by name
	moves           []*move
	ids             int64
}

func newSQS(region, account string) *SQS {
	return &SQS{region: region, account: account, queues: make(map[string]*queue)}
}

func (s *SQS) operations() map[string]operation {
	return map[string]operation{
		"CreateQueue":                  serve(s.CreateQueue),
		"GetQueueUrl":                  serve(s.GetQueueURL),
		"ListQueues":                   serve(s.ListQueues),
		"DeleteQueue":                  serve(s.DeleteQueue),
		"GetQueueAttributes":           serve(s.GetQueueAttributes),
		"SetQueueAttributes":           serve(s.SetQueueAttributes),
		"PurgeQueue":                   serve(s.PurgeQueue),
		"SendMessage":                  serve(s.SendMessage),
		"SendMessageBatch":             serve(s.SendMessageBatch),
		"ReceiveMessage":               serve(s.ReceiveMessage),
		"DeleteMessage":                serve(s.DeleteMessage),
		"DeleteMessageBatch":           serve(s.DeleteMessageBatch),
		"ChangeMessageVisibility":      serve(s.ChangeMessageVisibility),
		"ChangeMessageVisibilityBatch": serve(s.ChangeMessageVisibilityBatch),
		"StartMessageMoveTask":         serve(s.StartMessageMoveTask),
		"ListMessageMoveTasks":         serve(s.ListMessageMoveTasks),
		"CancelMessageMoveTask":        serve(s.CancelMessageMoveTask),
	}
}

// Empty is an answer without content.
type Empty struct{}

// QueueInput is the input of operations that only name a queue.
type QueueInput struct{ QueueUrl string }

// CreateQueueInput names a new queue and its attributes.
type CreateQueueInput struct {
	QueueName  string
	Attributes map[string]string
}

// CreateQueueOutput is where the queue is.
type CreateQueueOutput struct{ QueueUrl string }

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// CreateQueue makes a standard queue, or finds the one of that name if its
// attributes are the same.
func (s *SQS) CreateQueue(_ context.Context, in CreateQueueInput) (CreateQueueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !queueName.MatchString(in.QueueName) {
		return CreateQueueOutput{}, refuse("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	if old := s.queues[in.QueueName]; old != nil {
		for name, value := range in.Attributes {
			if old.attribute(name, time.Now()) != value {
				return CreateQueueOutput{}, &Error{Code: "QueueNameExists", Query: "QueueAlreadyExists",
					Message: "A queue already exists with the same name and a different value for attribute " + name}
			}
		}
		return CreateQueueOutput{old.url}, nil
	}
	set := settings{visibility: 30 * time.Second, retention: 4 * 24 * time.Hour, largest: 1 << 20}
	if err := s.change(&set, in.Attributes); err != nil {
		return CreateQueueOutput{}, err
	}
	q := newQueue(s, in.QueueName, set)
	s.queues[in.QueueName] = q
	return CreateQueueOutput{q.url}, nil
}

// GetQueueURL finds a queue by name.
func (s *SQS) GetQueueURL(_ context.Context, in CreateQueueInput) (CreateQueueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[in.QueueName]
	if q == nil {
		return CreateQueueOutput{}, noQueue()
	}
	return CreateQueueOutput{q.url}, nil
}

// ListQueuesOutput are the queues' URLs, in no order.
type ListQueuesOutput struct{ QueueUrls []string }

// ListQueues lists every queue.
func (s *SQS) ListQueues(context.Context, Empty) (ListQueuesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out ListQueuesOutput
	for _, q := range s.queues {
		out.QueueUrls = append(out.QueueUrls, q.url)
	}
	return out, nil
}

// DeleteQueue deletes a queue with its messages. AWS takes up to 60 seconds.
func (s *SQS) DeleteQueue(_ context.Context, in QueueInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err == nil {
		delete(s.queues, q.name)
	}
	return Empty{}, err
}

// PurgeQueue deletes every message, once a minute at most.
func (s *SQS) PurgeQueue(_ context.Context, in QueueInput) (Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return Empty{}, err
	}
	now := time.Now()
	if !q.purged.IsZero() && now.Sub(q.purged) < time.Minute {
		return Empty{}, &Error{Code: "PurgeQueueInProgress", Query: "AWS.SimpleQueueService.PurgeQueueInProgress", Status: 403,
			Message: fmt.Sprintf("Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)}
	}
	q.purged = now
	for _, m := range q.messages {
		q.remove(m)
	}
	q.stir(now)
	return Empty{}, nil
}

// at finds a queue by its URL, of which the path counts.
func (s *SQS) at(url string) (*queue, error) {
	if q := s.queues[url[strings.LastIndex(url, "/")+1:]]; q != nil && strings.HasSuffix(url, "/"+s.account+"/"+q.name) {
		return q, nil
	}
	return nil, noQueue()
}

func noQueue() error {
	return &Error{Code: "QueueDoesNotExist", Query: "AWS.SimpleQueueService.NonExistentQueue", Message: "The specified queue does not exist."}
}

// byARN returns nil if there is no such queue.
func (s *SQS) byARN(arn string) *queue {
	if q := s.queues[arn[strings.LastIndex(arn, ":")+1:]]; q != nil && q.arn == arn {
		return q
	}
	return nil
}

// id is a new id in the shape of AWS's.
func (s *SQS) id() string {
	s.ids++
	return fmt.Sprintf("00000000-0000-4000-9000-%012x", s.ids)
}

// handle makes the receipt handle of the message's last receive.
func (q *queue) handle(m *message) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s %s %d", q.name, m.id, m.receives))
}

// find looks up the message of a receipt handle. It is nil where the message
// has gone; latest is false where it was received again since.
func (q *queue) find(handle string) (m *message, latest bool, err error) {
	var (
		name, id string
		receive  int
	)
	text, err := base64.StdEncoding.DecodeString(handle)
	if n, _ := fmt.Sscanf(string(text), "%s %s %d", &name, &id, &receive); err != nil || n != 3 || name != q.name {
		return nil, false, &Error{Code: "ReceiptHandleIsInvalid", Status: 404, Message: fmt.Sprintf("The input receipt handle %q is not a valid receipt handle.", handle)}
	}
	m = q.messages[id]
	return m, m != nil && m.receives == receive, nil
}
