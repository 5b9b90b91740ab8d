package conformance

// deviation is how a server differs from a rule.
type deviation struct {
	rule  string
	shows string // part of what the case then reports
	means string // what the server does, and what follows for tests against it
}

// deviations are what was found in the versions that .ci/servers pins. A server
// that comes to differ in more, or no longer differs, fails the suite.
var deviations = map[string][]deviation{
	"elasticmq": {
		{"delete twice", "ReceiptHandleIsInvalid", "the second delete is refused: a delete that is sent again after a lost reply seems to fail"},
		{"delete with an old handle", "ReceiptHandleIsInvalid", "the delete is refused, and the message stays: a worker that was too slow sees an error where AWS shows none"},
		{"hide what is deleted", "ReceiptHandleIsInvalid", "refused with another code"},
		{"12 hours in all", "accepted", "nothing limits how long a message stays hidden"},
		{"hide for over 12 hours", "accepted", "nothing limits how long a message stays hidden"},
		{"limits of a receive", "InvalidAttributeValue", "refused with another code, and a visibility timeout over 12 h is accepted"},
		{"retention", "received 2 messages", "messages do not expire"},
		{"bad batches", "EmptyBatchRequest: accepted", "an empty batch is accepted"},
		{"a body over 1 MiB", "InvalidAttributeValue", "refused with another code"},
		{"an empty body", "InvalidAttributeValue", "refused with another code"},
		{"characters", "InvalidAttributeValue", "refused with another code"},
		{"defaults", "MessageRetentionPeriod is , want", "retention and largest size are no attributes: the check at start has nothing to compare"},
		{"ranges of attributes", "VisibilityTimeout: accepted", "values outside AWS's ranges are accepted"},
		{"redrive", "the id is the old one", "a dead letter that is sent back keeps its id"},
		{"speed over 500", "accepted", "any speed is accepted"},
	},
	"moto": {
		{"hide what is deleted", "ReceiptHandleIsInvalid", "refused with another code"},
		{"retention", "received 0 messages", "the younger message is gone as well"},
		{"an empty body", "accepted", "accepted"},
		{"characters", "accepted", "accepted"},
		{"ranges of attributes", "VisibilityTimeout: accepted", "values outside AWS's ranges are accepted"},
		{"source of a dead letter", "DeadLetterQueueSourceArn is , want", "a dead letter does not say where it comes from"},
		{"bad redrive policies", "was accepted", "any maxReceiveCount is accepted"},
		{"redrive", "StatusCode: 500", "StartMessageMoveTask fails: no redrive can be tested"},
		{"redrive to a destination", "StatusCode: 500", "StartMessageMoveTask fails: no redrive can be tested"},
		{"speed over 500", "StatusCode: 500", "StartMessageMoveTask fails: no redrive can be tested"},
		{"speed of a redrive", "StatusCode: 500", "StartMessageMoveTask fails: no redrive can be tested"},

		{"failure", "Legacy.Failed, , want", "the execution has no cause"},
		{"answered twice", "InvalidToken", "a dead token is InvalidToken, and SendTaskFailure accepts it: that a late answer is refused cannot be tested"},
		{"answer after the timeout", "InvalidToken", "a dead token is InvalidToken, and SendTaskFailure accepts it"},
		{"a retry's token", "the token is the old one", "a retried task has the token of its first attempt"},
		{"the old token of a retry", "want TaskTimedOut", "as the tokens are the same, the second answer is taken for the first's"},
		{"heartbeat of a task without HeartbeatSeconds", "InvalidToken", "refused: there the worker's liveness check takes every task for dead, unless its state has HeartbeatSeconds"},
		{"output that is no JSON", "accepted", "accepted"},
		{"after refused output", "status is FAILED", "output that is no JSON fails the execution"},
		{"output over 256 KiB", "accepted", "accepted"},
		{"stopped execution", "still running after 15s", "StopExecution does not stop a state that waits"},
		{"token over 2,048 characters", "InvalidToken", "refused with another code"},
		{"error and cause", "accepted", "any length is accepted"},
	},
}
