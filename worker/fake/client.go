package fake

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

// Client is an HTTP client that reaches the server without a socket.
type Client struct {
	server *Server
}

// Client returns what the SDK takes as HTTPClient.
func (s *Server) Client() *Client { return &Client{s} }

// Do serves the request in a goroutine of its own. Where the client's context
// ends first, the client gets its error and the server sees that it hung up.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: err}
	}
	inside := ctx
	if c.server.KeepsCutPolls {
		inside = context.WithoutCancel(ctx)
	}
	served := make(chan *http.Response, 1)
	go func() { served <- c.serve(r.WithContext(inside)) }()
	select {
	case <-ctx.Done():
		if !c.server.KeepsCutPolls {
			<-served // the server stops at once as well
		}
		return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: ctx.Err()}
	case answer := <-served:
		if answer == nil {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: lostReply{io.ErrUnexpectedEOF}}
		}
		answer.Request = r
		return answer, nil
	}
}

// lostReply is a connection that breaks after the request was sent. Like a reset
// by the peer it is one of the errors that the SDK sends a request again for.
type lostReply struct{ error }

// ConnectionError tells the SDK what the error is.
func (lostReply) ConnectionError() bool { return true }

// serve returns nil where the handler dropped the connection.
func (c *Client) serve(r *http.Request) (answer *http.Response) {
	defer func() {
		if broken := recover(); broken != nil && broken != http.ErrAbortHandler {
			panic(broken)
		} else if broken != nil {
			answer = nil
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := &response{status: http.StatusOK, header: make(http.Header)}
	c.server.ServeHTTP(w, r)
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}
}

// response collects an answer.
type response struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(status int) { w.status = status }

// Write implements http.ResponseWriter.
func (w *response) Write(p []byte) (int, error) { return w.body.Write(p) }
