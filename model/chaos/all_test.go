package chaos

import (
	"testing"

	"penstock/scenarios"
)

func TestAllSafe(t *testing.T) {
	bad := 0
	for seed := range uint64(2000) {
		v := judge(scenarios.Written("chaos.toml", write(draw(seed)), data), func() bool { return false })
		if v.failure != nil {
			bad++
			if bad < 40 {
				t.Errorf("seed %d: %s: %s\n%.1500s", seed, v.failure.Rule, v.failure.Detail, v.failure.Stack)
			}
		}
	}
	t.Log(bad)
}
