package worker

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"penstock/model/policy"
)

// Config says which policy is driven, and how.
type Config struct {
	Policy policy.Config
	Draws  Draws
	// Classes are the names of the classes, highest first, as many as
	// Policy.Visibility has values.
	Classes []string
	// Shutdown is how long a service lets running work finish once its context
	// has ended. Then, and for what has not begun to be worked on at once, messages
	// are given back. 0: everything is given back at once.
	Shutdown time.Duration
	// DryRun makes a handler keep every message, marks every line of the log, and
	// measures only what still happens: receives, ages, depths and calls of SQS that
	// failed. Wrap the ports with DryRun as well.
	DryRun bool
	// Instance names this process in the journal; "": a random name.
	Instance string
	Log      *slog.Logger // nil: slog.Default()
	Meter    Meter        // nil: nothing is measured
}

// Draws are the randomness of the policy: how long a message of a class stays
// hidden after a yield or a failed call, each needed only where the policy's mode
// is policy.Drawn, and whether a sweep of the service goes from the lowest class
// up (nil: never). They are called by one goroutine at a time.
type Draws struct {
	Yield, Retry func(class int) time.Duration
	LowFirst     func() bool
}

// Ports are the outside world of a worker.
type Ports struct {
	Queues Queues
	Tasks  Tasks
	Legacy Legacy
}

// check fills in defaults, and reports what cannot work.
func (c *Config) check() error {
	if len(c.Classes) != len(c.Policy.Visibility) {
		return fmt.Errorf("worker: %d names for %d classes", len(c.Classes), len(c.Policy.Visibility))
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Meter == nil {
		c.Meter = unmetered{}
	}
	if c.DryRun {
		c.Log, c.Meter = c.Log.With("dry_run", true), dryMeter{c.Meter}
	}
	if c.Instance == "" {
		var id [8]byte
		rand.Read(id[:]) // never fails
		c.Instance = hex.EncodeToString(id[:])
	}
	return nil
}
