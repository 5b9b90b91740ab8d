package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"penstock/model/plan"
)

// A document is one file of a report.
type document struct {
	name  string
	write func(io.Writer) error
}

// documents lists the files of a report; report.md, which links the others,
// is the last.
func documents(r *plan.Result) ([]document, error) {
	figures, err := Figures(r)
	if err != nil {
		return nil, err
	}
	list := []document{
		{"classes.csv", func(w io.Writer) error { return ClassesCSV(w, r) }},
		{"cost.csv", func(w io.Writer) error { return CostCSV(w, r) }},
		{"series.csv", func(w io.Writer) error { return SeriesCSV(w, r) }},
		{"latency_hist.csv", func(w io.Writer) error { return LatencyHistCSV(w, r) }},
		{"result.json", r.WriteJSON},
	}
	for _, f := range figures {
		list = append(list, document{f.Name + ".svg", f.WriteSVG}, document{f.Name + ".png", f.WritePNG})
	}
	return append(list, document{"report.md", func(w io.Writer) error { return Markdown(w, r, figures) }}), nil
}

// WriteDir writes the report of r into the folder dir: report.md, result.json,
// the figures as SVG and PNG, and the CSV files. The folder is made if it is
// not there; files of an earlier report in it are replaced, others stay. All
// is written to a temporary folder first and then moved into place file by
// file, so that no file is ever half written; after an error nothing of it is
// left.
func WriteDir(dir string, r *plan.Result) error {
	list, err := documents(r)
	if err == nil {
		err = writeDocuments(dir, list, createFile)
	}
	if err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// create makes a new file; tests let it fail.
type create func(path string) (io.WriteCloser, error)

func createFile(path string) (io.WriteCloser, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func writeDocuments(dir string, list []document, create create) (err error) {
	made, err := makeDir(dir)
	defer func() {
		if err != nil {
			for _, d := range made { // only what is empty goes
				_ = os.Remove(d)
			}
		}
	}()
	if err != nil {
		return err
	}
	// The temporary folder stands inside dir, so that it is on the same file
	// system even where dir is a mount point, and needs no right outside it.
	temp, err := os.MkdirTemp(dir, ".penstock-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	for _, d := range list {
		if !reportFile(d.name) {
			panic("report: CheckDir does not know the file " + d.name)
		}
		if err := writeFile(filepath.Join(temp, d.name), d.write, create); err != nil {
			return fmt.Errorf("%s: %w", d.name, bare(err))
		}
	}
	for _, d := range list { // nothing moves if one of them cannot
		if info, err := os.Lstat(filepath.Join(dir, d.name)); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder there", d.name)
		}
	}
	for _, d := range list {
		if err := os.Rename(filepath.Join(temp, d.name), filepath.Join(dir, d.name)); err != nil {
			return fmt.Errorf("%s: %w", d.name, bare(err))
		}
	}
	return nil
}

// makeDir makes dir and its parents and returns those that it made, the
// deepest first.
func makeDir(dir string) (made []string, err error) {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err == nil && !info.IsDir() {
			return nil, fmt.Errorf("%s is a file", d)
		}
		if !errors.Is(err, fs.ErrNotExist) || d == filepath.Dir(d) {
			break
		}
		made = append(made, d)
	}
	return made, os.MkdirAll(dir, 0o755)
}

// writeFile writes one file and closes it.
func writeFile(path string, write func(io.Writer) error, create create) error {
	var b bytes.Buffer // what cannot be rendered is not begun
	if err := write(&b); err != nil {
		return err
	}
	f, err := create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}

// bare strips what the operating system was asked to do from its error, and
// the names of temporary files with it.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
