package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"penstock/model/plan"
)

// journal keeps the finished points of a sweep in a file, line by line, so that
// a sweep that is killed goes on where it was. Without a folder it keeps them in
// memory.
type journal struct {
	*plan.SweepFile
	path   string
	file   *os.File // nil: in memory
	mended bool     // a half-written last line was cut off
	found  int      // points that were there
}

// pointsFile is the name of the file of points of a sweep, or of a shard.
func pointsFile(shard *plan.Shard) string {
	if shard == nil {
		return "points.jsonl"
	}
	return fmt.Sprintf("points-%d-of-%d.jsonl", shard.Index, shard.Count)
}

// openJournal opens the file of points in dir, or begins it. It refuses one of
// another sweep, and one that another process writes.
func openJournal(dir string, head plan.SweepHead) (*journal, error) {
	j := &journal{SweepFile: plan.NewSweepFile(head)}
	if dir == "" {
		return j, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write to %s: %w", dir, reason(err))
	}
	j.path = filepath.Join(dir, pointsFile(head.Shard))
	if info, err := os.Stat(j.path); err == nil && !info.Mode().IsRegular() {
		return nil, errInput{fmt.Errorf("%s is no regular file", j.path)}
	}
	file, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", j.path, reason(err))
	}
	j.file = file
	if err := j.begin(head); err != nil {
		_ = file.Close()
		return nil, err
	}
	return j, nil
}

// begin reads what the file holds, and writes the head of a new one.
func (j *journal) begin(head plan.SweepHead) error {
	// File systems without locks exist on clusters: there, nobody is refused.
	if err := syscall.Flock(int(j.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return errInput{fmt.Errorf("another penstock writes %s now", j.path)}
	}
	line, err := head.Line()
	if err != nil {
		return err
	}
	found, err := plan.ReadSweepFile(j.file)
	switch {
	case errors.Is(err, plan.ErrNoHead):
		return j.restart(line)
	case err != nil:
		return errInput{fmt.Errorf("%s: %w; move it away, or choose another --out", j.path, err)}
	}
	if why := head.Differs(&found.Head); why != "" {
		return errInput{fmt.Errorf("%s is of another sweep: %s; move it away, or choose another --out", j.path, why)}
	}
	j.SweepFile, j.mended, j.found = found, found.Cut, len(found.Lines)
	if found.Cut {
		return j.say(j.file.Truncate(found.Size))
	}
	return nil
}

// restart writes the head of an empty file, or of one that ends within its head.
func (j *journal) restart(head []byte) error {
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		return j.say(err)
	}
	there, err := io.ReadAll(io.LimitReader(j.file, int64(len(head))+1))
	if err != nil {
		return j.say(err)
	}
	if !bytes.HasPrefix(head, there) {
		return errInput{fmt.Errorf("%s is no file of a sweep's points; move it away, or choose another --out", j.path)}
	}
	if err := j.file.Truncate(0); err != nil {
		return j.say(err)
	}
	return j.write(head)
}

// add keeps a finished point. It is on the disk when add returns.
func (j *journal) add(p *plan.SweepPoint) error {
	line, err := j.Add(p)
	if err != nil || j.file == nil {
		return err
	}
	return j.write(line)
}

func (j *journal) write(line []byte) error {
	if _, err := j.file.Write(line); err != nil {
		return j.say(err)
	}
	return j.say(j.file.Sync())
}

// say names the file in an error.
func (j *journal) say(err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", j.path, reason(err))
	}
	return nil
}

// finish puts the points in order: the file is then the same whichever point
// was finished first.
func (j *journal) finish() error {
	if j.file == nil || j.Sorted {
		return nil
	}
	return writeBeside(j.path, j.SweepFile.Write)
}

// close ends the writing. What was added stays.
func (j *journal) close() {
	if j.file != nil {
		_ = j.file.Close()
	}
}

// writeBeside writes a file so that it appears only when it is whole.
func writeBeside(path string, write func(io.Writer) error) error {
	file, err := createBeside(path)
	if err != nil {
		return err
	}
	defer file.discard()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if _, err := file.Write(b.Bytes()); err != nil {
		return fmt.Errorf("%s: %w", path, reason(err))
	}
	if err := file.keep(); err != nil {
		return fmt.Errorf("%s: %w", path, reason(err))
	}
	return nil
}
