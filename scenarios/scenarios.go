// Package scenarios reads scenarios: TOML files, strictly, into model.Config.
// Whatever is wrong is reported at once, each problem with its place in the
// file, the key, what is allowed and the name that was probably meant.
//
// One table, the schema, drives all of it: which keys there are, their types,
// ranges and meaning, command line overrides, and the manual of keys. The
// shipped scenarios are embedded in the package.
package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"penstock/model"
)

//go:embed *.toml data reference tune
var shipped embed.FS

// Source is a scenario that can be loaded: a file on disk, or a shipped one.
type Source struct {
	name string // within fsys, or the path on disk
	fsys fs.FS  // nil: the disk
	text []byte // what was written instead of the file; nil: the file
}

// Written returns a scenario that is no file but a text under a name. The files
// that it names are those of fsys.
func Written(name string, text []byte, fsys fs.FS) Source {
	return Source{name: name, fsys: fsys, text: text}
}

// With returns the scenario with another text. The files that it names are
// still found where they were.
func (s Source) With(text []byte) Source {
	s.text = text
	return s
}

// Load reads the scenario at a path on disk, with the overrides of --set
// ("worker.concurrency=8") applied in order. When any problem is more than a
// warning, the Config must not be run.
func Load(path string, set []string) (model.Config, []Problem) {
	return Source{name: path}.Load(set)
}

// Open returns a shipped scenario by its name, with or without ".toml".
func Open(name string) (Source, error) {
	plain := strings.TrimSuffix(name, ".toml")
	if slices.Contains(Names(), plain) || slices.Contains(within(path.Dir(plain)), path.Base(plain)) {
		return Source{name: plain + ".toml", fsys: shipped}, nil
	}
	return Source{}, fmt.Errorf("no shipped scenario %q%s Shipped: %s", name, model.Meant(plain, Names()), strings.Join(Names(), ", "))
}

// Names lists the shipped scenarios, without ".toml", in order of the alphabet.
func Names() []string {
	files, err := fs.Glob(shipped, "*.toml")
	if err != nil {
		panic("scenarios: " + err.Error()) // the pattern is constant
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".toml")
	}
	return files
}

// References lists the shipped reference cases, in order of the alphabet. Each
// is the scenario "reference/" and its name, with [[reference]] tables.
func References() []string { return within("reference") }

// Problems lists the shipped tuning problems, in order of the alphabet. Each is
// the scenario "tune/" and its name, with a [tune] of some thousand settings;
// penstock tune is held against exhaustive search on them.
func Problems() []string { return within("tune") }

// within lists the scenarios in a folder of the shipped ones, without ".toml";
// none where it is no such folder.
func within(dir string) []string {
	if dir != "reference" && dir != "tune" {
		return nil
	}
	files, err := fs.Glob(shipped, dir+"/*.toml")
	if err != nil {
		panic("scenarios: " + err.Error()) // the pattern is constant
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".toml")
	}
	return files
}

// Find returns the scenario that a command was given: a file that exists, or
// else the name of a shipped scenario.
func Find(arg string) (Source, error) {
	info, err := os.Stat(arg)
	if err == nil && !info.IsDir() {
		return Source{name: arg}, nil
	}
	s, unshipped := Open(arg)
	switch {
	case unshipped == nil:
		return s, nil
	case err == nil:
		return Source{}, fmt.Errorf("%s is a folder; name a scenario file in it", arg)
	case !errors.Is(err, fs.ErrNotExist):
		return Source{}, fmt.Errorf("%s: %s", arg, reason(err))
	}
	return Source{}, fmt.Errorf("no file %s, and %w", arg, unshipped)
}

// File returns a file that the scenario names, such as a price book.
func (s Source) File(name string) ([]byte, error) {
	data, err := s.read(s.beside(name), maxData)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.beside(name), err)
	}
	return data, nil
}

// Name returns the path of the file, or the file name of a shipped scenario.
func (s Source) Name() string { return s.name }

// Text returns the file as it is.
func (s Source) Text() ([]byte, error) {
	if s.text != nil {
		return s.text, nil
	}
	return s.read(s.name, maxFile)
}

// beside returns the path of a file named relative to the scenario.
func (s Source) beside(name string) string {
	switch {
	case s.fsys != nil:
		return path.Join(path.Dir(s.name), name)
	case filepath.IsAbs(name):
		return name
	}
	return filepath.Join(filepath.Dir(s.name), filepath.FromSlash(name))
}

// read returns a file of at most limit bytes.
func (s Source) read(name string, limit int64) ([]byte, error) {
	var f io.ReadCloser
	var err error
	if s.fsys != nil {
		f, err = s.fsys.Open(name)
	} else {
		f, err = os.Open(name)
	}
	if err != nil {
		return nil, errors.New(reason(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, errors.New(reason(err))
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("the file is larger than %s", model.SizeText(limit))
	}
	return data, nil
}

// reason returns what went wrong without the path, which the caller names.
func reason(err error) string {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "no such file"
	}
	return err.Error()
}
