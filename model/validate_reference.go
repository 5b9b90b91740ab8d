package model

import "fmt"

// references checks [[reference]].
func (v *validator) references(c *Config) {
	var names []string
	for _, class := range c.Classes {
		names = append(names, class.Name)
	}
	if len(c.References) > MaxAsserts {
		v.fail("reference", "%d references are too many: at most %d", len(c.References), MaxAsserts)
		return
	}
	for i, r := range c.References {
		key := fmt.Sprintf("reference[%d].", i)
		m := v.metric(key+"metric", names, r.Metric)
		switch {
		case !finite(r.Exact):
			v.fail(key+"exact", "%s is no answer; a finite number is needed", NumberText(r.Exact))
		case m.Unit == Share && (r.Exact < 0 || r.Exact > 1):
			v.fail(key+"exact", "%s is out of range: %s is a share, 0 to 1", NumberText(r.Exact), r.Metric)
		case r.Exact < 0:
			v.fail(key+"exact", "%s is out of range: %s is never negative", NumberText(r.Exact), r.Metric)
		}
		v.number(key+"rel", r.Rel, 0, 0.1)
		if r.Source == "" {
			v.fail(key+"source", "the formula or solver is missing")
		}
	}
}
