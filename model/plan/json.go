package plan

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the result as one JSON document, indented, with a newline at
// its end: the form of result.json. The same result gives the same bytes.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
