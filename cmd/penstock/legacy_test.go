package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestLegacy: the command serves until it is interrupted, and says what came of
// the calls.
func TestLegacy(t *testing.T) {
	told, tell := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var out bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"legacy", "minimal", "--listen", "127.0.0.1:0", "--speed", "100"}, streams{&out, tell})
		_ = tell.Close()
	}()
	text := make([]byte, 4096)
	n, err := told.Read(text)
	where := regexp.MustCompile(`answers on (http://\S+/),`).FindSubmatch(text[:n])
	if err != nil || where == nil {
		t.Fatalf("%v: %s", err, text[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, told) }()
	r, err := http.Post(string(where[1]), "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	stop()
	select {
	case code := <-ended:
		if code != exitDone || r.StatusCode != 200 {
			t.Errorf("exit code %d, answered %d", code, r.StatusCode)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
	if got := strings.Fields(out.String()); len(got) != 20 || got[11] != "1" || got[12] != "1" {
		t.Errorf("%s", out.String())
	}
}

func TestLegacyBadInput(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"legacy minimal --speed 0", "--speed=0: 0.01 to 10000"},
		{"legacy minimal --listen 127.0.0.1:99999", "cannot listen: "},
		{"legacy minmal", "did you mean \"minimal\"?"},
	} {
		var out, err bytes.Buffer
		if code := run(context.Background(), strings.Fields(c.args), streams{&out, &err}); code != exitBadInput || !strings.Contains(err.String(), c.want) {
			t.Errorf("%s: %d\n%s", c.args, code, err.String())
		}
	}
}
