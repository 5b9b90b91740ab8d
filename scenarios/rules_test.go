package scenarios

import (
	"slices"
	"strings"
	"testing"
)

// Where a program polls by itself nobody compares the two.
//
// Rule: ESM-44
func TestLambdaNeedsVisibilityBeyondTheTimeout(t *testing.T) {
	const scenario = "[[class]]\nname = \"A\"\narrivals = [{ kind = \"poisson\", rate = \"1/s\" }]\n"
	for _, c := range []struct {
		driver, visibility string
		refused            bool
	}{{"lambda", "59s", true}, {"lambda", "60s", false}, {"poller", "59s", false}} {
		s := Source{name: "a.toml", fsys: files(map[string]string{"a.toml": scenario})}
		_, problems := s.Check([]string{"worker.timeout=60s", "worker.driver=" + c.driver, "class.A.queue.visibility_timeout=" + c.visibility})
		refused := slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.String(), "AWS refuses such a mapping") })
		if refused != c.refused {
			t.Errorf("%s with visibility %s: %v", c.driver, c.visibility, problems)
		}
	}
}
