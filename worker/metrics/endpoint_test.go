package metrics

import (
	"io"
	"strings"
	"testing"
)

func TestEndpointsAreChecked(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"} {
		for text, good := range map[string]bool{"": true, "http://localhost:4318": true, "https://collector/v1/metrics": true, "nonsense://": false, "localhost:4318": false, "http://": false} {
			t.Run(name+"="+text, func(t *testing.T) {
				t.Setenv(name, text)
				m, err := New(t.Context(), "otel", []Class{{Name: "A", Queue: "a"}}, io.Discard)
				if good != (err == nil) || !good && !strings.Contains(err.Error(), name) {
					t.Error(err)
				}
				_ = m // nothing is measured, so nothing has to be exported
			})
		}
	}
}
