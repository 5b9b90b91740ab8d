package model

import (
	"time"

	"penstock/model/policy"
)

// worker checks [worker].
func (v *validator) worker(w *Worker) {
	v.choice("worker.driver", string(w.Driver), string(DriverLambda), string(DriverPoller))
	v.count("worker.concurrency", int64(w.Concurrency), 1, maxSlots)
	v.count("worker.provisioned_concurrency", int64(w.ProvisionedConcurrency), 0, maxSlots)
	if w.ProvisionedConcurrency > w.Concurrency && w.Concurrency > 0 {
		v.fail("worker.provisioned_concurrency", "%d is more than the concurrency of %d (Lambda)", w.ProvisionedConcurrency, w.Concurrency)
	}
	v.number("worker.low_first", w.LowFirst, 0, 1)
	v.choice("worker.architecture", w.Architecture, "arm64", "x86_64")
	v.awsSize("worker.memory", w.Memory, 128<<20, 10_240<<20, "Lambda")
	v.awsSpan("worker.timeout", w.Timeout, time.Second, 15*time.Minute, false, "Lambda")
	if w.Timeout == 0 {
		v.fail("worker.timeout", "0s leaves no time to work")
	}
	v.span("worker.call_timeout", w.CallTimeout, 1, Longest)
	v.dist("worker.cold_start", &w.ColdStart)
	v.dist("worker.idle_lifetime", &w.IdleLifetime)
	if w.LogBytes < 0 || w.LogBytes > 1<<30 {
		v.fail("worker.log", "%s is out of range: 0B to 1GiB", SizeText(w.LogBytes))
	}
	if !(w.CPU >= 0.25 && w.CPU <= 16) {
		v.fail("worker.cpu", "%s is out of range: 0.25 to 16 (Fargate)", NumberText(w.CPU))
	}
}

// policyKinds are the kinds of policies.
func policyKinds() []string {
	return []string{string(policy.None), string(policy.Yield), string(policy.Reserve), string(policy.Weighted), string(policy.Aging), string(policy.Deadline)}
}

// policy checks [policy].
func (v *validator) policy(p *Policy) {
	v.choice("policy.kind", string(p.Kind), policyKinds()...)
	v.span("policy.age_step", p.AgeStep, 0, Longest)
	v.count("policy.receive_step", int64(p.ReceiveStep), 0, 1000)
	v.choice("policy.look", string(p.Look), string(policy.LookVisible), string(policy.LookInFlight))
	v.span("policy.look_cache", p.LookCache, 0, Longest)
	v.count("policy.escalate_at", int64(p.EscalateAt), 0, 1000)
	v.choice("policy.yield_for", string(p.YieldFor.Mode), string(policy.Remaining), string(policy.Drawn))
	if p.YieldFor.Mode == policy.Drawn {
		v.awsPause("policy.yield_for", &p.YieldFor.Dist)
	}
	v.choice("policy.retry_for", string(p.RetryFor.Mode), string(policy.Remaining), string(policy.RetryAfter), string(policy.Drawn))
	if p.RetryFor.Mode == policy.Drawn {
		v.awsPause("policy.retry_for", &p.RetryFor.Dist)
	}
	if p.Heartbeat != 0 && (p.Heartbeat < 100*time.Millisecond || p.Heartbeat > Longest) {
		v.fail("policy.heartbeat", "%s is out of range: 0s or 100ms to %s", DurationText(p.Heartbeat), DurationText(Longest))
	}
	v.choice("policy.on_error", string(p.OnError), string(policy.GiveBack), string(policy.FailTask))
	v.choice("policy.on_rejected", string(p.OnRejected), string(policy.GiveBack), string(policy.FailTask))
}

// stepFunctions checks [stepfunctions].
func (v *validator) stepFunctions(s *StepFunctions) {
	const service = "Step Functions"
	v.awsCount("stepfunctions.states", int64(s.States), 1, 25_000, false, service)
	v.awsSpan("stepfunctions.timeout", s.Timeout, time.Second, 365*day, false, service)
	if s.Timeout == 0 {
		v.fail("stepfunctions.timeout", "0s ends every task at once")
	}
	v.awsSpan("stepfunctions.heartbeat", s.Heartbeat, time.Second, 365*day, true, service)
	if s.Heartbeat >= s.Timeout && s.Heartbeat > 0 && s.Timeout > 0 {
		v.fail("stepfunctions.heartbeat", "%s is not shorter than the task's timeout of %s (Step Functions)", DurationText(s.Heartbeat), DurationText(s.Timeout))
	}
	v.awsCount("stepfunctions.retry.max_attempts", int64(s.Retry.MaxAttempts), 0, 99_999_999, false, service)
	v.awsSpan("stepfunctions.retry.interval", s.Retry.Interval, time.Second, 365*day, false, service)
	if !(s.Retry.Backoff >= 1 && s.Retry.Backoff <= 1000) {
		v.fail("stepfunctions.retry.backoff", "%s is out of range: 1 to 1000 (Step Functions)", NumberText(s.Retry.Backoff))
	}
	v.awsSpan("stepfunctions.retry.max_delay", s.Retry.MaxDelay, time.Second, 365*day, true, service)
	v.choice("stepfunctions.retry.jitter", s.Retry.Jitter, "none", "full")
}
