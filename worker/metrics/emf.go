package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// emf exports metrics as lines of CloudWatch's embedded metric format: a log
// line that CloudWatch Logs turns into metrics, without a call or a permission
// of its own. (CloudWatch User Guide, Specification: Embedded metric format.)
type emf struct {
	namespace string
	mu        sync.Mutex // lines are written whole
	out       io.Writer
}

// maxMetrics is how many metrics one directive may define (same page).
const maxMetrics = 100

// Temporality asks for what was counted since the last export: CloudWatch adds
// up what it is sent.
func (e *emf) Temporality(metric.InstrumentKind) metricdata.Temporality {
	return metricdata.DeltaTemporality
}

// Aggregation keeps OpenTelemetry's own choice.
func (e *emf) Aggregation(k metric.InstrumentKind) metric.Aggregation {
	return metric.DefaultAggregationSelector(k)
}

// ForceFlush does nothing: nothing is held back.
func (e *emf) ForceFlush(context.Context) error { return nil }

// Shutdown does nothing: whoever gave the writer closes it.
func (e *emf) Shutdown(context.Context) error { return nil }

// line is one embedded metric document in the making: the values of one set of
// dimensions at one time.
type line struct {
	dimensions attribute.Set
	at         int64 // ms since 1970
	defined    []map[string]string
	values     map[string]any
}

// Export writes one line for each set of attributes.
func (e *emf) Export(_ context.Context, all *metricdata.ResourceMetrics) error {
	var lines []*line
	var problems []error
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			var err error
			if lines, err = collect(lines, m); err != nil {
				problems = append(problems, err)
			}
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range lines {
		text, err := json.Marshal(l.document(e.namespace))
		if err == nil {
			_, err = e.out.Write(append(text, '\n'))
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// collect adds the points of one metric to the lines of their dimensions.
func collect(lines []*line, m metricdata.Metrics) ([]*line, error) {
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			lines = put(lines, m, p.Attributes, p.Time.UnixMilli(), p.Value)
		}
	case metricdata.Sum[float64]:
		for _, p := range data.DataPoints {
			lines = put(lines, m, p.Attributes, p.Time.UnixMilli(), p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			lines = put(lines, m, p.Attributes, p.Time.UnixMilli(), p.Value)
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			lines = put(lines, m, p.Attributes, p.Time.UnixMilli(), p.Value)
		}
	default:
		return lines, errors.New("metric " + m.Name + ": no embedded metric format for its kind")
	}
	return lines, nil
}

func put(lines []*line, m metricdata.Metrics, dimensions attribute.Set, at int64, value any) []*line {
	var l *line
	for _, have := range lines {
		if have.dimensions.Equals(&dimensions) && have.at == at && len(have.defined) < maxMetrics {
			l = have
		}
	}
	if l == nil {
		l = &line{dimensions: dimensions, at: at, values: map[string]any{}}
		lines = append(lines, l)
	}
	l.defined = append(l.defined, map[string]string{"Name": m.Name, "Unit": unit(m.Unit)})
	l.values[m.Name] = value
	return lines
}

// unit names a unit as CloudWatch does.
func unit(otel string) string {
	if otel == "s" {
		return "Seconds"
	}
	return "Count"
}

// document returns the line as the specification wants it.
func (l *line) document(namespace string) map[string]any {
	keys := []string{}
	doc := l.values
	for _, a := range l.dimensions.ToSlice() { // sorted by key
		keys = append(keys, string(a.Key))
		doc[string(a.Key)] = a.Value.String()
	}
	doc["_aws"] = map[string]any{
		"Timestamp": l.at,
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": namespace, "Dimensions": [][]string{keys}, "Metrics": l.defined,
		}},
	}
	return doc
}
