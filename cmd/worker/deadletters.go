package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"penstock/model"
	"penstock/worker"
)

// deadLetters returns the consumer of the dead-letter queues, and the classes
// whose queues they are.
func (w *instance) deadLetters() (*worker.DeadLetters, []int, error) {
	queues, classes := w.clients.DeadLetters()
	if len(classes) == 0 {
		return nil, nil, errInput{errors.New("[deploy.dead_letter_queues] names no queue: there are no dead letters to deal with")}
	}
	config := worker.Config{DryRun: w.deploy.DryRun, Log: w.log}
	for _, i := range classes {
		config.Classes = append(config.Classes, w.cfg.Classes[i].Name)
	}
	if w.meter != nil {
		config.Meter = some{w.meter, classes}
	}
	ports := worker.Ports{Queues: queues, Tasks: w.clients.Tasks}
	if w.deploy.DryRun {
		ports = worker.DryRun(ports)
	}
	d, err := worker.NewDeadLetters(config, ports.Queues, ports.Tasks)
	return d, classes, err
}

// some is a meter of some of the classes, which count from 0.
type some struct {
	worker.Meter
	classes []int
}

// Count adds to the measure of the class that is meant.
func (s some) Count(m worker.Measure, class int, n int64) { s.Meter.Count(m, s.classes[class], n) }

// serveDeadLetters tells the tasks of dead letters until ctx ends.
func (w *instance) serveDeadLetters(ctx context.Context) error {
	d, classes, err := w.deadLetters()
	if err != nil {
		return err
	}
	if w.meter != nil {
		defer w.closeMeter()
	}
	w.log.Info("the consumer of dead letters is running", "scenario", w.cfg.Name, "queues", len(classes))
	d.Run(ctx)
	return nil
}

// redrive sends the dead letters of a class back to its queue, perSecond a
// second; 0: as fast as the scenario's own [[faults.redrive]] was simulated.
func (w *instance) redrive(ctx context.Context, class string, perSecond int, out io.Writer) error {
	index := -1
	var names []string
	for i := range w.cfg.Classes {
		names = append(names, w.cfg.Classes[i].Name)
		if w.cfg.Classes[i].Name == class {
			index = i
		}
	}
	if index < 0 {
		return errInput{fmt.Errorf("-redrive %s: there is no such class; there are %s%s", class, strings.Join(names, ", "), model.Meant(class, names))}
	}
	if simulated := w.cfg.Faults.Redrives; perSecond == 0 && len(simulated) > 0 {
		perSecond = int(math.Floor(simulated[0].Rate))
	}
	if perSecond < 1 || perSecond > 500 {
		return errInput{errors.New("-redrive needs -rate, 1 to 500 messages a second: penstock limit FILE --vary faults.redrive[0].rate finds how many the slow system bears")}
	}
	if w.deploy.DryRun {
		_, err := fmt.Fprintf(out, "dry run: the dead letters of %s would go back, %d a second\n", class, perSecond)
		return err
	}
	handle, err := w.clients.Queues.Redrive(ctx, index, perSecond)
	if err != nil {
		return errInput{fmt.Errorf("the dead letters of %s cannot be sent back: %w", class, err)}
	}
	_, err = fmt.Fprintf(out, "the dead letters of %s go back, %d a second; task %s\n", class, perSecond, handle)
	return err
}
