package report

import (
	"testing"
)

func TestTmp(t *testing.T) {
	if err := WriteDir("/tmp/repout", sample()); err != nil {
		t.Fatal(err)
	}
}
