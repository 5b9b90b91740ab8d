package model

import (
	"time"

	"penstock/model/policy"
)

const day = 24 * time.Hour

// Default returns the scenario that an empty file means: every documented
// default, no class.
func Default() Config {
	return Config{
		Seed:    1,
		Study:   Terminating,
		Horizon: 8 * time.Hour,
		Drain:   Drain{UntilEmpty: true},
		Warmup:  Warmup{Auto: true},
		Precision: Precision{
			Confidence: 0.95, Mean: 0.05, Tail: 0.10, MaxReplications: 400,
			TimeFloor: 10 * time.Millisecond, ShareFloor: 0.001, CountFloor: 0.5,
		},
		Worker: Worker{
			Driver: DriverLambda, Concurrency: 10, Memory: 256 << 20, Architecture: "arm64",
			Timeout: time.Minute, CallTimeout: 30 * time.Second,
			ColdStart:    Dist{Kind: "lognormal", Median: 120 * time.Millisecond, P99: 400 * time.Millisecond},
			IdleLifetime: Dist{Kind: "constant", Value: 15 * time.Minute},
			LogBytes:     400, // START, END and REPORT lines: a few hundred bytes an invocation
			CPU:          0.25,
		},
		Policy: Policy{
			Kind: policy.Yield, Look: policy.LookVisible, EscalateAt: 8, CheckToken: true,
			YieldFor: Pause{Mode: policy.Remaining}, RetryFor: Pause{Mode: policy.Remaining},
			OnError: policy.GiveBack, OnRejected: policy.GiveBack, AgeStep: 10 * time.Minute,
		},
		StepFunctions: StepFunctions{
			States: 3, Timeout: day,
			Retry: Retry{Interval: time.Second, Backoff: 2, Jitter: "none"},
		},
		Legacy: Legacy{
			Concurrency: 5,
			Service:     Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * time.Second},
			Slowdown:    Slowdown{Kind: "none"},
			RateLimit:   RateLimit{Kind: "none"},
		},
		Timing:      DefaultTiming(),
		Assumptions: DefaultAssumptions(),
		Prices:      Prices{Book: "us-east-1"},
		Minimize:    "cost",
		Tournament:  Tournament{By: "cost", Within: 0.01},
	}
}

// DefaultClass returns a class with every documented default and no arrivals.
func DefaultClass() Class {
	return Class{
		Payload:   4 << 10,
		Weight:    1,
		Queue:     Queue{VisibilityTimeout: 6 * time.Minute, MaxReceiveCount: 10, Retention: 4 * day},
		Mapping:   Mapping{BatchSize: 1},
		Objective: Objective{DeadLetters: -1, TimedOut: -1},
	}
}

// DefaultTiming returns profile "aws". AWS publishes no latency for any of
// these calls; the values are assumptions of the size that same-Region calls
// usually take, and a scenario may set each.
func DefaultTiming() Timing {
	ms := func(n int) Dist { return Dist{Kind: "constant", Value: time.Duration(n) * time.Millisecond} }
	return Timing{
		Profile:       "aws",
		SQSSend:       ms(20),
		SQSReceive:    ms(10),
		SQSDelete:     ms(10),
		SQSAttributes: ms(10),
		SQSVisibility: ms(10),
		AttributesLag: 5 * time.Second,
		SFNCallback:   ms(25),
		LambdaInvoke:  ms(10),
		ESMRetry:      Dist{Kind: "constant", Value: time.Second},
	}
}

// IdealTiming returns profile "ideal": every AWS call takes no time, and every
// ramp and quota is off.
func IdealTiming() Timing { return Timing{Profile: "ideal"} }
