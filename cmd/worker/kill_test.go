package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"penstock/worker/fake"
)

// killed is a scenario whose workers lose messages only to kills: enough
// receives for every failure, and a visibility timeout that no call outlasts.
const killed = `
[[class]]
name = "HIGH"
[class.queue]
visibility_timeout = "10s"
max_receive_count = 1000
[[class]]
name = "NORMAL"
[class.queue]
visibility_timeout = "10s"
max_receive_count = 1000
[[class]]
name = "BATCH"
[class.queue]
visibility_timeout = "10s"
max_receive_count = 1000
[worker]
driver = "poller"
concurrency = 16
call_timeout = "1s"
[policy]
kind = "none"
check_token = true
on_error = "retry"
retry_for = { kind = "constant", value = "1s" }
`

// Workers are killed at random moments, and the legacy system refuses, fails
// and hangs. Still every token is answered with effect exactly once and no
// message is lost. The legacy system is called again for a task only where its
// first call did not succeed, or the worker that made it was killed before it
// could tell; and then with the same idempotency key. With ElasticMQ there are
// 10,000 messages and 50 kills, on the fake a twentieth.
func TestKills(t *testing.T) {
	t.Run("fake", func(t *testing.T) { kills(t, fakeSite(t), 500, 6) })
	if url := named("PENSTOCK_TEST_SQS", "elasticmq"); url != "" {
		t.Run("elasticmq", func(t *testing.T) {
			tokens := fakeSite(t) // Step Functions is a small server of ours
			s := newSite("elasticmq", url, tokens.sfnURL)
			s.fake, s.requests = tokens.fake, tokens.requests
			kills(t, s, 10_000, 50)
		})
	}
}

func kills(t *testing.T, s *site, messages, kills int) {
	begun := time.Now()
	legacy := &moody{calls: make(map[string][]call)}
	server := httptest.NewServer(legacy)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	var queues []string
	for _, name := range []string{"high", "normal", "batch"} {
		url, dead := s.queue(t, name, 10*time.Second, 1000)
		queues = append(queues, url, dead)
	}
	file := s.scenario(t, killed, server.URL, queues...)
	fleet := newFleet(t, file, server.URL, 2)

	tokens := make([]string, messages)
	var bodies [3][]string
	for n := range tokens {
		tokens[n] = s.fake.Steps.StartTask(0, 0)
		class := []int{0, 1, 1, 1, 2, 2, 2, 2, 2, 2}[n%10]
		bodies[class] = append(bodies[class], fmt.Sprintf(`{"token":%q,"execution":"execution-%d","state":"Order","input":{"order":%d}}`, tokens[n], n, n))
	}
	var sending sync.WaitGroup
	for class := range bodies {
		sending.Go(func() { s.sendAll(t, queues[2*class], bodies[class]) })
	}
	fleet.killAt(moments(kills, messages), func() int { return s.accepted() })
	sending.Wait()
	eventually(t, 2*time.Minute, func() string {
		if n := s.accepted(); n < messages {
			return fmt.Sprintf("%d of %d tokens are answered", n, messages)
		}
		for i, url := range queues {
			if d := s.depth(t, url); d != "0+0" {
				return fmt.Sprintf("queue %d still has %s messages", i, d)
			}
		}
		return ""
	})
	took := time.Since(begun)
	fleet.stop()
	if n := s.accepted(); n != messages {
		t.Errorf("%d answers had effect, for %d tokens", n, messages)
	}
	for n, token := range tokens {
		if got := s.fake.Steps.Task(token); got.Status != fake.Succeeded || got.Output != fmt.Sprintf(`{"order":%d}`, n) {
			t.Errorf("task %d is %+v", n, got)
		}
	}
	legacy.judge(t, s, tokens, fleet)
	t.Logf("%d messages and %d kills in %v: %.0f messages a second", messages, len(fleet.killed), took.Round(time.Second), float64(messages)/took.Seconds())
}

// moments draws at how many answered tokens a worker is killed.
func moments(kills, messages int) []int {
	all := make([]int, kills)
	for i := range all {
		all[i] = 1 + rand.IntN(messages*95/100)
	}
	slices.Sort(all)
	return all
}

// accepted is how many answers of tokens had effect.
func (s *site) accepted() int {
	return s.requests.count("SendTaskSuccess 200") + s.requests.count("SendTaskFailure 200")
}

func (s *site) sendAll(t *testing.T, url string, bodies []string) {
	for chunk := range slices.Chunk(bodies, 10) {
		var entries []types.SendMessageBatchRequestEntry
		for i := range chunk {
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: sdk.String(strconv.Itoa(i)), MessageBody: &chunk[i]})
		}
		if out, err := s.sqs.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries}); err != nil || len(out.Failed) > 0 {
			t.Errorf("the messages cannot be sent: %v", err)
			return
		}
	}
}

// fleet are workers that run side by side, each of which calls the legacy
// system under a path of its own.
type fleet struct {
	t       *testing.T
	file    string
	legacy  string
	running []*process
	numbers []int // by place, the number of the process that runs there
	started int
	killed  map[int]time.Time // by number: just before the signal
}

