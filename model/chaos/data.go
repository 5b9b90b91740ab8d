package chaos

import "embed"

// data holds what drawn scenarios read: arrivals and times of a made-up hour.
//
//go:embed chaos.csv
var data embed.FS

// DataFile returns the file that some drawn scenarios read, under the name that
// they give it.
func DataFile() (name string, text []byte) {
	text, err := data.ReadFile(dataFile)
	if err != nil {
		panic("chaos: " + err.Error()) // it is part of the program
	}
	return dataFile, text
}
