package model

import "time"

// pace is what the audit holds the legacy system's rate limit by. It counts by
// other means than the limiter: whole and half tokens instead of instants, and
// windows that begin at multiples of their length, each of which is one that a
// sliding window covers too.
type pace struct {
	tokens float64 // token bucket: what is left, at last
	last   int64   // ns
	window int64   // the number of the present window
	passed int64   // in it
}

func newPace(cfg *RateLimit) pace { return pace{tokens: float64(max(1, cfg.Burst))} }

// paced checks a call that the rate limit has just let through.
func (w *world) paced(now int64) {
	cfg, p := &w.cfg.Legacy.RateLimit, &w.audit.pace
	if cfg.Kind == "none" || cfg.Kind == "" || w.audit.off {
		return
	}
	const rule = "a rate limit lets through what it should"
	if cfg.Kind == "token-bucket" {
		interval := int64(float64(time.Second) / cfg.Rate) // whole ns, as in a bucket
		p.tokens = min(float64(max(1, cfg.Burst)), p.tokens+float64(now-p.last)/float64(max(1, interval))) - 1
		p.last = now
		if p.tokens < -0.5 { // half a token is for rounding
			w.broken(-1, 0, rule, "%.3g tokens are left after a call", p.tokens)
		}
		return
	}
	if n := now / int64(cfg.Window); n != p.window {
		p.window, p.passed = n, 0
	}
	p.passed++
	if most := int64(float64(cfg.Rate*cfg.Window.Seconds()) + 1e-9); p.passed > most {
		w.broken(-1, 0, rule, "%d calls in a window of %s, at most %d", p.passed, DurationText(cfg.Window), most)
	}
}
