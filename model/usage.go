package model

// Meter names one thing that AWS counts for its bill. The simulator counts
// meters as integers; model/price turns them into money, and nothing else
// does: a bill is counted calls times prices, never a formula over averages.
type Meter uint8

// The meters, with the unit each is counted in.
const (
	SQSSend       Meter = iota // requests: 64 KiB chunks of each SendMessage
	SQSReceive                 // requests: 64 KiB chunks of each ReceiveMessage, 1 when it came back empty
	SQSDelete                  // requests: one per DeleteMessage or DeleteMessageBatch call
	SQSAttributes              // requests: GetQueueAttributes
	SQSVisibility              // requests: ChangeMessageVisibility

	LambdaRequests            // invocations
	LambdaDuration            // MB·ms of handler time on on-demand environments, rounded up to 1 ms per invocation
	LambdaInit                // MB·ms of INIT time on on-demand environments, rounded up to 1 ms per start
	LambdaProvisioned         // MB·ms of provisioned concurrency kept, rounded up to 5 min
	LambdaProvisionedDuration // MB·ms of handler time on provisioned environments

	MappingPollers // poller·seconds of provisioned mode (1 poller = 1 event poller unit)

	StatesTransitions // state transitions, retries included
	LogBytes          // bytes of logs ingested

	FargateCPU    // milli-vCPU·seconds of the polling service
	FargateMemory // MB·seconds of the polling service

	NumMeters // number of meters, not a meter
)

// Cause says what a metered call was for, known at the latest when the message
// that it served has met its fate.
type Cause uint8

// The causes, in the order in which a report lists them.
const (
	CauseWork       Cause = iota // it moved a message towards completion
	CauseEmpty                   // a poll that found nothing
	CauseYield                   // the worker gave way to a higher class
	CauseThrottle                // the function was at its cap and never ran
	CauseRetry                   // a call failed or was refused, and the message came back
	CauseDeadLetter              // a poll that moved messages to the dead-letter queue and brought none
	CauseOrphan                  // work on a message whose task had already ended
	CauseStandby                 // capacity kept ready: provisioned concurrency, pollers, service slots

	NumCauses // number of causes, not a cause
)

// Usage is what one run was metered for. The zero value is an idle month.
type Usage [NumMeters][NumCauses]int64

// Add counts n units of m for cause c.
func (u *Usage) Add(m Meter, c Cause, n int64) { u[m][c] += n }

// String returns the name that the result and the bill use for the cause.
func (c Cause) String() string {
	return [NumCauses]string{"work", "empty_poll", "yield", "throttle", "retry", "dead_letter", "orphan", "standby"}[c]
}

// Service returns the AWS service that bills the meter.
func (m Meter) Service() string { return meterNames[m].service }

// Item returns the name of the meter within its service.
func (m Meter) Item() string { return meterNames[m].item }

var meterNames = [NumMeters]struct{ service, item string }{
	SQSSend:                   {"sqs", "send"},
	SQSReceive:                {"sqs", "receive"},
	SQSDelete:                 {"sqs", "delete"},
	SQSAttributes:             {"sqs", "attributes"},
	SQSVisibility:             {"sqs", "visibility"},
	LambdaRequests:            {"lambda", "request"},
	LambdaDuration:            {"lambda", "duration"},
	LambdaInit:                {"lambda", "init"},
	LambdaProvisioned:         {"lambda", "provisioned"},
	LambdaProvisionedDuration: {"lambda", "provisioned_duration"},
	MappingPollers:            {"lambda", "poller"},
	StatesTransitions:         {"stepfunctions", "transition"},
	LogBytes:                  {"cloudwatch", "log_bytes"},
	FargateCPU:                {"fargate", "vcpu"},
	FargateMemory:             {"fargate", "memory"},
}
