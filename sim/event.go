package sim

// Phase orders the events of one instant: what finishes goes before what
// arrives, so that a slot freed now serves who comes now, and what samples
// goes last and sees the outcome of both. The zero value is Finish.
type Phase uint8

// The phases, in the order in which they run.
const (
	Finish Phase = iota
	Arrive
	Sample
)

// phaseBits is the room that a phase takes in the low end of an event's key.
// Four phases would fit, three exist.
const phaseBits = 2

// Forever is the largest legal time in nanoseconds, some 73 years after the
// start. As the end of a run it never comes; an event scheduled at it stays
// pending and never runs.
const Forever = int64(1)<<61 - 1

// Event is something due: 24 bytes without pointers, so that a million of them
// cost the garbage collector nothing. Kind, A and B mean what the model makes
// of them; the engine only carries them. The zero value is an event of kind 0
// at time 0 in phase Finish.
type Event struct {
	key  int64 // ns<<phaseBits | phase: one comparison orders time and phase
	Kind int32
	A    int32
	B    int64
}

// At returns the instant at which the event is due, in nanoseconds since the
// start of the run, 0 to Forever.
func (e Event) At() int64 { return e.key >> phaseBits }

// Phase returns the phase in which the event is due.
func (e Event) Phase() Phase { return Phase(e.key & (1<<phaseBits - 1)) }
