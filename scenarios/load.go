package scenarios

import (
	"fmt"
	"path/filepath"
	"strings"

	"penstock/model"
)

// Load reads the scenario, with the overrides of --set applied in order.
func (s Source) Load(set []string) (model.Config, []Problem) {
	d := s.decode(set, false)
	return *d.config, d.report.problems()
}

// Check is Load with the lints: warnings about settings that are allowed but
// seldom meant, and about what the real worker would do otherwise.
func (s Source) Check(set []string) (model.Config, []Problem) {
	d := s.decode(set, true)
	return *d.config, d.report.problems()
}

// decode reads the scenario into a Config and a Deploy.
func (s Source) decode(set []string, lint bool) *decoder {
	r := &report{}
	config, deploy := model.Default(), DefaultDeploy()
	d := &decoder{schema: schema(), source: s, report: r, root: newTable("", pos{file: s.name}), config: &config, deploy: &deploy}
	data, err := s.Text()
	if err != nil {
		r.add(pos{file: s.name}, "", "cannot be read: %s", err)
		return d
	}
	root, whole := parse(s.name, data, r)
	if !whole {
		return d
	}
	d.root = root
	for i, text := range set {
		d.override(i+1, text)
	}
	if p := root.child("timing").child("profile"); p != nil && p.text == "ideal" {
		config.Timing, config.Assumptions = model.IdealTiming(), model.IdealAssumptions()
	}
	base := filepath.Base(s.name)
	config.Name = strings.TrimSuffix(base, filepath.Ext(base))
	d.table(root, "", target{config: &config, deploy: &deploy})
	d.units()
	d.priceBook()
	d.judge(config.Validate())
	d.deployed()
	if lint && !Failed(r.problems()) {
		d.judge(Lint(config))
		if root.child("deploy") != nil {
			d.judge(warnings(Unfit(&config)))
			d.judge(unlike(&config, &deploy))
		}
	}
	return d
}

// judge adds problems that know only their keys, at the place of the key or of
// the table that lacks it.
func (d *decoder) judge(problems []model.Problem) {
	var kept []model.Problem
	for _, p := range problems {
		if !d.report.covers(p.Key) {
			kept = append(kept, p)
		}
	}
	for _, p := range kept {
		at := d.root.find(p.Key).at
		d.report.put(at, Problem{at.file, at.line, at.column, p.Key, p.Message, p.Warning})
	}
}

// units reports asserts and references whose value is not in the unit of their
// metric.
func (d *decoder) units() {
	if len(d.config.Asserts) > model.MaxAsserts || len(d.config.References) > model.MaxAsserts {
		return // reported by Validate
	}
	for i, a := range d.config.Asserts {
		d.unit(d.root.find(element("assert", i)).child("value"), a.Metric)
	}
	for i, r := range d.config.References {
		d.unit(d.root.find(element("reference", i)).child("exact"), r.Metric)
	}
}

// unit reports a value that is not in the unit of its metric.
func (d *decoder) unit(n *node, metric string) {
	m, _, ok := model.FindMetric(d.classNames(), metric)
	if n == nil || !ok {
		return
	}
	if wrong := wrongUnit(m, n); wrong != "" {
		d.report.add(n.at, n.key, "%s", wrong)
	}
}

// wrongUnit says what is wrong with a bound that is not in the unit of its
// metric, or "".
func wrongUnit(m model.Metric, n *node) string {
	switch {
	case m.Unit == model.Seconds && (n.kind == integer || n.kind == decimal):
		return fmt.Sprintf("%s needs a unit, for example \"%ss\"", clip(n.text), clip(n.text))
	case m.Unit != model.Seconds && n.kind == text:
		return fmt.Sprintf("%s is no time; a plain number is needed, not %s", m.Path, n.shown())
	}
	return ""
}

func (d *decoder) classNames() []string {
	var names []string
	for _, c := range d.config.Classes {
		names = append(names, c.Name)
	}
	return names
}

// priceBook reports a price book that is meant to be a file but is none. Which
// names are shipped is known where prices are.
func (d *decoder) priceBook() {
	book := d.config.Prices.Book
	if !strings.ContainsAny(book, "/\\.") {
		return
	}
	if _, err := d.source.File(book); err != nil {
		n := d.root.find("prices.book")
		d.report.add(n.at, "prices.book", "cannot be read: %s (files are named relative to the scenario)", err)
	}
}
