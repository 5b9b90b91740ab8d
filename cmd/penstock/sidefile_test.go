package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// write puts text at path by way of a side file.
func write(t *testing.T, path, text string) {
	t.Helper()
	f, err := createBeside(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.keep(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSideFileFollowsALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(real, []byte("old"), 0o600), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	write(t, link, "new")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if got := read(t, real); got != "new" {
		t.Errorf("the file holds %q", got)
	}
}

// A named pipe stands here for every device: it is written to, not replaced.
func TestSideFileWritesThroughToADevice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		text, _ := os.ReadFile(path)
		got <- string(text)
	}()
	for { // until somebody reads, the pipe is refused instead of waited for
		f, err := createBeside(path)
		if err != nil {
			if !strings.Contains(err.Error(), "nobody reads") {
				t.Fatal(err)
			}
			runtime.Gosched()
			continue
		}
		_, err = f.WriteString("through")
		if err := errors.Join(err, f.keep()); err != nil {
			t.Fatal(err)
		}
		break
	}
	if text := <-got; text != "through" {
		t.Errorf("the pipe gave %q", text)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Error("the pipe was replaced")
	}
}

func TestSideFileSparesTheScenario(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := createBeside(path, path); err == nil {
		t.Error("a trace may overwrite the scenario")
	}
	if got := read(t, path); got != "precious" {
		t.Errorf("the scenario holds %q", got)
	}
}

func TestSideFileRespectsTheUmask(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "trace")
	write(t, path, "x")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestSideFileLeavesNothingWhenDiscarded(t *testing.T) {
	dir := t.TempDir()
	f, err := createBeside(filepath.Join(dir, "trace"))
	if err != nil {
		t.Fatal(err)
	}
	f.discard()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestSideFileRefusesALinkToNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("nowhere", path); err != nil {
		t.Fatal(err)
	}
	if _, err := createBeside(path); err == nil {
		t.Error("the link is to be replaced")
	}
}
