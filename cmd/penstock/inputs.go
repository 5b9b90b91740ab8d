package main

import (
	"path/filepath"
	"reflect"

	"penstock/model"
)

// inputs lists the files that a scenario is read from: its own, and those that
// it names, which are relative to it. None of them may be written to.
func inputs(file string, cfg *model.Config) []string {
	names := append(filesIn(reflect.ValueOf(*cfg)), cfg.Prices.Book)
	all := []string{file}
	for _, name := range names {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(file), name)
		}
		all = append(all, name)
	}
	return all
}

// filesIn collects every field called File, however deep: traces, and
// distributions within distributions.
func filesIn(v reflect.Value) (names []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			names = filesIn(v.Elem())
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer {
			for i := range v.Len() {
				names = append(names, filesIn(v.Index(i))...)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); v.Type().Field(i).Name == "File" && f.Kind() == reflect.String && f.Len() > 0 {
				names = append(names, f.String())
			} else {
				names = append(names, filesIn(f)...)
			}
		}
	}
	return names
}
