package metrics

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	otel "go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/metric"
)

// document is what CloudWatch reads from a line.
type document struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

func read(t *testing.T, text string) (docs []document, roots []map[string]any) {
	t.Helper()
	for l := range strings.Lines(text) {
		var d document
		var root map[string]any
		if err := errors.Join(json.Unmarshal([]byte(l), &d), json.Unmarshal([]byte(l), &root)); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		docs, roots = append(docs, d), append(roots, root)
	}
	return docs, roots
}

// Every rule of the specification that a line can break: a timestamp in
// milliseconds, each named metric and dimension a member of the root, numbers as
// values, strings as dimensions.
func TestEMFLines(t *testing.T) {
	var out bytes.Buffer
	reader := metric.NewPeriodicReader(&emf{namespace: "Penstock", out: &out})
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	meter := provider.Meter("t")
	yields, _ := meter.Int64Counter("yields")
	oldest, _ := meter.Float64Gauge("oldest", otel.WithUnit("s"))
	ctx := context.Background()
	high := otel.WithAttributes(attribute.String("class", "HIGH"))
	low := otel.WithAttributes(attribute.String("class", "BATCH"))
	yields.Add(ctx, 2, low)
	yields.Add(ctx, 3, low)
	yields.Add(ctx, 1, high)
	oldest.Record(ctx, 1.5, low)
	if err := provider.ForceFlush(ctx); err != nil {
		t.Fatal(err)
	}
	docs, roots := read(t, out.String())
	sum := map[string]any{}
	for i, d := range docs {
		directive := d.AWS.CloudWatchMetrics[0]
		if len(d.AWS.CloudWatchMetrics) != 1 || directive.Namespace != "Penstock" || d.AWS.Timestamp < 1e12 || d.AWS.Timestamp > 1e13 {
			t.Errorf("line %d: %+v", i, d)
		}
		class, ok := roots[i]["class"].(string)
		if !ok || len(directive.Dimensions) != 1 || len(directive.Dimensions[0]) != 1 || directive.Dimensions[0][0] != "class" {
			t.Errorf("line %d: dimensions %v of %v", i, directive.Dimensions, roots[i])
		}
		for _, m := range directive.Metrics {
			sum[class+" "+m.Name+" "+m.Unit] = roots[i][m.Name]
		}
	}
	want := map[string]any{"BATCH yields Count": 5.0, "HIGH yields Count": 1.0, "BATCH oldest Seconds": 1.5}
	for k, v := range want {
		if sum[k] != v {
			t.Errorf("%s: %v, want %v; all: %v", k, sum[k], v, sum)
		}
	}

	// CloudWatch adds up: what has been told is not told again.
	out.Reset()
	yields.Add(ctx, 1, high)
	if err := provider.ForceFlush(ctx); err != nil {
		t.Fatal(err)
	}
	for _, root := range second(read(t, out.String())) {
		if root["class"] == "HIGH" && root["yields"] != 1.0 {
			t.Errorf("the second export tells of %v yields, want 1", root["yields"])
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestEMFSaysWhatItCouldNotWrite(t *testing.T) {
	provider := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(&emf{out: full{}})))
	c, _ := provider.Meter("t").Int64Counter("yields")
	c.Add(context.Background(), 1)
	if err := provider.ForceFlush(context.Background()); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("got %v", err)
	}
}
