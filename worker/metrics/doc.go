// Package metrics makes what the worker does visible: OpenTelemetry instruments
// with the names that penstock's reports use, and two ways out, the OpenTelemetry
// protocol and CloudWatch's embedded metric format.
package metrics
