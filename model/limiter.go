package model

import "time"

// limiter is the legacy system's rate limit. Calls that it refuses do not count
// against it; those that it lets through do, even if no place is free then.
type limiter struct {
	kind   string
	bucket bucket
	most   int     // windows: calls allowed in one
	window int64   // ns
	start  int64   // fixed window: when the present one began
	used   int     // fixed window
	recent []int64 // sliding window: ring of the last accepted instants
	next   int
}

func newLimiter(cfg RateLimit) limiter {
	l := limiter{kind: cfg.Kind, window: int64(cfg.Window)}
	switch cfg.Kind {
	case "token-bucket":
		l.bucket = newBucket(max(1, cfg.Burst), cfg.Rate)
	case "fixed-window", "sliding-window":
		l.most = int(float64(cfg.Rate*cfg.Window.Seconds()) + 1e-9)
	}
	if cfg.Kind == "sliding-window" {
		l.recent = make([]int64, l.most)
		for i := range l.recent {
			l.recent[i] = -int64(200 * 365 * day / time.Nanosecond)
		}
	}
	return l
}

// take accepts or refuses a call at now. A fixed window is aligned at 0; a
// sliding window covers the time (now-window, now].
func (l *limiter) take(now int64) bool {
	switch l.kind {
	case "token-bucket":
		return l.bucket.take(now, 1)
	case "fixed-window":
		if start := now - now%l.window; start != l.start {
			l.start, l.used = start, 0
		}
		if l.used >= l.most {
			return false
		}
		l.used++
	case "sliding-window":
		if l.most == 0 || now-l.recent[l.next] < l.window {
			return false
		}
		l.recent[l.next] = now
		l.next = (l.next + 1) % l.most
	}
	return true
}
