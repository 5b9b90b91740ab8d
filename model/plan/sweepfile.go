package plan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// SweepFile is a file of points as it was found: the head, and a line for each
// finished point, in the order in which they were finished.
type SweepFile struct {
	Head  SweepHead
	Lines map[int][]byte // by point, each with its line feed
	// Sorted reports whether the points stand in order.
	Sorted bool
	// Size is the length of the whole lines; Cut reports whether a half-written
	// one follows them, as a killed process leaves it.
	Size int64
	Cut  bool

	last int // the point of the last line; before any, -1
}

// NewSweepFile returns a file without points.
func NewSweepFile(head SweepHead) *SweepFile {
	return &SweepFile{Head: head, Lines: map[int][]byte{}, Sorted: true, last: -1}
}

// Add adds a finished point and returns its line.
func (f *SweepFile) Add(p *SweepPoint) ([]byte, error) {
	line, err := jsonLine(p)
	if err == nil {
		f.put(p.Point, line)
	}
	return line, err
}

func (f *SweepFile) put(point int, line []byte) {
	f.Sorted = f.Sorted && point > f.last
	f.last = point
	f.Lines[point] = line
}

// ErrNoHead says of a file of points that not even its first line is whole.
var ErrNoHead = errors.New("the first line is not whole")

// ReadSweepFile reads a file of points. A last line that is not whole is left
// out; anything else that is no point of the sweep is an error, which names its
// line.
func ReadSweepFile(r io.Reader) (*SweepFile, error) {
	f := NewSweepFile(SweepHead{})
	in := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			f.Cut = len(line) > 0
			break
		}
		if err != nil {
			return nil, err
		}
		if number == 1 {
			if err := f.head(line); err != nil {
				return nil, err
			}
			f.Size = int64(len(line))
			continue
		}
		point, err := f.point(line)
		if err != nil {
			if _, after := in.Peek(1); after == io.EOF && !json.Valid(line) {
				f.Cut = true
				break
			}
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		f.put(point, line)
		f.Size += int64(len(line))
	}
	if f.Head.Sweep == 0 {
		return nil, ErrNoHead
	}
	return f, nil
}

// head reads the first line.
func (f *SweepFile) head(line []byte) error {
	err := json.Unmarshal(line, &f.Head)
	h := &f.Head
	switch {
	case err != nil || h.Sweep < 1 || h.Points != h.Axes.Len() || h.Points < 1 || h.Points > MaxPoints ||
		h.Shard != nil && (h.Shard.Count < 1 || h.Shard.Index < 0 || h.Shard.Index >= h.Shard.Count):
		return errors.New("line 1: this is no file of a sweep's points")
	case h.Sweep != sweepFormat:
		return fmt.Errorf("line 1: the form of the file is %d, and this version reads %d", h.Sweep, sweepFormat)
	}
	return nil
}

// point reads which point a line holds.
func (f *SweepFile) point(line []byte) (int, error) {
	var p struct {
		Point    *int              `json:"point"`
		Settings map[string]string `json:"settings"`
	}
	if err := json.Unmarshal(line, &p); err != nil || p.Point == nil {
		return 0, errors.New("this is no point of a sweep")
	}
	h := &f.Head
	n := *p.Point
	if n < 0 || n >= h.Points || h.Shard != nil && n%h.Shard.Count != h.Shard.Index {
		return 0, fmt.Errorf("point %d is not one of this file", n)
	}
	for key, value := range h.Axes.Settings(n) {
		if p.Settings[key] != value {
			return 0, fmt.Errorf("point %d has %s=%s here, but %s in the grid", n, key, p.Settings[key], value)
		}
	}
	if before, twice := f.Lines[n]; twice && !bytes.Equal(before, line) {
		return 0, fmt.Errorf("point %d stands here twice, and not alike", n)
	}
	return n, nil
}

