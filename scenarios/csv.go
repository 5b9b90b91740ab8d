package scenarios

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"penstock/model"
)

const (
	maxData      = 64 << 20 // bytes of a data file
	maxCellFault = 10       // problems reported of one data file
)

// sheet is a data file that a scenario names, while it is read.
type sheet struct {
	*decoder
	n      *node  // the table that names it
	path   string // as shown in problems
	faults int
}

// sheet reads the columns of a CSV file with a header line, and calls row for
// each record with the texts of the columns. When row returns a message, it is
// reported at the cell of that column.
func (d *decoder) sheet(n *node, file string, columns []string, row func(cells []string) (column int, wrong string)) bool {
	s := &sheet{decoder: d, n: n, path: d.source.beside(file)}
	at := n.child("file")
	if at == nil {
		return false // reported as missing
	}
	data, err := d.source.read(s.path, maxData)
	if err != nil {
		d.report.add(at.at, at.key, "%s cannot be read: %s (files are named relative to the scenario)", s.path, err)
		return false
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord, r.TrimLeadingSpace, r.FieldsPerRecord = true, true, 0
	header, err := r.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			s.fault(1, 1, "the file is empty; a header line and data are needed")
		} else {
			s.broken(err)
		}
		return false
	}
	index, ok := s.columns(header, columns)
	return ok && s.rows(r, index, row)
}

// columns finds the named columns in the header.
func (s *sheet) columns(header, names []string) ([]int, bool) {
	var have []string
	for _, h := range header {
		have = append(have, strings.TrimSpace(h))
	}
	var index []int
	for _, name := range names {
		found := -1
		for i, h := range have {
			if h == name {
				found = i
				break
			}
		}
		if found < 0 {
			s.fault(1, 1, "there is no column %q%s Columns: %s", clip(name), model.Meant(name, have), clip(strings.Join(have, ", ")))
			return nil, false
		}
		index = append(index, found)
	}
	return index, true
}

func (s *sheet) rows(r *csv.Reader, index []int, row func([]string) (int, string)) bool {
	cells := make([]string, len(index))
	count := 0
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.broken(err)
			return false
		}
		count++
		for i, c := range index {
			cells[i] = strings.TrimSpace(record[c])
		}
		if column, wrong := row(cells); wrong != "" {
			line, col := r.FieldPos(index[column])
			s.fault(line, col, "%s", wrong)
			if s.faults == maxCellFault {
				s.fault(line, col, "and perhaps more; the rest of the file was not read")
				return false
			}
		}
	}
	if count == 0 {
		s.fault(1, 1, "the file has a header line but no data")
	}
	return s.faults == 0
}

func (s *sheet) broken(err error) {
	var e *csv.ParseError
	if errors.As(err, &e) {
		s.fault(e.Line, max(e.Column, 1), "not CSV: %s", e.Err)
		return
	}
	s.fault(1, 1, "not CSV: %s", err)
}

func (s *sheet) fault(line, column int, format string, args ...any) {
	s.faults++
	s.report.put(s.n.child("file").at, Problem{File: s.path, Line: line, Column: column, Key: s.n.key, Message: fmt.Sprintf(format, args...)})
}

// finishDistribution reads the sample of an empirical distribution.
func (d *decoder) finishDistribution(n *node, dist *model.Dist) {
	scale, ok := map[string]float64{"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[dist.Unit]
	if dist.Kind != "empirical" || dist.Column == "" {
		return
	}
	if !ok {
		scale = 1 // the unit is reported; look at the file all the same
	}
	d.sheet(n, dist.File, []string{dist.Column}, func(cells []string) (int, string) {
		v, wrong := quantityOf(cells[0], scale)
		dist.Sample = append(dist.Sample, v)
		return 0, wrong
	})
}
