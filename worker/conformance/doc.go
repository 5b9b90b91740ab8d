// Package conformance is one suite of what the worker relies on in SQS and Step
// Functions: each case states a rule of AWS and tries it with AWS's SDK.
//
// The suite runs against worker/fake in every `go test`, in virtual time. Where
// the environment names servers, it runs against these too:
//
//	PENSTOCK_TEST_SQS="elasticmq=http://127.0.0.1:9324 moto=http://127.0.0.1:5100"
//	PENSTOCK_TEST_SFN="moto=http://127.0.0.1:5100"
//
// so that the fake is held to what others read in the same documentation, and
// tests that use those servers know what they are worth. Where a server differs
// from AWS, the case stands in the table of deviations (deviations_test.go) with
// what the server does instead: the case runs all the same and must fail as the
// table says, so that the table stays true. No case is bent to a server.
package conformance
