package answer

import (
	"strconv"
	"strings"
)

// digits reads a number, without the commas that part thousands. An ordinal
// ("4th") is a word of its own.
func (r *termReader) digits(text string, i int) int {
	end := i
	for end < len(text) {
		switch c := text[end]; {
		case '0' <= c && c <= '9':
			end++
		case c == '.' && end+1 < len(text) && isDigit(text[end+1]):
			end++
		case c == ',' && thousands(text[end+1:]):
			end++
		default:
			return r.number(text, i, end)
		}
	}
	return r.number(text, i, end)
}

// number adds the number from i to end and returns where the reading goes on.
func (r *termReader) number(text string, i, end int) int {
	value := strings.ReplaceAll(text[i:end], ",", "")
	switch strings.ToLower(text[end:min(len(text), end+2)]) {
	case "st", "nd", "rd", "th":
		value, end = "#"+value, end+2
	}
	r.out = append(r.out, term{text: value, number: true})
	return end
}

// thousands reports whether a comma before the text parts thousands.
func thousands(text string) bool {
	return len(text) >= 3 && isDigit(text[0]) && isDigit(text[1]) && isDigit(text[2]) && (len(text) == 3 || !isDigit(text[3]))
}

// isDigit reports whether the byte is a digit of ASCII.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// spelled is a number written in English words.
type spelled struct {
	value string
	words int
}

var (
	ones = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen " +
		"fifteen sixteen seventeen eighteen nineteen")
	tens      = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
	ordinals  = strings.Fields("zeroth first second third fourth fifth sixth seventh eighth ninth tenth")
	fractions = map[string]string{"half": "1/2", "third": "1/3", "quarter": "1/4", "thirds": "2/3", "quarters": "3/4",
		"twice": "x2", "double": "x2", "doubled": "x2", "triple": "x3", "dozen": "12", "dozens": "12"}
)

// numberWord reads a number at the start of the words: "thirty three", "a
// hundred", "half", "fourth" (an ordinal, "#4").
func numberWord(words []string) (spelled, bool) {
	first := strings.ToLower(words[0])
	next := ""
	if len(words) > 1 {
		next = strings.ToLower(words[1])
	}
	for i, ten := range tens {
		if first == ten {
			value, n := 10*(i+2), 1
			for j, one := range ones[1:10] {
				if next == one {
					value, n = value+j+1, 2
				}
			}
			return spelled{strconv.Itoa(value), n}, true
		}
	}
	for i, one := range ones {
		if first == one && next == "hundred" {
			return spelled{strconv.Itoa(100 * i), 2}, true
		}
		if first == one && i != 1 {
			return spelled{strconv.Itoa(i), 1}, true
		}
	}
	if first == "hundred" {
		return spelled{"100", 1}, true
	}
	if value, ok := fractions[first]; ok && (first != "third" || next == "of") {
		return spelled{value, 1}, true
	}
	for i, ordinal := range ordinals[2:] {
		if first == ordinal {
			return spelled{"#" + strconv.Itoa(i+2), 1}, true
		}
	}
	return spelled{}, false
}
