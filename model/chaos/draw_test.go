package chaos

import (
	"bytes"
	"reflect"
	"testing"

	"penstock/scenarios"
)

const drawn = 1000

// Whatever is drawn passes the ordinary loader.
func TestDrawnDocumentsAreValid(t *testing.T) {
	for seed := range uint64(drawn) {
		text := write(draw(seed))
		_, problems := scenarios.Written("chaos.toml", text, data).Load(nil)
		if scenarios.Failed(problems) {
			for _, p := range problems {
				if !p.Warning {
					t.Errorf("seed %d: %s", seed, p)
				}
			}
			t.Logf("%s", text)
		}
		if t.Failed() && seed%20 == 19 {
			return // enough to look at
		}
	}
}

// A document comes back from its text as it was.
func TestDocumentsSurviveWriting(t *testing.T) {
	for seed := range uint64(drawn / 10) {
		doc := draw(seed)
		text := write(doc)
		again, err := parse(text)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		if !bytes.Equal(write(again), text) {
			t.Errorf("seed %d: written again it is\n%s\ninstead of\n%s", seed, write(again), text)
		}
		if !reflect.DeepEqual(draw(seed), doc) {
			t.Errorf("seed %d draws two documents", seed)
		}
	}
}
