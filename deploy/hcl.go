package deploy

import (
	"strconv"
	"strings"
)

// block is a block of Terraform's language, or its body.
type block struct {
	head  string // "resource \"aws_sqs_queue\" \"high\""; "" for a body
	why   string // comment above
	items []item
}

// item is an argument or a nested block.
type item struct {
	name, value string // an expression, perhaps of several lines
	block       *block
}

func newBlock(kind string, labels ...string) *block {
	for _, l := range labels {
		kind += " " + strconv.Quote(l)
	}
	return &block{head: kind}
}

// note puts a comment above the block.
func (b *block) note(why string) *block {
	b.why = why
	return b
}

// set adds an argument.
func (b *block) set(name, value string) *block {
	b.items = append(b.items, item{name: name, value: value})
	return b
}

// when adds an argument if it is wanted.
func (b *block) when(wanted bool, name, value string) *block {
	if wanted {
		b.set(name, value)
	}
	return b
}

// nest adds a block.
func (b *block) nest(inner *block) *block {
	b.items = append(b.items, item{block: inner})
	return b
}

// write writes the block as terraform fmt would.
func (b *block) write(out *strings.Builder, indent string) {
	for line := range strings.Lines(wrap(b.why, 100)) {
		out.WriteString(indent + "# " + strings.TrimRight(line, "\n") + "\n")
	}
	if len(b.items) == 0 {
		out.WriteString(indent + b.head + " {}\n")
		return
	}
	out.WriteString(indent + b.head + " {\n")
	for i := 0; i < len(b.items); {
		if inner := b.items[i].block; inner != nil {
			if i > 0 {
				out.WriteString("\n")
			}
			inner.write(out, indent+"  ")
			i++
			continue
		}
		if i > 0 && b.items[i-1].block != nil {
			out.WriteString("\n")
		}
		i = b.arguments(out, indent+"  ", i)
	}
	out.WriteString(indent + "}\n")
}

// arguments writes those from i on whose equals signs stand in one column, and
// returns where the next begin.
func (b *block) arguments(out *strings.Builder, indent string, i int) int {
	end, width := i, 0
	for end < len(b.items) && b.items[end].block == nil && (end == i || alone(b.items[end].value) && alone(b.items[end-1].value)) {
		width = max(width, len(b.items[end].name))
		end++
	}
	for ; i < end; i++ {
		it := b.items[i]
		value := it.value
		if !strings.HasPrefix(value, "<<-") {
			value = strings.ReplaceAll(value, "\n", "\n"+indent)
		}
		out.WriteString(indent + it.name + strings.Repeat(" ", width-len(it.name)) + " = " + value + "\n")
	}
	return i
}

// alone reports whether a value is of one line, or a text that stands below it.
func alone(value string) bool {
	return !strings.Contains(value, "\n") || strings.HasPrefix(value, "<<-")
}

// hclText quotes a text. What looks like an interpolation is one.
func hclText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "%{", "%%{").Replace(s) + `"`
}

// hclPlain quotes a text that has no interpolations.
func hclPlain(s string) string { return strings.ReplaceAll(hclText(s), "${", "$${") }

// hclList writes expressions as a list, one a line where they are several.
func hclList(list []string) string {
	if len(list) == 1 {
		return "[" + list[0] + "]"
	}
	return "[\n  " + strings.Join(list, ",\n  ") + ",\n]"
}

func hclTexts(list []string) string {
	var quoted []string
	for _, s := range list {
		quoted = append(quoted, hclText(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// hclMap writes an object, the keys in the order given.
func hclMap(keys, values []string) string {
	width := 0
	for _, k := range keys {
		width = max(width, len(k))
	}
	s := "{\n"
	for i, k := range keys {
		s += "  " + k + strings.Repeat(" ", width-len(k)) + " = " + values[i] + "\n"
	}
	return s + "}"
}

// hclJSON writes JSON as a text whose interpolations are evaluated.
func hclJSON(v any) string {
	return "<<-JSON\n" + string(document(v)) + "JSON"
}

// wrap breaks a text into lines of at most so many columns.
func wrap(text string, width int) string {
	var out strings.Builder
	used := 0
	for word := range strings.FieldsSeq(text) {
		if used > 0 && used+1+len(word) > width {
			out.WriteString("\n")
			used = 0
		}
		if used > 0 {
			out.WriteString(" ")
			used++
		}
		out.WriteString(word)
		used += len(word)
	}
	return out.String()
}
