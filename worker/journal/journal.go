package journal

import (
	"context"
	"log/slog"
	"time"

	"penstock/model/policy"
)

// The messages by which the lines of a journal are known among others.
const (
	msgPolicy = "policy" // a policy begins: its first line
	msgStep   = "step"
)

// Drawn is what the policy drew in one step. It draws each at most once.
type Drawn struct {
	HasYield, HasRetry, HasLowFirst bool
	Yield, Retry                    time.Duration
	LowFirst                        bool
}

// Journal writes the steps of one policy to a log. Not safe for concurrent use.
type Journal struct {
	log    *slog.Logger
	policy string
	n      int64
	attrs  []slog.Attr
}

// New begins the journal of a policy by a name that no other has, and notes what
// it was built from.
func New(log *slog.Logger, name string, cfg policy.Config) *Journal {
	log.LogAttrs(context.Background(), slog.LevelInfo, msgPolicy, slog.String("policy", name), slog.Any("config", cfg))
	return &Journal{log: log, policy: name}
}

// Write notes one step: what happened when, what was decided and drawn, and of
// which message, by its id ("": none).
func (j *Journal) Write(now time.Time, ev policy.Event, decided []policy.Action, drawn Drawn, message string) {
	j.n++
	if !j.log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	a := append(j.attrs[:0], slog.String("policy", j.policy), slog.Int64("n", j.n), slog.String("now", instant(now)),
		slog.String("event", EventName(ev.Kind)), slog.Int("slot", ev.Slot))
	if message != "" {
		a = append(a, slog.String("message", message))
	}
	a = seen(a, ev)
	a = append(a, slog.String("decided", Decision(decided)))
	if drawn.HasYield {
		a = append(a, slog.String("drew_yield", drawn.Yield.String()))
	}
	if drawn.HasRetry {
		a = append(a, slog.String("drew_retry", drawn.Retry.String()))
	}
	if drawn.HasLowFirst {
		a = append(a, slog.Bool("drew_low_first", drawn.LowFirst))
	}
	j.attrs = a
	// Not by way of the logger, which would look up who calls it: a fifth of the
	// cost of a line, and it is always the same caller.
	r := slog.NewRecord(now, slog.LevelInfo, msgStep, 0)
	r.AddAttrs(a...)
	_ = j.log.Handler().Handle(context.Background(), r) // as the logger: where a line cannot be written, there is nowhere to say so
}

// seen writes the fields of an event that are read for its kind.
func seen(a []slog.Attr, ev policy.Event) []slog.Attr {
	switch ev.Kind {
	case policy.Received:
		a = append(a, slog.Int("class", ev.Class), slog.Int("receive", ev.Receive), slog.String("sent", instant(ev.Sent)), slog.Bool("first", ev.First))
		if !ev.Deadline.IsZero() {
			a = append(a, slog.String("deadline", instant(ev.Deadline)))
		}
	case policy.Looked:
		a = append(a, slog.Int("queue", ev.Queue), slog.String("status", StatusName(ev.Status)),
			slog.Int64("visible", ev.Visible), slog.Int64("in_flight", ev.InFlight))
	case policy.TokenChecked, policy.CallbackAnswered:
		a = append(a, slog.String("status", StatusName(ev.Status)))
	case policy.CallAnswered:
		a = append(a, slog.String("status", StatusName(ev.Status)))
		if ev.RetryAfter != 0 {
			a = append(a, slog.String("retry_after", ev.RetryAfter.String()))
		}
	}
	return a
}
