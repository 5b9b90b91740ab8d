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

// logHashOf is logHash of outcomes.
func logHashOf(out []outcome) string {
	runs := make([]model.Run, len(out))
	for i := range out {
		runs[i].LogHash = out[i].run.LogHash
	}
	return logHash(runs)
}

// hashTogether combines the log hashes of the studies that an answer rests on, in
// their order, by FNV-1a. One that has none stands for no runs.
func hashTogether(hashes []string) string {
	h := fnv.New64a()
	for _, one := range hashes {
		h.Write([]byte(one + "\n"))
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
