package report

import (
	"bytes"
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	fs, err := Figures(sample())
	if err != nil {
		t.Fatal(err)
	}
	os.MkdirAll("/tmp/figs", 0o755)
	for _, f := range fs {
		var b, s bytes.Buffer
		if err := f.WritePNG(&b); err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/figs/"+f.Name+".png", b.Bytes(), 0o644)
		f.WriteSVG(&s)
		os.WriteFile("/tmp/figs/"+f.Name+".svg", s.Bytes(), 0o644)
		t.Log(f.Name, f.Title, b.Len(), s.Len())
	}
}
