package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// sideFile is a file that appears under its name only once it is complete: it
// is written beside, and renamed. What is no regular file, such as a device or
// a named pipe, is written to as it stands.
type sideFile struct {
	*os.File
	path   string // where it is to appear
	direct bool   // it is there already: nothing to rename, nothing to remove
}

// createBeside opens a file for what is to stand at path in the end. A link is
// followed. It refuses a path that is one of the files in spare.
func createBeside(path string, spare ...string) (*sideFile, error) {
	cannot := func(err error) error { return errInput{fmt.Errorf("cannot write %s: %w", path, reason(err))} }
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	info, err := os.Lstat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return nil, cannot(err)
	case info.IsDir():
		return nil, cannot(errors.New("it is a folder"))
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, cannot(errors.New("it is a link to nothing"))
	case !info.Mode().IsRegular():
		// Without waiting: a pipe that nobody reads would hold the program, deaf to
		// signals, until somebody does.
		f, err := os.OpenFile(target, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if errors.Is(err, syscall.ENXIO) {
			return nil, cannot(errors.New("nobody reads from this pipe"))
		}
		if err != nil {
			return nil, cannot(err)
		}
		return &sideFile{f, target, true}, nil
	}
	for _, s := range spare {
		if other, err := os.Stat(s); err == nil && info != nil && os.SameFile(info, other) {
			return nil, cannot(errors.New("the scenario is, or reads, this very file"))
		}
	}
	part := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%d.part", filepath.Base(target), os.Getpid()))
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, cannot(err)
	}
	return &sideFile{f, target, false}, nil
}

// reason strips the name of the file that was really opened.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// keep makes the file appear under its name.
func (f *sideFile) keep() error {
	if err := f.Close(); err != nil {
		return err
	}
	if f.direct {
		return nil
	}
	return os.Rename(f.Name(), f.path)
}

// discard removes the file if it was not kept.
func (f *sideFile) discard() {
	_ = f.Close()
	if !f.direct {
		_ = os.Remove(f.Name())
	}
}