func newFleet(t *testing.T, file, legacy string, size int) *fleet {
	f := &fleet{t: t, file: file, legacy: legacy, running: make([]*process, size), numbers: make([]int, size), killed: make(map[int]time.Time)}
	for i := range f.running {
		f.start(i)
	}
	return f
}

func (f *fleet) start(place int) {
	f.started++
	f.numbers[place] = f.started
	f.running[place] = start(f.t, []string{f.file}, fmt.Sprintf("PENSTOCK_LEGACY_URL=%s/%d", f.legacy, f.started))
}

// killAt kills one worker, and starts another, at each of the moments.
func (f *fleet) killAt(moments []int, done func() int) {
	for _, moment := range moments {
		eventually(f.t, 2*time.Minute, func() string {
			if n := done(); n < moment {
				for _, p := range f.running {
					select {
					case <-p.done:
						f.t.Fatalf("a worker ended by itself: %v\n%s", p.err, p.log)
					default:
					}
				}
				return fmt.Sprintf("%d tokens are answered, %d are waited for; a worker says\n%s", n, moment, f.running[0].log)
			}
			return ""
		})
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond) // at any moment of a message
		place := rand.IntN(len(f.running))
		before := time.Now()
		f.running[place].kill()
		f.killed[f.numbers[place]] = before
		f.start(place)
	}
}

func (f *fleet) stop() {
	for _, p := range f.running {
		p.stop(f.t)
	}
}

// moody is a slow legacy system: 3 % of the calls are refused, 3 % fail after
// the work, 1 % are never answered.
type moody struct {
	mu    sync.Mutex
	calls map[string][]call // by idempotency key
}

// call is one call that the legacy system was sent.
type call struct {
	order, process int
	begun, ended   time.Time
	result         string // "200", "429", "500", "hung" or "cut"
}

// ServeHTTP works on a call.
func (l *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{begun: time.Now(), result: "200"}
	body, _ := io.ReadAll(r.Body) // a short one has no order, which shows
	var in struct{ Order *int }
	if err := json.Unmarshal(body, &in); err != nil || in.Order == nil {
		c.order = -1
	} else {
		c.order = *in.Order
	}
	c.process, _ = strconv.Atoi(strings.Trim(r.URL.Path, "/"))
	work := time.Duration(5+rand.IntN(15)) * time.Millisecond
	switch chance := rand.IntN(100); {
	case chance < 3:
		c.result, work = "429", 0
	case chance < 6:
		c.result = "500"
	case chance < 7:
		c.result, work = "hung", time.Minute
	}
	select {
	case <-time.After(work):
	case <-r.Context().Done():
		if c.result != "hung" {
			c.result = "cut"
		}
	}
	c.ended = time.Now()
	key := r.Header.Get("Idempotency-Key")
	l.mu.Lock()
	l.calls[key] = append(l.calls[key], c)
	l.mu.Unlock()
	switch c.result {
	case "200":
		w.Write(body)
	case "429":
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// judge checks that each task has one key, and that each repeated call had a
// reason.
func (l *moody) judge(t *testing.T, s *site, tokens []string, f *fleet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	owner := make(map[int]string)
	reasons := make(map[string]int)
	total := 0
	for key, calls := range l.calls {
		slices.SortFunc(calls, func(a, b call) int { return cmp.Compare(a.begun.UnixNano(), b.begun.UnixNano()) })
		total += len(calls)
		for i, c := range calls {
			if c.order < 0 || key == "" || owner[c.order] != "" && owner[c.order] != key {
				t.Errorf("order %d was called for with the keys %q and %q", c.order, key, owner[c.order])
				continue
			}
			owner[c.order] = key
			if ended := s.fake.Steps.Task(tokens[c.order]).Ended; c.begun.After(ended) {
				t.Errorf("order %d was called for %v after its task had ended", c.order, c.begun.Sub(ended))
			}
			if i == 0 {
				continue
			}
			reason := f.reason(calls[i-1], c)
			if reason == "" {
				t.Errorf("order %d was called for twice without a reason: %+v, %+v", c.order, calls[i-1], c)
			}
			reasons[reason]++
		}
	}
	if len(owner) != len(tokens) {
		t.Errorf("%d of %d orders were called for", len(owner), len(tokens))
	}
	t.Logf("%d calls for %d orders; repeated because of %v", total, len(tokens), reasons)
}

// reason says why a call could be repeated; empty: it must not have been.
func (f *fleet) reason(first, second call) string {
	dead, was := f.killed[first.process]
	// What a worker knows it tells within a few calls of AWS. What it sent before it
	// was killed, the legacy system may begin to read after it had gone.
	killed := was && !second.begun.Before(dead) && dead.Sub(first.ended) < 5*time.Second
	switch {
	case first.result == "429", first.result == "500", first.result == "hung":
		return first.result
	case killed && first.result == "cut":
		return "a kill during the call"
	case killed:
		return "a kill after the call"
	case first.result == "cut" && first.ended.Sub(first.begun) >= time.Second:
		return "the client's timeout"
	}
	return ""
}
