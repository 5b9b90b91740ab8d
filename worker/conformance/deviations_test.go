package conformance

// deviation is how a server differs from a rule.
type deviation struct {
	rule  string
	shows string // part of what the case then reports
	means string // what follows for tests against the server
}

// deviations are what was found in the pinned versions of .ci/servers. A server
// that comes to differ in more, or no longer differs, fails the suite.
var deviations = map[string][]deviation{
	"elasticmq": {},
	"moto":      {},
}
