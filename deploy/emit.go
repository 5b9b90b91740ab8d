package deploy

import (
	"fmt"
	"strings"
)

// Forms are the names of what can be written.
func Forms() []string { return []string{"terraform", "sam", "asl", "env"} }

// Emit returns a stack in one of the forms, and the name of the file that it is
// meant for. The same scenario, signals and form give the same bytes.
func (s *Stack) Emit(form string) (file string, content []byte, err error) {
	switch form {
	case "terraform":
		return s.Name + ".tf", s.hcl(), nil
	case "sam":
		return "template.json", s.template(), nil
	case "asl":
		return "statemachine.asl.json", s.asl(), nil
	case "env":
		return "worker.env", s.env(), nil
	}
	return "", nil, fmt.Errorf("there is no form %q: choose %s", form, strings.Join(Forms(), ", "))
}

// Watched reports whether a form holds alarms, so that it needs signals.
func Watched(form string) bool { return form == "terraform" || form == "sam" }

// queryID names a metric of an alarm on several.
func queryID(i int) string { return fmt.Sprintf("m%d", i+1) }

// sumOf is the expression for n of them; one without a value counts as 0.
func sumOf(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, "FILL("+queryID(i)+", 0)")
	}
	return strings.Join(parts, " + ")
}
