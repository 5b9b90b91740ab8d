package plan

import (
	"fmt"
	"reflect"
	"strings"

	"penstock/model"
)

// Figure is one estimate of a result and the path that leads to it:
// "classes.HIGH.latency.p95", "cost.items.sqs.receive.yield.usd".
type Figure struct {
	Path     string
	Estimate Estimate
}

// Figures lists every estimate of the result: classes in order of priority,
// then in the order of the document. Asserts and objectives are left out, since
// they repeat others.
func (r *Result) Figures() []Figure {
	var all []Figure
	for _, name := range r.ClassOrder {
		all = appendFigures(all, "classes."+name, reflect.ValueOf(*r.Classes[name]))
	}
	all = appendFigures(all, "worker", reflect.ValueOf(r.Worker))
	all = appendFigures(all, "legacy", reflect.ValueOf(r.Legacy))
	all = appendFigures(all, "stepfunctions", reflect.ValueOf(r.StepFunctions))
	all = appendFigures(all, "cost", reflect.ValueOf(r.Cost))
	for _, i := range r.Cost.Items {
		path := "cost.items." + i.Service + "." + i.Item + "." + i.Cause
		all = append(all, Figure{path + ".quantity", i.Quantity}, Figure{path + ".usd", i.USD})
	}
	return all
}

// byPath returns every estimate by its path.
func (r *Result) byPath() map[string]Estimate {
	all := map[string]Estimate{}
	for _, f := range r.Figures() {
		all[f.Path] = f.Estimate
	}
	return all
}

// appendFigures adds the estimates in a struct, named by their json tags.
func appendFigures(all []Figure, path string, v reflect.Value) []Figure {
	if e, ok := v.Interface().(Estimate); ok {
		return append(all, Figure{path, e})
	}
	if v.Kind() != reflect.Struct {
		return all
	}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		all = appendFigures(all, path+"."+name, v.Field(i))
	}
	return all
}

// Lookup returns the estimate that a path leads to. A line that no replication
// was billed for is 0. The error of an unknown path names the nearest one.
func (r *Result) Lookup(path string) (Estimate, error) {
	figures := r.Figures()
	paths := make([]string, len(figures))
	for i, f := range figures {
		if f.Path == path {
			return f.Estimate, nil
		}
		paths[i] = f.Path
	}
	if isBillLine(path) {
		return Estimate{Value: figure(0), Low: figure(0), High: figure(0), N: r.Replications}, nil
	}
	message := fmt.Sprintf("the result has no metric %q", path)
	if near := model.Nearest(path, paths); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	return Estimate{}, fmt.Errorf("%s", message)
}

// isBillLine reports whether a bill could have a line of this path.
func isBillLine(path string) bool {
	parts := strings.Split(path, ".")
	if len(parts) != 6 || parts[0] != "cost" || parts[1] != "items" || parts[5] != "quantity" && parts[5] != "usd" {
		return false
	}
	for m := range model.NumMeters {
		for c := range model.NumCauses {
			if parts[2] == m.Service() && parts[3] == m.Item() && parts[4] == c.String() {
				return true
			}
		}
	}
	return false
}
