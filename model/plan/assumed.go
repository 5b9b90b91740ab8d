package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/rules"
)

// assumptions lists the rules that AWS leaves open and that any run depended
// on, with their settings.
func assumptions(cfg *model.Config, runs []model.Run) []Assumption {
	touched := map[string]bool{}
	for i := range runs {
		for _, name := range runs[i].Touched {
			touched[name] = true
		}
	}
	all := []Assumption{}
	for _, name := range model.Touchable() {
		if touched[name] {
			all = append(all, assumption(cfg, name))
		}
	}
	return all
}

// assumption describes an open rule as the scenario sets it.
func assumption(cfg *model.Config, name string) Assumption {
	r, ok := rules.Named(name)
	if !ok {
		panic("plan: the table has no rule " + name)
	}
	a := Assumption{ID: r.ID, Name: r.ID, Setting: fixed, Rule: r.Rule, Grade: r.Grade}
	switch {
	case r.Switch != "":
		a.Name = r.Switch
	case r.Key != "":
		a.Name = r.Key
	default:
		return a
	}
	a.Setting = setting(cfg, a.Name)
	return a
}

// fixed is the setting of an open rule that has none.
const fixed = "fixed"

// setting writes the value of a switch, or of a key that sets an open rule.
func setting(cfg *model.Config, name string) string {
	for _, s := range cfg.Assumptions.Switches() {
		if s.Name == name {
			return s.Setting
		}
	}
	if d := latency(&cfg.Timing, name); d != nil {
		return distText(*d)
	}
	switch name {
	case "timing.attributes_lag":
		return model.DurationText(cfg.Timing.AttributesLag)
	case "worker.cold_start":
		return distText(cfg.Worker.ColdStart)
	case "worker.idle_lifetime":
		return distText(cfg.Worker.IdleLifetime)
	case "worker.log":
		return model.SizeText(cfg.Worker.LogBytes)
	case "class.queue.duplicate_probability":
		var each []string
		for i := range cfg.Classes {
			if p := model.NumberText(cfg.Classes[i].Queue.DuplicateProbability); !slices.Contains(each, p) {
				each = append(each, p)
			}
		}
		return strings.Join(each, ", ")
	}
	panic("plan: no setting " + name)
}

// latency returns the law of a call by its name, nil for any other.
func latency(t *model.Timing, name string) *model.Dist {
	switch name {
	case "timing.sqs_send":
		return &t.SQSSend
	case "timing.sqs_receive":
		return &t.SQSReceive
	case "timing.sqs_delete":
		return &t.SQSDelete
	case "timing.sqs_attributes":
		return &t.SQSAttributes
	case "timing.sqs_visibility":
		return &t.SQSVisibility
	case "timing.sfn_callback":
		return &t.SFNCallback
	case "timing.lambda_invoke":
		return &t.LambdaInvoke
	case "timing.esm_retry":
		return &t.ESMRetry
	}
	return nil
}

// distText writes a distribution with the parameters that it has.
func distText(d model.Dist) string {
	if d.Kind == "" {
		return "0s"
	}
	if d.Kind == "constant" {
		return model.DurationText(d.Value)
	}
	words := []string{d.Kind}
	for _, p := range []struct {
		name string
		d    time.Duration
	}{{"mean", d.Mean}, {"min", d.Min}, {"max", d.Max}, {"median", d.Median}, {"p99", d.P99}} {
		if p.d != 0 {
			words = append(words, p.name+" "+model.DurationText(p.d))
		}
	}
	for _, p := range []struct {
		name string
		x    float64
	}{{"cv", d.CV}, {"shape", d.Shape}, {"alpha", d.Alpha}, {"k", float64(d.K)}} {
		if p.x != 0 {
			words = append(words, p.name+" "+model.NumberText(p.x))
		}
	}
	switch {
	case d.File != "":
		words = append(words, d.File)
	case len(d.Parts) > 0:
		words = append(words, fmt.Sprintf("of %d", len(d.Parts)))
	}
	return strings.Join(words, " ")
}
