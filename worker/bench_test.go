package worker

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"penstock/model/policy"
)

// messageSteps takes a policy through one message of a class, from the free slot of a
// service, or the receive of a function, to its deletion, with a look at the
// class above, and returns how many steps it took.
func messageSteps(p *policy.Policy, slots int, now time.Time, dst []policy.Action) ([]policy.Action, int) {
	n := 0
	step := func(ev policy.Event) {
		n++
		dst = p.Step(now, ev, dst[:0])
	}
	if slots > 0 {
		step(policy.Event{Kind: policy.SlotFree})
	}
	step(policy.Event{Kind: policy.Received, Class: 1, Receive: 1, Sent: now, First: true})
	if dst[0].Kind == policy.Look {
		step(policy.Event{Kind: policy.Looked})
	}
	step(policy.Event{Kind: policy.TokenChecked})
	step(policy.Event{Kind: policy.CallAnswered})
	step(policy.Event{Kind: policy.CallbackAnswered})
	return dst, n
}

func stepConfig(kind policy.Kind, slots int) policy.Config {
	return policy.Config{
		Kind: kind, Look: policy.LookVisible, YieldFor: policy.Remaining, RetryFor: policy.Remaining, CheckToken: true,
		OnError: policy.GiveBack, OnRejected: policy.GiveBack, CallTimeout: 30 * time.Second, Heartbeat: time.Minute, AgeStep: time.Minute,
		Slots: slots, Weight: []int{3, 1}, Reserve: []int{1, 0}, Deadline: []time.Duration{time.Minute, time.Hour}, Visibility: []time.Duration{time.Minute, time.Minute},
	}
}

// BenchmarkSteps is what the policy itself costs for one message, in all of its
// steps: below two microseconds, and without allocation.
func BenchmarkSteps(b *testing.B) {
	for _, slots := range []int{0, 10} {
		for _, kind := range []policy.Kind{policy.Yield, policy.Weighted, policy.Aging, policy.Deadline} {
			b.Run(fmt.Sprintf("%s/slots=%d", kind, slots), func(b *testing.B) {
				p := policy.New(stepConfig(kind, slots), policy.Draws{})
				now := time.Now().Round(0)
				var dst []policy.Action
				b.ReportAllocs()
				for b.Loop() {
					now = now.Add(time.Millisecond)
					dst, _ = messageSteps(p, slots, now, dst)
				}
			})
		}
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	for _, slots := range []int{0, 10} {
		for _, kind := range []policy.Kind{policy.None, policy.Yield, policy.Weighted, policy.Aging, policy.Deadline} {
			p := policy.New(stepConfig(kind, slots), policy.Draws{})
			now := time.Now().Round(0)
			dst, steps := messageSteps(p, slots, now, nil)
			if steps < 4 {
				t.Errorf("%s: %d steps are no message", kind, steps)
			}
			if n := testing.AllocsPerRun(100, func() { dst, _ = messageSteps(p, slots, now, dst) }); n != 0 {
				t.Errorf("%s, %d slots: %v allocations for a message", kind, slots, n)
			}
		}
	}
}

// instantPorts hand out one message after another, and do the rest at once.
type instantPorts struct {
	left int
	body string
	done func()
}

func (p *instantPorts) Receive(ctx context.Context, class int, _ time.Duration) ([]Message, error) {
	if p.left--; p.left < 0 {
		p.done()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return []Message{{ID: "m", Body: p.body, Class: class, Receive: 1}}, nil
}
func (*instantPorts) Look(context.Context, int) (int64, int64, policy.Status)    { return 0, 0, policy.OK }
func (*instantPorts) Hide(context.Context, Message, time.Duration) error         { return nil }
func (*instantPorts) Delete(context.Context, Message) error                      { return nil }
func (*instantPorts) Bury(context.Context, Message, string) error                { return nil }
func (*instantPorts) Beat(context.Context, string) policy.Status                 { return policy.OK }
func (*instantPorts) Succeed(context.Context, string, string) policy.Status      { return policy.OK }
func (*instantPorts) Fail(context.Context, string, string, string) policy.Status { return policy.OK }
func (*instantPorts) Call(context.Context, Task) Answer                          { return Answer{Output: "1"} }

// BenchmarkService is what the driver costs for one message, all goroutines and
// the journal included, around calls that take no time: one slot, so that nothing
// overlaps.
func BenchmarkService(b *testing.B) {
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelError} {
		b.Run(fmt.Sprintf("log=%v", level), func(b *testing.B) {
			ctx, stop := context.WithCancel(b.Context())
			ports := &instantPorts{left: b.N, done: stop, body: `{"token": "t", "execution": "e", "state": "s", "input": {"order": 7}}`}
			log := slog.New(slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: level}))
			s, err := NewService(Config{Policy: stepConfig(policy.None, 1), Classes: []string{"HIGH", "LOW"}, Log: log}, Ports{ports, ports, ports})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			if err := s.Run(ctx); err != nil {
				b.Fatal(err)
			}
		})
	}
}
