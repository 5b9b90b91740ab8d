package worker

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"penstock/model/policy"
)

// calling returns what a handler's answer means to the worker.
func calling(t *testing.T, handle http.HandlerFunc) Answer {
	t.Helper()
	server := httptest.NewServer(handle)
	defer server.Close()
	return post(server.URL, time.Minute)
}

func post(url string, timeout time.Duration) Answer {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	h := HTTP{URL: url, Client: NewClient(2)}
	defer h.Client.CloseIdleConnections()
	return h.Call(ctx, Task{Token: "tok", Key: "key-1", Class: "HIGH", Input: []byte(`{"order": 7}`)})
}

func TestCallSends(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s|%s|%s|%s|%s", r.Method, r.URL.Path, body, r.Header.Get("Idempotency-Key"), r.Header.Get("X-Penstock-Class"), r.Header.Get("X-Penstock-Receive"), r.Header.Get("Authorization"))
	}))
	defer server.Close()
	h := HTTP{URL: server.URL + "/orders", Token: "secret", Client: NewClient(1)}
	defer h.Client.CloseIdleConnections()
	a := h.Call(t.Context(), Task{Key: "key-1", Class: "HIGH", Receive: 3, Input: []byte(`7`)})
	if want := `"POST /orders 7|key-1|HIGH|3|Bearer secret"`; a.Status != policy.OK || a.Output != want {
		t.Errorf("got %+v, want output %s", a, want)
	}
}

func TestAnswers(t *testing.T) {
	long := strings.Repeat("x", largestOutput)
	date := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	for _, c := range []struct {
		name   string
		code   int
		header string // Retry-After
		body   string
		want   Answer
	}{
		{"JSON", 200, "", `{"ok": true}`, Answer{Output: `{"ok": true}`}},
		{"no JSON", 201, "", `done "quickly"`, Answer{Output: `"done \"quickly\""`}},
		{"nothing", 204, "", ``, Answer{Output: `null`}},
		{"no text", 200, "", "\xff", Answer{Output: "\"\uFFFD\""}},
		{"the longest", 200, "", `"` + long[2:] + `"`, Answer{Output: `"` + long[2:] + `"`}},
		{"one too long", 200, "", `"` + long[1:] + `"`, Answer{Output: `{"penstock": "the answer is left out: it is larger than 262144 bytes"}`}},
		{"too long once quoted", 200, "", long, Answer{Output: `{"penstock": "the answer is left out: it is larger than 262144 bytes"}`}},
		{"429", 429, "7", "slow down", Answer{Status: policy.Rejected, RetryAfter: 7 * time.Second, Detail: "429 Too Many Requests slow down"}},
		{"429 without", 429, "", "", Answer{Status: policy.Rejected, Detail: "429 Too Many Requests"}},
		{"429, no number", 429, "soon", "", Answer{Status: policy.Rejected, Detail: "429 Too Many Requests"}},
		{"429, negative", 429, "-7", "", Answer{Status: policy.Rejected, Detail: "429 Too Many Requests"}},
		{"429, for ever", 429, "99999999999999999999", "", Answer{Status: policy.Rejected, RetryAfter: 12 * time.Hour, Detail: "429 Too Many Requests"}},
		{"429, a year", 429, "31536000", "", Answer{Status: policy.Rejected, RetryAfter: 12 * time.Hour, Detail: "429 Too Many Requests"}},
		{"503 until", 503, date(90 * time.Second), "", Answer{Status: policy.Rejected, RetryAfter: 90 * time.Second, Detail: "503 Service Unavailable"}},
		{"503 until yesterday", 503, date(-24 * time.Hour), "", Answer{Status: policy.Rejected, Detail: "503 Service Unavailable"}},
		{"500", 500, "7", "oops", Answer{Status: policy.Failed, Detail: "500 Internal Server Error oops"}},
		{"404", 404, "", "", Answer{Status: policy.Failed, Detail: "404 Not Found"}},
		{"a redirect", 308, "", "", Answer{Status: policy.Failed, Detail: "308 Permanent Redirect"}},
	} {
		got := calling(t, func(w http.ResponseWriter, r *http.Request) {
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			if c.code == 308 {
				w.Header().Set("Location", "/elsewhere")
			}
			w.WriteHeader(c.code)
			io.WriteString(w, c.body)
		})
		c.want.Code = c.code
		if d := got.RetryAfter - c.want.RetryAfter; d == time.Second || d == -time.Second {
			got.RetryAfter = c.want.RetryAfter // the date was written a second before
		}
		if got != c.want {
			t.Errorf("%s: got %.200s, want %.200s", c.name, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", c.want))
		}
	}
}

// TestClocksDiffer: a date is held against the clock that it was read from.
func TestClocksDiffer(t *testing.T) {
	a := calling(t, func(w http.ResponseWriter, r *http.Request) {
		slow := time.Now().Add(-time.Hour).UTC()
		w.Header().Set("Date", slow.Format(http.TimeFormat))
		w.Header().Set("Retry-After", slow.Add(90*time.Second).Format(http.TimeFormat))
		w.WriteHeader(503)
	})
	if a.RetryAfter != 90*time.Second {
		t.Errorf("%v, want 90 s", a.RetryAfter)
	}
}

// TestRedirectsAreNotFollowed: a redirect may turn a POST into a GET, which does
// nothing and succeeds.
func TestRedirectsAreNotFollowed(t *testing.T) {
	a := calling(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "/login", http.StatusFound)
		}
	})
	if a.Status != policy.Failed || a.Code != 302 {
		t.Errorf("%+v, want failed", a)
	}
}

