package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"penstock/model/policy"
)

// largestOutput is the largest output of a task, bytes (Step Functions, service
// quotas: 256 KiB).
const largestOutput = 256 << 10

// longestDetail is how much of an error's answer is kept, bytes.
const longestDetail = 1 << 10

// HTTP calls the legacy system by HTTP: a POST of the task's input.
type HTTP struct {
	URL    string
	Token  string       // sent as bearer token; "": none
	Client *http.Client // see NewClient
}

// NewClient returns a client that keeps up to slots connections to the legacy
// system open, and never repeats a call nor follows a redirect by itself. It has
// no timeout: every call brings its own.
func NewClient(slots int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = slots
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Call posts the task's input and reads the answer. What never left this
// machine was rejected; what did may have been worked on.
func (h *HTTP) Call(ctx context.Context, t Task) Answer {
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaderField: func(string, []string) { sent.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(t.Input))
	if err != nil {
		return Answer{Status: policy.Rejected, Detail: err.Error()}
	}
	// Without it, the transport cannot repeat a request whose connection broke. It
	// would, for the idempotency key tells it that it may; but a repeated call is
	// for the policy to decide.
	req.GetBody = nil
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", t.Key)
	req.Header.Set("X-Penstock-Class", t.Class)
	if t.Receive > 0 {
		req.Header.Set("X-Penstock-Receive", strconv.Itoa(t.Receive))
	}
	if h.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.Token)
	}
	resp, err := h.Client.Do(req)
	if err != nil {
		return broken(ctx, err, sent.Load())
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, largestOutput+1))
	if err != nil {
		return broken(ctx, err, true)
	}
	return understand(resp, body, time.Now())
}

// broken says what a call without an answer means.
func broken(ctx context.Context, err error, sent bool) Answer {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err // without the URL, whose query may hold a key: this is told to the task
	}
	a := Answer{Status: policy.Failed, Detail: err.Error()}
	switch {
	case !sent:
		a.Status = policy.Rejected
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		a.Status = policy.TimedOut
	}
	return a
}

// understand turns an HTTP response into an answer.
func understand(resp *http.Response, body []byte, now time.Time) Answer {
	a := Answer{Code: resp.StatusCode}
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		a.Output = output(body)
		return a
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		a.Status, a.RetryAfter = policy.Rejected, retryAfter(resp.Header, now)
	default:
		a.Status = policy.Failed
	}
	excerpt := body[:min(len(body), longestDetail)]
	a.Detail = strings.TrimSpace(resp.Status + " " + strings.ToValidUTF8(string(excerpt), "?"))
	return a
}

// output makes the output of a task of an answer: the JSON that it is, else a
// JSON string. What Step Functions would not take is left out, and the output
// says so: the work has been done, and asking for it again would not make its
// answer shorter.
func output(body []byte) string {
	text := string(body)
	if len(body) == 0 {
		return "null"
	}
	if !json.Valid(body) {
		quoted, _ := json.Marshal(strings.ToValidUTF8(text, "\uFFFD")) // a string always encodes
		text = string(quoted)
	}
	if len(text) > largestOutput {
		return fmt.Sprintf(`{"penstock": "the answer is left out: it is larger than %d bytes"}`, largestOutput)
	}
	return text
}

// longestRetryAfter bounds what a Retry-After may ask for: no message can be
// hidden for longer.
const longestRetryAfter = 12 * time.Hour

// retryAfter reads a Retry-After, in seconds or as an HTTP date (RFC 9110,
// 10.2.3), in whole seconds, rounded up; 0 if there is none that can be read. A
// date is held against the server's own clock where it tells it.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		return time.Duration(min(n, uint64(longestRetryAfter/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return longestRetryAfter
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(0, wholeSeconds(at.Sub(now))), longestRetryAfter)
}

// wholeSeconds rounds up to whole seconds, in which SQS counts.
func wholeSeconds(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}
