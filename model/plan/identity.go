package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"runtime/debug"

	"penstock/model"
)

// ConfigHash identifies a scenario, overrides included and seed left out: 16
// hexadecimal digits of SHA-256 over everything that a run depends on. Two
// results with the same hash, seed and version are the same to the byte.
func ConfigHash(cfg *model.Config) (string, error) {
	c := *cfg
	c.Seed = 0
	text, err := json.Marshal(&c)
	if err != nil {
		return "", fmt.Errorf("hash of scenario %q: %w", cfg.Name, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// logHash combines the hashes of the runs' events, in the order of their
// indexes, by FNV-1a.
func logHash(runs []model.Run) string {
	h := fnv.New64a()
	var b [8]byte
	for i := range runs {
		binary.BigEndian.PutUint64(b[:], runs[i].LogHash)
		h.Write(b[:])
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// BuildVersion returns the version of the module that the program was built
// from, else the revision of its source, else "(devel)".
func BuildVersion() string {
	const unknown = "(devel)"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unknown
	}
	if v := info.Main.Version; v != "" && v != unknown {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && s.Value != "" {
			return s.Value
		}
	}
	return unknown
}