func TestErrorsAreQuotedInPart(t *testing.T) {
	a := calling(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(500)
		io.WriteString(w, strings.Repeat("x", 100_000))
	})
	if len(a.Detail) > 1100 || len(a.Detail) < 1000 {
		t.Errorf("%d bytes of an error were kept", len(a.Detail))
	}
}

// listen serves each connection by a function, and counts them.
func listen(t *testing.T, serve func(net.Conn)) (url string, accepted *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	accepted = new(atomic.Int32)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			go serve(c)
		}
	}()
	return "http://" + l.Addr().String(), accepted
}

// reset closes a connection so that its peer reads "connection reset".
func reset(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

func TestConnectionsThatBreak(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if a := post("http://"+gone.Addr().String(), time.Minute); a.Status != policy.Rejected || a.Code != 0 || a.Detail == "" {
		t.Errorf("connection refused: %+v, want rejected", a)
	}
	if a := post("http://no.such.host.invalid", time.Minute); a.Status != policy.Rejected {
		t.Errorf("a host that does not exist: %+v, want rejected", a)
	}
	url, _ := listen(t, func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		reset(c)
	})
	if a := post(url, time.Minute); a.Status != policy.Failed {
		t.Errorf("a reset after the request: %+v, want failed", a)
	}
	url, _ = listen(t, func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		c.Close()
	})
	if a := post(url, time.Minute); a.Status != policy.Failed {
		t.Errorf("half an answer: %+v, want failed", a)
	}
	hang := func(c net.Conn) { io.Copy(io.Discard, c) }
	url, _ = listen(t, hang)
	if a := post(url, 50*time.Millisecond); a.Status != policy.TimedOut {
		t.Errorf("no answer: %+v, want timed out", a)
	}
	url, _ = listen(t, func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		hang(c)
	})
	if a := post(url, 50*time.Millisecond); a.Status != policy.TimedOut {
		t.Errorf("half an answer, and silence: %+v, want timed out", a)
	}
}

// TestCallIsSentOnce: the transport would repeat a request with an idempotency
// key on its own if a connection that it had kept open breaks.
func TestCallIsSentOnce(t *testing.T) {
	var requests atomic.Int32
	url, _ := listen(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		for {
			req, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			io.Copy(io.Discard, req.Body)
			if requests.Add(1) > 1 {
				reset(c)
				return
			}
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
		}
	})
	h := HTTP{URL: url, Client: NewClient(2)}
	defer h.Client.CloseIdleConnections()
	task := Task{Key: "k", Input: []byte("{}")}
	if a := h.Call(t.Context(), task); a.Status != policy.OK {
		t.Fatal(a)
	}
	if a := h.Call(t.Context(), task); a.Status != policy.Failed {
		t.Errorf("a connection that broke: %+v, want failed", a)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests for two calls", n)
	}
}

// What went wrong is told to the task and to the log: the URL, whose query may
// hold a key, is not.
func TestDetailsHideTheURL(t *testing.T) {
	h := &HTTP{URL: "http://127.0.0.1:1/orders?api_key=secret", Client: NewClient(1)}
	a := h.Call(t.Context(), Task{Key: "k", Input: []byte("1")})
	if a.Status != policy.Rejected || a.Detail == "" || strings.Contains(a.Detail, "secret") {
		t.Errorf("got %+v", a)
	}
}
