package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// assumptions lists the open rules of AWS that any run depended on, and the
// latencies that no document gives.
func assumptions(cfg *model.Config, runs []model.Run) []Assumption {
	touched := map[string]bool{}
	for i := range runs {
		for _, name := range runs[i].Touched {
			touched[name] = true
		}
	}
	all := []Assumption{}
	for _, s := range cfg.Assumptions.Switches() {
		if touched[s.Name] {
			all = append(all, assumption(s.Name, s.Setting))
		}
	}
	return append(all, assumedTimings(cfg)...)
}

func assumption(name, setting string) Assumption {
	rule, grade := model.DescribeAssumption(name)
	return Assumption{Name: name, Setting: setting, Rule: rule, Grade: grade}
}

// assumedTimings lists the latencies that profile "aws" assumes, as far as the
// worker makes such calls.
func assumedTimings(cfg *model.Config) []Assumption {
	t := cfg.Timing
	if t.Profile != "aws" {
		return nil
	}
	lambda := cfg.Worker.Driver == model.DriverLambda
	looks := cfg.Policy.Kind != policy.None
	var all []Assumption
	for _, x := range []struct {
		used    bool
		name    string
		setting string
	}{
		{true, "sqs_send", distText(t.SQSSend)},
		{true, "sqs_receive", distText(t.SQSReceive)},
		{true, "sqs_delete", distText(t.SQSDelete)},
		{looks, "sqs_attributes", distText(t.SQSAttributes)},
		{hides(cfg), "sqs_visibility", distText(t.SQSVisibility)},
		{looks, "attributes_lag", model.DurationText(t.AttributesLag)},
		{true, "sfn_callback", distText(t.SFNCallback)},
		{lambda, "lambda_invoke", distText(t.LambdaInvoke)},
		{lambda, "esm_retry", distText(t.ESMRetry)},
	} {
		if x.used {
			all = append(all, assumption("timing."+x.name, x.setting))
		}
	}
	return all
}

// hides reports whether the worker ever changes the visibility of a message.
func hides(cfg *model.Config) bool {
	own := func(c model.Class) bool { return c.YieldFor != nil || c.RetryFor != nil }
	p := cfg.Policy
	return p.Heartbeat > 0 || p.YieldFor.Mode != policy.Remaining || p.RetryFor.Mode != policy.Remaining || slices.ContainsFunc(cfg.Classes, own)
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
