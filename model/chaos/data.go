package chaos

import "embed"

// data holds what drawn scenarios read: arrivals and times of a made-up hour.
//
//go:embed chaos.csv
var data embed.FS
