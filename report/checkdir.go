package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckDir reports whether WriteDir could write into dir, so that a long study
// is not begun in vain. It leaves nothing behind. Several programs may check one
// dir at once, as the shards of a sweep do: each tries its luck in the deepest
// folder that is there, so that none makes, or takes away, what another relies
// on.
func CheckDir(dir string) error {
	there, err := deepest(dir)
	if err == nil {
		var temp string
		if temp, err = os.MkdirTemp(there, ".penstock-*"); err == nil {
			err = os.Remove(temp)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// deepest returns dir, or the closest folder above it that is there.
func deepest(dir string) (string, error) {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err == nil && !info.IsDir() {
			return "", fmt.Errorf("%s is a file", d)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
		if _, err := os.Lstat(d); err == nil {
			return "", fmt.Errorf("%s is a link to nothing", d)
		}
		if d == filepath.Dir(d) {
			return "", err
		}
	}
}
