package metrics

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	otel "go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/metric"

	"penstock/worker"
)

// Namespace is where CloudWatch keeps the worker's metrics.
const Namespace = "Penstock"

// interval is how often a service exports: CloudWatch's standard resolution.
const interval = time.Minute

// counted are the measures, each a counter of its own name.
var counted = []worker.Measure{
	worker.Receives, worker.Yields, worker.Escalated, worker.Calls, worker.Rejected, worker.Errors, worker.Timeouts,
	worker.OrphanCalls, worker.DuplicateCalls, worker.Completed, worker.Failed, worker.Orphans, worker.Poisoned,
	worker.GivenBack, worker.Trouble, worker.DeletesFailed, worker.DeadLettered,
}

// Meter keeps what a worker counts and exports it. It is a worker.Meter.
type Meter struct {
	provider *metric.MeterProvider
	classes  []otel.MeasurementOption // the class as attribute
	counts   map[worker.Measure]otel.Int64Counter
	seconds  otel.Float64Counter // spent in legacy calls

	mu     sync.Mutex
	oldest []time.Duration // by class, since the last export; negative: no message was seen
	depth  []depth         // by class
}

type depth struct {
	visible, inFlight int64
	known             bool // a look has told since the last export
}

// Class is what the metrics of a class are filed under: its name, and that of
// its queue, which tells two deployments of one scenario apart.
type Class struct{ Name, Queue string }

// New returns a meter for the classes. kind is where to export: "emf" writes
// lines of CloudWatch's embedded metric format to out, "otel" sends to the
// collector that the OTEL_EXPORTER_OTLP_… variables name.
func New(ctx context.Context, kind string, classes []Class, out io.Writer) (*Meter, error) {
	var exporter metric.Exporter = &emf{namespace: Namespace, out: out}
	switch kind {
	case "emf":
	case "otel":
		if err := checkEndpoints(); err != nil {
			return nil, err
		}
		var err error
		if exporter, err = otlpmetrichttp.New(ctx); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	default:
		return nil, fmt.Errorf("metrics: %q is no way to export; there are \"emf\" and \"otel\"", kind)
	}
	return newMeter(metric.NewPeriodicReader(exporter, metric.WithInterval(interval)), classes)
}

func newMeter(reader metric.Reader, classes []Class) (*Meter, error) {
	m := &Meter{
		provider: metric.NewMeterProvider(metric.WithReader(reader)),
		counts:   make(map[worker.Measure]otel.Int64Counter),
		oldest:   make([]time.Duration, len(classes)),
		depth:    make([]depth, len(classes)),
	}
	for i, c := range classes {
		m.classes = append(m.classes, otel.WithAttributeSet(attribute.NewSet(attribute.String("class", c.Name), attribute.String("queue", c.Queue))))
		m.oldest[i] = -1
	}
	meter := m.provider.Meter("penstock/worker")
	var err error
	for _, name := range counted {
		if m.counts[name], err = meter.Int64Counter(string(name)); err != nil {
			return nil, err
		}
	}
	if m.seconds, err = meter.Float64Counter("call_seconds", otel.WithUnit("s"), otel.WithDescription("time spent in legacy calls")); err != nil {
		return nil, err
	}
	return m, m.observe(meter)
}

// observe registers what is looked up at each export.
func (m *Meter) observe(meter otel.Meter) error {
	oldest, err := meter.Float64ObservableGauge("oldest", otel.WithUnit("s"), otel.WithDescription("age of the oldest message received, from SentTimestamp"))
	if err != nil {
		return err
	}
	visible, err := meter.Int64ObservableGauge("depth", otel.WithDescription("ApproximateNumberOfMessages"))
	if err != nil {
		return err
	}
	inFlight, err := meter.Int64ObservableGauge("in_flight", otel.WithDescription("ApproximateNumberOfMessagesNotVisible"))
	if err != nil {
		return err
	}
	_, err = meter.RegisterCallback(func(_ context.Context, o otel.Observer) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		for i, class := range m.classes {
			if m.oldest[i] >= 0 {
				o.ObserveFloat64(oldest, m.oldest[i].Seconds(), class)
			}
			if m.depth[i].known {
				o.ObserveInt64(visible, m.depth[i].visible, class)
				o.ObserveInt64(inFlight, m.depth[i].inFlight, class)
			}
			m.oldest[i], m.depth[i].known = -1, false
		}
		return nil
	}, oldest, visible, inFlight)
	return err
}

// Count adds n to a measure of a class.
func (m *Meter) Count(name worker.Measure, class int, n int64) {
	m.counts[name].Add(context.Background(), n, m.classes[class])
}

// Age tells how old a message of a class was when it was received.
func (m *Meter) Age(class int, age time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.oldest[class] = max(m.oldest[class], age)
}

// Depth tells how many messages of a class are visible and in flight.
func (m *Meter) Depth(class int, visible, inFlight int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.depth[class] = depth{visible, inFlight, true}
}

// Took tells how long a legacy call took.
func (m *Meter) Took(class int, d time.Duration) {
	m.seconds.Add(context.Background(), d.Seconds(), m.classes[class])
}

// Flush exports what there is: a Lambda environment may be frozen at any time
// after its invocation.
func (m *Meter) Flush(ctx context.Context) error { return m.provider.ForceFlush(ctx) }

// Close exports what there is, and ends.
func (m *Meter) Close(ctx context.Context) error { return m.provider.Shutdown(ctx) }
