// Package journal writes down every step of a policy, what it was told and what
// it decided, and replays what was written: production's decisions, held against
// the policy as it is now.
package journal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"penstock/model/policy"
)

var events = [...]string{
	policy.Received: "received", policy.Looked: "looked", policy.TokenChecked: "checked", policy.CallAnswered: "answered",
	policy.CallbackAnswered: "callback", policy.HeartbeatDue: "heartbeat", policy.DeadlineNear: "deadline",
	policy.Stopping: "stopping", policy.SlotFree: "free", policy.PollEmpty: "empty",
}

var statuses = [...]string{
	policy.OK: "ok", policy.Gone: "gone", policy.Throttled: "throttled", policy.Unclear: "unclear",
	policy.Rejected: "rejected", policy.Failed: "failed", policy.TimedOut: "timeout",
}

var actions = [...]string{
	policy.Look: "look", policy.CheckToken: "check", policy.Call: "call", policy.Succeed: "succeed", policy.Fail: "fail",
	policy.Alarm: "alarm", policy.Beat: "beat", policy.Extend: "extend", policy.Escalate: "escalate", policy.Pass: "pass",
	policy.Return: "return", policy.Delete: "delete", policy.Drop: "drop", policy.Receive: "receive",
}

// EventName names a kind of event.
func EventName(k policy.EventKind) string { return name(events[:], int(k)) }

// StatusName names a status.
func StatusName(s policy.Status) string { return name(statuses[:], int(s)) }

// ActionName names a kind of action.
func ActionName(k policy.ActionKind) string { return name(actions[:], int(k)) }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprint(i)
}

// index is the inverse of name; -1 if there is none such.
func index(names []string, word string) int { return slices.Index(names, word) }

// Decision writes actions as one text, every field that counts included: the
// same text means the same decision.
func Decision(all []policy.Action) string {
	var b strings.Builder
	for i, a := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(ActionName(a.Kind))
		if a.Kind == policy.Look || a.Kind == policy.Receive {
			fmt.Fprintf(&b, " %d", a.Queue)
		}
		if a.Pause != "" {
			b.WriteString(" " + string(a.Pause))
		}
		if a.For != 0 || a.Pause == policy.Drawn {
			b.WriteString(" " + a.For.String())
		}
		if a.Slot != all[0].Slot {
			fmt.Fprintf(&b, " of slot %d", a.Slot)
		}
	}
	return b.String()
}

// instant writes a time as it is replayed, to the nanosecond.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