// Missing lists the points of the file that are not finished.
func (f *SweepFile) Missing() []int {
	return slices.DeleteFunc(f.Head.Own(), func(p int) bool { return f.Lines[p] != nil })
}

// Write writes the head and the points that are there, in order: the same bytes
// in whichever order they were finished.
func (f *SweepFile) Write(w io.Writer) error {
	head, err := f.Head.Line()
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, p := range f.Head.Own() {
		if _, err := w.Write(f.Lines[p]); err != nil {
			return err
		}
	}
	return nil
}

// Sweep reads the results. The file must be whole.
func (f *SweepFile) Sweep() (*Sweep, error) {
	s := &Sweep{SweepHead: f.Head, Results: make([]SweepPoint, 0, len(f.Lines))}
	var logs []string
	for _, p := range f.Head.Own() {
		var point SweepPoint
		if err := json.Unmarshal(f.Lines[p], &point); err != nil || point.Result == nil && len(point.Invalid) == 0 {
			return nil, fmt.Errorf("point %d: this is no result", p)
		}
		s.Results = append(s.Results, point)
		if point.Result != nil {
			logs = append(logs, point.Result.LogHash)
		}
	}
	s.LogHash = hashTogether(logs)
	return s, nil
}

// Line writes the head as the first line of a file of points.
func (h *SweepHead) Line() ([]byte, error) { return jsonLine(h) }

func jsonLine(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// Merge puts the shards of a sweep together to the file that one machine would
// have written. names are those of the files, for messages. The error says all
// that keeps the shards from being merged: shards of different sweeps, or what
// is missing.
func Merge(files []*SweepFile, names []string) (*SweepFile, error) {
	if len(files) == 0 {
		return nil, errors.New("there is no file of points to merge")
	}
	first := files[0].Head
	count := shardOf(&first).Count
	whole := NewSweepFile(first)
	whole.Head.Shard = nil
	var errs []error
	there := make([]bool, count)
	for i, f := range files {
		s := shardOf(&f.Head)
		switch why := first.Differs(&f.Head); {
		case why != "":
			errs = append(errs, fmt.Errorf("%s is of another sweep than %s: %s", names[i], names[0], why))
			continue
		case s.Count != count:
			errs = append(errs, fmt.Errorf("%s is shard %s, but %s is one of %d shards", names[i], s, names[0], count))
			continue
		}
		there[s.Index] = true
		for p, line := range f.Lines {
			if before := whole.Lines[p]; before != nil && !bytes.Equal(before, line) {
				errs = append(errs, fmt.Errorf("%s: point %d is there twice, and not alike", names[i], p))
			}
			whole.Lines[p] = line
		}
	}
	if len(errs) == 0 {
		errs = whole.unfinished(there)
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return whole, errors.Join(errs...)
}

// shardOf returns the shard of a head, that of a whole sweep being 0/1.
func shardOf(h *SweepHead) Shard {
	if h.Shard == nil {
		return Shard{Index: 0, Count: 1}
	}
	return *h.Shard
}

// unfinished names the shards that are missing, and those that are not at their
// end.
func (f *SweepFile) unfinished(there []bool) (errs []error) {
	missing := make([][]int, len(there))
	for _, p := range f.Missing() {
		missing[p%len(there)] = append(missing[p%len(there)], p)
	}
	for i, ok := range there {
		shard := Shard{Index: i, Count: len(there)}
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("shard %s is missing", shard))
		case len(missing[i]) > 0:
			errs = append(errs, fmt.Errorf("shard %s is not finished: run it again for the points %s", shard, numbers(missing[i])))
		}
	}
	return errs
}

// numbers lists the first few.
func numbers(list []int) string {
	s := strings.Trim(fmt.Sprint(list[:min(len(list), 8)]), "[]")
	if more := len(list) - 8; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// WriteJSON writes the sweep as one JSON document, as Result.WriteJSON does.
func (s *Sweep) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(s)
}
