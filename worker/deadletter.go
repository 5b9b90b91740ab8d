package worker

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"penstock/model/policy"
)

// DeadLetters fails the tasks whose messages ended in a dead-letter queue:
// nobody else would tell them, and they would wait for their timeouts.
type DeadLetters struct {
	cfg    Config
	queues Queues // the dead-letter queues
	tasks  Tasks
}

// buriedFor is how long a dead letter stays hidden that nobody can be told of:
// it is kept for a human, and not received all the time.
const buriedFor = time.Hour

// NewDeadLetters returns a consumer of dead-letter queues: queues are these, one
// for each class. Of the configuration it uses Classes, DryRun, Log and Meter.
func NewDeadLetters(cfg Config, queues Queues, tasks Tasks) (*DeadLetters, error) {
	cfg.Policy = policy.Config{Visibility: make([]time.Duration, len(cfg.Classes))}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return &DeadLetters{cfg, queues, tasks}, nil
}

// Handle tells the tasks of one invocation, and returns the ids of the messages
// that stay in the dead-letter queue: those too that there is no time for. The
// error is that of Handler.Handle.
func (d *DeadLetters) Handle(ctx context.Context, batch []Message) (failed []string, err error) {
	if err := answerable(batch, len(d.cfg.Classes)); err != nil {
		return nil, err
	}
	// What is told after the invocation is killed is told in vain: its batch comes
	// back whole.
	if last := marginsOf(ctx).last; !last.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, last)
		defer cancel()
	}
	failed = make([]string, 0, len(batch))
	for i, m := range batch {
		if ctx.Err() != nil {
			return append(failed, ids(batch[i:])...), nil
		}
		if d.tell(ctx, m) != settled || d.cfg.DryRun {
			failed = append(failed, m.ID)
		}
	}
	return failed, nil
}

// Run polls the dead-letter queues and tells the tasks until ctx ends. What it
// has received then, it still deals with.
func (d *DeadLetters) Run(ctx context.Context) {
	var all sync.WaitGroup
	for class := range d.cfg.Classes {
		all.Go(func() { d.poll(ctx, class) })
	}
	all.Wait()
}

func (d *DeadLetters) poll(ctx context.Context, class int) {
	const longest = 20 * time.Second // of a long poll (SQS)
	failures := 0
	for ctx.Err() == nil {
		got, err := d.queues.Receive(ctx, class, longest)
		for _, m := range got {
			if d.settle(context.WithoutCancel(ctx), m) == again {
				pause(ctx, restPause)
			}
		}
		if err == nil || ctx.Err() != nil {
			failures = 0
			continue
		}
		failures++
		d.cfg.Meter.Count(Trouble, class, 1)
		d.cfg.Log.Error("cannot receive dead letters", "class", d.cfg.Classes[class], "times", failures, "error", err)
		pause(ctx, min(receivePause<<min(failures-1, 10), receivePauseMax))
	}
}

// restPause is how long a queue is left alone after a dead letter that could not
// be told: Step Functions is throttling, or answers nobody.
const restPause = time.Second

// telling is what came of a dead letter.
type telling uint8

const (
	settled telling = iota // nothing is left to be done for it
	buried                 // nobody can be told: it is kept for a human
	again                  // its task could not be told: it comes back
)

// settle tells the task of one dead letter, and deletes it when it is told.
func (d *DeadLetters) settle(ctx context.Context, m Message) telling {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if t := d.tell(ctx, m); t != settled {
		return t
	}
	if err := d.queues.Delete(ctx, m); err != nil {
		d.cfg.Meter.Count(DeletesFailed, m.Class, 1)
		d.cfg.Log.Error("a dead letter could not be deleted: it comes back, and is deleted then", "class", d.cfg.Classes[m.Class], "message", m.ID, "error", err)
	}
	return settled
}

// tell fails the task of a dead letter. A throttled or unclear answer is asked for
// again when the message comes back.
func (d *DeadLetters) tell(ctx context.Context, m Message) telling {
	age := time.Since(m.Sent).Round(time.Second)
	log := d.cfg.Log.With("class", d.cfg.Classes[m.Class], "message", m.ID, "receive", m.Receive, "age", age.String())
	token, err := tokenOf(m.Body)
	if err != nil {
		d.cfg.Meter.Count(Poisoned, m.Class, 1)
		log.Warn("a dead letter that nobody can be told of: it is kept", "reason", err)
		if err := d.queues.Hide(ctx, m, buriedFor); err != nil {
			log.Error("the dead letter could not be hidden", "error", err)
		}
		return buried
	}
	task, _ := ParseBody(m.Body)           // for the log: the token is all that is needed
	why, _ := json.Marshal(map[string]any{ // strings and numbers always encode
		"queue": d.cfg.Classes[m.Class], "message": m.ID, "receives": m.Receive, "age_seconds": age.Seconds(),
	})
	if d.cfg.DryRun {
		log.Warn("dead letter: its task would be failed", "execution", task.Execution, "state", task.State)
		return settled
	}
	status := d.tasks.Fail(ctx, token, ErrorDead, string(why))
	switch status {
	case policy.OK:
		d.cfg.Meter.Count(DeadLettered, m.Class, 1)
		log.Warn("dead letter: its task has failed", "execution", task.Execution, "state", task.State)
		return settled
	case policy.Gone:
		log.Info("dead letter: its task had ended before", "execution", task.Execution, "state", task.State)
		return settled
	}
	log.Warn("dead letter: its task could not be told; it stays and is tried again", "throttled", status == policy.Throttled)
	return again
}
