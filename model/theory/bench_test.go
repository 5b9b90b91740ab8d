package theory

import (
	"testing"
	"time"

	"penstock/model"
)

// BenchmarkScreen screens one setting: it has to cost next to nothing beside a
// run, since tune screens thousands.
func BenchmarkScreen(b *testing.B) {
	cfg := setting(2, model.Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * time.Second}, "p95", 5*time.Second)
	for range 2 {
		c := cfg.Classes[0]
		c.Arrivals = append(c.Arrivals, model.Arrivals{Kind: "burst", At: time.Minute, Count: 300, Over: time.Minute})
		cfg.Classes = append(cfg.Classes, c)
	}
	for b.Loop() {
		Screen(&cfg)
	}
}
