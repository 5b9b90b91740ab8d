package model

import "fmt"

// Assumptions that a run may touch, in the order of the struct.
const (
	touchQueueOrder = iota
	touchBackOfQueue
	touchDeadLetterAt
	touchStaleDelete
	touchRetention
	touchReservedRate
	touchThrottledBatch
	touchMappingBackoff
	touchMappingRest
	touchIdlePollers
	touchBatchDelete
	touchStartTransition
	touchStartQueue
)

// touch notes that the course of the run depended on an assumption.
func (w *world) touch(a int) { w.touched |= 1 << a }

// Switch is an assumption's name in [assumptions] and its setting.
type Switch struct{ Name, Setting string }

// Switches returns every assumption with its setting, in the order of the
// struct.
func (a *Assumptions) Switches() []Switch {
	return []Switch{
		{"queue_order", a.QueueOrder},
		{"back_of_queue", fmt.Sprint(a.BackOfQueue)},
		{"dead_letter_at", a.DeadLetterAt},
		{"stale_delete", a.StaleDelete},
		{"retention_in_flight", a.RetentionInFlight},
		{"reserved_rate_limit", fmt.Sprint(a.ReservedRateLimit)},
		{"throttled_batch", a.ThrottledBatch},
		{"mapping_backoff", a.MappingBackoff},
		{"mapping_rest", DurationText(a.MappingRest)},
		{"idle_pollers", fmt.Sprint(a.IdlePollers)},
		{"batch_delete", fmt.Sprint(a.BatchDelete)},
		{"start_transition", fmt.Sprint(a.StartTransition)},
		{"start_queue", fmt.Sprint(a.StartQueue)},
	}
}

// touchedNames returns the switches of the assumptions that the run touched.
func (w *world) touchedNames() []string {
	var names []string
	for i, s := range w.cfg.Assumptions.Switches() {
		if w.touched&(1<<i) != 0 {
			names = append(names, s.Name)
		}
	}
	return names
}
