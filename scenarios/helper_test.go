package scenarios

import (
	"io/fs"
	"testing/fstest"
)

// files is a file system that holds the given texts.
func files(texts map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, s := range texts {
		m[name] = &fstest.MapFile{Data: []byte(s)}
	}
	return m
}
