package scenarios

import (
	"fmt"
	"strings"

	"penstock/model"
)

// Condition reads a condition on the result of a scenario with the given
// classes, as [[assert]] states it but in one line:
// "classes.HIGH.latency.p95<=5s". Blanks around the operator are allowed.
func Condition(s string, classes []string) (model.Assert, error) {
	at := strings.IndexAny(s, "<>=")
	if at < 0 {
		return model.Assert{}, fmt.Errorf("%q is no condition: a metric, <=, <, >= or >, and a value are needed, for example classes.HIGH.latency.p95<=5s", clip(s))
	}
	rest := strings.TrimLeft(s[at:], "<>=")
	a := model.Assert{
		Metric: strings.TrimSpace(s[:at]), Op: s[at : len(s)-len(rest)], Text: strings.TrimSpace(rest),
	}
	if !contains([]string{"<=", "<", ">=", ">"}, a.Op) {
		return a, fmt.Errorf("unknown operator %q: use <=, <, >= or >", a.Op)
	}
	m, near, ok := model.FindMetric(classes, a.Metric)
	if !ok {
		message := fmt.Sprintf("the result has no metric %q", clip(a.Metric))
		if near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		return a, fmt.Errorf("%s", message)
	}
	n := parseValue(a.Text)
	if n == nil || n.kind == moment {
		n = &node{kind: text, text: a.Text}
	}
	v, wrong := Entry{Type: Bound}.read(n)
	if wrong == "" {
		wrong = wrongUnit(m, n)
	}
	if wrong != "" {
		return a, fmt.Errorf("%s: %s", a.Metric, wrong)
	}
	a.Value = number(v)
	switch {
	case m.Unit == model.Share && a.Value > 1:
		return a, fmt.Errorf("%s is out of range: %s is a share, 0 to 1", a.Text, a.Metric)
	case a.Value < 0:
		return a, fmt.Errorf("%s is out of range: %s is never negative", a.Text, a.Metric)
	}
	return a, nil
}
