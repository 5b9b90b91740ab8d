package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/model/policy"
	"penstock/worker"
	"penstock/worker/aws"
)

// BenchmarkService measures what the service costs beside SQS itself: the rate
// of messages of a bare loop of receive and delete, and that of the service
// with tasks and a legacy system that answer at once, in rounds by turns on one
// server. Both have eight at work, one message at a time, and the service
// writes its journal.
//
//	.ci/servers go test ./cmd/worker -run '^$' -bench Service -benchtime 1x
func BenchmarkService(b *testing.B) {
	b.Run("fake", func(b *testing.B) { throughput(b, fakeSite(b), 800) })
	if url := named("PENSTOCK_TEST_SQS", "elasticmq"); url != "" {
		b.Run("elasticmq", func(b *testing.B) { throughput(b, newSite("elasticmq", url, url), 800) })
	}
}

const (
	slots  = 8
	rounds = 25
)

func throughput(b *testing.B, s *site, messages int) {
	for variable, value := range map[string]string{"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CA_BUNDLE": ""} {
		b.Setenv(variable, value)
	}
	for range b.N {
		var bare, service, ratios []float64
		var cost [2]time.Duration // of processor, in this process
		for round := range rounds + 1 {
			// By turns, and each first as often as second.
			var times, used [2]time.Duration
			for i := range 2 {
				which := (i + round) % 2
				// A queue of its own: a poll that the service cut off at its end may
				// go on in the server, and take a message.
				q := newBenched(b, s)
				q.fill(b, messages)
				begun, before := time.Now(), processor(b)
				if which == 0 {
					q.bare(b, messages)
				} else {
					q.service(b, messages)
				}
				times[which], used[which] = time.Since(begun), processor(b)-before
			}
			if round == 0 {
				continue // warms up
			}
			cost[0], cost[1] = cost[0]+used[0], cost[1]+used[1]
			rate := func(d time.Duration) float64 { return float64(messages) / d.Seconds() }
			bare, service = append(bare, rate(times[0])), append(service, rate(times[1]))
			ratios = append(ratios, rate(times[1])/rate(times[0]))
		}
		b.ReportMetric(median(bare), "bare-msg/s")
		b.ReportMetric(median(service), "service-msg/s")
		b.ReportMetric(100*median(ratios), "%-of-bare")
		// Of 25 values the 8th and the 18th hold the median with a confidence of
		// 95.7 % (binomial distribution).
		b.ReportMetric(100*ratios[7], "%-low")
		b.ReportMetric(100*ratios[17], "%-high")
		b.ReportMetric(float64(cost[0].Microseconds())/float64(rounds*messages), "bare-cpu-µs/msg")
		b.ReportMetric(float64(cost[1].Microseconds())/float64(rounds*messages), "service-cpu-µs/msg")
	}
}

// processor is how long this process has kept a processor busy, which other
// processes change less than they change the rates.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// benched is a queue and its clients.
type benched struct {
	filler *sqs.Client
	client *sqs.Client // of the bare loop; like the service's it has no connection yet
	queues worker.Queues
	url    string
}

func newBenched(b *testing.B, s *site) *benched {
	queue, _ := s.queue(b, "bench", time.Minute, 0)
	clients, err := aws.Open(b.Context(), aws.Config{Region: "us-east-1", SQSEndpoint: s.sqsURL, SFNEndpoint: s.sqsURL, Queues: []aws.Queue{{Class: "HIGH", URL: queue}}})
	if err != nil {
		b.Fatal(err)
	}
	return &benched{filler: s.sqs, client: newSite(s.name, s.sqsURL, s.sfnURL).sqs, queues: clients.Queues, url: queue}
}

// fill sends the messages, a multiple of 40.
func (s *benched) fill(b *testing.B, messages int) {
	body := `{"token":"token","execution":"execution","state":"Order","input":{"order":1}}`
	var filling sync.WaitGroup
	for part := range 4 {
		filling.Go(func() {
			for range messages / 40 {
				var entries []types.SendMessageBatchRequestEntry
				for i := range 10 {
					id := strconv.Itoa(i)
					entries = append(entries, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body})
				}
				if _, err := s.filler.SendMessageBatch(b.Context(), &sqs.SendMessageBatchInput{QueueUrl: &s.url, Entries: entries}); err != nil {
					b.Errorf("part %d: %v", part, err)
					return
				}
			}
		})
	}
	filling.Wait()
}

// bare is the loop that the service is held against. Like that it ends with the
// last delete, not with the last poll.
func (s *benched) bare(b *testing.B, messages int) {
	ctx, done := context.WithCancel(b.Context())
	defer done()
	var deleted atomic.Int64
	var loops sync.WaitGroup
	for range slots {
		loops.Go(func() {
			for {
				got, err := s.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
					QueueUrl: &s.url, MaxNumberOfMessages: 1, WaitTimeSeconds: 20,
					MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount, types.MessageSystemAttributeNameSentTimestamp},
				})
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					b.Error(err)
					done()
					return
				}
				for i := range got.Messages {
					if _, err := s.client.DeleteMessage(b.Context(), &sqs.DeleteMessageInput{QueueUrl: &s.url, ReceiptHandle: got.Messages[i].ReceiptHandle}); err != nil {
						b.Error(err)
					}
					if deleted.Add(1) == int64(messages) {
						done()
					}
				}
			}
		})
	}
	loops.Wait()
}

// service is the worker's own.
func (s *benched) service(b *testing.B, messages int) {
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	counted := &counting{Queues: s.queues, left: int64(messages), done: stop}
	service, err := worker.NewService(worker.Config{
		Policy:  policy.Config{Kind: policy.None, Slots: slots, YieldFor: policy.Remaining, RetryFor: policy.Remaining, OnError: policy.GiveBack, OnRejected: policy.GiveBack, CallTimeout: time.Second, Visibility: []time.Duration{time.Minute}},
		Classes: []string{"HIGH"}, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}, worker.Ports{Queues: counted, Tasks: willing{}, Legacy: willing{}})
	if err != nil {
		b.Fatal(err)
	}
	if err := service.Run(ctx); err != nil {
		b.Error(err)
	}
}

// counting tells when enough messages are deleted.
type counting struct {
	worker.Queues
	left int64
	done func()
}

// Delete deletes and counts.
func (c *counting) Delete(ctx context.Context, m worker.Message) error {
	err := c.Queues.Delete(ctx, m)
	if atomic.AddInt64(&c.left, -1) == 0 {
		c.done()
	}
	return err
}

// willing are tasks and a legacy system that answer at once.
type willing struct{}

// Beat implements worker.Tasks.
func (willing) Beat(context.Context, string) policy.Status { return policy.OK }

// Succeed implements worker.Tasks.
func (willing) Succeed(context.Context, string, string) policy.Status { return policy.OK }

// Fail implements worker.Tasks.
func (willing) Fail(context.Context, string, string, string) policy.Status { return policy.OK }

// Call implements worker.Legacy.
func (willing) Call(context.Context, worker.Task) worker.Answer { return worker.Answer{Output: "null"} }
