package worker

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"penstock/model/policy"
)

// limited is a legacy system that this process calls no faster than a rate.
type limited struct {
	legacy Legacy
	rate   *rate.Limiter
}

// Limit holds back the calls of this process to perSecond a second, with up to
// burst at once (at least 1). A call waits for its turn within its own timeout; one
// whose turn would come later is rejected, and asks to come back then.
func Limit(l Legacy, perSecond float64, burst int) Legacy {
	return &limited{l, rate.NewLimiter(rate.Limit(perSecond), max(1, burst))}
}

// Call waits for its turn and calls.
func (l *limited) Call(ctx context.Context, t Task) Answer {
	turn := l.rate.Reserve()
	wait := turn.Delay()
	if deadline, ok := ctx.Deadline(); ok && wait > 0 && time.Until(deadline) <= wait {
		turn.Cancel()
		return Answer{Status: policy.Rejected, RetryAfter: wholeSeconds(wait), Detail: "over the worker's own rate limit"}
	}
	if !pause(ctx, wait) {
		turn.Cancel()
		return Answer{Status: policy.Rejected, Detail: "cut off while it waited for its turn"}
	}
	return l.legacy.Call(ctx, t)
}

// pause waits, and reports whether it could to the end of it.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
