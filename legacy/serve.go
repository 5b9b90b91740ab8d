package legacy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// grace is how long a call in progress may go on after the order to stop.
const grace = 5 * time.Second

// Listener is an address on which a Server can be reached. Listen opens it.
type Listener struct {
	server *Server
	door   *door
	admin  net.Listener // nil: /admin is at the door
	log    func(format string, args ...any)
}

// Listen opens the address of the calls, and one for /admin alone where admin is
// not empty: it can be reached in an outage too. log is told, in sentences, what
// happens to the door.
func (s *Server) Listen(address, admin string, log func(format string, args ...any)) (*Listener, error) {
	l := &Listener{server: s, log: log}
	inner, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	l.door = newDoor(inner)
	if admin != "" {
		if l.admin, err = net.Listen("tcp", admin); err != nil {
			_ = inner.Close()
			return nil, fmt.Errorf("cannot listen: %w", err)
		}
	}
	return l, nil
}

// Address returns where calls go, and where the counters are.
func (l *Listener) Address() (calls, admin string) {
	calls, admin = l.door.address, l.door.address
	if l.admin != nil {
		admin = l.admin.Addr().String()
	}
	return calls, admin
}

// Serve answers until ctx ends. Calls in progress then have five seconds; those
// that are left lose their connection. In an outage of kind "down" nobody
// listens, so that connections are refused.
func (l *Listener) Serve(ctx context.Context) error {
	calls := &http.Server{Handler: l.server, ReadHeaderTimeout: 10 * time.Second}
	servers, failed := []*http.Server{calls}, make(chan error, 2)
	go func() { failed <- calls.Serve(l.door) }()
	if l.admin != nil {
		admin := &http.Server{Handler: l.server.Admin(), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, admin)
		go func() { failed <- admin.Serve(l.admin) }()
	}
	var err error
	for on := true; on; {
		select {
		case <-l.server.turned:
			l.turn(ctx, calls)
		case err = <-failed:
			on = false
		case <-ctx.Done():
			on = false
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	for _, s := range servers {
		if errors.Is(s.Shutdown(ending), context.DeadlineExceeded) {
			l.log("calls without an answer after %v are cut off", grace)
			_ = s.Close()
		}
	}
	l.server.Close()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// turn shuts the door when an outage begins, and opens it again after.
func (l *Listener) turn(ctx context.Context, calls *http.Server) {
	l.server.mu.Lock()
	down := l.server.down
	l.server.mu.Unlock()
	if down {
		l.log("the system is down: connections are refused")
		l.door.shut()
		calls.SetKeepAlivesEnabled(false) // ends the idle ones
		return
	}
	calls.SetKeepAlivesEnabled(true)
	for err := l.door.open(); err != nil; err = l.door.open() {
		l.log("the system is up, but its address is not free yet: %v", err)
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
	l.log("the system is up again")
}

// door is a listener that can be shut and opened again at the same address.
type door struct {
	address string
	mu      sync.Mutex
	changed *sync.Cond
	inner   net.Listener // nil: shut
	done    bool
}

func newDoor(inner net.Listener) *door {
	d := &door{address: inner.Addr().String(), inner: inner}
	d.changed = sync.NewCond(&d.mu)
	return d
}

// Accept waits for a connection; while the door is shut, none comes.
func (d *door) Accept() (net.Conn, error) {
	for {
		d.mu.Lock()
		for d.inner == nil && !d.done {
			d.changed.Wait()
		}
		inner, done := d.inner, d.done
		d.mu.Unlock()
		if done {
			return nil, net.ErrClosed
		}
		if c, err := inner.Accept(); err == nil || !errors.Is(err, net.ErrClosed) {
			return c, err
		}
	}
}

// Close ends the listener for good.
func (d *door) Close() error {
	d.shut()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = true
	d.changed.Broadcast()
	return nil
}

// Addr returns the address, also while the door is shut.
func (d *door) Addr() net.Addr { return doorAddr(d.address) }

type doorAddr string

// Network and String make it a net.Addr.
func (doorAddr) Network() string  { return "tcp" }
func (a doorAddr) String() string { return string(a) }

func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inner != nil {
		_ = d.inner.Close()
		d.inner = nil
	}
}

func (d *door) open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inner != nil || d.done {
		return nil
	}
	inner, err := net.Listen("tcp", d.address)
	if err != nil {
		return err
	}
	d.inner = inner
	d.changed.Broadcast()
	return nil
}
