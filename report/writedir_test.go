package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// listing returns the names in a folder, hidden ones too.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

const allFiles = "bill.png bill.svg busy.png busy.svg classes.csv cost.csv depth.png depth.svg latency.png latency.svg latency_hist.csv oldest.png oldest.svg report.md result.json series.csv"

// blanks are documents under the names of a report that cost nothing to write.
func blanks() []document {
	var list []document
	for _, name := range strings.Fields(allFiles) {
		list = append(list, document{name, func(w io.Writer) error {
			_, err := w.Write(make([]byte, 200))
			return err
		}})
	}
	return list
}

func TestWriteDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := WriteDir(dir, sample()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(listing(t, dir), " "); got != allFiles {
		t.Errorf("got %s", got)
	}
	report, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(allFiles) {
		if strings.HasSuffix(name, ".svg") && !strings.Contains(string(report), "("+name+")") {
			t.Errorf("report.md does not show %s", name)
		}
	}
}

func TestWriteDirKeepsWhatIsNotItsOwn(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "notes.txt")
	if err := errors.Join(os.WriteFile(mine, []byte("mine"), 0o644), os.WriteFile(filepath.Join(dir, "report.md"), []byte("old"), 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := writeDocuments(dir, blanks(), createFile); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(mine); string(got) != "mine" {
		t.Error("another file changed")
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "report.md")); string(got) == "old" {
		t.Error("the old report is still there")
	}
}

func TestWriteDirFileInTheWay(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "deeper")} {
		err := WriteDir(dir, sample())
		if err == nil || !strings.HasPrefix(err.Error(), "cannot write report to "+dir+": ") {
			t.Errorf("got %v", err)
		}
	}
	if got := listing(t, base); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestWriteDirFolderInTheWay(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "report.md"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := writeDocuments(dir, blanks(), createFile)
	if err == nil || !strings.HasSuffix(err.Error(), "report.md is a folder there") {
		t.Errorf("got %v", err)
	}
	if got := listing(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestWriteDirUnwritable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if f, err := os.CreateTemp(dir, ""); err == nil {
		f.Close()
		t.Skip("permissions do not bind this user")
	}
	for _, d := range []string{dir, filepath.Join(dir, "new")} {
		if err := WriteDir(d, sample()); err == nil || err.Error() != "cannot write report to "+d+": permission denied" {
			t.Errorf("got %v", err)
		}
	}
	if got := listing(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

// fullFile is a file on a disk that is full, noticed in writing or closing.
type fullFile struct {
	fullWriter
	closing error
}

func (f *fullFile) Close() error { return f.closing }

func TestWriteDirFullDisk(t *testing.T) {
	list := blanks()
	for _, existing := range []bool{false, true} {
		for at := range list {
			base := t.TempDir()
			dir := filepath.Join(base, "new", "report")
			if existing {
				dir = base
			}
			n := 0
			failing := func(path string) (io.WriteCloser, error) {
				if n++; n <= at {
					return createFile(path)
				}
				if at%2 == 0 {
					return &fullFile{closing: errFull, fullWriter: fullWriter{1 << 30}}, nil
				}
				return &fullFile{fullWriter: fullWriter{100}}, nil
			}
			err := writeDocuments(dir, list, failing)
			if !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), list[at].name+": ") {
				t.Errorf("file %d: %v", at, err)
			}
			if got := listing(t, base); len(got) != 0 {
				t.Errorf("file %d: left behind: %v", at, got)
			}
		}
	}
}
