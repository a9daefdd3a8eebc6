package answer

import (
	"encoding/json"
	"errors"
	"strings"
)

// longestReply bounds what is read of a model's answer, in bytes. A good one has
// some 2,000.
const longestReply = 16 << 10

var errUnreadable = errors.New("the model's answer is not the JSON asked for")

// decode reads a model's answer. Servers that do not enforce a schema wrap it in
// a code fence or in words, or leave a comma before a bracket: that is mended
// once. Anything else is unreadable.
func decode(text string, into any) error {
	if len(text) > longestReply {
		return errUnreadable
	}
	if json.Unmarshal([]byte(text), into) == nil {
		return nil
	}
	if json.Unmarshal([]byte(mend(text)), into) == nil {
		return nil
	}
	return errUnreadable
}

// mend cuts out the outermost object and takes out commas that stand before a
// closing bracket, outside of strings.
func mend(text string) string {
	start, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if start < 0 || end < start {
		return ""
	}
	var b strings.Builder
	inString, escaped := false, false
	object := text[start : end+1]
	for i := range len(object) {
		c := object[i]
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case c == ',' && !inString:
			if rest := strings.TrimLeft(object[i+1:], " \t\r\n"); rest != "" && (rest[0] == '}' || rest[0] == ']') {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
