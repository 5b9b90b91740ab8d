// Package rules is the table of the rules of AWS that the simulator follows:
// what each says, how far it is known, where that stands, and the tests that
// pin it. The table is data; its tests hold it against the tests of the house.
package rules

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed rules.json
var file []byte

// Rule is one row.
type Rule struct {
	ID    string `json:"id"`    // service and number: "SQS-07"
	Rule  string `json:"rule"`  // one sentence
	Grade string `json:"grade"` // "A" to "D", see Grades
	// Source is a public document and its page.
	Source string `json:"source"`
	// Switch names the setting of a rule that AWS leaves open: a name in
	// [assumptions], or one in [timing] with its table. "": it has none.
	Switch string `json:"switch,omitempty"`
	// Key is another key of the scenario that sets an open rule.
	Key   string   `json:"key,omitempty"`
	Tests []string `json:"tests"` // folder and name: "model/price.TestTiers"
}

// Open reports whether AWS does not document the rule: what the simulator does
// is then an assumption.
func (r *Rule) Open() bool { return r.Grade == "C" || r.Grade == "D" }

// LeftOut is a rule that the simulator does not follow, with the reason.
type LeftOut struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Grade is a degree of certainty.
type Grade struct{ Letter, Meaning string }

// Grades returns the degrees of certainty, the surest first.
func Grades() []Grade {
	return []Grade{
		{"A", "documented by AWS"},
		{"B", "an older text of AWS, or a report that agrees with one"},
		{"C", "reports of users, experiments, emulators"},
		{"D", "reasoned, confirmed by no source"},
	}
}

// Service is a group of rules.
type Service struct{ Prefix, Name string }

// Services returns the groups in the order of the table.
func Services() []Service {
	return []Service{
		{"SQS", "SQS standard queues"},
		{"FN", "Lambda functions"},
		{"ESM", "Lambda event source mappings for SQS"},
		{"SFN", "Step Functions callback tasks"},
		{"SVC", "Polling services"},
	}
}

// Of reports whether the rule belongs to the service.
func (s Service) Of(r *Rule) bool { return strings.HasPrefix(r.ID, s.Prefix+"-") }

type table struct {
	Rules   []Rule    `json:"rules"`
	LeftOut []LeftOut `json:"left_out"`
}

var load = sync.OnceValue(func() table {
	var t table
	if err := json.Unmarshal(file, &t); err != nil {
		panic("rules.json: " + err.Error())
	}
	return t
})

// All returns every rule, by service and number.
func All() []Rule { return load().Rules }

// NotBuilt returns the rules that the simulator leaves out on purpose.
func NotBuilt() []LeftOut { return load().LeftOut }

// Named returns the rule with that switch or, of those without one, that ID.
func Named(name string) (Rule, bool) {
	for _, r := range load().Rules {
		if r.Switch == name || r.Switch == "" && r.ID == name {
			return r, true
		}
	}
	return Rule{}, false
}
