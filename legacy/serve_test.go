package legacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"penstock/model"
)

// serving runs a server on addresses of its own until the test ends, or stop is
// called; stop returns what Serve did.
func serving(t *testing.T, cfg *model.Config, speed float64) (calls, admin string, stop func() error) {
	t.Helper()
	l, err := New(cfg, speed).Listen("127.0.0.1:0", "127.0.0.1:0", t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = stop() })
	calls, admin = l.Address()
	return "http://" + calls + "/orders", "http://" + admin, stop
}

func post(url, class string) (int, error) {
	call, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"order": 1}`))
	if err != nil {
		return 0, err
	}
	call.Header.Set(ClassHeader, class)
	r, err := http.DefaultClient.Do(call)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return r.StatusCode, err
}

func counters(t *testing.T, admin string) (c Counters) {
	t.Helper()
	r, err := http.Get(admin + "/admin/counters")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDoor: while the system is down connections are refused, and a call that
// was on its way has lost its own; afterwards the same address answers.
func TestDoor(t *testing.T) {
	cfg := table(func(g *model.Legacy) {
		g.Outages = []model.Outage{{Kind: "down", At: 40 * time.Second, For: 20 * time.Second}}
	})
	cfg.Classes[1].Service = &model.Dist{Kind: "constant", Value: time.Hour}
	calls, admin, _ := serving(t, cfg, 10)
	long := make(chan error, 1)
	go func() { _, err := post(calls, "BATCH"); long <- err }()
	if code, err := post(calls, "HIGH"); code != 200 || err != nil {
		t.Errorf("before the outage: %d, %v", code, err)
	}
	if err := <-long; err == nil {
		t.Error("a call of an hour was answered in an outage")
	}
	refused := 0
	for !errors.Is(onlyErr(post(calls, "")), syscall.ECONNREFUSED) {
		if refused++; refused > 1000 {
			t.Fatal("the connection is never refused")
		}
	}
	if c := counters(t, admin); !c.Down || c.Classes[1].Cut != 1 {
		t.Errorf("%+v", c)
	}
	for code := 0; code != 200; {
		code, _ = post(calls, "")
	}
	if c := counters(t, admin); c.Down || c.Elapsed < 60 {
		t.Errorf("%+v", c)
	}
}

func onlyErr(_ int, err error) error { return err }

// TestStop: a call in progress is answered, then nobody listens any more.
func TestStop(t *testing.T) {
	calls, admin, stop := serving(t, table(func(g *model.Legacy) { g.Service = model.Dist{Kind: "constant", Value: 10 * time.Second} }), 50)
	answered := make(chan int, 1)
	go func() { code, _ := post(calls, ""); answered <- code }()
	for counters(t, admin).Active == 0 {
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if code := <-answered; code != 200 {
		t.Errorf("the call in progress was answered %d", code)
	}
	if _, err := post(calls, ""); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
}

// TestAddressInUse: an address that is taken is told, and nothing stays open.
func TestAddressInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := New(table(func(*model.Legacy) {}), 1)
	defer s.Close()
	for _, a := range [][2]string{{taken.Addr().String(), ""}, {"127.0.0.1:0", taken.Addr().String()}} {
		if _, err := s.Listen(a[0], a[1], t.Logf); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%v: %v", a, err)
		}
	}
}

// TestAdminPage: the page shows state, counters, repeated keys and the table.
func TestAdminPage(t *testing.T) {
	calls, admin, _ := serving(t, table(func(g *model.Legacy) {
		g.RateLimit = model.RateLimit{Kind: "fixed-window", Rate: 100, Window: time.Second}
		g.Outages = []model.Outage{{Kind: "slow", At: time.Hour, For: time.Minute, Factor: 2}}
	}), 1000)
	for range 2 {
		r, _ := http.NewRequest(http.MethodPost, calls, nil)
		r.Header.Set(KeyHeader, "<order> 7")
		r.Header.Set(ClassHeader, "BATCH")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	r, err := http.Get(admin + "/admin")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	for _, want := range []string{"Legacy system of test", "<td>BATCH</td><td>2</td><td>2</td>", "&lt;order&gt; 7</td><td class=\"word\">BATCH</td><td>2</td>", "rate limit fixed-window, 100/s", "outage &#34;slow&#34; from 1h for 1m", "1000 times as fast"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
}

// TestKeysAreForgotten: what is remembered is bounded, and the oldest goes first.
func TestKeysAreForgotten(t *testing.T) {
	k := newKeys(1, 100)
	for i := range 110 {
		k.accept(k.of(0, fmt.Sprint(i), 0), 0)
	}
	if len(k.known) != 100 || k.forgotten != 10 {
		t.Errorf("%d known, %d forgotten", len(k.known), k.forgotten)
	}
	if k.accept(k.of(0, "5", 0), 0) || !k.accept(k.of(0, "11", 0), 0) {
		t.Error("the first was forgotten last")
	}
}
