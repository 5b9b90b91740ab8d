package metrics

import (
	"fmt"
	"net/url"
	"os"
)

// checkEndpoints refuses an address of the collector that no export could reach:
// the exporter would find out only when it sends. The variables are those of the
// OpenTelemetry Protocol Exporter; without them it is http://localhost:4318.
func checkEndpoints() error {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"} {
		text := os.Getenv(name)
		if text == "" {
			continue
		}
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("metrics: %s is %q: it is written http://host:4318 or https://host", name, text)
		}
	}
	return nil
}
