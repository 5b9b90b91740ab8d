package price

import (
	"slices"

	"penstock/model"
)

// tariff says how a meter becomes money: which price it has and how many of its
// units make one billing unit.
type tariff struct {
	key    string // of the price; the architecture is added where byArch
	byArch bool   // AWS prices the two processor architectures apart
	unit   string // the billing unit
	size   int64  // units of the meter in one billing unit
}

// Sizes of billing units in units of the meters.
//
// AWS bills memory in GB of 1,024 MB: the first example of the Lambda price
// page takes 1,536 MB as 1.5 GB, and a Fargate task of "1 GB" is a task
// definition with 1,024 MiB.
//
// A GB of logs is taken as 2³⁰ bytes: the examples of the CloudWatch price page
// turn 10 TB into 10 × 1,024 GB. The page does not say how many bytes a GB has,
// so the last step is an inference; with 10⁹ the log items would be 7.4 % dearer.
const (
	mbMillisPerGBSecond   = 1024 * 1000
	mbSecondsPerGBHour    = 1024 * 3600
	millisCPUsPerVCPUHour = 1000 * 3600
	secondsPerHour        = 3600
	bytesPerGB            = 1 << 30
)

// tariffs is indexed by meter. The minimums and roundings that AWS applies to a
// single use (1 ms of duration, 5 min of provisioned concurrency, 1 min of a
// poller or a Fargate task, 64 KiB of a request) are in the meters already: the
// simulator counts billed units.
var tariffs = [model.NumMeters]tariff{
	// Each API action is a request, whichever it is, empty or not.
	model.SQSSend:       {"sqs.request", false, "request", 1},
	model.SQSReceive:    {"sqs.request", false, "request", 1},
	model.SQSDelete:     {"sqs.request", false, "request", 1},
	model.SQSAttributes: {"sqs.request", false, "request", 1},
	model.SQSVisibility: {"sqs.request", false, "request", 1},

	model.LambdaRequests: {"lambda.request", false, "request", 1},
	model.LambdaDuration: {"lambda.duration", true, "GB-s", mbMillisPerGBSecond},
	// INIT is billed as duration, for every runtime since 2025-08-01 (AWS
	// Compute Blog, "AWS Lambda standardizes billing for INIT Phase").
	model.LambdaInit:                {"lambda.duration", true, "GB-s", mbMillisPerGBSecond},
	model.LambdaProvisioned:         {"lambda.provisioned", true, "GB-s", mbMillisPerGBSecond},
	model.LambdaProvisionedDuration: {"lambda.provisioned_duration", true, "GB-s", mbMillisPerGBSecond},
	model.MappingPollers:            {"lambda.poller_hour", false, "poller-hour", secondsPerHour},

	model.StatesTransitions: {"stepfunctions.transition", false, "transition", 1},
	model.LogBytes:          {"cloudwatch.log_gb", false, "GB", bytesPerGB},

	model.FargateCPU:    {"fargate.vcpu_hour", true, "vCPU-hour", millisCPUsPerVCPUHour},
	model.FargateMemory: {"fargate.memory_gb_hour", true, "GB-hour", mbSecondsPerGBHour},
}

// priceKey returns the key of the price on the given architecture.
func (t tariff) priceKey(architecture string) string {
	if t.byArch {
		return t.key + "." + architecture
	}
	return t.key
}

// The architectures, as a scenario writes them.
const (
	archARM = "arm64"
	archX86 = "x86_64"
)

// keyUnit is a price that a book may hold, with the unit it must be quoted in.
type keyUnit struct{ key, unit string }

// keys lists every price that a bill can ask for, in the order of the meters.
func keys() []keyUnit {
	var all []keyUnit
	for _, t := range tariffs {
		for _, arch := range []string{archARM, archX86} {
			k := keyUnit{t.priceKey(arch), t.unit}
			if !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
	}
	return all
}
