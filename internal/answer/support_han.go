package answer

import (
	"strconv"
	"strings"
)

// han cuts a run of Chinese characters, folded to one script, into the entries
// of the lexicon, the longest first, numbers, and pairs of what is left.
func (r *termReader) han(run []rune) {
	rest := 0 // start of the characters that no entry took
	for i := 0; i < len(run); {
		n, known := r.entryAt(run[i:])
		if value, m := chineseNumber(run[i:], r.lexicon); m > 0 && m >= n {
			n = m
			r.pairs(run[rest:i])
			r.out = append(r.out, term{text: value, number: true})
			i += n
			rest = i
			continue
		}
		if n == 0 {
			i++
			continue
		}
		r.pairs(run[rest:i])
		text := string(run[i : i+n])
		r.out = append(r.out, term{text: text, key: keyOf(known, text), known: known, name: known.is(named)})
		i += n
		rest = i
	}
	r.pairs(run[rest:])
}

// entryAt returns the length of the longest entry that the run starts with, and
// the entry; 0 when there is none.
func (r *termReader) entryAt(run []rune) (int, *entry) {
	for n := min(r.lexicon.longest, len(run)); n > 0; n-- {
		if e := r.lexicon.exact[string(run[:n])]; e != nil {
			return n, e
		}
	}
	return 0, nil
}

// pairs adds overlapping pairs of characters, which stand in for words.
func (r *termReader) pairs(run []rune) {
	if len(run) == 1 {
		r.out = append(r.out, term{text: string(run), key: string(run), pairing: true})
	}
	for i := 0; i+1 < len(run); i++ {
		pair := string(run[i : i+2])
		r.out = append(r.out, term{text: pair, key: pair, pairing: true})
	}
}

var (
	chineseDigits = map[rune]int{'零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	chineseTens   = map[rune]int{'十': 10, '百': 100, '千': 1000, '万': 10000}
)

// chineseNumber reads a number written in characters. It is one only before a
// unit ("三項", "四個主要", "五成"), after 第, or in "三分之一".
func chineseNumber(run []rune, x *lexicon) (string, int) {
	ordinal := len(run) > 1 && run[0] == '第'
	start := 0
	if ordinal {
		start = 1
	}
	value, n := chineseValue(run[start:])
	if n == 0 {
		return "", 0
	}
	end := start + n
	rest := run[end:]
	switch {
	case ordinal:
		return "#" + strconv.Itoa(value), end
	case strings.HasPrefix(string(rest), "分之"):
		if part, m := chineseValue(rest[2:]); m > 0 {
			return strconv.Itoa(part) + "/" + strconv.Itoa(value), end + 2 + m
		}
	case len(rest) > 0 && rest[0] == '成':
		return strconv.Itoa(10*value) + "%", end + 1
	case len(rest) > 0 && rest[0] == '半' && value == 1 && n == 1:
		return "1/2", end + 1
	}
	if value == 1 && n == 1 && !strictUnitAt(rest, x) {
		return "", 0 // "一項" is "a", "一點" is "a little"
	}
	for skip := 0; skip <= 1 && skip < len(rest); skip++ {
		if unitAt(rest[skip:], x) != "" && (skip == 0 || rest[0] == '大' || rest[0] == '个') {
			return strconv.Itoa(value), end
		}
	}
	return "", 0
}

// chineseValue reads a number below a hundred million; n is 0 when there is none.
func chineseValue(run []rune) (value, n int) {
	total, digit := 0, -1
	for ; n < len(run); n++ {
		if d, ok := chineseDigits[run[n]]; ok {
			digit = d
			continue
		}
		unit, ok := chineseTens[run[n]]
		if !ok || digit < 0 && unit != 10 {
			break
		}
		if digit < 0 {
			digit = 1 // 十二 is 12
		}
		if unit == 10000 {
			total, digit = (total+digit)*unit, -1
			continue
		}
		total, digit = total+digit*unit, -1
	}
	return total + max(digit, 0), n
}

// unitAt returns the unit that the run starts with.
func unitAt(run []rune, x *lexicon) string {
	for n := min(3, len(run)); n > 0; n-- {
		if e := x.exact[string(run[:n])]; e != nil && e.unit != "" {
			return e.unit
		}
	}
	return ""
}

// strictUnitAt reports whether the run starts with a strict unit.
func strictUnitAt(run []rune, x *lexicon) bool {
	unit := unitAt(run, x)
	return x.strict[unit]
}
