package model

import (
	"fmt"
	"time"

	"penstock/model/policy"
)

// timing checks [timing].
func (v *validator) timing(t *Timing) {
	v.choice("timing.profile", t.Profile, "aws", "ideal")
	for _, d := range []struct {
		name string
		dist *Dist
	}{
		{"sqs_send", &t.SQSSend}, {"sqs_receive", &t.SQSReceive}, {"sqs_delete", &t.SQSDelete},
		{"sqs_attributes", &t.SQSAttributes}, {"sqs_visibility", &t.SQSVisibility},
		{"sfn_callback", &t.SFNCallback}, {"lambda_invoke", &t.LambdaInvoke}, {"esm_retry", &t.ESMRetry},
	} {
		v.dist("timing."+d.name, d.dist)
	}
	v.span("timing.attributes_lag", t.AttributesLag, 0, time.Hour)
}

// assumptions checks [assumptions].
func (v *validator) assumptions(a *Assumptions) {
	v.choice("assumptions.queue_order", a.QueueOrder, "sent", "visible", "random")
	v.choice("assumptions.dead_letter_at", a.DeadLetterAt, "next-receive", "visible")
	v.choice("assumptions.stale_delete", a.StaleDelete, "ignored", "deletes")
	v.choice("assumptions.retention_in_flight", a.RetentionInFlight, "expires", "waits")
	v.choice("assumptions.throttled_batch", a.ThrottledBatch, "retry", "drop")
	v.choice("assumptions.mapping_backoff", a.MappingBackoff, "shrink", "none")
	v.span("assumptions.mapping_rest", a.MappingRest, 0, time.Hour)
	v.count("assumptions.idle_pollers", int64(a.IdlePollers), 1, 5)
	v.choice("assumptions.environment_reuse", a.EnvironmentReuse, "last-used", "newest")
}

// endless refuses what would go round for ever without time passing, which only
// a profile without latencies allows.
func (v *validator) endless(c *Config) {
	free := func(d Dist) bool { return d.MeanDuration() == 0 }
	if c.Worker.Driver == DriverLambda && c.Assumptions.ThrottledBatch == "retry" && free(c.Timing.ESMRetry) {
		v.fail("timing.esm_retry", "a throttled batch could be tried for ever without time passing: set it above 0s, or assumptions.throttled_batch to \"drop\"")
	}
	if !free(c.Timing.SQSReceive) {
		return
	}
	for i, class := range c.Classes {
		if class.Queue.MaxReceiveCount == 0 {
			const message = "a message could come back for ever without time passing: set it above 0s, max_receive_count above 0 or timing.sqs_receive"
			at := func(name string) string { return fmt.Sprintf("class[%d].%s", i, name) }
			retryKey, retry := pauseOf(at("retry_for"), class.RetryFor, "policy.retry_for", c.Policy.RetryFor)
			yieldKey, yield := pauseOf(at("yield_for"), class.YieldFor, "policy.yield_for", c.Policy.YieldFor)
			switch {
			case class.Queue.VisibilityTimeout == 0:
				v.fail(at("queue.visibility_timeout"), message)
			case retry.Mode == policy.Drawn && free(retry.Dist):
				v.fail(retryKey, message)
			case yield.Mode == policy.Drawn && free(yield.Dist) && c.Policy.EscalateAt == 0:
				v.fail(yieldKey, message)
			}
		}
		for j, a := range class.Arrivals {
			service := c.Legacy.Service
			if class.Service != nil {
				service = *class.Service
			}
			if a.Kind == "closed" && free(a.Think) && free(c.Timing.SQSSend) && (free(service) || c.Policy.OnRejected == policy.FailTask) {
				v.fail(fmt.Sprintf("class[%d].arrivals[%d].think", i, j), "tasks could end and start for ever without time passing: set it above 0s")
			}
		}
	}
}

// pauseOf returns the pause that holds for a class, and its key.
func pauseOf(key string, own *Dist, shared string, all Pause) (string, Pause) {
	if own == nil {
		return shared, all
	}
	return key, Pause{Mode: policy.Drawn, Dist: *own}
}
