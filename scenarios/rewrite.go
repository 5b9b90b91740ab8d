package scenarios

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Rewritten returns the scenario's text with overrides of --set written into it,
// for whoever reads the file alone, such as the real worker. Without overrides
// it is the text as it is; with them, comments and the order of keys are lost.
// The overrides must have been loaded without a problem.
func (s Source) Rewritten(set []string) ([]byte, error) {
	data, err := s.Text()
	if err != nil || len(set) == 0 {
		return data, err
	}
	var doc map[string]any
	if err := toml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	d := &decoder{schema: schema(), source: s, report: &report{}, root: newTable("", pos{})}
	for _, text := range set {
		key, value, _ := strings.Cut(text, "=")
		e, _ := Explain(strings.TrimSpace(key))
		o := override{decoder: d, value: strings.TrimSpace(value)}
		v := o.node(e, key).tree()
		if err := plant(doc, steps(strings.TrimSpace(key)), v); err != nil {
			return nil, fmt.Errorf("--set %s: %w", clip(text), err)
		}
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %s with %s written into it; the original has the comments.\n", s.name, strings.Join(set, ", "))
	err = toml.NewEncoder(&out).Encode(doc)
	return out.Bytes(), err
}

// tree returns a value as go-toml has it.
func (n *node) tree() any {
	switch n.kind {
	case table:
		t := map[string]any{}
		for _, name := range n.names {
			t[name] = n.kids[name].tree()
		}
		return t
	case list:
		var l []any
		for _, item := range n.items {
			l = append(l, item.tree())
		}
		return l
	case text:
		return n.text
	}
	var x struct{ X any }
	_ = toml.Unmarshal([]byte("X = "+n.text), &x) // it was read before
	return x.X
}

// plant puts a value at the place that a key of --set names.
func plant(at map[string]any, path []step, value any) error {
	name, rest := path[0].name, path[1:]
	if len(rest) == 0 {
		at[name] = value
		return nil
	}
	switch next := at[name].(type) {
	case map[string]any:
		return plant(next, rest, value)
	case []any:
		return plantEach(next, rest, value)
	}
	fresh := map[string]any{} // a table that is not there, or a plain value that gives way to one
	if err := plant(fresh, rest, value); err != nil {
		return err
	}
	at[name] = fresh
	return nil
}

// plantEach puts a value into the elements of a list that the next step means.
func plantEach(list []any, path []step, value any) error {
	found := false
	for i, item := range list {
		t, ok := item.(map[string]any)
		if s := path[0]; !ok || s.index >= 0 && s.index != i || s.index < 0 && s.name != "*" && t["name"] != s.name {
			continue
		}
		found = true
		if err := plant(t, path[1:], value); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("there is no such element")
	}
	return nil
}
