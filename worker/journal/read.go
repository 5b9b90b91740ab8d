package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"penstock/model/policy"
)

// line is one line of a journal as it was read.
type line struct {
	Number int    `json:"-"` // in the log, from 1
	Msg    string `json:"msg"`
	Policy string `json:"policy"`

	Config *policy.Config `json:"config"`

	N            int64  `json:"n"`
	Now          string `json:"now"`
	Event        string `json:"event"`
	Slot         int    `json:"slot"`
	Class        int    `json:"class"`
	Receive      int    `json:"receive"`
	Sent         string `json:"sent"`
	First        bool   `json:"first"`
	Deadline     string `json:"deadline"`
	Queue        int    `json:"queue"`
	Status       string `json:"status"`
	Visible      int64  `json:"visible"`
	InFlight     int64  `json:"in_flight"`
	RetryAfter   string `json:"retry_after"`
	Decided      string `json:"decided"`
	DrewYield    string `json:"drew_yield"`
	DrewRetry    string `json:"drew_retry"`
	DrewLowFirst *bool  `json:"drew_low_first"`
}

// step is what a line says in the terms of the policy.
type step struct {
	now   time.Time
	event policy.Event
	drawn Drawn
}

// reader finds the lines of journals in a log.
type reader struct {
	in     *bufio.Reader
	number int // of the last line
	others int // lines that are none of a journal's
	cut    bool
}

// next returns the next line of a journal, or io.EOF.
func (r *reader) next() (line, error) {
	for {
		text, err := r.in.ReadBytes('\n')
		if len(text) == 0 {
			return line{}, err
		}
		r.number++
		l, ok, bad := parse(text)
		switch {
		case bad != nil && errors.Is(err, io.EOF): // the last line, and not whole
			r.cut = true
			continue
		case bad != nil:
			return line{}, fmt.Errorf("line %d: %w", r.number, bad)
		case err != nil && !errors.Is(err, io.EOF):
			return line{}, fmt.Errorf("line %d: %w", r.number, err)
		case !ok:
			r.others++
			continue
		}
		l.Number = r.number
		return l, nil
	}
}

// parse reads a line that is one of a journal's, whatever a log shipper has put
// before it; an error says that it looks like one but cannot be read.
func parse(text []byte) (l line, ok bool, err error) {
	from := bytes.IndexByte(text, '{')
	if from < 0 || !bytes.Contains(text, []byte(`"policy":`)) {
		return line{}, false, nil
	}
	if err := json.Unmarshal(text[from:], &l); err != nil {
		if bytes.Contains(text, []byte(`"msg":"`+msgStep+`"`)) || bytes.Contains(text, []byte(`"msg":"`+msgPolicy+`"`)) {
			return line{}, false, fmt.Errorf("a step that is no JSON: %w", err)
		}
		return line{}, false, nil
	}
	return l, l.Msg == msgStep || l.Msg == msgPolicy, nil
}

// mostSlots is the most that a scenario may give a service.
const mostSlots = 100_000

// step reads what the line says of a policy of so many classes.
func (l *line) step(classes int) (s step, err error) {
	kind, status := index(events[:], l.Event), index(statuses[:], l.Status)
	switch {
	case kind < 0:
		return s, fmt.Errorf("unknown event %q", l.Event)
	case status < 0 && l.Status != "":
		return s, fmt.Errorf("unknown status %q", l.Status)
	case l.Class < 0 || l.Class >= classes || l.Queue < 0 || l.Queue >= classes:
		return s, fmt.Errorf("class %d of a policy that has %d", max(l.Class, l.Queue), classes)
	case l.Slot < 0 || l.Slot >= mostSlots:
		return s, fmt.Errorf("slot %d", l.Slot)
	}
	s.event = policy.Event{
		Kind: policy.EventKind(kind), Slot: l.Slot, Class: l.Class, Receive: l.Receive, First: l.First,
		Queue: l.Queue, Visible: l.Visible, InFlight: l.InFlight, Status: policy.Status(max(0, status)),
	}
	var f fields
	s.now = f.instant("now", l.Now, true)
	s.event.Sent = f.instant("sent", l.Sent, s.event.Kind == policy.Received)
	s.event.Deadline = f.instant("deadline", l.Deadline, false)
	s.event.RetryAfter, _ = f.span("retry_after", l.RetryAfter)
	s.drawn.Yield, s.drawn.HasYield = f.span("drew_yield", l.DrewYield)
	s.drawn.Retry, s.drawn.HasRetry = f.span("drew_retry", l.DrewRetry)
	if l.DrewLowFirst != nil {
		s.drawn.LowFirst, s.drawn.HasLowFirst = *l.DrewLowFirst, true
	}
	return s, f.err
}

// fields reads texts, and keeps the first error.
type fields struct{ err error }

func (f *fields) instant(key, text string, needed bool) time.Time {
	if text == "" && !needed {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: %q is no time", key, text)
	}
	return t
}

func (f *fields) span(key, text string) (time.Duration, bool) {
	if text == "" {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: %q is no duration", key, text)
	}
	return d, true
}
