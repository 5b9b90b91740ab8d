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
	evSlotPoll                   // A: seat; B: life of the service
	evSlotEmpty                  // A: class; a lane of seats
	evSlotTake                   // A: seat; B: life
	evSlotDelete                 // A: seat; B: life
	evSample                     // the recorder
	evWarm                       // the warm-up ends
	evGiveUp                     // A: class; B: token<<32 | task
	evKill                       // A: seat; B: gen
	evRestart                    // B: life of the service
	evLateDelete                 // A: class; B: slot of the injector
	evRedriveStart               // A: redrive
	evRedrive                    // A: class; B: redrive
	evSwitch                     // A: change of policy
	evReclaim                    // A: seat
)

// kindName names a kind of event.
func kindName(kind int32) string {
	return [...]string{
		evArrival:       "arrival",
		evStart:         "start",
		evSend:          "send",
		evTaskTimeout:   "task_timeout",
		evTaskHeartbeat: "task_heartbeat",
		evRetry:         "retry",
		evDelayed:       "delayed",
		evVisible:       "visible",
		evTimed:         "timed",
		evRetention:     "retention",
		evPoll:          "poll",
		evPollEmpty:     "poll_empty",
		evInvoke:        "invoke",
		evForget:        "forget",
		evDelete:        "delete",
		evRamp:          "ramp",
		evLooked:        "looked",
		evChecked:       "checked",
		evAnswered:      "answered",
		evCallback:      "callback",
		evAlarm:         "alarm",
		evBeat:          "beat",
		evExtend:        "extend",
		evHide:          "hide",
		evCallDone:      "call_done",
		evPool:          "pool",
		evPatience:      "patience",
		evOutage:        "outage",
		evInit:          "init",
		evTimeout:       "timeout",
		evIdle:          "idle",
		evSlotPoll:      "slot_poll",
		evSlotEmpty:     "slot_empty",
		evSlotTake:      "slot_take",
		evSlotDelete:    "slot_delete",
		evSample:        "sample",
		evWarm:          "warm",
		evGiveUp:        "give_up",
		evKill:          "kill",
		evRestart:       "restart",
		evLateDelete:    "late_delete",
		evRedriveStart:  "redrive_start",
		evRedrive:       "redrive",
		evSwitch:        "switch",
		evReclaim:       "reclaim",
	}[kind]
}
