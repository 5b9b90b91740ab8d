package model

// Kinds of events. The comment says what A and B mean where they are used.
const (
	evArrival       int32 = iota // A: source; B: service time, ns, or < 0
	evStart                      // a bucket of Step Functions may let executions start
	evSend                       // A: class; B: token<<32 | task
	evTaskTimeout                // A: class; a lane
	evTaskHeartbeat              // A: class; a lane
	evRetry                      // A: class; B: token<<32 | task
	evDelayed                    // A: class; a lane
	evVisible                    // A: class; a lane
	evTimed                      // A: class; B: timed<<32 | message
	evRetention                  // A: class; a lane
	evPoll                       // A: class; B: poller
	evPollEmpty                  // A: class; a lane
	evInvoke                     // A: class; B: poller
	evForget                     // A: class; B: poller
	evDelete                     // A: class; B: poller
	evRamp                       // A: class
	evLooked                     // A: seat; B: gen<<16 | class looked at
	evChecked                    // A: seat; B: gen
	evAnswered                   // A: seat; B: gen<<16 | answer<<8 | status
	evCallback                   // A: seat; B: gen<<1 | success
	evAlarm                      // A: seat; B: gen
	evBeat                       // A: seat; B: gen
	evExtend                     // A: seat; B: gen<<32 | seconds
	evHide                       // A: seat; B: gen
	evCallDone                   // A: call; B: serial
	evPool                       // B: epoch
	evPatience                   // a lane of seats
	evOutage                     // A: outage; B: 1 begins, 0 ends
	evInit                       // A: seat; B: 0, or gen<<1|1 inside the invocation
	evTimeout                    // a lane of seats
	evIdle                       // a lane of seats
	evSlotPoll                   // A: seat
	evSlotEmpty                  // A: class; a lane of seats
	evSlotTake                   // A: seat
	evSlotDelete                 // A: seat
	evSample                     // the recorder
	evWarm                       // the warm-up ends
	evGiveUp                     // A: class; B: token<<32 | task
)
