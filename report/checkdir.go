package report

import (
	"errors"
	"fmt"
	"os"
)

// CheckDir reports whether WriteDir could write into dir, so that a long study
// is not begun in vain. It leaves nothing behind.
func CheckDir(dir string) error {
	made, err := makeDir(dir)
	if err == nil {
		var temp string
		if temp, err = os.MkdirTemp(dir, ".penstock-*"); err == nil {
			err = os.Remove(temp)
		}
	}
	for _, d := range made {
		err = errors.Join(err, os.Remove(d))
	}
	if err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}
